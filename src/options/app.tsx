import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatNumber, text } from '../platform/i18n.ts';
import { coalesced } from '../platform/in-turn.ts';
import { askToNotify, mayNotify } from '../platform/notifications.ts';
import { onPermissionsChanged } from '../platform/permissions.ts';
import { askToWatch, mayWatch, stopWatching } from '../platform/server-answers.ts';
import {
  limits,
  managedSettings,
  type NumberSetting,
  onSettingsChanged,
  readSettings,
  type Settings,
  type SwitchSetting,
  writeSetting,
} from '../platform/settings.ts';
import { shortcuts } from '../platform/shortcuts.ts';
import { unattended } from '../platform/unattended.ts';
import { say } from '../ui/say.ts';
import { pageIsReady } from '../ui/start-page.tsx';
import { useSaid } from '../ui/use-said.ts';

interface Loaded {
  settings: Settings;
  /** Names of the settings that an administrator has set. */
  locked: ReadonlySet<string>;
  watching: boolean;
  mayNotify: boolean;
  shortcuts: readonly { description: string; shortcut: string }[];
}

async function load(): Promise<Loaded> {
  const [settings, managed, watching, notifying, keys] = await Promise.all([
    readSettings(),
    managedSettings(),
    mayWatch(),
    mayNotify(),
    shortcuts(),
  ]);
  return {
    settings,
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
  const { settings, locked } = loaded;
  const common = { settings, locked, readBack: read };
  return (
    <main>
      <h1>{text('options_title')}</h1>
      <section aria-labelledby="automatic">
        <h2 id="automatic">{text('options_automatic')}</h2>
        <p>{text('options_automatic_text')}</p>
        <SwitchField {...common} setting="automaticRetry" label={text('options_automatic_on')} />
        <NumberField {...common} setting="automaticTries" label={text('options_tries')} />
        <NumberField {...common} setting="automaticFirstPause" label={text('options_first_pause')} />
        <NumberField {...common} setting="automaticLongestPause" label={text('options_longest_pause')} />
        <NumberField {...common} setting="retryDays" label={text('options_retry_days')} />
        <Switch
          name="watchServers"
          label={text('options_watch')}
          on={loaded.watching}
          save={async (on) => (on ? await askToWatch() : await stopWatching())}
          readBack={read}
        />
        <p>{text('options_watch_text')}</p>
      </section>
      <section aria-labelledby="display">
        <h2 id="display">{text('options_display')}</h2>
        <SwitchField {...common} setting="badge" label={text('options_badge')} />
        <SwitchField
          {...common}
          setting="notifications"
          settings={{ ...settings, notifications: settings.notifications && loaded.mayNotify }}
          // What an administrator switched on may still need the person's permission.
          locked={settings.notifications && !loaded.mayNotify ? new Set() : locked}
          label={text('options_notifications')}
          ask={askToNotify}
        />
        <p>{text('options_notifications_text')}</p>
      </section>
      <section aria-labelledby="retention">
        <h2 id="retention">{text('options_retention')}</h2>
        <p>{text('options_retention_text')}</p>
        <NumberField {...common} setting="retentionDays" label={text('options_days')} />
        <NumberField {...common} setting="retentionRecords" label={text('options_records')} />
      </section>
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

interface FieldProps<Setting> {
  settings: Settings;
  locked: ReadonlySet<string>;
  /** Reads all settings anew. */
  readBack: () => Promise<void>;
  setting: Setting;
  label: string;
}

function SwitchField({
  settings,
  locked,
  readBack,
  setting,
  label,
  ask = async () => true,
}: FieldProps<SwitchSetting> & {
  /** Gets what the browser has to allow before it can be switched on. */
  ask?: () => Promise<boolean>;
}) {
  return (
    <Switch
      name={setting}
      label={label}
      on={settings[setting]}
      locked={locked.has(setting)}
      save={async (on) => {
        if (on && !(await ask())) return false;
        await writeSetting(setting, on);
        return true;
      }}
      readBack={readBack}
    />
  );
}

interface SwitchProps {
  name: string;
  label: string;
  on: boolean;
  locked?: boolean;
  /** Gives whether it could be. */
  save: (on: boolean) => Promise<boolean>;
  /** Has `on` be what is stored. */
  readBack: () => Promise<void>;
}

/** Something that is on or off, saved at once. What could not be saved springs back. */
function Switch({ name, label, on, locked = false, save, readBack }: SwitchProps) {
  // Where it was switched to, until that is read back: what is read meanwhile is older.
  const [wanted, setWanted] = useState<boolean>();
  const saving = useRef(0);
  const [word, setWord] = useState<'options_failed' | 'options_not_allowed'>();

  useSaid(word ? text(word) : '');

  async function change(to: boolean): Promise<void> {
    saving.current += 1;
    setWanted(to);
    setWord(undefined);
    try {
      if (!(await save(to))) setWord('options_not_allowed');
      await readBack();
    } catch {
      setWord('options_failed');
    }
    saving.current -= 1;
    if (saving.current === 0) setWanted(undefined);
  }

  return (
    <div class="field">
      <label class="switch">
        <input
          type="checkbox"
          name={name}
          checked={wanted ?? on}
          disabled={locked}
          onChange={(event) => void change(event.currentTarget.checked)}
        />
        <span>{label}</span>
      </label>
      <span class={locked ? 'word' : 'word wrong'}>
        {locked ? text('options_locked') : word && text(word)}
      </span>
    </div>
  );
}

/** A number that is saved as soon as it is entered; one that can't be is kept on the screen and not saved. */
function NumberField({ settings, locked, readBack, setting, label }: FieldProps<NumberSetting>) {
  const [word, setWord] = useState<'saved' | 'invalid' | 'failed'>();
  const { least, most } = limits[setting];
  const value = String(settings[setting]);
  const field = useRef<HTMLInputElement>(null);
  /** Whether what stands there was entered and is not stored, or not yet. */
  const unsaved = useRef(false);

  /** Shows what was changed elsewhere. */
  function follow(): void {
    const { current } = field;
    if (!current || current.valueAsNumber === Number(value)) return;
    current.value = value;
    unsaved.current = false;
    setWord(undefined);
  }
  // What is being entered is not disturbed.
  useLayoutEffect(() => {
    if (field.current !== document.activeElement) follow();
  }, [value]);

  const wordText = (now: typeof word): string =>
    now === 'invalid'
      ? text('options_invalid', formatNumber(least), formatNumber(most))
      : now === undefined
        ? ''
        : text(now === 'saved' ? 'options_saved' : 'options_failed');

  /** Also says a word that stands there already: it is of another number. */
  function tell(now: 'saved' | 'invalid' | 'failed'): void {
    setWord(now);
    say(wordText(now));
  }

  async function save(input: HTMLInputElement): Promise<void> {
    unsaved.current = true;
    if (!input.checkValidity() || input.value === '') return tell('invalid');
    try {
      await writeSetting(setting, input.valueAsNumber);
    } catch {
      return tell('failed');
    }
    tell('saved');
    await readBack();
    unsaved.current = false;
  }

  return (
    <div class="field">
      <label for={setting}>{label}</label>
      <input
        ref={field}
        id={setting}
        type="number"
        min={least}
        max={most}
        step={1}
        disabled={locked.has(setting)}
        defaultValue={value}
        aria-invalid={word === 'invalid'}
        aria-describedby={`${setting}-word`}
        onChange={(event) => void save(event.currentTarget)}
        onBlur={() => {
          if (!unsaved.current) follow();
        }}
      />
      <span id={`${setting}-word`} class={word === 'saved' || word === undefined ? 'word' : 'word wrong'}>
        {locked.has(setting) && text('options_locked')}
        {wordText(word)}
      </span>
    </div>
  );
}
