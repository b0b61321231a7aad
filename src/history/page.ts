import type { History, HistoryStore } from './history-store.ts';
import type { CarryOut, Outcome, Progress } from './labels.ts';
import type { Query } from './query.ts';
import type { Selection } from './selection.ts';
import type { ChangeQuery } from './use-query.ts';

/** What the parts of the page are made from; each takes of it what it needs. */
export interface Page extends History {
  store: HistoryStore;
  /** What is asked for; what is shown may still be of the one before. */
  query: Query;
  change: ChangeQuery;
  selection: Selection;
  select: (selection: Selection) => void;
  outcome: Outcome;
  /** Of the command that runs, of which there is one at a time; `begun` until its first number. */
  progress: Progress | 'begun' | undefined;
  carryOut: CarryOut;
  /** ms since the epoch. */
  now: number;
  /** The failures whose details are open. */
  opened: ReadonlySet<string>;
  toggle: (id: string) => void;
}
