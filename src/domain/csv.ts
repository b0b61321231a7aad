/** Failures as a table for spreadsheets: CSV as in RFC 4180, with a byte order mark by which Excel knows UTF-8. */
import { type ExportOptions, exportable, type Failures } from './export.ts';
import { type Failure, lastAttempt, stateOf } from './failure.ts';
import { fileName, hostOf } from './file-name.ts';
import { classify } from './reasons.ts';

/** The columns: names for programs, the same in every language. */
const columns: Record<string, (failure: Failure) => string | number | boolean | null> = {
  id: ({ id }) => id,
  file: fileName,
  path: ({ filename }) => filename,
  url: ({ url }) => url,
  final_url: ({ finalUrl }) => finalUrl,
  host: ({ url }) => hostOf(url),
  page: ({ referrer }) => referrer,
  mime: ({ mime }) => mime,
  reason: ({ reason }) => reason,
  category: ({ reason, browser }) => classify(reason, browser).category,
  state: stateOf,
  dismissed: ({ dismissed }) => dismissed,
  failed_at: ({ failedAt }) => new Date(failedAt).toISOString(),
  attempts: ({ attempts }) => attempts.length,
  bytes_received: (failure) => lastAttempt(failure).bytesReceived,
  total_bytes: (failure) => lastAttempt(failure).totalBytes,
  browser: ({ browser }) => browser,
  private: ({ incognito }) => incognito,
};

/**
 * Where a spreadsheet could begin to read a formula: at the beginning of a cell, and after what can end a cell where
 * it takes the file for one with semicolons or tabs. It passes over blanks, quotes and invisible characters.
 * See OWASP, "CSV Injection".
 */
const formulaStart =
  /^(?=[\s"'\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]|[\t\r\n])|(?<=[;\t\r\n])(?=(?:(?![\t\r\n])[\s"'\p{Cc}\p{Cf}])*[=+\-@＝＋－＠])/gu;

function cell(value: string | number | boolean | null): string {
  const text = String(value ?? '').replace(formulaStart, "'");
  return /[",;\s]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const line = (cells: readonly (string | number | boolean | null)[]): string =>
  `${cells.map(cell).join(',')}\r\n`;

/** The parts of a CSV file: a header and one row for each failure. */
export async function* toCsv(failures: Failures, options: ExportOptions = {}): AsyncGenerator<string> {
  yield `\uFEFF${line(Object.keys(columns))}`;
  const values = Object.values(columns);
  for await (const failure of exportable(failures, options)) {
    yield line(values.map((value) => value(failure)));
  }
}
