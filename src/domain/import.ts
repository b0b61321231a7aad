/** What becomes of failures that come from an export file. */
import { type Attempt, type Failure, stateOf } from './failure.ts';

/**
 * As it is outside of the browser that it comes from: what was under way then (`at`: ms since the epoch) has ended,
 * since nobody here waits for it.
 */
export function ended(failure: Failure, at: number): Failure {
  const end = (attempt: Attempt): Attempt => {
    if (attempt.state === 'running') return { ...attempt, state: 'vanished', endedAt: at };
    if (attempt.state !== 'starting') return attempt;
    const { deadline, ...begun } = attempt;
    return { ...begun, state: 'vanished', endedAt: at };
  };
  const [first, ...others] = failure.attempts;
  return { ...failure, attempts: [end(first), ...others.map(end)] };
}

/**
 * What the record `known` becomes when `imported` comes under the same id: the one that knows of more attempts, or of
 * a later failure. Returns undefined when it stays as it is.
 */
export function merge(known: Failure, imported: Failure): Failure | undefined {
  // Here somebody waits for its attempt.
  if (stateOf(known) === 'retrying') return undefined;
  const more = imported.attempts.length - known.attempts.length;
  return more > 0 || (more === 0 && imported.failedAt > known.failedAt) ? imported : undefined;
}
