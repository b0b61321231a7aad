/** What a snapshot from the browser changes in a record. Seeing the same snapshot again changes nothing. */
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
  /** True if the browser listed the item before we started watching: recorded, but not news. */
  imported: boolean;
  /** Items that started before this time (ms since the epoch) and have no record were forgotten on purpose. */
  forgottenBefore: number;
  /** True if the browser has just reported that the item's state changed; false if we only looked. */
  stateChanged: boolean;
}

/** How much earlier (ms) than by our own clock an item can seem to have started: start times are coarse. */
const CLOCK_MARGIN_MS = 5_000;

/** How long (ms) after a call its item can still appear. No server takes longer to answer. */
export const LATEST_ITEM_MS = 3_600_000;

/** How long (ms) after we asked for a resume, a start of its item counts as ours and not as the person's. */
const LATEST_RESUME_MS = 60_000;

/** The keys by which to look up a snapshot's failure, best first. */
export function lookupKeys(snapshot: DownloadSnapshot): string[] {
  const keys = [snapshot.item.key];
  if (snapshot.ours) keys.push(startingKey(snapshot.url));
  if (snapshot.item.trace) keys.push(snapshot.item.trace);
  if (snapshot.item.trace && snapshot.filename) keys.push(fileKey(snapshot.filename));
  return keys;
}

/** The failure among `candidates` that a snapshot is about, and which of its attempts. */
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
    // A resume that never began doesn't count: the attempt before it has the same item.
    (attempt) => attempt.item?.key === snapshot.item.key && attempt.state !== 'not-started',
    // Across all failures: first attempts still waiting for an item, then those that gave up, then cancelled ones.
    ...(['starting', 'not-started', 'cancelled'] as const).map(
      (state) => (attempt: Attempt, failure: Failure) =>
        attempt.state === state && startedFor(attempt, failure),
    ),
    // Only an item from another session can be the same one under an older id.
    (attempt) =>
      attempt.item !== null &&
      attempt.item.trace !== null &&
      attempt.item.trace === snapshot.item.trace &&
      attempt.item.session !== snapshot.item.session,
    // Firefox resumes by itself what was running when it closed, and gives it a new start time.
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
    // If there are several, the latest.
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

/** Copies what only the newest item knows: its final address, the name the browser chose, the new reason and time. */
function settle(failure: Failure, attempt: Attempt, snapshot: DownloadSnapshot): Failure {
  const current = {
    ...failure,
    filename: snapshot.filename || failure.filename,
    finalUrl: snapshot.finalUrl,
    // Once an attempt is running or has the file, nothing else is to come.
    next: attempt.state === 'failed' ? failure.next : null,
  };
  // If the person cancels a retry, the failure keeps its reason: that is still why the file isn't there.
  if (attempt.state !== 'failed' || isChosen(attempt.reason, failure.browser)) return current;
  return {
    ...current,
    reason: attempt.reason,
    failedAt: attempt.endedAt,
    seen: false,
    // If it was dismissed during a retry of ours, the retry's failure doesn't bring it back.
    dismissed: failure.dismissed && attempt.by !== 'elsewhere',
  };
}

/**
 * What the record of a download becomes after `snapshot`. `candidates` are the failures found by {@link lookupKeys}.
 * Undefined if nothing changes: nothing failed, or the record already says so.
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
      // Not noted while it runs: every look that finds it running cancels it (see `showsSurplus`), so it doesn't matter
      // if the background dies in between.
      if (status.kind !== 'failed') return undefined;
      const { item } = snapshot;
      return replaceAttempt(failure, attempt, { ...baseOf(attempt), item, state: 'cancelled', endedAt: now });
    }
    // Until the browser acts on a resume, the item still shows the earlier failure.
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
    // The same item with this session's id. A resume with the old id would hit another download.
    const renamed = replaceAttempt(failure, attempt, { ...attempt, item: snapshot.item });
    return observe([renamed], snapshot, context) ?? renamed;
  }
  if (isStalled(failure, attempt, snapshot)) return undefined;
  if (!endedSince(attempt, snapshot, failure.browser)) return withBytesKept(failure, attempt, snapshot);
  // An ended attempt is running again, or was meanwhile: somebody resumed it.
  const late = lateResume(failure, snapshot, now);
  // While another attempt is running, it counts only once it has the file.
  if (isRunning(lastAttempt(failure)) && !late && status.kind !== 'completed') return undefined;
  const kind = resumedKind(attempt);
  const next = attemptFrom(snapshot, { kind, by: late?.by ?? 'elsewhere', startedAt: now }, now);
  return settle(addAttempt(failure, next), next, snapshot);
}

const sameItem = (attempt: Attempt, snapshot: DownloadSnapshot): boolean =>
  attempt.item?.key === snapshot.item.key && attempt.item.trace === snapshot.item.trace;

/**
 * Whether an attempt of ours is no longer wanted: it was cancelled, or another attempt has the file or is getting it.
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

/** The running items in the record that nobody wants any more. */
export const surplusItems = (failure: Failure): ItemRef[] =>
  failure.attempts.flatMap((attempt) =>
    attempt.state === 'running' && attempt.item && isSurplus(failure, attempt) ? [attempt.item] : [],
  );

/** Whether a snapshot shows a running or paused item that nobody wants any more, and that should be cancelled. */
export function showsSurplus(candidates: readonly Failure[], snapshot: DownloadSnapshot): boolean {
  if (snapshot.status.kind !== 'running' && snapshot.status.kind !== 'paused') return false;
  const owner = ownerOf(snapshot, candidates);
  if (!owner) return false;
  const { failure, attempt } = owner;
  if (!isRunning(attempt) && !awaitsItem(attempt)) return isStalled(failure, attempt, snapshot);
  return isSurplus(failure, attempt);
}

/** Whether an item still looks running because of a resume that we ended because nothing came. */
const isStalled = (
  failure: Failure,
  kept: Attempt,
  { item, status, exactBytes, bytesReceived }: DownloadSnapshot,
): boolean =>
  status.kind === 'running' &&
  exactBytes &&
  kept.state === 'failed' &&
  // If the browser can resume it, the person may have done that.
  !kept.canResume &&
  bytesReceived === kept.bytesReceived &&
  failure.attempts.some(
    ({ state, by, item: resumed }) =>
      state === 'not-started' && by !== 'elsewhere' && resumed?.key === item.key,
  );

/** Our own resume, if the browser starts it only now, after its time limit. */
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

/** Updates the kept bytes of a failed item: cancelling it in the browser drops them. */
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

/** Whether a resume threw away the kept bytes, so that the browser started over by itself. */
const fellBack = (attempt: Attempt, { status, bytesReceived, exactBytes }: DownloadSnapshot): boolean =>
  exactBytes &&
  attempt.kind === 'resume' &&
  status.kind === 'running' &&
  bytesReceived < attempt.bytesReceived;

/** Whether the snapshot shows something newer than the end of `attempt` that we know. */
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
        // Chrome changes the reason to USER_CANCELED when a failed item is erased. That is not a new failure.
        !isChosen(status.reason, browser) &&
        !(browser === 'chrome' && afterQuit.has(status.reason))
      );
  }
}

/**
 * Chrome gives these reasons to items that were running when it last saved its list, some 8 s before it ended: if one
 * failed in those seconds, that is lost. Had it been resumed since, we would have seen it running.
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
    // Nobody saw it fail; its start is the closest time we know.
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
