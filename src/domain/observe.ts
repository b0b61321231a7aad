/**
 * What the browser's word does to a record. The same snapshot twice changes nothing the second time.
 */
import {
  type Attempt,
  addAttempt,
  attemptVanished,
  awaitsItem,
  baseOf,
  type DownloadSnapshot,
  type Failure,
  isChosen,
  isRunning,
  lastAttempt,
  replaceAttempt,
  resumedKind,
  startingKey,
  stateOf,
} from './failure.ts';
import type { Browser } from './reasons.ts';

/** What `observe` needs from the outside world. */
export interface ObserveContext {
  /** ms since the epoch. */
  now: number;
  /** The id for a new record. */
  newId: string;
  browser: Browser;
  /** True when the browser already listed the item before we watched: recorded, but no news to anybody. */
  imported: boolean;
  /** Items that started before this time (ms since the epoch) and have no record were forgotten on purpose. */
  forgottenBefore: number;
  /** True when the browser just reported that the item's state changed; false when we only looked. */
  stateChanged: boolean;
}

/** How much earlier than our own clock says an item can claim to have started, in ms: start times are coarse. */
const CLOCK_MARGIN_MS = 5_000;

/** The keys to look a snapshot's failure up by, best first. */
export function lookupKeys(snapshot: DownloadSnapshot): string[] {
  const keys = [snapshot.item.key];
  if (snapshot.ours) keys.push(startingKey(snapshot.url));
  if (snapshot.item.trace) keys.push(snapshot.item.trace);
  return keys;
}

/** The failure among `candidates` that a snapshot speaks of. */
function ownerOf(
  snapshot: DownloadSnapshot,
  candidates: readonly Failure[],
): { failure: Failure; attempt: Attempt } | undefined {
  const startedFor = (attempt: Attempt, { url }: Failure): boolean =>
    snapshot.ours &&
    awaitsItem(attempt) &&
    url === snapshot.url &&
    snapshot.startedAt >= attempt.startedAt - CLOCK_MARGIN_MS;
  const tests: ((attempt: Attempt, failure: Failure) => boolean)[] = [
    // A resume that never began says nothing of its item; an earlier attempt has the same one.
    (attempt) => attempt.item?.key === snapshot.item.key && attempt.state !== 'not-started',
    // One that waits comes before one that gave up waiting, also that of another failure.
    (attempt, failure) => attempt.state === 'starting' && startedFor(attempt, failure),
    startedFor,
    // Only an item of another session can be this one under an older id.
    (attempt) =>
      attempt.item !== null &&
      attempt.item.trace !== null &&
      attempt.item.trace === snapshot.item.trace &&
      attempt.item.session !== snapshot.item.session,
  ];
  for (const matches of tests) {
    for (const failure of candidates) {
      const attempt = failure.attempts.findLast((one) => matches(one, failure));
      if (attempt) return { failure, attempt };
    }
  }
  return undefined;
}

/** The attempt as the snapshot shows it. */
function attemptFrom(
  snapshot: DownloadSnapshot,
  { kind, by, startedAt }: Pick<Attempt, 'kind' | 'by' | 'startedAt'>,
  now: number,
): Attempt {
  const { item, bytesReceived, totalBytes, canResume, status } = snapshot;
  const base = { kind, by, item, startedAt, bytesReceived, totalBytes };
  switch (status.kind) {
    case 'failed':
      return { ...base, state: 'failed', endedAt: now, reason: status.reason, canResume };
    case 'completed':
      return { ...base, state: 'completed', endedAt: now };
    default:
      return { ...base, state: 'running', paused: status.kind === 'paused' };
  }
}

/** Takes over what only the newest item knows: where it came from, the name as decided, the new reason and time. */
function settle(failure: Failure, attempt: Attempt, snapshot: DownloadSnapshot): Failure {
  const current = {
    ...failure,
    filename: snapshot.filename || failure.filename,
    finalUrl: snapshot.finalUrl,
    // What was to come is there, or not needed any more.
    next: attempt.state === 'failed' ? failure.next : null,
  };
  // A retry that the person cancelled leaves the failure as it was: the file is still not there, for that reason.
  if (attempt.state !== 'failed' || isChosen(attempt.reason, failure.browser)) return current;
  return {
    ...current,
    reason: attempt.reason,
    failedAt: attempt.endedAt,
    seen: false,
    // Whoever dismissed it while we tried it again does not want it back for that.
    dismissed: failure.dismissed && attempt.by !== 'elsewhere',
  };
}

/**
 * What the record of a download becomes when the browser is seen to say `snapshot`. `candidates` are the
 * failures found under {@link lookupKeys}. Returns undefined when nothing changes, be it that nothing failed or
 * that the record already says so.
 */
