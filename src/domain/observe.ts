/**
 * What the browser's word does to a record. The same snapshot twice changes nothing the second time.
 */
import {
  type Attempt,
  addAttempt,
  awaitsItem,
  baseOf,
  type DownloadSnapshot,
  type Failure,
  fileKey,
  type ItemRef,
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

/** How long (ms) after a call its item can still come: a slow server answers within that, and no later. */
export const LATEST_ITEM_MS = 3_600_000;

/** How long (ms) after we asked for a resume its item still starts because of that, and not because of the person. */
const LATEST_RESUME_MS = 60_000;

/** The keys to look a snapshot's failure up by, best first. */
export function lookupKeys(snapshot: DownloadSnapshot): string[] {
  const keys = [snapshot.item.key];
  if (snapshot.ours) keys.push(startingKey(snapshot.url));
  if (snapshot.item.trace) keys.push(snapshot.item.trace);
  if (snapshot.item.trace && snapshot.filename) keys.push(fileKey(snapshot.filename));
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
    snapshot.startedAt >= attempt.startedAt - CLOCK_MARGIN_MS &&
    snapshot.startedAt <= attempt.startedAt + LATEST_ITEM_MS;
  const tests: ((attempt: Attempt, failure: Failure) => boolean)[] = [
    // A resume that never began says nothing of its item; an earlier attempt has the same one.
    (attempt) => attempt.item?.key === snapshot.item.key && attempt.state !== 'not-started',
    // Who waits for an item comes before who gave up, and that one before who called it off, in all failures.
    ...(['starting', 'not-started', 'cancelled'] as const).map(
      (state) => (attempt: Attempt, failure: Failure) =>
        attempt.state === state && startedFor(attempt, failure),
    ),
    // Only an item of another session can be this one under an older id.
    (attempt) =>
      attempt.item !== null &&
      attempt.item.trace !== null &&
      attempt.item.trace === snapshot.item.trace &&
      attempt.item.session !== snapshot.item.session,
    // Firefox goes on by itself with what was under way when it closed, and gives it a new start.
    (attempt, { url, filename }) =>
      attempt.state === 'running' &&
      attempt.item !== null &&
      attempt.item.session !== snapshot.item.session &&
      url === snapshot.url &&
      filename === snapshot.filename,
  ];
  for (const matches of tests) {
    const found = candidates.flatMap((failure) => {
      const attempt = failure.attempts.findLast((one) => matches(one, failure));
      return attempt ? [{ failure, attempt }] : [];
    });
    // Of several, the one that asked last.
    found.sort((a, b) => b.attempt.startedAt - a.attempt.startedAt);
    if (found[0]) return found[0];
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
  if (isRunning(attempt) || awaitsItem(attempt)) {
    if (isSurplus(failure, attempt) && status.kind !== 'completed') {
      // Whoever sees it running cancels it, and again if the background dies before that is done.
      if (status.kind !== 'failed') return undefined;
      const { item } = snapshot;
      return replaceAttempt(failure, attempt, { ...baseOf(attempt), item, state: 'cancelled', endedAt: now });
    }
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
  if (isStalled(failure, attempt, snapshot)) return undefined;
  if (!endedSince(attempt, snapshot, failure.browser)) return withBytesKept(failure, attempt, snapshot);
  // An attempt that had ended is seen to go on, or to have gone on: somebody resumed it.
  const late = lateResume(failure, snapshot, now);
  // Beside a retry of ours it counts once it has the file.
  if (isRunning(lastAttempt(failure)) && !late && status.kind !== 'completed') return undefined;
  const kind = resumedKind(attempt);
  const next = attemptFrom(snapshot, { kind, by: late?.by ?? 'elsewhere', startedAt: now }, now);
  return settle(addAttempt(failure, next), next, snapshot);
}

const sameItem = (attempt: Attempt, snapshot: DownloadSnapshot): boolean =>
  attempt.item?.key === snapshot.item.key && attempt.item.trace === snapshot.item.trace;

/**
 * Whether nobody wants what the browser gets for an attempt of ours: it was called off, or another attempt has the file
 * or is getting it.
 */
function isSurplus(failure: Failure, attempt: Attempt): boolean {
  if (attempt.by === 'elsewhere') return false;
  const last = lastAttempt(failure);
  return (
    attempt.state === 'cancelled' ||
    stateOf(failure) === 'recovered' ||
    (last !== attempt && isRunning(last) && last.item !== null)
  );
}

/** The items under way that nobody wants, as the record has them. */
export const surplusItems = (failure: Failure): ItemRef[] =>
  failure.attempts.flatMap((attempt) =>
    attempt.state === 'running' && attempt.item && isSurplus(failure, attempt) ? [attempt.item] : [],
  );

/** Whether a snapshot shows an item under way that nobody wants: it is to be cancelled. */
export function showsSurplus(candidates: readonly Failure[], snapshot: DownloadSnapshot): boolean {
  if (snapshot.status.kind !== 'running' && snapshot.status.kind !== 'paused') return false;
  const owner = ownerOf(snapshot, candidates);
  if (!owner) return false;
  const { failure, attempt } = owner;
  if (!isRunning(attempt) && !awaitsItem(attempt)) return isStalled(failure, attempt, snapshot);
  return isSurplus(failure, attempt);
}

/** Whether an item is still shown as under way for a resume that was ended because it gets nothing. */
const isStalled = (
  failure: Failure,
  kept: Attempt,
  { item, status, exactBytes, bytesReceived }: DownloadSnapshot,
): boolean =>
  status.kind === 'running' &&
  exactBytes &&
  kept.state === 'failed' &&
  // Else the browser could go on with it, and the person may have asked for that.
  !kept.canResume &&
  bytesReceived === kept.bytesReceived &&
  failure.attempts.some(
    ({ state, by, item: resumed }) =>
      state === 'not-started' && by !== 'elsewhere' && resumed?.key === item.key,
  );

/** The resume of ours that the browser begins only now, though nothing was seen of it in time. */
const lateResume = (
  failure: Failure,
  { item, status }: DownloadSnapshot,
  now: number,
): Attempt | undefined =>
  status.kind === 'running'
    ? failure.attempts.findLast(
        (attempt) =>
          attempt.state === 'not-started' &&
          attempt.message === '' &&
          attempt.item?.key === item.key &&
          now - attempt.startedAt <= LATEST_RESUME_MS,
      )
    : undefined;

/** What the browser now says of the bytes of a failed item: cancelling it there gives them up. */
function withBytesKept(
  failure: Failure,
  attempt: Attempt,
  { status, canResume, exactBytes, bytesReceived }: DownloadSnapshot,
): Failure | undefined {
  if (attempt.state !== 'failed' || status.kind !== 'failed') return undefined;
  const bytes = canResume && exactBytes ? bytesReceived : attempt.bytesReceived;
  if (attempt.canResume === canResume && attempt.bytesReceived === bytes) return undefined;
  return replaceAttempt(failure, attempt, { ...attempt, canResume, bytesReceived: bytes });
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
      return (
        attempt.state === 'failed' &&
        attempt.reason !== status.reason &&
        // Chrome turns the reason into USER_CANCELED when a failed item is erased: no new failure.
        !isChosen(status.reason, browser) &&
        !(browser === 'chrome' && afterQuit.has(status.reason))
      );
  }
}

/**
 * What Chrome says of an item that was under way when it last wrote its list to disk, some 8 s before it ended: that
 * the item had failed by then is lost with the rest. Had it been resumed since, we would have seen it running.
 */
const afterQuit: ReadonlySet<string> = new Set(['CRASH', 'USER_SHUTDOWN']);

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
