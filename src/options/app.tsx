import { Fragment } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { AcceptedKind } from '../domain/accepted.ts';
import { visibleText } from '../domain/file-name.ts';
import {
  isNumberSetting,
  type NumberSetting,
  settingGroups,
  settingNames,
  settings,
} from '../domain/settings.ts';
import { allRemembered } from '../platform/accepted.ts';
import { formatNumber, text } from '../platform/i18n.ts';
import { send } from '../platform/messages.ts';
import { writeSetting } from '../platform/settings.ts';
import { shortcuts } from '../platform/shortcuts.ts';
import { target } from '../platform/target.ts';
import { unattended } from '../platform/unattended.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { keepFocus } from '../ui/focus.ts';
import { say } from '../ui/say.ts';
import { SettingSwitch, WatchSwitch } from '../ui/setting-switches.tsx';
import { startPage, useReady } from '../ui/start-page.tsx';
import { reasonText } from '../ui/texts.ts';
import { type ShownSettings, useSettings } from '../ui/use-settings.ts';
import { diagnostics } from './diagnostics.ts';

function Options() {
  const shown = useSettings();
  const [keys, setKeys] = useState<Awaited<ReturnType<typeof shortcuts>>>();
  useEffect(() => unattended(shortcuts().then(setKeys)), []);
  useEffect(keepFocus, []);
  useReady(shown !== undefined && keys !== undefined);
  if (!shown || !keys) return null;
  if (!shown.readable) return <p role="alert">{text('options_unreadable')}</p>;
  return (
    <main>
      <h1>{text('options_title')}</h1>
      {settingGroups.map((group) => (
        <section key={group} class="stack" aria-labelledby={group}>
          <h2 id={group}>{text(`options_${group}`)}</h2>
          {group !== 'display' && <p>{text(`options_${group}_text`)}</p>}
          {settingNames
            .filter((name) => settings[name].group === group)
            .map((name) => (
              <Fragment key={name}>
                {isNumberSetting(name) ? (
                  <NumberField name={name} shown={shown} />
                ) : (
                  <SettingSwitch name={name} shown={shown} />
                )}
                {name === 'suspicions' && <AcceptedKinds />}
                {name === 'notifications' && <p>{text('options_notifications_text')}</p>}
              </Fragment>
            ))}
          {group === 'display' && <WatchSwitch {...shown} />}
        </section>
      ))}
      <section class="stack" aria-labelledby="keyboard">
        <h2 id="keyboard">{text('options_keyboard')}</h2>
        <p>{text('options_keyboard_text')}</p>
        <dl class="shortcuts">
          {keys.map(({ description, shortcut }) => (
            <div key={description}>
              <dt>{description}</dt>
              <dd>{shortcut === '' ? text('options_no_shortcut') : <kbd>{shortcut}</kbd>}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section class="stack" aria-labelledby="privacy">
        <h2 id="privacy">{text('options_privacy')}</h2>
        <p>{text('options_privacy_text')}</p>
      </section>
      <section class="stack" aria-labelledby="help">
        <h2 id="help">{text('options_help')}</h2>
        <p>{text('options_help_text')}</p>
        <p>
          <CopyButton action="copy-diagnostics" label={text('copy_diagnostics')} make={diagnostics} />
        </p>
      </section>
    </main>
  );
}

/** What the person found fine twice, each with a button to forget that. */
function AcceptedKinds() {
  const [kinds, setKinds] = useState<readonly AcceptedKind[]>([]);
  const read = (): Promise<void> => allRemembered().then(setKinds);
  useEffect(() => unattended(read()), []);
  if (kinds.length === 0) return null;
  return (
    <div class="accepted">
      <p>{text('options_accepted')}</p>
      <ul>
        {kinds.map((kind) => {
          const { host, ending, reason } = kind;
          const name = visibleText(ending === '' ? host : `${host}, .${ending}`);
          return (
            <li key={`${name} ${reason}`} class="line" data-accepted={name}>
              <span>
                <bdi>{name}</bdi> <span class="soft">{reasonText(reason, target).title}</span>
              </span>
              <Button
                action="forget"
                label={text('options_forget')}
                of={name}
                onClick={() => unattended(send({ command: 'forget-accepted', ...kind }).then(read))}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Stands in a sentence for the field in it. */
const FIELD = '\ufffc';

/** A number in its sentence, saved as soon as it is entered. One that can't be stays on the screen, with a note. */
function NumberField({ name, shown }: { name: NumberSetting; shown: ShownSettings }) {
  const [note, setNote] = useState({ words: '', wrong: false });
  const { least, most, needs } = settings[name];
  const locked = shown.locked.has(name);
  const value = String(shown.current[name]);
  const field = useRef<HTMLInputElement>(null);
  /** Whether the field holds something that is not stored, or not yet. */
  const unsaved = useRef(false);

  /** Shows a value that was changed elsewhere. */
  function follow(): void {
    const { current } = field;
    if (!current || current.valueAsNumber === Number(value)) return;
    current.value = value;
    unsaved.current = false;
    setNote({ words: '', wrong: false });
  }
  // Nobody is disturbed while typing.
  useLayoutEffect(() => {
    if (field.current !== document.activeElement) follow();
  }, [value]);

  /** Also says what is on the screen already: it was about another number. */
  function tell(words: string, wrong = false): void {
    setNote({ words, wrong });
    say(words);
  }

  async function save(input: HTMLInputElement): Promise<void> {
    unsaved.current = true;
    if (!input.checkValidity() || input.value === '') {
      return tell(text('options_invalid', formatNumber(least), formatNumber(most)), true);
    }
    try {
      await writeSetting(name, input.valueAsNumber);
    } catch {
      return tell(text('options_failed'), true);
    }
    tell(text('options_saved'));
    await shown.readBack();
    unsaved.current = false;
  }

  const idle = needs !== undefined && !shown.current[needs];
  const [before, after] = text(`option_${name}`, FIELD).split(FIELD);

  return (
    <div class={`field line ${idle ? 'idle' : ''}`}>
      <label>
        {before}
        <input
          ref={field}
          id={name}
          type="number"
          min={least}
          max={most}
          step={1}
          disabled={locked || idle}
          defaultValue={value}
          aria-invalid={note.wrong}
          aria-describedby={`${name}-note`}
          onChange={(event) => void save(event.currentTarget)}
          onBlur={() => {
            if (!unsaved.current) follow();
          }}
        />
        {after}
      </label>
      <span id={`${name}-note`} class={`note ${note.wrong ? 'wrong' : 'soft'}`}>
        {locked ? text('options_locked') : note.words}
      </span>
    </div>
  );
}

startPage(<Options />, 'options_title');
