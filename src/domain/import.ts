/** What becomes of failures that come from an export file. */
import { type Attempt, type Failure, isRunning, stateOf } from './failure.ts';

/**
 * As it is outside of the journal that it comes from: attempts that were under way then (`at`: ms since the epoch)
 * have ended, since nobody here waits for them; and nothing is to come, since nobody here asked for it.
 */
export function ended(failure: Failure, at: number): Failure {
  const end = (attempt: Attempt): Attempt => {
    if (!isRunning(attempt)) return attempt;
    const { kind, by, item, startedAt, bytesReceived, totalBytes } = attempt;
    return {
      kind,
      by,
      item,
      startedAt,
      bytesReceived,
      totalBytes,
      state: 'vanished',
      endedAt: at,
      because: 'removed',
    };
  };
  const [first, ...others] = failure.attempts;
  const next = failure.next?.kind === 'stopped' ? failure.next : null;
  return { ...failure, next, round: null, attempts: [end(first), ...others.map(end)] };
}

/**
 * What the record `known` becomes when `imported` comes under the same id: the one that knows of more attempts, or of
 * a later failure. Returns undefined when it stays as it is.
 */
export function merge(known: Failure, imported: Failure): Failure | undefined {
  // Somebody here waits for its attempt.
  const state = stateOf(known);
  if (state === 'retrying' || state === 'scheduled') return undefined;
  const more = imported.attempts.length - known.attempts.length;
  return more > 0 || (more === 0 && imported.failedAt > known.failedAt) ? imported : undefined;
}
