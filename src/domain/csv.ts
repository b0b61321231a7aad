/** Failures as a table for spreadsheets: CSV as in RFC 4180, with a byte order mark by which Excel knows UTF-8. */
import { columns, type Value } from './columns.ts';
import { type ExportOptions, exportable, type Failures } from './export.ts';
import type { Failure } from './failure.ts';

const cells = Object.values(columns).flatMap(
  (column): { name: string; value: (failure: Failure) => Value }[] =>
    'csv' in column
      ? [{ name: column.csv, value: 'csvValue' in column ? column.csvValue : column.value }]
      : [],
);

/**
 * Where a spreadsheet could begin to read a formula: at the beginning of a cell, and after what can end a cell where
 * it takes the file for one with semicolons or tabs. It passes over blanks, quotes and invisible characters.
 * See OWASP, "CSV Injection".
 */
const formulaStart =
  /^(?=[\s"'\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]|[\t\r\n])|(?<=[;\t\r\n])(?=(?:(?![\t\r\n])[\s"'\p{Cc}\p{Cf}])*[=+\-@＝＋－＠])/gu;

function cell(value: Value): string {
  const text = String(value ?? '').replace(formulaStart, "'");
  return /[",;\s]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const line = (values: readonly Value[]): string => `${values.map(cell).join(',')}\r\n`;

/** The parts of a CSV file: a header and one row for each failure. */
export async function* toCsv(failures: Failures, options: ExportOptions = {}): AsyncGenerator<string> {
  yield `\uFEFF${line(cells.map(({ name }) => name))}`;
  for await (const failure of exportable(failures, options)) {
    yield line(cells.map(({ value }) => value(failure)));
  }
}
