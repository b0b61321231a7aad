/** The export file, which can be imported again: JSON with one failure per line. */
import { type ExportOptions, exportable, type Failures } from './export.ts';

export const EXPORT_FORMAT = 'download-failures';

/** Goes up when older versions of the extension can no longer read the file. */
export const EXPORT_VERSION = 1;

/** The parts of an export file; `exportedAt` in ms since the epoch. */
export async function* toJson(
  failures: Failures,
  { exportedAt, ...options }: ExportOptions & { exportedAt: number },
): AsyncGenerator<string> {
  const head = {
    format: EXPORT_FORMAT,
    version: EXPORT_VERSION,
    exportedAt: new Date(exportedAt).toISOString(),
  };
  yield `${JSON.stringify(head, null, 1).slice(0, -2)},\n "failures": [`;
  let separator = '\n';
  for await (const failure of exportable(failures, options)) {
    yield separator + JSON.stringify(failure);
    separator = ',\n';
  }
  yield '\n]\n}\n';
}
