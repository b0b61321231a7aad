import * as v from 'valibot';

/** How much of the past the journal keeps. */
export interface Retention {
  /** Failures older than this many days are forgotten. */
  days: number;
  /** If there are more failures than this, the oldest are forgotten. */
  records: number;
}

export const defaultRetention: Retention = { days: 365, records: 100_000 };

const DAY_MS = 86_400_000;

/** Failures that failed before this time (ms since the epoch) are to be forgotten. */
export const keptSince = ({ days }: Retention, now: number): number => now - days * DAY_MS;

/**
 * How far to believe the computer's clock. It may be years ahead until somebody corrects it, and failures forgotten
 * meanwhile are gone. So a time is believed only after the clock has been seen running on from it for a day.
 */
export const clockWatchSchema = v.object({
  /** The latest time that is believed: ms since the epoch. */
  believed: v.number(),
  /** The time that is believed next: ms since the epoch. */
  next: v.number(),
  /** When the clock was last looked at: ms since the epoch. */
  last: v.number(),
  /** How long (ms) the clock has been seen running since `next`. */
  seen: v.number(),
});
export type ClockWatch = v.InferOutput<typeof clockWatchSchema>;

/** The time between two looks counts for at most this (ms): the clock may have jumped, or the computer was off. */
const LONGEST_GAP_MS = DAY_MS / 3;

/** What we know about the clock after seeing it say `now` (ms since the epoch). */
export function watchClock(before: ClockWatch | undefined, now: number): ClockWatch {
  if (!before) return { believed: 0, next: now, last: now, seen: 0 };
  const seen = before.seen + Math.min(Math.max(0, now - before.last), LONGEST_GAP_MS);
  const next = Math.min(before.next, now);
  return seen < DAY_MS
    ? { believed: Math.min(before.believed, now), next, last: now, seen }
    : { believed: next, next: now, last: now, seen: 0 };
}
