import { Fragment } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import {
  isNumberSetting,
  type NumberSetting,
  type SettingName,
  type Settings,
  type SwitchSetting,
  settingGroups,
  settingNames,
  settings,
} from '../domain/settings.ts';
import { coalesced } from '../platform/coalesced.ts';
import { formatNumber, text } from '../platform/i18n.ts';
import { askToNotify, mayNotify } from '../platform/notifications.ts';
import { onPermissionsChanged } from '../platform/permissions.ts';
import { askToWatch, mayWatch, stopWatching } from '../platform/server-answers.ts';
import { managedSettings, onSettingsChanged, readSettings, writeSetting } from '../platform/settings.ts';
import { shortcuts } from '../platform/shortcuts.ts';
import { unattended } from '../platform/unattended.ts';
import { say } from '../ui/say.ts';
import { pageIsReady } from '../ui/start-page.tsx';
import { Switch } from '../ui/switch.tsx';

interface Loaded {
  current: Settings;
  /** Settings that an administrator has set. */
  locked: ReadonlySet<string>;
  watching: boolean;
  mayNotify: boolean;
  shortcuts: readonly { description: string; shortcut: string }[];
}

async function load(): Promise<Loaded> {
  const [current, managed, watching, notifying, keys] = await Promise.all([
    readSettings(),
    managedSettings(),
    mayWatch(),
    mayNotify(),
    shortcuts(),
  ]);
  return {
    current,
    locked: new Set(Object.keys(managed)),
    watching,
    mayNotify: notifying,
    shortcuts: keys,
  };
}

export function Options() {
  const [loaded, setLoaded] = useState<Loaded | 'unreadable'>();
  const read = useMemo(
    () =>
      coalesced(async () =>
        setLoaded(
          await load().catch((error: unknown) => {
            console.error(error);
            return 'unreadable';
          }),
        ),
      ),
    [],
  );
  useEffect(() => {
    onSettingsChanged(() => unattended(read()));
    onPermissionsChanged(() => unattended(read()));
    unattended(read());
  }, [read]);
  useEffect(() => {
    if (loaded) pageIsReady();
  }, [loaded]);
  if (!loaded) return null;
  if (loaded === 'unreadable') return <p role="alert">{text('options_unreadable')}</p>;
  return (
    <main>
      <h1>{text('options_title')}</h1>
      {settingGroups.map((group) => (
        <section key={group} aria-labelledby={group}>
          <h2 id={group}>{text(`options_${group}`)}</h2>
          {group !== 'display' && <p>{text(`options_${group}_text`)}</p>}
          {settingNames
            .filter((name) => settings[name].group === group)
            .map((name) => (
              <Fragment key={name}>
                <SettingField name={name} loaded={loaded} readBack={read} />
                {name === 'notifications' && <p>{text('options_notifications_text')}</p>}
              </Fragment>
            ))}
          {group === 'automatic' && (
            <>
              <Switch
                name="watchServers"
                label={text('options_watch')}
                on={loaded.watching}
                save={async (on) => (on ? await askToWatch() : await stopWatching())}
                readBack={read}
              />
              <p>{text('options_watch_text')}</p>
            </>
          )}
        </section>
      ))}
      <section aria-labelledby="keyboard">
        <h2 id="keyboard">{text('options_keyboard')}</h2>
        <p>{text('options_keyboard_text')}</p>
        <dl class="shortcuts">
          {loaded.shortcuts.map(({ description, shortcut }) => (
            <div key={description}>
              <dt>{description}</dt>
              <dd>{shortcut === '' ? text('options_no_shortcut') : <kbd>{shortcut}</kbd>}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section aria-labelledby="privacy">
        <h2 id="privacy">{text('options_privacy')}</h2>
        <p>{text('options_privacy_text')}</p>
      </section>
    </main>
  );
}

interface FieldProps<Name> {
  name: Name;
  loaded: Loaded;
  /** Reads all settings again. */
  readBack: () => Promise<void>;
}

function SettingField({ name, loaded, readBack }: FieldProps<SettingName>) {
  return isNumberSetting(name) ? (
    <NumberField name={name} loaded={loaded} readBack={readBack} />
  ) : (
    <SwitchField name={name} loaded={loaded} readBack={readBack} />
  );
}

function SwitchField({ name, loaded, readBack }: FieldProps<SwitchSetting>) {
  const { current, locked } = loaded;
  // Nothing shows until the browser allows it, whoever has switched it on.
  const forbidden = name === 'notifications' && !loaded.mayNotify;
  return (
    <Switch
      name={name}
      label={text(`option_${name}`)}
      on={current[name] && !forbidden}
      locked={locked.has(name) && !(current[name] && forbidden)}
      save={async (on) => {
        if (on && forbidden && !(await askToNotify())) return false;
        await writeSetting(name, on);
        return true;
      }}
      readBack={readBack}
    />
  );
}

type Outcome = 'saved' | 'invalid' | 'failed';

/** Stands in a sentence for the field in it. */
const FIELD = '\ufffc';

/** A number in its sentence, saved as soon as it is entered. One that can't be stays on the screen, with a note. */
function NumberField({ name, loaded, readBack }: FieldProps<NumberSetting>) {
  const [outcome, setOutcome] = useState<Outcome>();
  const { least, most, needs } = settings[name];
  const locked = loaded.locked.has(name);
  const value = String(loaded.current[name]);
  const field = useRef<HTMLInputElement>(null);
  /** Whether the field holds something that is not stored, or not yet. */
  const unsaved = useRef(false);

  /** Shows a value that was changed elsewhere. */
  function follow(): void {
    const { current } = field;
    if (!current || current.valueAsNumber === Number(value)) return;
    current.value = value;
    unsaved.current = false;
    setOutcome(undefined);
  }
  // Nobody is disturbed while typing.
  useLayoutEffect(() => {
    if (field.current !== document.activeElement) follow();
  }, [value]);

  const noteOf = (what: Outcome): string =>
    what === 'invalid'
      ? text('options_invalid', formatNumber(least), formatNumber(most))
      : text(what === 'saved' ? 'options_saved' : 'options_failed');

  /** Also says what is on the screen already: it was about another number. */
  function tell(what: Outcome): void {
    setOutcome(what);
    say(noteOf(what));
  }

  async function save(input: HTMLInputElement): Promise<void> {
    unsaved.current = true;
    if (!input.checkValidity() || input.value === '') return tell('invalid');
    try {
      await writeSetting(name, input.valueAsNumber);
    } catch {
      return tell('failed');
    }
    tell('saved');
    await readBack();
    unsaved.current = false;
  }

  const idle = needs !== undefined && !loaded.current[needs];
  const [before, after] = text(`option_${name}`, FIELD).split(FIELD);

  return (
    <div class={idle ? 'field idle' : 'field'}>
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
          aria-invalid={outcome === 'invalid'}
          aria-describedby={`${name}-note`}
          onChange={(event) => void save(event.currentTarget)}
          onBlur={() => {
            if (!unsaved.current) follow();
          }}
        />
        {after}
      </label>
      <span id={`${name}-note`} class={outcome === 'saved' || outcome === undefined ? 'note' : 'note wrong'}>
        {locked ? text('options_locked') : outcome && noteOf(outcome)}
      </span>
    </div>
  );
}
