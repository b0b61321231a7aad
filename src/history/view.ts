/** Which failures the page shows and in which order, and how that stands in the page's address. */
import { type Category, categories } from '../domain/reasons.ts';
import { type Status, statuses } from './entry.ts';

/** Days of the spans that end now. */
export const recentDays = [1, 7, 30, 90] as const;

/** A stretch of time. Days are written `2026-05-31` and mean the person's own time zone. */
export type Span =
  | { kind: 'any' }
  | { kind: 'recent'; days: (typeof recentDays)[number] }
  /** Both ends included; an end that is null is open. */
  | { kind: 'between'; first: string | null; last: string | null };

export const sortKeys = ['time', 'name', 'host', 'reason', 'size'] as const;
export type SortKey = (typeof sortKeys)[number];

export interface Order {
  by: SortKey;
  descending: boolean;
}

export interface View {
  search: string;
  /** Part of a host's name; empty for all. */
  host: string;
  category: Category | null;
  status: Status | null;
  span: Span;
  order: Order;
}

/** The order that a key begins with: the newest and the largest first, words from A on. */
export const firstOrder = (by: SortKey): Order => ({ by, descending: by === 'time' || by === 'size' });

export const wholeHistory: View = {
  search: '',
  host: '',
  category: null,
  status: null,
  span: { kind: 'any' },
  order: firstOrder('time'),
};

/** Longer texts are no searches, and would only make the address unusable. */
const TEXT_LIMIT = 300;

const oneOf = <Value extends string | number>(values: readonly Value[], text: string | null): Value | null =>
  values.find((value) => String(value) === text) ?? null;

function dayIn(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const date = new Date(`${text}T00:00:00Z`);
  // There is no 31 February, whatever Date makes of it.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : null;
}

function spanIn(query: URLSearchParams): Span {
  const days = oneOf(recentDays, query.get('days'));
  if (days !== null) return { kind: 'recent', days };
  const first = dayIn(query.get('from'));
  const last = dayIn(query.get('to'));
  return first === null && last === null ? { kind: 'any' } : { kind: 'between', first, last };
}

/** The view that an address's query asks for. Anybody can write an address: what makes no sense is passed over. */
export function parseView(search: string): View {
  const query = new URLSearchParams(search);
  const order = firstOrder(oneOf(sortKeys, query.get('sort')) ?? 'time');
  const direction = oneOf(['up', 'down'], query.get('order'));
  return {
    search: (query.get('q') ?? '').slice(0, TEXT_LIMIT),
    host: (query.get('host') ?? '').slice(0, TEXT_LIMIT),
    category: oneOf(categories, query.get('category')),
    status: oneOf(statuses, query.get('state')),
    span: spanIn(query),
    order: direction === null ? order : { ...order, descending: direction === 'down' },
  };
}

/** The query of the address that brings a view back; empty for the whole history. */
export function formatView({ search, host, category, status, span, order }: View): string {
  const query = new URLSearchParams();
  const add = (name: string, value: string | null): void => {
    if (value !== null && value !== '') query.set(name, value);
  };
  add('q', search);
  add('category', category);
  add('state', status);
  add('host', host);
  if (span.kind === 'recent') add('days', String(span.days));
  if (span.kind === 'between') {
    add('from', span.first);
    add('to', span.last);
  }
  if (order.by !== 'time') add('sort', order.by);
  if (order.descending !== firstOrder(order.by).descending) add('order', order.descending ? 'down' : 'up');
  return query.size === 0 ? '' : `?${query}`;
}
