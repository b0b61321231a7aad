/** Which failures the page shows and in which order, and how the page's address says so. */
import { columns, type SortKey, sortKeys } from '../domain/columns.ts';
import { type Cause, isCause } from '../domain/diagnosis.ts';
import { categories } from '../domain/reasons.ts';
import { searchable, wordsOf } from '../domain/search.ts';
import type { MessageKey, PluralStem } from '../platform/i18n.ts';
import { startOfNamedDay } from './days.ts';
import { type Entry, statuses } from './entry.ts';

/** A text, or one with plural forms and its number. */
export type Label = MessageKey | [stem: PluralStem, count: number];

/** The field of the form in which a filter is set. */
export type Field =
  | {
      kind: 'choice';
      label: MessageKey;
      all: MessageKey;
      options: readonly { value: string; label: Label }[];
    }
  | { kind: 'search' | 'host'; label: MessageKey; hint: MessageKey }
  /** One of those that the failures have. */
  | { kind: 'cause'; label: MessageKey; all: MessageKey }
  | { kind: 'day'; label: MessageKey };

/** Gives a reason in the person's language. */
export type ReasonTitle = (entry: Pick<Entry, 'reason' | 'browser'>) => string;

export interface Filter {
  field: Field;
  /** Makes the test that entries have to pass, for any value but the empty one. */
  test(value: string, among: Among): (entry: Entry) => boolean;
}

/** What is filtered, and when. */
export interface Among {
  entries: readonly Entry[];
  reasonTitle: ReasonTitle;
  causeTitle: (cause: Cause) => string;
  /** ms since the epoch. */
  now: number;
}

const DAY_MS = 86_400_000;

/** The values of `days`: spans that end now, or from one day to another. */
const recentDays = [1, 7, 30, 90];
export const BETWEEN = 'between';

/** When the span of a query begins that ends now: ms since the epoch; undefined for any other. */
export const recentSince = ({ days }: Query, now: number): number | undefined =>
  days === '' || days === BETWEEN ? undefined : now - Number(days) * DAY_MS;

/** Nobody searches for more, and addresses can't be endless. */
export const TEXT_LIMIT = 300;

function isDay(value: string): boolean {
  const date = new Date(`${value}T00:00:00Z`);
  // There is no 31 February, whatever Date makes of it.
  return (
    /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)
  );
}

/** Whether a text from the address can be the value of a field. */
function accepts(field: Field, value: string): boolean {
  if (field.kind === 'choice') return field.options.some((option) => option.value === value);
  if (field.kind === 'cause') return isCause(value);
  return field.kind === 'day' ? isDay(value) : value.length <= TEXT_LIMIT;
}

/** Every word has to be in the name, the address, the reason or the cause. */
function testWords(value: string, { reasonTitle, causeTitle }: Among): (entry: Entry) => boolean {
  const words = wordsOf(value);
  /** By reason and cause, the words that their titles don't have. */
  const known = new Map<string, readonly string[]>();
  const wordsFor = (entry: Entry): readonly string[] => {
    const { browser, reason, cause } = entry;
    const key = `${browser} ${reason} ${cause}`;
    let others = known.get(key);
    if (!others) {
      const titles = searchable(
        `${reasonTitle(entry)}\n${reason}\n${cause === null ? '' : causeTitle(cause)}`,
      );
      others = words.filter((word) => !titles.includes(word));
      known.set(key, others);
    }
    return others;
  };
  return (entry) => wordsFor(entry).every((word) => entry.searched.includes(word));
}

/** One host if the text is its full name, which the charts fill in; otherwise all hosts that contain the text. */
function testHost(value: string, { entries }: Among): (entry: Entry) => boolean {
  const wanted = value.trim().toLowerCase();
  return entries.some(({ host }) => host === wanted)
    ? ({ host }) => host === wanted
    : ({ host }) => host.includes(wanted);
}

/** The filters' names in the address and in the form, in the order of its fields. */
export const filterNames = ['q', 'category', 'cause', 'state', 'host', 'days', 'from', 'to'] as const;
export type FilterName = (typeof filterNames)[number];

