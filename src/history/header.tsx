import { useState } from 'preact/hooks';
import { plural, text } from '../platform/i18n.ts';
import { Button } from '../ui/button.tsx';
import type { Entry } from './entry.ts';
import { type ExportFormat, exportFailures, importFile } from './exchange.ts';
import type { HistoryStore } from './history-store.ts';
import { errorText, type Outcome } from './labels.ts';

export interface HeaderProps {
  entries: readonly Entry[];
  /** Whether these are all. */
  complete: boolean;
  /** Ids of what an export contains. */
  chosen: readonly string[];
  /** Whether these are the selected ones, rather than all that the filters let through. */
  selected: boolean;
  store: HistoryStore;
  /** Called with an empty outcome first, so that the same outcome twice is also said twice. */
  onOutcome: (outcome: Outcome) => void;
}

const formats: readonly ExportFormat[] = ['csv', 'json'];

/** The totals, and export and import. */
export function Header({ entries, complete, ...exchange }: HeaderProps) {
  return (
    <header>
      <div class="title">
        <h1>{text('history_title')}</h1>
        {entries.length > 0 && <p>{complete ? countsText(entries) : text('history_reading')}</p>}
      </div>
      <Exchange complete={complete} {...exchange} />
    </header>
  );
}

/** "60 failures: 41 open, 12 recovered, 7 dismissed". */
function countsText(entries: readonly Entry[]): string {
  let recovered = 0;
  let dismissed = 0;
  for (const { status } of entries) {
    if (status === 'recovered') recovered += 1;
    if (status === 'dismissed') dismissed += 1;
  }
  return text(
    'history_counts',
    plural('history_failures', entries.length),
    plural('history_open', entries.length - recovered - dismissed),
    plural('history_recovered', recovered),
    plural('history_dismissed', dismissed),
  );
}

function Exchange({ complete, chosen, selected, store, onOutcome }: Omit<HeaderProps, 'entries'>) {
  // Not before everything is read.
  const ready = complete && chosen.length > 0;
  // A table is to be shown around; the other is a backup, which has to be whole.
  const [withoutSecrets, setWithoutSecrets] = useState({ csv: true, json: false });

  async function exportAs(format: ExportFormat): Promise<void> {
    onOutcome([]);
    try {
      onOutcome(await exportFailures(format, await store.readAll(chosen), withoutSecrets[format]));
    } catch (error) {
      onOutcome([text('history_command_failed', errorText(error))]);
    }
  }

  async function importFrom(input: HTMLInputElement): Promise<void> {
    const [file] = input.files ?? [];
    if (!file) return;
    onOutcome([]);
    try {
      onOutcome(await importFile(file));
    } catch (error) {
      onOutcome([text('history_import_failed', errorText(error))]);
    }
    // So that the same file can be chosen again.
    input.value = '';
  }

  return (
    <section class="exchange" aria-label={text('history_exchange')}>
      <div class="buttons">
        {formats.map((format) => (
          <Button
            key={format}
            action={`export-${format}`}
            label={text(`history_export_${format}`)}
            aria-disabled={!ready}
            title={plural(selected ? 'history_export_selected' : 'history_export_shown', chosen.length)}
            onClick={() => ready && void exportAs(format)}
          />
        ))}
        <label class="file-button">
          {text('history_import')}
          <input
            type="file"
            accept=".json,application/json"
            data-action="import"
            onChange={(event) => void importFrom(event.currentTarget)}
          />
        </label>
      </div>
      {formats.map((format) => (
        <label key={format} class="check">
          <input
            type="checkbox"
            name={`without-secrets-${format}`}
            checked={withoutSecrets[format]}
            onChange={({ currentTarget: { checked } }) =>
              setWithoutSecrets((before) => ({ ...before, [format]: checked }))
            }
          />
          {text('history_without_secrets', format.toUpperCase())}
        </label>
      ))}
    </section>
  );
}
