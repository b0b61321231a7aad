/**
 * The record of a failure and what a browser's word does to it.
 *
 *   (nothing) ──failed──▶ failed ──retry──▶ starting ──▶ running ──▶ completed (recovered)
 *                           ▲                  │            │
 *                           └──────────────────┴────────────┘ failed, not started or vanished
 *
 * Everything here is a pure function of the record, a snapshot and the time handed in. The same snapshot twice
 * changes nothing the second time.
 */
import { type Browser, classify, type Prognosis } from './reasons.ts';

/** Which of the browser's downloads an attempt was. */
export interface ItemRef {
  /** The browser's id, valid in `session`. */
  id: number;
  /** The run of the browser in which `id` means this item; null where ids hold for ever. */
  session: string | null;
  /** Names the item within its session, and never another one. */
  key: string;
  /** Tells it again in a later session, where the browser gives new ids; null where `key` does. */
  trace: string | null;
}

/** The file that a download is for, and where it comes from. */
export interface WantedFile {
  /** The address asked for, before redirects. */
  url: string;
  /** The address that answered; the same as `url` where the browser doesn't tell. */
  finalUrl: string;
  referrer: string | null;
  /** Full path of the target, as far as the browser told it; empty while it isn't decided. */
  filename: string;
  mime: string | null;
  /** Firefox's container. */
  cookieStoreId: string | null;
  incognito: boolean;
}

/** What a browser says of one download at one moment, in the same form for both browsers. */
export interface DownloadSnapshot extends WantedFile {
  item: ItemRef;
  /** Whether this extension started it. */
  ours: boolean;
  /** ms since the epoch. */
  startedAt: number;
  bytesReceived: number;
  /** Null when the server didn't say. */
  totalBytes: number | null;
  canResume: boolean;
  status: SnapshotStatus;
}

export type SnapshotStatus =
  | { kind: 'running' }
  | { kind: 'paused' }
  | { kind: 'completed' }
  | { kind: 'failed'; reason: string };

/** How an attempt began: the first download, the rest of it, or all of it again. */
export type AttemptKind = 'first' | 'resume' | 'restart';

interface AttemptBase {
  kind: AttemptKind;
  /** Null until the browser has an item for it. */
  item: ItemRef | null;
  /** ms since the epoch. */
  startedAt: number;
  bytesReceived: number;
  totalBytes: number | null;
}

/** One try to get the file. All times are in ms since the epoch, by our own clock. */
export type Attempt = AttemptBase &
  (
    | { state: 'starting'; deadline: number }
    | { state: 'running' }
    | { state: 'failed'; endedAt: number; reason: string; canResume: boolean }
    | { state: 'completed'; endedAt: number }
    /** The browser refused or never answered; `message` is its own word, empty for no answer. */
    | { state: 'not-started'; endedAt: number; message: string }
    /** The browser dropped the item from its list before it ended. */
    | { state: 'vanished'; endedAt: number }
  );

/** One wanted file that failed, kept however the browser's list is cleared. */
export interface Failure extends WantedFile {
  /** Our own id. */
  id: string;
  browser: Browser;
  /** When the last failed attempt failed: ms since the epoch, by our own clock. */
  failedAt: number;
  /** The reason that says best why the file isn't there: the last one that was not the person's own choice. */
  reason: string;
  seen: boolean;
  dismissed: boolean;
  /** At least one, in the order in which they began. */
  attempts: readonly [Attempt, ...Attempt[]];
}

/** What a row says of a failure. */
export type FailureState = 'failed' | 'scheduled' | 'retrying' | 'recovered';

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

export const lastAttempt = (failure: Failure): Attempt => failure.attempts.at(-1) ?? failure.attempts[0];

/** The failed attempt that the browser says it can take up again: the last one that it had an item for. */
export function resumable(failure: Failure): Attempt | undefined {
  const last = failure.attempts.findLast(({ state }) => state === 'failed');
  return last?.state === 'failed' && last.canResume && last.item ? last : undefined;
}

export function stateOf(failure: Failure): FailureState {
  // Whatever else was tried beside it: the file is there.
  if (failure.attempts.some(({ state }) => state === 'completed')) return 'recovered';
  return isRunning(lastAttempt(failure)) ? 'retrying' : 'failed';
}

