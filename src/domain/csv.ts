/** Failures as a spreadsheet: CSV (RFC 4180), with a byte order mark so that Excel reads it as UTF-8. */
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
 * Where a spreadsheet could start reading a formula: at the start of a cell, and after any character that would end a
 * cell if the file were read as separated by semicolons or tabs. Spreadsheets skip blanks, quotes and invisible
 * characters. See OWASP, "CSV Injection".
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
