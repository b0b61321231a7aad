import * as v from 'valibot';
import { currentAttempt, type Failure, isOpen, isRunning, isUnseen, stateOf } from './failure.ts';

/** How far a round has got: how many of its failures are in which state. */
const roundSchema = v.object({
  /** When it began: ms since the epoch. */
  id: v.number(),
  waiting: v.number(),
  running: v.number(),
  recovered: v.number(),
  failedAgain: v.number(),
  /** Whether the person has seen how it ended. */
  closed: v.boolean(),
});
export type RoundCounts = v.InferOutput<typeof roundSchema>;

/** Running totals that pages paint from, kept in the same transaction as the records. */
export const countsSchema = v.object({
  /** Open failures by reason; no entry is zero. */
  open: v.record(v.string(), v.number()),
  /** What the badge shows. */
  unseen: v.number(),
  /** The newest round, running or finished; null before the first. Version 2 of the database had no rounds. */
  round: v.nullish(roundSchema, null),
});
export type Counts = v.InferOutput<typeof countsSchema>;

export const noCounts: Counts = { open: {}, unseen: 0, round: null };

const newRound = (id: number): RoundCounts => ({
  id,
  waiting: 0,
  running: 0,
  recovered: 0,
  failedAgain: 0,
  closed: false,
});

export const isRoundActive = ({ waiting, running }: RoundCounts): boolean => waiting + running > 0;

function placeInRound(failure: Failure): 'waiting' | 'running' | 'recovered' | 'failedAgain' {
  if (stateOf(failure) === 'recovered') return 'recovered';
  if (isRunning(currentAttempt(failure))) return 'running';
  return failure.next?.kind === 'turn' ? 'waiting' : 'failedAgain';
}

function addToRound(round: RoundCounts | null, failure: Failure, sign: 1 | -1): RoundCounts | null {
  // Only the newest round is counted.
  if (failure.round === null || failure.round < (round?.id ?? 0)) return round;
  // Its turn is on hold, and the round doesn't wait for it.
  if (failure.dismissed && failure.next?.kind === 'turn') return round;
  const counted = round?.id === failure.round ? round : newRound(failure.round);
  const place = placeInRound(failure);
  return { ...counted, [place]: counted[place] + sign };
}

function add(counts: Counts, failure: Failure, sign: 1 | -1): Counts {
  const unseen = counts.unseen + (isUnseen(failure) ? sign : 0);
  const round = addToRound(counts.round, failure, sign);
  if (!isOpen(failure)) return { ...counts, unseen, round };
  const { [failure.reason]: before = 0, ...others } = counts.open;
  const after = before + sign;
  return { open: after === 0 ? others : { ...others, [failure.reason]: after }, unseen, round };
}

/** The counts after a record changed from `before` to `after`; either is undefined when there is no record. */
export function recount(counts: Counts, before: Failure | undefined, after: Failure | undefined): Counts {
  const without = before ? add(counts, before, -1) : counts;
  return after ? add(without, after, 1) : without;
}

/**
 * The counts including what is kept only in memory: there `failures` replace the records `replaced` (both by id), and
 * `closed` is the round that was closed, or null.
 */
export function recountKept(
  counts: Counts,
  { replaced, failures }: Readonly<Record<'replaced' | 'failures', ReadonlyMap<string, Failure>>>,
  closed: number | null,
): Counts {
  const all = [...failures.values()].reduce(
    (sum, failure) => recount(sum, replaced.get(failure.id), failure),
    counts,
  );
  return closed !== null && all.round?.id === closed ? closeRound(all, closed) : all;
}

/** The counts once the person has seen how the round `id` ended. */
export const closeRound = (counts: Counts, id: number): Counts =>
  (counts.round?.id ?? 0) > id
    ? counts
    : { ...counts, round: { ...(counts.round?.id === id ? counts.round : newRound(id)), closed: true } };

/** Recomputed `counts`, with the one thing that can't be recomputed: that a round was closed. */
export const keepClosed = (counts: Counts, before: Counts): Counts =>
  before.round?.closed ? closeRound(counts, before.round.id) : counts;