export function observe(
  candidates: readonly Failure[],
  snapshot: DownloadSnapshot,
  context: ObserveContext,
): Failure | undefined {
  const owner = ownerOf(snapshot, candidates);
  const { status } = snapshot;
  if (!owner) {
    if (status.kind !== 'failed' || snapshot.startedAt < context.forgottenBefore) return undefined;
    return newFailure(snapshot, status.reason, context);
  }

  const { failure, attempt } = owner;
  const { now } = context;
  if (awaitsItem(attempt) && status.kind === 'running' && isSurplus(attempt, failure)) {
    return replaceAttempt(failure, attempt, {
      ...baseOf(attempt),
      item: snapshot.item,
      state: 'cancelled',
      endedAt: now,
    });
  }
  if (isRunning(attempt) || awaitsItem(attempt)) {
    // Until the browser acts on a resume, the item still shows the failure before it.
    const stale = attempt.state === 'starting' && attempt.item !== null && status.kind === 'failed';
    if (stale && !context.stateChanged && sameItem(attempt, snapshot)) return undefined;
    const kind = fellBack(attempt, snapshot) ? 'restart' : attempt.kind;
    const next = attemptFrom(snapshot, { ...attempt, kind }, now);
    const unchanged =
      attempt.state === 'running' &&
      next.state === 'running' &&
      attempt.paused === next.paused &&
      kind === attempt.kind &&
      sameItem(attempt, snapshot);
    return unchanged ? undefined : settle(replaceAttempt(failure, attempt, next), next, snapshot);
  }
  if (!sameItem(attempt, snapshot)) {
    // The same item under the new session's id: without it a resume would reach for another download.
    const renamed = replaceAttempt(failure, attempt, { ...attempt, item: snapshot.item });
    return observe([renamed], snapshot, context) ?? renamed;
  }
  // An attempt that had ended is seen to go on, or to have gone on: somebody resumed it.
  if (!endedSince(attempt, snapshot, failure.browser) || isRunning(lastAttempt(failure))) return undefined;
  const kind = resumedKind(attempt);
  const next = attemptFrom(snapshot, { kind, by: 'elsewhere', startedAt: now }, now);
  return settle(addAttempt(failure, next), next, snapshot);
}

const sameItem = (attempt: Attempt, snapshot: DownloadSnapshot): boolean =>
  attempt.item?.key === snapshot.item.key && attempt.item.trace === snapshot.item.trace;

/** Whether nobody wants the item that comes for an attempt any more: called off, or got in another way. */
function isSurplus(attempt: Attempt, failure: Failure): boolean {
  const last = lastAttempt(failure);
  return (
    attempt.state === 'cancelled' ||
    stateOf(failure) === 'recovered' ||
    (last !== attempt && isRunning(last) && last.item !== null)
  );
}

/** Whether a resume is seen to have thrown away what was kept: the browser then begins anew by itself. */
const fellBack = (attempt: Attempt, { status, bytesReceived, exactBytes }: DownloadSnapshot): boolean =>
  exactBytes &&
  attempt.kind === 'resume' &&
  status.kind === 'running' &&
  bytesReceived < attempt.bytesReceived;

/** Whether the snapshot shows more than the end of `attempt` that we know. */
function endedSince(attempt: Attempt, { status }: DownloadSnapshot, browser: Browser): boolean {
  switch (status.kind) {
    case 'running':
      return attempt.state === 'failed' || attempt.state === 'vanished' || attempt.state === 'cancelled';
    case 'paused':
      return false;
    case 'completed':
      return attempt.state !== 'completed';
    case 'failed':
      // Chrome turns the reason into USER_CANCELED when a failed item is erased: no new failure.
      return (
        attempt.state === 'failed' && attempt.reason !== status.reason && !isChosen(status.reason, browser)
      );
  }
}

function newFailure(snapshot: DownloadSnapshot, reason: string, context: ObserveContext): Failure {
  const { url, finalUrl, referrer, filename, mime, cookieStoreId, incognito, startedAt } = snapshot;
  const { now, newId: id, browser, imported } = context;
  return {
    id,
    browser,
    url,
    finalUrl,
    referrer,
    filename,
    mime,
    cookieStoreId,
    incognito,
    // Nobody saw it fail; its start is the nearest that is known.
    failedAt: imported ? Math.min(now, startedAt) : now,
    reason,
    seen: imported,
    dismissed: false,
    method: null,
    next: null,
    round: null,
    attempts: [attemptFrom(snapshot, { kind: 'first', by: 'elsewhere', startedAt }, now)],
  };
}

/**
 * Adds to a record what was noted of the same failure elsewhere, while the record could not be reached. Returns
 * undefined when that is nothing new.
 */
export function absorb(failure: Failure, noted: Failure): Failure | undefined {
  const known = ({ item, state, bytesReceived }: Attempt): boolean =>
    failure.attempts.some(
      (one) => one.item?.key === item?.key && one.state === state && one.bytesReceived === bytesReceived,
    );
  const attempts = noted.attempts.filter((attempt) => !known(attempt));
  if (attempts.length === 0) return undefined;
  const { filename, failedAt, seen, dismissed, next } = noted;
  const reason = isChosen(noted.reason, noted.browser) ? failure.reason : noted.reason;
  const resumed = attempts.map(
    (attempt): Attempt =>
      attempt.kind === 'first' ? { ...attempt, kind: resumedKind(lastAttempt(failure)) } : attempt,
  );
  // How an attempt that was running then ended is not known any more.
  const before = attemptVanished(failure, failedAt) ?? failure;
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
