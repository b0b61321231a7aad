import type { RoundCounts } from '../domain/counts.ts';
import { type Failure, stateOf } from '../domain/failure.ts';
import { type Browser, type Category, categories, classify, prognoses } from '../domain/reasons.ts';
import { matches } from '../domain/search.ts';
import type { JournalHealth } from '../platform/journal/health.ts';
import type { OpenFailures } from '../platform/journal/reads.ts';

/** The failures of one reason that were read. */
export interface ReasonGroup {
  reason: string;
  /** How many are open, including those that weren't read. */
  count: number;
  /** Newest first; among them those that were recovered or dismissed while the popup is open. */
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
  /** Open failures without what the person cancelled. */
  failed: number;
  /** Failures that may succeed if simply tried again. */
  worthRetrying: number;
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

/**
 * Arranges what was read the way the popup shows it. `settled` failures were recovered or dismissed while the popup
 * was open: they keep their places, so that nothing jumps, but no longer count. `limitOf` says how many failures of a
 * reason were asked for. In a search, groups without a match are left out.
 */
export function arrange(
  { health, counts, failures: read }: Omit<OpenFailures, 'standard'>,
  settled: readonly Failure[],
  browser: Browser,
  { search, limitOf }: { search: string; limitOf: (reason: string) => number },
): PopupView {
  const searching = search !== '';
  let total = 0;
  let failed = 0;
  let worthRetrying = 0;
  const byCategory = new Map<Category, ReasonGroup[]>();
  const reasons = new Set([...Object.keys(counts.open), ...settled.map(({ reason }) => reason)]);
  for (const reason of reasons) {
    const count = counts.open[reason] ?? 0;
    const { category, prognosis } = classify(reason, browser);
    if (prognosis !== 'chosen') failed += count;
    if (prognosis === 'transient') worthRetrying += count;
    total += count;
    const open = read.get(reason) ?? [];
    const stayed = settled.filter((one) => one.reason === reason && matches(one, search));
    const failures = [...open, ...stayed].sort((a, b) => b.failedAt - a.failedAt);
    if (searching && failures.length === 0) continue;
    const group = {
      reason,
      count,
      failures,
      more: open.length >= limitOf(reason) && open.length < count,
      // A press must not retry failures that the search hides.
      retriable: !searching && count > 1 && (prognosis === 'transient' || prognosis === 'fixable'),
    };
    byCategory.set(category, [...(byCategory.get(category) ?? []), group]);
  }
  const newest = ({ failures }: ReasonGroup): number => failures[0]?.failedAt ?? 0;
  const hope = ({ reason }: ReasonGroup): number => prognoses.indexOf(classify(reason, browser).prognosis);
  const groups = categories.flatMap((category) => {
    const inIt = byCategory.get(category)?.sort((a, b) => hope(a) - hope(b) || newest(b) - newest(a));
    return inIt ? { category, count: inIt.reduce((sum, { count }) => sum + count, 0), reasons: inIt } : [];
  });
  const shown = new Set([...read.values()].flat().map(stateOf));
  const best = ({ reasons: [first] }: CategoryGroup): number => (first ? hope(first) : prognoses.length);
  return {
    health,
    total,
    failed,
    worthRetrying,
    groups: groups.sort((a, b) => best(a) - best(b)),
    round: counts.round,
    searching,
    waits: shown.has('scheduled'),
    newest: Math.max(0, ...groups.flatMap(({ reasons: inIt }) => inIt.map(newest))),
  };
}

/** The groups, cut off after so many rows. */
export function beginning(groups: readonly CategoryGroup[], rows: number): CategoryGroup[] {
  let left = rows;
  const ofReason = (group: ReasonGroup): ReasonGroup[] => {
    if (left <= 0) return [];
    const failures = group.failures.slice(0, left);
    left -= failures.length;
    return [{ ...group, failures }];
  };
  return groups.flatMap((group) => (left > 0 ? { ...group, reasons: group.reasons.flatMap(ofReason) } : []));
}
