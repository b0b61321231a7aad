/** Exports failures to files and imports them. */
import { toCsv } from '../domain/csv.ts';
import { toJson } from '../domain/export-file.ts';
import type { Failure } from '../domain/failure.ts';
import { visibleText } from '../domain/file-name.ts';
import { retentionOf } from '../domain/settings.ts';
import { formatNumber, plural, text } from '../platform/i18n.ts';
import type { ExportProblem } from '../platform/journal/parse-export.ts';
import { send } from '../platform/messages.ts';
import { inPrivateFirefox } from '../platform/private-page.ts';
import { readSettings } from '../platform/settings.ts';
import { unattended } from '../platform/unattended.ts';
import { blobOf } from '../ui/blob-of.ts';
import { saveFile } from '../ui/save-file.ts';
import type { Imported, ImportNews, ImportWanted } from './import-worker.ts';
import type { Outcome, TellProgress } from './labels.ts';
import { STEP } from './steps.ts';

export type ExportFormat = 'csv' | 'json';

/** Saves `total` failures as a file, without those of private windows. */
export async function exportFailures(
  format: ExportFormat,
  failures: AsyncIterable<Failure>,
  withoutSecrets: boolean,
  tell: TellProgress,
  total: number,
): Promise<Outcome> {
  let exported = 0;
  let leftOut = 0;
  async function* counted(): AsyncGenerator<Failure> {
    for await (const failure of failures) {
      if (failure.incognito) leftOut += 1;
      else exported += 1;
      const done = exported + leftOut;
      if (done % STEP === 0) tell({ done, total });
      yield failure;
    }
  }
  const parts =
    format === 'csv'
      ? toCsv(counted(), { withoutSecrets })
      : toJson(counted(), { withoutSecrets, exportedAt: Date.now() });
  const type = format === 'csv' ? 'text/csv' : 'application/json';
  saveFile(`download-failures.${format}`, await blobOf(parts, type), type);
  return [
    plural('history_exported', exported),
    ...(leftOut > 0 ? [plural('history_left_out', leftOut)] : []),
  ];
}

/** Imports an exported file into the journal: all its failures, or none if anything is wrong. */
export async function importFile(file: File, tell: TellProgress): Promise<Outcome> {
  if (inPrivateFirefox) return [text('history_import_private')];
  const retention = retentionOf(await readSettings());
  const imported = await importInWorker({ file, retention, now: Date.now() }, tell);
  if ('error' in imported) throw imported.error;
  if ('problem' in imported) return [text('history_refused', problemText(imported.problem))];
  const { added, updated, unchanged, leftOut, tooOld } = imported.merged;
  unattended(send({ command: 'imported' }));
  return [
    text(
      'history_imported',
      plural('history_failures', added),
      plural('history_merged', updated + unchanged),
    ),
    ...(leftOut > 0 ? [plural('history_left_out', leftOut)] : []),
    ...(tooOld > 0 ? [text('history_too_old', formatNumber(tooOld))] : []),
  ];
}

function importInWorker(wanted: ImportWanted, tell: TellProgress): Promise<Imported> {
  const worker = new Worker('import-worker.js', { type: 'module' });
  return new Promise<Imported>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<ImportNews>) =>
      'progress' in data ? tell(data.progress) : resolve(data);
    // Browsers need not say anything about a script that they can't load.
    worker.onerror = ({ message }) => reject(new Error(message || 'import-worker.js did not start'));
    worker.onmessageerror = () => reject(new Error('import-worker.js gave no readable answer'));
    worker.postMessage(wanted);
  }).finally(() => worker.terminate());
}

function problemText({ code, failure, field }: ExportProblem): string {
  const number = failure === undefined ? [] : [formatNumber(failure)];
  if (code === 'invalid_failure' && field === '') return text('problem_invalid_failure_whole', ...number);
  return text(`problem_${code}`, ...number, ...(field === undefined ? [] : [visibleText(field)]));
}