export const prognosisOf = (failure: Failure): Prognosis =>
  classify(failure.reason, failure.browser).prognosis;

/** Not recovered and not dismissed: what the lists show and the counts count. */
export const isOpen = (failure: Failure): boolean => !failure.dismissed && stateOf(failure) !== 'recovered';

/** What the badge counts. */
export const isUnseen = (failure: Failure): boolean =>
  isOpen(failure) && !failure.seen && prognosisOf(failure) !== 'chosen';

/** Under this key a new item of ours finds the failure that it was started for. */
const startingKey = (url: string): string => `starting ${url}`;

/**
 * Whether the browser may still come with an item for this attempt: also long after its time limit, when a slow
 * server answers at last.
 */
const awaitsItem = (attempt: Attempt): boolean =>
  attempt.item === null &&
  (attempt.state === 'starting' || (attempt.state === 'not-started' && attempt.message === ''));

/** How much earlier than our own clock says an item can claim to have started, in ms: start times are coarse. */
const CLOCK_MARGIN_MS = 5_000;

/** Every key under which a snapshot can belong to this failure. */
export function keysOf(failure: Failure): string[] {
  const keys = new Set<string>();
  for (const attempt of failure.attempts) {
    if (attempt.item) {
      keys.add(attempt.item.key);
      if (attempt.item.trace) keys.add(attempt.item.trace);
    } else if (awaitsItem(attempt)) {
      keys.add(startingKey(failure.url));
    }
  }
  return [...keys];
}

/** The keys to look a snapshot's failure up by, best first. */
export function lookupKeys(snapshot: DownloadSnapshot): string[] {
  const keys = [snapshot.item.key];
  if (snapshot.ours) keys.push(startingKey(snapshot.url));
  if (snapshot.item.trace) keys.push(snapshot.item.trace);
  return keys;
}

