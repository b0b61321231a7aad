import { useEffect, useState } from 'preact/hooks';
import { text } from '../platform/i18n.ts';
import {
  limits,
  readSettings,
  type Settings,
  type StoredSettings,
  writeSetting,
} from '../platform/settings.ts';
import { pageIsReady } from '../ui/start-page.tsx';

export function Options() {
  const [settings, setSettings] = useState<Settings>();
  useEffect(() => {
    void readSettings().then(setSettings);
  }, []);
  useEffect(() => {
    if (settings) pageIsReady();
  }, [settings]);
  if (!settings) return null;
  const { days, records } = settings.retention;
  return (
    <main>
      <h1>{text('options_title')}</h1>
      <section aria-labelledby="retention">
        <h2 id="retention">{text('options_retention')}</h2>
        <p>{text('options_retention_text')}</p>
        <NumberField setting="retentionDays" value={days} label={text('options_days')} />
        <NumberField setting="retentionRecords" value={records} label={text('options_records')} />
      </section>
    </main>
  );
}

interface NumberFieldProps {
  setting: keyof StoredSettings;
  value: number;
  label: string;
}

/** A number that is saved as soon as it is entered; one that can't be is kept on the screen and not saved. */
function NumberField({ setting, value, label }: NumberFieldProps) {
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
        defaultValue={String(value)}
        aria-invalid={word === 'invalid'}
        aria-describedby={`${setting}-word`}
        onChange={(event) => void save(event.currentTarget)}
      />
      <span id={`${setting}-word`} role="status" class={word === 'saved' ? 'word' : 'word wrong'}>
        {word === 'saved' && text('options_saved')}
        {word === 'invalid' && text('options_invalid', String(least), String(most))}
        {word === 'failed' && text('options_failed')}
      </span>
    </div>
  );
}
