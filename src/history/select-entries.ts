/** Which entries a view shows, and in which order. */

import { searchable } from '../domain/search.ts';
import { startOfNamedDay } from './days.ts';
import type { Entry } from './entry.ts';
import type { Order, Span, View } from './view.ts';

/** What the words of a reason are: they are not part of an entry, because they depend on the language. */
export type ReasonWords = (entry: Pick<Entry, 'reason' | 'browser'>) => string;

const DAY_MS = 86_400_000;

/** The first moment of a span and the first one after it: ms since the epoch. */
export function boundsOf(span: Span, now: number): { since: number; before: number } {
  switch (span.kind) {
    case 'any':
      return { since: -Infinity, before: Infinity };
    case 'recent':
      return { since: now - span.days * DAY_MS, before: Infinity };
    case 'between':
      return {
        since: span.first === null ? -Infinity : startOfNamedDay(span.first),
        before: span.last === null ? Infinity : startOfNamedDay(span.last, 1),
      };
  }
}

/** The entries that a view shows, in the order in which they come. All words of the search have to be found. */
export function filterEntries(
  entries: readonly Entry[],
  view: View,
  reasonWords: ReasonWords,
  now: number,
): Entry[] {
  const words = searchable(view.search).split(/\s+/).filter(Boolean);
  const host = view.host.trim().toLowerCase();
  const { category, status } = view;
  const { since, before } = boundsOf(view.span, now);
  const reasons = new Map<string, string>();
  const reasonOf = (entry: Entry): string => {
    const key = `${entry.browser} ${entry.reason}`;
    const known = reasons.get(key);
    if (known !== undefined) return known;
    const made = searchable(`${reasonWords(entry)}\n${entry.reason}`);
    reasons.set(key, made);
    return made;
  };
  return entries.filter(
    (entry) =>
      (category === null || entry.category === category) &&
      (status === null || entry.status === status) &&
      entry.failedAt >= since &&
      entry.failedAt < before &&
      (host === '' || entry.host.includes(host)) &&
      words.every((word) => entry.searched.includes(word) || reasonOf(entry).includes(word)),
  );
}

const newestFirst = (one: Entry, other: Entry): number =>
  other.failedAt - one.failedAt || (one.id < other.id ? -1 : 1);

/** Entries in an order; those that it does not tell apart come newest first. `compare` compares words. */
export function sortEntries(
  entries: readonly Entry[],
  { by, descending }: Order,
  reasonWords: ReasonWords,
  compare: (one: string, other: string) => number,
): Entry[] {
  const sign = descending ? -1 : 1;
  const comparisons: Record<Order['by'], (one: Entry, other: Entry) => number> = {
    time: (one, other) => one.failedAt - other.failedAt,
    name: (one, other) => compare(one.name, other.name),
    host: (one, other) => compare(one.host, other.host),
    reason: (one, other) => compare(reasonWords(one), reasonWords(other)),
    // Sizes that nobody knows stand after all others, whichever way round these are.
    size: (one, other) =>
      one.size === null || other.size === null
        ? sign * (Number(one.size === null) - Number(other.size === null))
        : one.size - other.size,
  };
  const comparison = comparisons[by];
  return [...entries].sort((one, other) => sign * comparison(one, other) || newestFirst(one, other));
}