/** The failure among `candidates` that a snapshot speaks of. */
export function ownerOf(
  snapshot: DownloadSnapshot,
  candidates: readonly Failure[],
): { failure: Failure; attempt: Attempt } | undefined {
  const tests: ((attempt: Attempt, failure: Failure) => boolean)[] = [
    // A resume that never began says nothing of its item; an earlier attempt has the same one.
    (attempt) => attempt.item?.key === snapshot.item.key && attempt.state !== 'not-started',
    (attempt, failure) =>
      snapshot.ours &&
      awaitsItem(attempt) &&
      failure.url === snapshot.url &&
      snapshot.startedAt >= attempt.startedAt - CLOCK_MARGIN_MS,
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

const isRunning = (attempt: Attempt): boolean => attempt.state === 'starting' || attempt.state === 'running';

const isChosen = (reason: string, browser: Browser): boolean =>
  classify(reason, browser).prognosis === 'chosen';

function replaceAttempt(failure: Failure, old: Attempt, replacement: Attempt): Failure {
  const [first, ...others] = failure.attempts;
  const swap = (attempt: Attempt): Attempt => (attempt === old ? replacement : attempt);
  return { ...failure, attempts: [swap(first), ...others.map(swap)] };
}

const addAttempt = (failure: Failure, attempt: Attempt): Failure => ({
  ...failure,
  attempts: [...failure.attempts, attempt],
});

/** The attempt as the snapshot shows it. */
function attemptFrom(snapshot: DownloadSnapshot, kind: AttemptKind, startedAt: number, now: number): Attempt {
  const { item, bytesReceived, totalBytes, canResume, status } = snapshot;
  const base: AttemptBase = { kind, item, startedAt, bytesReceived, totalBytes };
  switch (status.kind) {
    case 'failed':
      return { ...base, state: 'failed', endedAt: now, reason: status.reason, canResume };
    case 'completed':
      return { ...base, state: 'completed', endedAt: now };
    default:
      return { ...base, state: 'running' };
  }
}

/** Takes over what only the newest item knows: the file name as decided, the new reason and time. */
function settle(failure: Failure, attempt: Attempt, snapshot: DownloadSnapshot): Failure {
  const filename = snapshot.filename || failure.filename;
  if (attempt.state !== 'failed') return { ...failure, filename };
  // A retry that the person cancelled leaves the failure as it was: the file is still not there, for that reason.
  if (isChosen(attempt.reason, failure.browser)) return { ...failure, filename };
  return {
    ...failure,
    filename,
    reason: attempt.reason,
    failedAt: attempt.endedAt,
    seen: false,
    dismissed: false,
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
    // Until the browser acts on a resume, the item still shows the failure before it.
    const stale = attempt.state === 'starting' && attempt.item !== null && status.kind === 'failed';
    if (stale && !context.stateChanged && sameItem(attempt, snapshot)) return undefined;
    const next = attemptFrom(snapshot, attempt.kind, attempt.startedAt, now);
    const unchanged = attempt.state === 'running' && next.state === 'running' && sameItem(attempt, snapshot);
    return unchanged ? undefined : settle(replaceAttempt(failure, attempt, next), next, snapshot);
  }
  if (!sameItem(attempt, snapshot)) {
    // The same item under the new session's id: without it a resume would reach for another download.
    const renamed = replaceAttempt(failure, attempt, { ...attempt, item: snapshot.item });
    return observe([renamed], snapshot, context) ?? renamed;
  }
  // An attempt that had ended is seen to go on, or to have gone on: somebody resumed it.
  if (!endedSince(attempt, snapshot, failure.browser) || isRunning(lastAttempt(failure))) return undefined;
  const next = attemptFrom(snapshot, resumedKind(attempt), now, now);
  return settle(addAttempt(failure, next), next, snapshot);
}

const sameItem = (attempt: Attempt, snapshot: DownloadSnapshot): boolean =>
  attempt.item?.key === snapshot.item.key && attempt.item.trace === snapshot.item.trace;

/** Resuming an attempt that received nothing is starting again. */
const resumedKind = ({ bytesReceived }: Attempt): AttemptKind => (bytesReceived > 0 ? 'resume' : 'restart');

/** Whether the snapshot shows more than the end of `attempt` that we know. */
function endedSince(attempt: Attempt, { status }: DownloadSnapshot, browser: Browser): boolean {
  switch (status.kind) {
    case 'running':
      return attempt.state === 'failed' || attempt.state === 'vanished';
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
    attempts: [attemptFrom(snapshot, 'first', startedAt, now)],
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
  const { filename, failedAt, seen, dismissed } = noted;
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
    attempts: [...before.attempts, ...resumed],
  };
}

/**
 * Notes that an attempt is about to be started, before the browser is asked: should the background die in
 * between, the item that appears still finds its failure.
 */
export function beginAttempt(
  failure: Failure,
  kind: 'resume' | 'restart',
  now: number,
  limit: number,
): Failure {
  const resumed = kind === 'resume' ? resumable(failure) : undefined;
  return addAttempt(failure, {
    kind: resumed ? resumedKind(resumed) : 'restart',
    item: resumed?.item ?? null,
    startedAt: now,
    bytesReceived: resumed?.bytesReceived ?? 0,
    totalBytes: lastAttempt(failure).totalBytes,
    state: 'starting',
    deadline: now + limit,
  });
}

/** Ends an attempt that the browser refused (`message`, its own word) or never began (an empty one). */
export function attemptNotStarted(failure: Failure, now: number, message: string): Failure | undefined {
  const last = lastAttempt(failure);
  if (last.state !== 'starting') return undefined;
  const { kind, item, startedAt, bytesReceived, totalBytes } = last;
  const ended: Attempt = {
    kind,
    item,
    startedAt,
    bytesReceived,
    totalBytes,
    state: 'not-started',
    endedAt: now,
    message,
  };
  return replaceAttempt(failure, last, ended);
}

export const markSeen = (failure: Failure): Failure => ({ ...failure, seen: true });

/** Takes a failure out of the lists and counts; its record stays. */
export const dismiss = (failure: Failure): Failure => ({ ...failure, dismissed: true, seen: true });

/** Undoes {@link dismiss}. */
export const restore = (failure: Failure): Failure => ({ ...failure, dismissed: false });

/** Ends a running attempt whose item the browser no longer lists. */
export function attemptVanished(failure: Failure, now: number): Failure | undefined {
  const last = lastAttempt(failure);
  if (last.state !== 'running') return undefined;
  return replaceAttempt(failure, last, { ...last, state: 'vanished', endedAt: now });
}
