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
