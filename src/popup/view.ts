import type { RoundCounts } from '../domain/counts.ts';
import { type Failure, isOpen, stateOf } from '../domain/failure.ts';
import { type Browser, type Category, classify, isSuspicion, prognoses } from '../domain/reasons.ts';
import type { JournalHealth } from '../platform/journal/health.ts';
import type { OpenFailures } from '../platform/journal/reads.ts';

/** The failures of one reason that were read. */
export interface ReasonGroup {
  reason: string;
  /** How many are open, or how many a search found, including those that weren't read. */
  count: number;
  /** Newest first at first; what is recovered or dismissed later stays, and what comes later is added at the end. */
  failures: readonly Failure[];
  /** Whether there may be more to show. */
  more: boolean;
  /** Whether all of them can be tried again with one press. */
  retriable: boolean;
}

export interface CategoryGroup {
  category: Category;
  count: number;
  reasons: readonly ReasonGroup[];
}

export interface PopupView {
  health: JournalHealth;
  /** All open failures. */
  total: number;
  /** Open failures without what the person cancelled, and without the following. */
  failed: number;
  /** Completed downloads that may not be the file. */
  suspect: number;
  /** Failures that "Try all again" takes. */
  worthRetrying: number;
  /** Failures that a search found. */
  found: number;
  /** The easiest to help come first. */
  groups: readonly CategoryGroup[];
  round: RoundCounts | null;
  /** Whether a search hides some failures. */
  searching: boolean;
  /** Whether a row counts down to its next try. */
  waits: boolean;
  /** When the newest of the failures shown failed: ms since the epoch, 0 without any. */
  newest: number;
}

export const rowsOf = ({ groups }: PopupView): Failure[] =>
  groups.flatMap(({ reasons }) => reasons.flatMap(({ failures }) => failures));

/** Sorts what was there before in its old order, followed by the rest as `compare` has it. */
function inOldOrder<Item, Key>(
  items: readonly Item[],
  before: readonly Key[],
  keyOf: (item: Item) => Key,
  compare: (one: Item, other: Item) => number,
): Item[] {
  const places = new Map(before.map((key, index) => [key, index]));
  const placeOf = (item: Item): number => places.get(keyOf(item)) ?? before.length;
  return [...items].sort((one, other) => placeOf(one) - placeOf(other) || compare(one, other));
}

export interface Arrangement {
  browser: Browser;
  search: string;
  /** How many failures of a reason were asked for. */
  limitOf: (reason: string) => number;
  /** What the popup shows so far: nothing in it may jump. */
  before: PopupView | undefined;
}

/**
 * Arranges what was read the way the popup shows it. `stayed` failures were shown before but are no longer among those
 * read: they were recovered or dismissed, or newer ones came. In a search, groups without a match are left out.
 */
export function arrange(
  { health, counts, failures: read, found, retriable }: Omit<OpenFailures, 'standard'>,
  stayed: readonly Failure[],
  { browser, search, limitOf, before }: Arrangement,
): PopupView {
  const searching = search !== '';
  const hope = ({ reason }: ReasonGroup): number => prognoses.indexOf(classify(reason, browser).prognosis);
  const newest = ({ failures }: ReasonGroup): number =>
    Math.max(0, ...failures.map(({ failedAt }) => failedAt));
  const oldGroups = new Map(
    before?.groups.flatMap(({ reasons }) => reasons.map((group) => [group.reason, group] as const)),
  );
  let total = 0;
  let failed = 0;
  let suspect = 0;
  let worthRetrying = 0;
  const groups: ReasonGroup[] = [];
  for (const reason of new Set([...Object.keys(counts.open), ...stayed.map((failure) => failure.reason)])) {
    const open = counts.open[reason] ?? 0;
    const count = found[reason] ?? 0;
    const { prognosis } = classify(reason, browser);
    if (isSuspicion(reason)) suspect += open;
    else if (prognosis !== 'chosen') failed += open;
    if (prognosis === 'transient') worthRetrying += retriable[reason] ?? 0;
    total += open;
    const newestRead = read.get(reason) ?? [];
    const failures = inOldOrder(
      [...newestRead, ...stayed.filter((failure) => failure.reason === reason)],
      oldGroups.get(reason)?.failures.map(({ id }) => id) ?? [],
      ({ id }) => id,
      (one, other) => other.failedAt - one.failedAt,
    );
    if (searching && failures.length === 0) continue;
    groups.push({
      reason,
      count,
      failures,
      more: newestRead.length >= limitOf(reason) && failures.filter(isOpen).length < count,
      // A press must not retry failures that the search hides.
      retriable: !searching && (retriable[reason] ?? 0) > 1,
    });
  }
  const sorted = inOldOrder(
    groups,
    [...oldGroups.keys()],
    ({ reason }) => reason,
    (one, other) => hope(one) - hope(other) || newest(other) - newest(one),
  );
  const categoryOf = ({ reason }: ReasonGroup): Category => classify(reason, browser).category;
  const states = new Set([...read.values()].flat().map(stateOf));
  return {
    health,
    total,
    failed,
    suspect,
    worthRetrying,
    found: Object.values(found).reduce((sum, count) => sum + count, 0),
    groups: [...new Set(sorted.map(categoryOf))].map((category) => {
      const reasons = sorted.filter((group) => categoryOf(group) === category);
      return { category, count: reasons.reduce((sum, { count }) => sum + count, 0), reasons };
    }),
    round: counts.round,
    searching,
    waits: states.has('scheduled'),
    newest: Math.max(0, ...groups.map(newest)),
  };
}

/**
 * The first groups, with so many lines at least: the head of a reason is one, and each row. What a reason's head says
 * depends on all its rows.
 */
export function beginning(groups: readonly CategoryGroup[], lines: number): CategoryGroup[] {
  let left = lines;
  return groups.flatMap((group) => {
    const reasons = group.reasons.filter(({ failures }) => {
      const fits = left > 0;
      left -= 1 + failures.length;
      return fits;
    });
    return reasons.length > 0 ? { ...group, reasons } : [];
  });
}