export const filters: Readonly<Record<FilterName, Filter>> = {
  q: {
    field: { kind: 'search', label: 'history_search', hint: 'history_search_hint' },
    test: testWords,
  },
  category: {
    field: {
      kind: 'choice',
      label: 'history_category',
      all: 'history_all_categories',
      options: categories.map((value) => ({ value, label: `category_${value}` })),
    },
    test: (value) => (entry) => entry.category === value,
  },
  cause: {
    field: { kind: 'cause', label: 'detail_cause', all: 'history_all_causes' },
    test: (value) => (entry) => entry.cause === value,
  },
  state: {
    field: {
      kind: 'choice',
      label: 'history_status',
      all: 'history_all_statuses',
      options: statuses.map((value) => ({ value, label: `history_status_${value}` })),
    },
    test: (value) => (entry) => entry.status === value,
  },
  host: {
    field: { kind: 'host', label: 'history_host', hint: 'history_all_hosts' },
    test: testHost,
  },
  days: {
    field: {
      kind: 'choice',
      label: 'history_span',
      all: 'history_any_time',
      options: [
        ...recentDays.map((days) => ({
          value: String(days),
          label: ['history_last_days', days] satisfies Label,
        })),
        { value: BETWEEN, label: 'history_between' },
      ],
    },
    test:
      (value, { now }) =>
      (entry) =>
        value === BETWEEN || entry.failedAt >= now - Number(value) * DAY_MS,
  },
  from: {
    field: { kind: 'day', label: 'history_from' },
    test: (value) => {
      const start = startOfNamedDay(value);
      return ({ failedAt }) => failedAt >= start;
    },
  },
  to: {
    field: { kind: 'day', label: 'history_to' },
    test: (value) => {
      const end = startOfNamedDay(value, 1);
      return ({ failedAt }) => failedAt < end;
    },
  },
};

export interface Order {
  by: SortKey;
  descending: boolean;
}

/** The value of each filter, empty if it lets everything through, and the order. */
export type Query = Readonly<Record<FilterName, string>> & { readonly order: Order };

/** The order to begin with: newest and largest first, words from A to Z. */
export const firstOrder = (by: SortKey): Order => ({ by, descending: columns[by].history.sort === 'down' });

export const wholeHistory: Query = {
  q: '',
  category: '',
  cause: '',
  state: '',
  host: '',
  days: '',
  from: '',
  to: '',
  order: firstOrder('failedAt'),
};

/** Reads the query from an address, ignoring what makes no sense. */
export function parseQuery(search: string): Query {
  const address = new URLSearchParams(search);
  const order = firstOrder(sortKeys.find((key) => key === address.get('sort')) ?? 'failedAt');
  const direction = address.get('order');
  const query: { -readonly [Part in keyof Query]: Query[Part] } = { ...wholeHistory, order };
  if (direction === 'down' || direction === 'up')
    query.order = { ...order, descending: direction === 'down' };
  for (const name of filterNames) {
    const value = address.get(name) ?? '';
    if (accepts(filters[name].field, value)) query[name] = value;
  }
  if (query.days === '' && (query.from !== '' || query.to !== '')) query.days = BETWEEN;
  return query.days === BETWEEN ? query : { ...query, from: '', to: '' };
}

/** The end of an address for a query, empty for the whole history. */
export function formatQuery(query: Query): string {
  const { order } = query;
  const address = new URLSearchParams();
  for (const name of filterNames) if (query[name] !== '') address.set(name, query[name]);
  if (order.by !== 'failedAt') address.set('sort', order.by);
  if (order.descending !== firstOrder(order.by).descending)
    address.set('order', order.descending ? 'down' : 'up');
  return address.size === 0 ? '' : `?${address}`;
}

/** The entries that pass all filters, or the first `most` of them. */
export function filterEntries(query: Query, among: Among, most = Infinity): Entry[] {
  const tests = filterNames.flatMap((name) =>
    query[name] === '' ? [] : filters[name].test(query[name], among),
  );
  const found: Entry[] = [];
  for (const entry of among.entries) {
    if (found.length >= most) break;
    if (tests.every((test) => test(entry))) found.push(entry);
  }
  return found;
}

/** Compares texts as a language orders them, and numbers in them by their value. */
export const compareIn = (language: string): ((one: string, other: string) => number) =>
  new Intl.Collator(language, { numeric: true }).compare;

const newestFirst = (one: Entry, other: Entry): number =>
  other.failedAt - one.failedAt || (one.id < other.id ? -1 : 1);

/** Sorts entries, newest first where they are equal. `compare` compares texts. */
export function sortEntries(
  entries: readonly Entry[],
  { by, descending }: Order,
  reasonTitle: ReasonTitle,
  compare: (one: string, other: string) => number,
): Entry[] {
  // As nearly always, so without looking for keys.
  if (by === 'failedAt' && descending) return [...entries].sort(newestFirst);
  const sign = descending ? -1 : 1;
  const keyOf = (entry: Entry) => (by === 'reason' ? reasonTitle(entry) : entry[by]);
  const comparison = (one: Entry, other: Entry): number => {
    const [first, second] = [keyOf(one), keyOf(other)];
    // What is unknown comes last, whichever way round.
    if (first === null || second === null) return sign * (Number(first === null) - Number(second === null));
    return typeof first === 'number' && typeof second === 'number'
      ? first - second
      : compare(String(first), String(second));
  };
  return [...entries].sort((one, other) => sign * comparison(one, other) || newestFirst(one, other));
}
