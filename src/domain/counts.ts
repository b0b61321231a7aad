import { type Failure, isOpen, isUnseen } from './failure.ts';

/** Running totals that pages paint from, kept in the same transaction as the records. */
export interface Counts {
  /** Open failures by reason; no entry is zero. */
  open: Readonly<Record<string, number>>;
  /** What the badge shows. */
  unseen: number;
}

export const noCounts: Counts = { open: {}, unseen: 0 };

function add(counts: Counts, failure: Failure, sign: 1 | -1): Counts {
  const unseen = counts.unseen + (isUnseen(failure) ? sign : 0);
  if (!isOpen(failure)) return { ...counts, unseen };
  const { [failure.reason]: before = 0, ...others } = counts.open;
  const after = before + sign;
  return { open: after === 0 ? others : { ...others, [failure.reason]: after }, unseen };
}

/** The counts after a record changed from `before` to `after`; either is undefined when there is no record. */
export function recount(counts: Counts, before: Failure | undefined, after: Failure | undefined): Counts {
  const without = before ? add(counts, before, -1) : counts;
  return after ? add(without, after, 1) : without;
}

/** The counts of two places together. */
export function addCounts(one: Counts, other: Counts): Counts {
  const open = { ...one.open };
  for (const [reason, count] of Object.entries(other.open)) open[reason] = (open[reason] ?? 0) + count;
  return { open, unseen: one.unseen + other.unseen };
}
