import type { Entry } from './entry.ts';
import type { History, HistoryStore } from './history-store.ts';
import type { CarryOut, Outcome } from './labels.ts';
import type { Query } from './query.ts';
import type { Selection } from './selection.ts';
import type { RecentSpan } from './statistics.ts';
import type { ChangeQuery } from './use-query.ts';

/** What the parts of the page are made from; each takes of it what it needs. */
export interface Page extends History {
  store: HistoryStore;
  query: Query;
  change: ChangeQuery;
  /** The entries that the filters let through, in their order. */
  shown: readonly Entry[];
  /** The span that is shown, if it ends now. */
  recent: RecentSpan | undefined;
  selection: Selection;
  select: (selection: Selection) => void;
  outcome: Outcome;
  carryOut: CarryOut;
  /** ms since the epoch. */
  now: number;
  /** The failures whose details are open. */
  opened: ReadonlySet<string>;
  toggle: (id: string) => void;
}
