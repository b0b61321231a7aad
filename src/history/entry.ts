/** What the page keeps of every failure, to filter, sort and count without reading whole records. */
import { columns, type HistoryValues, historyColumns, type Status, type Value } from '../domain/columns.ts';
import type { Cause } from '../domain/diagnosis.ts';
import { causeOf, type Failure } from '../domain/failure.ts';
import { visibleText } from '../domain/file-name.ts';
import { type Browser, type Category, classify } from '../domain/reasons.ts';
import { searchable } from '../domain/search.ts';

export const statuses = [
  'failed',
  'suspect',
  'scheduled',
  'retrying',
  'recovered',
  'accepted',
  'dismissed',
] as const satisfies readonly Status[];

/** Its columns, and what else filters and charts need. */
export interface Entry extends HistoryValues {
  id: string;
  browser: Browser;
  category: Category;
  cause: Cause | null;
  /** From a private window, so nothing of it may reach the disk. */
  incognito: boolean;
  /** What a search looks through besides the titles of reason and cause, made {@link searchable}. */
  searched: string;
}

/** The values of all columns; texts of unknown origin are made visible. */
function valuesOf(failure: Failure): HistoryValues;
function valuesOf(failure: Failure): Record<string, Value> {
  const shown = (value: Value): Value => (typeof value === 'string' ? visibleText(value) : value);
  return Object.fromEntries(historyColumns.map((name) => [name, shown(columns[name].value(failure))]));
}

export function entryOf(failure: Failure): Entry {
  const { id, url, browser, reason, incognito } = failure;
  const values = valuesOf(failure);
  const { category } = classify(reason, browser);
  const cause = causeOf(failure);
  const words = [values.name, values.host, url, cause ?? '', columns.error.value(failure) ?? ''];
  const searched = searchable(words.join('\n'));
  return { ...values, id, browser, incognito, category, cause, searched };
}

/** Whether two entries of one failure say the same. */
export const sameEntry = (one: Entry, other: Entry): boolean =>
  one.searched === other.searched && historyColumns.every((name) => one[name] === other[name]);
