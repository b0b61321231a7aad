import { useRef, useState } from 'preact/hooks';
import { plural, text } from '../platform/i18n.ts';
import { Button } from '../ui/button.tsx';
import { type ExportFormat, exportFailures, importFile } from './exchange.ts';
import type { Summary } from './list.ts';
import type { Page } from './page.ts';

const formats: readonly ExportFormat[] = ['csv', 'json'];

/** The totals, and export and import. */
export function Header(page: Page) {
  const { all, complete } = page;
  return (
    <header>
      <div class="title">
        <h1>{text('history_title')}</h1>
        {all.total > 0 && <p class="soft">{complete ? countsText(all) : text('history_reading')}</p>}
      </div>
      <Exchange {...page} />
    </header>
  );
}

/** "60 failures: 41 open, 12 recovered, 7 dismissed". */
function countsText({ total, byStatus }: Summary): string {
  const { dismissed } = byStatus;
  const recovered = byStatus.recovered + byStatus.accepted;
  return text(
    'history_counts',
    plural('history_failures', total),
    plural('history_open', total - recovered - dismissed),
    plural('history_recovered', recovered),
    plural('history_dismissed', dismissed),
  );
}

function Exchange({ complete, whole, shown, selection, store, progress, carryOut }: Page) {
  const selected = selection.ids.size > 0;
  const count = selected ? selection.ids.size : shown.length;
  const file = useRef<HTMLInputElement>(null);
  const isFree = progress === undefined;
  // Not before everything is read and looked through.
  const ready = isFree && complete && whole && count > 0;
  // A table is for showing to others; the other format is a backup, which has to be complete.
  const [withoutSecrets, setWithoutSecrets] = useState({ csv: true, json: false });

  function importFrom(input: HTMLInputElement): void {
    const [chosenFile] = input.files ?? [];
    // So that the same file can be chosen again.
    input.value = '';
    if (chosenFile) void carryOut((tell) => importFile(chosenFile, tell), 'history_import_failed');
  }

  return (
    <section class="exchange soft" aria-label={text('history_exchange')}>
      <div class="buttons">
        {formats.map((format) => (
          <Button
            key={format}
            action={`export-${format}`}
            label={text(`history_export_${format}`)}
            aria-disabled={!ready}
            title={plural(selected ? 'history_export_selected' : 'history_export_shown', count)}
            onClick={() =>
              ready &&
              void carryOut(async (tell) =>
                exportFailures(
                  format,
                  store.readAll(selected ? [...selection.ids] : shown),
                  withoutSecrets[format],
                  tell,
                  count,
                ),
              )
            }
          />
        ))}
        <Button
          label={text('history_import')}
          aria-disabled={!isFree}
          onClick={() => isFree && file.current?.click()}
        />
        <input
          ref={file}
          hidden
          type="file"
          accept=".json,application/json"
          data-action="import"
          onChange={(event) => importFrom(event.currentTarget)}
        />
      </div>
      {formats.map((format) => (
        <label key={format} class="check line">
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
