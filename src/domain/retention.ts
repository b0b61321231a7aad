import * as v from 'valibot';

/** How much of the past the journal keeps. */
export interface Retention {
  /** Failures older than this many days are forgotten. */
  days: number;
  /** Of more failures than this, the oldest are forgotten. */
  records: number;
}

export const defaultRetention: Retention = { days: 365, records: 100_000 };

const DAY_MS = 86_400_000;

/** Failures that failed before this time (ms since the epoch) are to be forgotten. */
export const keptSince = ({ days }: Retention, now: number): number => now - days * DAY_MS;

/**
 * How far the computer's clock can be believed. A clock may stand years ahead until somebody sets it right, and what
 * is forgotten meanwhile is gone. So a time is believed only once the clock was seen to go on from there for a day.
 */
export const clockWatchSchema = v.object({
  /** The latest time that is believed: ms since the epoch. */
  believed: v.number(),
  /** The time that is believed next: ms since the epoch. */
  next: v.number(),
  /** When the clock was last looked at: ms since the epoch. */
  last: v.number(),
  /** For how long (ms) the clock was seen to go on since then. */
  seen: v.number(),
});
export type ClockWatch = v.InferOutput<typeof clockWatchSchema>;

/** Nobody knows whether the clock jumped or the computer was off: one look after that counts for so much (ms). */
const LONGEST_GAP_MS = DAY_MS / 3;

/** What is known of the clock after a look at it, which says `now` (ms since the epoch). */
export function watchClock(before: ClockWatch | undefined, now: number): ClockWatch {
  if (!before) return { believed: 0, next: now, last: now, seen: 0 };
  const seen = before.seen + Math.min(Math.max(0, now - before.last), LONGEST_GAP_MS);
  const next = Math.min(before.next, now);
  return seen < DAY_MS
    ? { believed: Math.min(before.believed, now), next, last: now, seen }
    : { believed: next, next: now, last: now, seen: 0 };
}
