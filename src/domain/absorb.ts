import {
  type Attempt,
  attemptVanished,
  currentAttempt,
  type Failure,
  isChosen,
  resumedKind,
} from './failure.ts';

/**
 * Merges into a record what was noted about the same failure while the record could not be reached. Undefined if
 * nothing is new.
 */
export function absorb(failure: Failure, noted: Failure): Failure | undefined {
  const known = ({ item, state, bytesReceived, startedAt }: Attempt): boolean =>
    failure.attempts.some(
      (one) =>
        one.item?.key === item?.key &&
        (item !== null || one.startedAt === startedAt) &&
        one.state === state &&
        one.bytesReceived === bytesReceived,
    );
  const attempts = noted.attempts.filter((attempt) => !known(attempt));
  if (attempts.length === 0) return undefined;
  const { filename, failedAt, seen, dismissed, next } = noted;
  const reason = isChosen(noted.reason, noted.browser) ? failure.reason : noted.reason;
  const resumed = attempts.map(
    (attempt): Attempt =>
      attempt.kind === 'first' ? { ...attempt, kind: resumedKind(currentAttempt(failure)) } : attempt,
  );
  // If an attempt was still running then, nobody knows how it ended.
  const last = currentAttempt(failure);
  const before = attemptVanished(failure, last, failedAt, last.item?.session ?? null) ?? failure;
  return {
    ...before,
    filename,
    failedAt,
    reason,
    seen,
    dismissed,
    next,
    attempts: [...before.attempts, ...resumed],
  };
}
