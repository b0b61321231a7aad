/** What waits for a retry, and in which order. */
import { type Failure, upcoming } from './failure.ts';
import { hostOf } from './file-name.ts';

/** The host that a failure's bytes come from: at most one retry at a time asks it. */
export const hostOfFailure = ({ finalUrl }: Failure): string => hostOf(finalUrl);

/** A failure's place in the queue. */
export interface Turn {
  host: string;
  /** Orders the turns of one host; those above 0 are not due before that time (ms since the epoch). */
  at: number;
}

/** What the person asked for comes before what is automatic, and of that the newest failure first. */
export function turnOf(failure: Failure): Turn | undefined {
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

/** The first in line of each host that is not in `busy`, in the order in which they are to be served. */
export function firstInLine(failures: readonly Failure[], busy: ReadonlySet<string>): Failure[] {
  const first = new Map<string, { failure: Failure; at: number }>();
  for (const failure of failures) {
    const turn = turnOf(failure);
    if (!turn || busy.has(turn.host)) continue;
    const other = first.get(turn.host);
    if (!other || turn.at < other.at) first.set(turn.host, { failure, at: turn.at });
  }
  return [...first.values()].sort((a, b) => a.at - b.at).map(({ failure }) => failure);
}
