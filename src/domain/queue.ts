/** Which failures wait for a retry, and in which order. */
import { type Failure, upcoming } from './failure.ts';
import { hostOf } from './file-name.ts';

/** The host a failure's bytes come from. It gets at most one retry at a time. */
export const hostOfFailure = ({ finalUrl }: Failure): string => hostOf(finalUrl);

/** A failure's place in the queue. */
export interface QueuePlace {
  host: string;
  /** Sorts the failures of one host. If above 0, the retry is not due before this time (ms since the epoch). */
  at: number;
}

/** Retries the person asked for come first, newest failure first; then automatic ones, by their time. */
export function placeInQueue(failure: Failure): QueuePlace | undefined {
  const next = upcoming(failure);
  switch (next?.kind) {
    case 'turn':
      return { host: hostOfFailure(failure), at: -failure.failedAt };
    case 'planned':
      return { host: hostOfFailure(failure), at: next.at };
    default:
      return undefined;
  }
}

/** The next failure of each host that is not in `busy`, in the order in which to retry them. */
export function firstInLine(failures: readonly Failure[], busy: ReadonlySet<string>): Failure[] {
  const first = new Map<string, { failure: Failure; at: number }>();
  for (const failure of failures) {
    const place = placeInQueue(failure);
    if (!place || busy.has(place.host)) continue;
    const other = first.get(place.host);
    if (!other || place.at < other.at) first.set(place.host, { failure, at: place.at });
  }
  return [...first.values()].sort((a, b) => a.at - b.at).map(({ failure }) => failure);
}
