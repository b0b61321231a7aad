import type { Failure } from '../domain/failure.ts';
import { type Browser, type Category, categories, classify } from '../domain/reasons.ts';
import type { JournalHealth } from '../platform/journal/journal.ts';
import type { OpenFailures } from '../platform/journal/open-failures.ts';

/** The failures of one reason, as far as they are read. */
export interface ReasonGroup {
  reason: string;
  /** Of all open failures, also of those that aren't read. */
  count: number;
  /** Newest first. */
  failures: readonly Failure[];
}

export interface CategoryGroup {
  category: Category;
  count: number;
  reasons: readonly ReasonGroup[];
}

export interface PopupView {
  health: JournalHealth;
  /** Open failures without what the person cancelled. */
  failed: number;
  /** Those that may succeed as they are. */
  worthRetrying: number;
  groups: readonly CategoryGroup[];
  /** When the newest of the failures shown failed: ms since the epoch, 0 without any. */
  newest: number;
}

/** Arranges what was read as the popup shows them; reasons with the newest failure first. */
export function arrange({ health, counts, failures: rows }: OpenFailures, browser: Browser): PopupView {
  let failed = 0;
  let worthRetrying = 0;
  const byCategory = new Map<Category, ReasonGroup[]>();
  for (const [reason, count] of Object.entries(counts.open)) {
    const { category, prognosis } = classify(reason, browser);
    if (prognosis !== 'chosen') failed += count;
    if (prognosis === 'transient') worthRetrying += count;
    const group = { reason, count, failures: rows.get(reason) ?? [] };
    byCategory.set(category, [...(byCategory.get(category) ?? []), group]);
  }
  const newest = ({ failures }: ReasonGroup): number => failures[0]?.failedAt ?? 0;
  const groups = categories.flatMap((category) => {
    const reasons = byCategory.get(category)?.sort((a, b) => newest(b) - newest(a));
    return reasons ? { category, count: reasons.reduce((sum, { count }) => sum + count, 0), reasons } : [];
  });
  return {
    health,
    failed,
    worthRetrying,
    groups,
    newest: Math.max(0, ...groups.flatMap(({ reasons }) => reasons.map(newest))),
  };
}
