/** The file that failures are kept in outside of the browser, to be read back: JSON, each failure on a line. */
import { type ExportOptions, exportable, type Failures } from './export.ts';

export const EXPORT_FORMAT = 'download-failures';

/** Grows when a file can no longer be read by older versions of the extension. */
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
