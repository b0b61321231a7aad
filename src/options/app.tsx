import { useEffect, useState } from 'preact/hooks';
import { text } from '../platform/i18n.ts';
import { askToWatch, mayWatch, stopWatching } from '../platform/server-answers.ts';
import {
  limits,
  type NumberSetting,
  readSettings,
  type Settings,
  writeSetting,
} from '../platform/settings.ts';
import { formatNumber } from '../ui/format.ts';
import { pageIsReady } from '../ui/start-page.tsx';

export function Options() {
  const [settings, setSettings] = useState<Settings>();
  const [watching, setWatching] = useState(false);
  useEffect(() => {
    void readSettings().then(setSettings);
    void mayWatch().then(setWatching);
  }, []);
  useEffect(() => {
    if (settings) pageIsReady();
  }, [settings]);
  if (!settings) return null;
  return (
    <main>
      <h1>{text('options_title')}</h1>
      <section aria-labelledby="automatic">
        <h2 id="automatic">{text('options_automatic')}</h2>
        <p>{text('options_automatic_text')}</p>
        <Switch
          label={text('options_automatic_on')}
          on={settings.automaticRetry}
          change={(on) => writeSetting('automaticRetry', on)}
        />
        <NumberField settings={settings} setting="automaticTries" label={text('options_tries')} />
        <NumberField settings={settings} setting="automaticFirstPause" label={text('options_first_pause')} />
        <NumberField
          settings={settings}
          setting="automaticLongestPause"
          label={text('options_longest_pause')}
        />
        <NumberField settings={settings} setting="retryDays" label={text('options_retry_days')} />
        <Switch
          label={text('options_watch')}
          on={watching}
          change={async (on) => setWatching(on ? await askToWatch() : !(await stopWatching()))}
        />
        <p>{text('options_watch_text')}</p>
      </section>
      <section aria-labelledby="retention">
        <h2 id="retention">{text('options_retention')}</h2>
        <p>{text('options_retention_text')}</p>
        <NumberField settings={settings} setting="retentionDays" label={text('options_days')} />
        <NumberField settings={settings} setting="retentionRecords" label={text('options_records')} />
      </section>
    </main>
  );
}

interface SwitchProps {
  label: string;
  on: boolean;
  change: (on: boolean) => Promise<void>;
}

/** A setting that is on or off, saved at once. What could not be saved springs back. */
function Switch({ label, on, change }: SwitchProps) {
  const [shown, setShown] = useState(on);
  const [failed, setFailed] = useState(false);
  useEffect(() => setShown(on), [on]);

  async function save(wanted: boolean): Promise<void> {
    setShown(wanted);
    try {
      await change(wanted);
      setFailed(false);
    } catch {
      setShown(!wanted);
      setFailed(true);
    }
  }

  return (
    <label class="switch">
      <input type="checkbox" checked={shown} onChange={(event) => void save(event.currentTarget.checked)} />
      <span>{label}</span>
      {failed && (
        <span role="status" class="wrong">
          {text('options_failed')}
        </span>
      )}
    </label>
  );
}

interface NumberFieldProps {
  settings: Settings;
  setting: NumberSetting;
  label: string;
}

/** A number that is saved as soon as it is entered; one that can't be is kept on the screen and not saved. */
function NumberField({ settings, setting, label }: NumberFieldProps) {
  const [word, setWord] = useState<'saved' | 'invalid' | 'failed'>();
  const { least, most } = limits[setting];

  async function save(input: HTMLInputElement): Promise<void> {
    if (!input.checkValidity() || input.value === '') return setWord('invalid');
    try {
      await writeSetting(setting, input.valueAsNumber);
      setWord('saved');
    } catch {
      setWord('failed');
    }
  }

  return (
    <div class="field">
      <label for={setting}>{label}</label>
      <input
        id={setting}
        type="number"
        min={least}
        max={most}
        step={1}
        defaultValue={String(settings[setting])}
        aria-invalid={word === 'invalid'}
        aria-describedby={`${setting}-word`}
        onChange={(event) => void save(event.currentTarget)}
      />
      <span id={`${setting}-word`} role="status" class={word === 'saved' ? 'word' : 'word wrong'}>
        {word === 'saved' && text('options_saved')}
        {word === 'invalid' && text('options_invalid', formatNumber(least), formatNumber(most))}
        {word === 'failed' && text('options_failed')}
      </span>
    </div>
  );
}
