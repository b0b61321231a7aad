/** What a snapshot from the browser changes in a record. Seeing the same snapshot again changes nothing. */
import { diagnose } from './diagnosis.ts';
import {
  type Attempt,
  addAttempt,
  awaitsItem,
  baseOf,
  currentAttempt,
  diagnosisOf,
  type FailedAttempt,
  type Failure,
  type ItemRef,
  isCancelled,
  isChosen,
  isProvidedFor,
  isRecovered,
  isRunning,
  type NextTry,
  neverBegan,
  type ObservedDownload,
  replaceAttempt,
  resumedKind,
  suspectFiles,
  withoutAttempt,
} from './failure.ts';
import { type Browser, isSuspicion } from './reasons.ts';
import { cluesOf, cluesOfSnapshot, compare, plainName, sentFileFor } from './same-file.ts';
import { announcedFor } from './suspicion.ts';

/** What `observe` needs from the outside world. */
export interface ObserveContext {
  /** ms since the epoch. */
  now: number;
  /** The id for a new record. */
  newId: string;
  browser: Browser;
  /** True if the browser listed the item before we started watching: recorded, but not news. */
  imported: boolean;
  /** True if the item was forgotten on purpose: it changes only records that have it. */
  forgotten: boolean;
  /** True if the browser has just reported that the item's state changed; false if we only looked. */
  stateChanged: boolean;
}

/** How much earlier (ms) than by our own clock an item can seem to have started: start times are coarse. */
const CLOCK_MARGIN_MS = 5_000;

/** How long (ms) after the end of a request its item can seem to have started. Later, the person pressed again. */
const AFTER_REQUEST_MS = 1_000;

/** How long (ms) after a call its item can still appear. No server takes longer to answer. */
export const LATEST_ITEM_MS = 3_600_000;

/** How long (ms) after we asked for a resume, a start of its item counts as ours and not as the person's. */
const LATEST_RESUME_MS = 60_000;

/** The failure among `candidates` that a snapshot is about, and which of its attempts. */
function ownerOf(
  snapshot: ObservedDownload,
  candidates: readonly Failure[],
): { failure: Failure; attempt: Attempt } | undefined {
  const startedFor = (attempt: Attempt, { url, incognito }: Failure): boolean =>
    (snapshot.ours || cameAsPage(attempt, snapshot)) &&
    awaitsItem(attempt) &&
    url === snapshot.url &&
    incognito === snapshot.incognito &&
    snapshot.startedAt >= attempt.startedAt - CLOCK_MARGIN_MS &&
    snapshot.startedAt <= attempt.startedAt + LATEST_ITEM_MS;
  const { item } = snapshot;
  const ofRequest = (attempt: Attempt, { url }: Failure): boolean =>
    neverBegan(attempt) &&
    attempt.startedAt === snapshot.startedAt &&
    (attempt.download?.url ?? url) === snapshot.url;
  // A resume that never began doesn't count: the attempt before it has the same item.
  const hasItem = (attempt: Attempt, isIt: (known: ItemRef) => boolean): boolean =>
    attempt.item !== null && attempt.state !== 'not-started' && isIt(attempt.item);
  const tests: ((attempt: Attempt, failure: Failure) => boolean)[] = [
    item ? (attempt) => hasItem(attempt, ({ key }) => key === item.key) : ofRequest,
    // Across all failures: first attempts still waiting for an item, then those that gave up, then cancelled ones.
    ...(['starting', 'not-started', 'cancelled'] as const).map(
      (state) => (attempt: Attempt, failure: Failure) =>
        attempt.state === state && startedFor(attempt, failure),
    ),
    // Only an item from another session can be the same one under an older id.
    (attempt) =>
      hasItem(
        attempt,
        ({ trace, session }) => trace !== null && trace === item?.trace && session !== item.session,
      ),
    // Firefox resumes by itself what was running when it closed, and gives it a new start time.
    (attempt, failure) => {
      const { url, filename } = attempt.download ?? failure;
      return (
        attempt.state === 'running' &&
        attempt.item !== null &&
        item !== null &&
        attempt.item.session !== item.session &&
        url === snapshot.url &&
        filename === snapshot.filename
      );
    },
    // The item of a request that we had waited for in vain.
    (attempt, { url, finalUrl }) =>
      item !== null &&
      !snapshot.ours &&
      neverBegan(attempt) &&
      [url, finalUrl, attempt.download?.url].includes(snapshot.url) &&
      snapshot.startedAt >= attempt.startedAt - CLOCK_MARGIN_MS &&
      snapshot.startedAt <= attempt.endedAt + AFTER_REQUEST_MS,
  ];
  for (const matches of tests) {
    const found = candidates.flatMap((failure) => {
      const all = failure.attempts.filter((one) => matches(one, failure));
      // Nor does one that was called off before it began, unless there is no other.
      const attempt = all.findLast(({ state }) => state !== 'cancelled') ?? all.at(-1);
      return attempt ? [{ failure, attempt }] : [];
    });
    // If there are several, the latest.
    found.sort((a, b) => b.attempt.startedAt - a.attempt.startedAt);
    if (found[0]) return found[0];
  }
  return undefined;
}

/**
 * Whether an item can be of an attempt that asked as the page does. Chrome names no page for it, as it does for what a
 * page began. Once the attempt has ended, nothing more is asked for.
 */
const cameAsPage = (attempt: Attempt, { referrer, startedAt }: ObservedDownload): boolean =>
  attempt.asPage === true &&
  referrer === null &&
  (!('endedAt' in attempt) || startedAt <= attempt.endedAt + AFTER_REQUEST_MS);

/** The snapshot with what the item kept before: Firefox counts anew when it goes on, and may fail before it has counted. */
function withKept(snapshot: ObservedDownload, { attempts }: Failure): ObservedDownload {
  const { item, status, exactBytes, canResume, bytesReceived } = snapshot;
  if (exactBytes || status.kind !== 'failed' || !canResume) return snapshot;
  const before = attempts.findLast((one) => one.state === 'failed' && one.item?.key === item?.key);
  return before?.state === 'failed' && before.canResume && before.bytesReceived > bytesReceived
    ? { ...snapshot, bytesReceived: before.bytesReceived, totalBytes: before.totalBytes }
    : snapshot;
}

/** The attempt as the snapshot shows it. */
function attemptFrom(
  snapshot: ObservedDownload,
  about: Pick<Attempt, 'kind' | 'by' | 'startedAt' | 'asPage'> & { isOther: boolean },
  now: number,
): Attempt {
  const { item, totalBytes, canResume, status, request } = snapshot;
  const { url, finalUrl, filename } = snapshot;
  const { kind, by, startedAt, isOther, asPage } = about;
  const download = isOther && { download: { url, finalUrl, filename } };
  // Of what completed, Firefox's own count can be too low.
  const onDisk = status.kind === 'completed' ? snapshot.sizeOnDisk : null;
  const bytesReceived = onDisk ?? snapshot.bytesReceived;
  const base = {
    kind,
    by,
    item,
    startedAt,
    bytesReceived,
    totalBytes,
    ...download,
    ...(asPage && { asPage }),
  };
  switch (status.kind) {
    case 'failed':
      return {
        ...base,
        ...{ state: 'failed', endedAt: now, reason: status.reason, canResume },
        ...(snapshot.evidence && { evidence: snapshot.evidence }),
        ...(item === null && { began: false }),
      };
    case 'completed':
      if (status.suspicion === undefined) return { ...base, state: 'completed', endedAt: now };
      return {
        ...base,
        totalBytes: announcedFor(status.suspicion, snapshot),
        state: 'failed',
        endedAt: now,
        reason: status.suspicion,
        canResume: false,
        file: filename,
        ...(request && { evidence: request }),
      };
    default:
      return { ...base, state: 'running', paused: status.kind === 'paused' };
  }
}

/**
 * Copies what only the newest item knows: its final address, the name the browser chose, the new reason and time. Of
 * another download only once that has failed: then that one's address is to be tried again.
 */
function settle(failure: Failure, attempt: Attempt, snapshot: ObservedDownload, browser: Browser): Failure {
  if (attempt.state === 'failed' && isProvidedFor(failure)) return failure;
  const { filename, finalUrl, url, referrer, mime } = snapshot;
  const isOther = attempt.download !== undefined;
  // An error page has a name, too, which is not the file's.
  const isErrorPage =
    attempt.state === 'failed' && !sentFileFor(attempt) && failure.attempts.some(sentFileFor);
  // Beside what is suspected the next gets a number, which the file needs only if it comes.
  const isNumbered =
    attempt.state !== 'completed' &&
    suspectFiles(failure).length > 0 &&
    plainName(filename) === plainName(failure.filename);
  const keepsName = isErrorPage || isNumbered;
  const mayAwaitItem = failure.attempts.some(
    (one) => awaitsItem(one) && attempt.startedAt - one.startedAt <= LATEST_ITEM_MS,
  );
  // If the person cancels a retry, the failure keeps its reason: that is still why the file isn't there.
  const isNews = attempt.state === 'failed' && !isChosen(attempt.reason, failure.browser);
  const current = {
    ...failure,
    ...((!isOther || isNews) && {
      filename: (keepsName && failure.filename) || filename || failure.filename,
      finalUrl,
    }),
    // What was asked for is found by its address.
    ...(isOther && isNews && !mayAwaitItem && { url, referrer, mime: mime ?? failure.mime }),
    next: nextAfter(failure, attempt),
  };
  if (!isNews) return current;
  return {
    ...current,
    // An imported failure may be of the other browser, where a reason can mean something else.
    browser,
    reason: diagnosisOf(attempt, browser).reason,
    failedAt: attempt.endedAt,
    seen: false,
    // If it was dismissed during a retry of ours, the retry's failure doesn't bring it back.
    dismissed: failure.dismissed && attempt.by !== 'elsewhere',
  };
}

/** What is still to come for a failure after an attempt as it stands now. */
function nextAfter({ next }: Failure, { state, download }: Attempt): NextTry | null {
  switch (state) {
    case 'running':
      // What was planned waits for another download, as the person may cancel that.
      return download ? next : null;
    case 'failed':
      // Another download was the new link, if one was waited for.
      return download && next?.kind === 'link' ? null : next;
    default:
      return null;
  }
}

/**
 * What becomes of the records that a download is about, after `snapshot`. `candidates` are the failures found by
 * `lookupKeys`. Gives those that change: mostly none, as nothing failed or the records already say so.
 */
export function observe(
  candidates: readonly Failure[],
  snapshot: ObservedDownload,
  context: ObserveContext,
): Failure[] {
  const owner = ownerOf(snapshot, candidates);
  const relieved = owner && withoutOtherFile(owner, snapshot);
  if (relieved) {
    const others = candidates.map((one) => (one === owner.failure ? relieved : one));
    const after = observe(others, snapshot, context);
    return after.some(({ id }) => id === relieved.id) ? after : [relieved, ...after];
  }
  if (owner && isEmptied(owner.failure, snapshot)) {
    return observe(
      candidates,
      { ...snapshot, status: { kind: 'completed', suspicion: 'SUSPECT_EMPTY' } },
      context,
    );
  }
  const own = owner && observeOwn(owner, snapshot, context);
  if (context.forgotten) return own ? [own] : [];
  const others = ofSameFile(candidates, snapshot, context).filter(({ id }) => id !== owner?.failure.id);
  // Of what was under suspicion once, or was said to be another file, no later look makes the file of another record.
  const isDoubted = owner && (isSuspect(owner.attempt) || owner.attempt.state === 'another-file');
  if (isWhole(snapshot) && !isDoubted) {
    const closed = others
      .filter((failure) => !isEmptied(failure, snapshot))
      .map((failure) => withOther(failure, snapshot, context));
    return own ? [own, ...closed] : closed;
  }
  if (own) return [own];
  if (owner) return [];
  const [other] = others;
  if (other && !snapshot.item) return withRequest(other, snapshot, context);
  if (other) return isCancelled(snapshot) ? [] : [withOther(other, snapshot, context)];
  if (isCancelled(snapshot) && candidates.some((failure) => wasOneMore(failure, snapshot))) return [];
  switch (snapshot.status.kind) {
    case 'failed':
      return [newFailure(snapshot, snapshot.status.reason, context)];
    case 'completed':
      // Once, when it completes: of what is found completed later nobody knows what the person did with it.
      return snapshot.status.suspicion !== undefined && context.stateChanged
        ? [newFailure(snapshot, snapshot.status.suspicion, context)]
        : [];
    default:
      return [];
  }
}

/**
 * The failure without the attempts of an item that turns out to be for another file: one address can stand for many, and
 * while nothing of a download has come, its name and its size may not be known. Undefined if it may be for this one.
 */
function withoutOtherFile(
  { failure, attempt }: { failure: Failure; attempt: Attempt },
  snapshot: ObservedDownload,
): Failure | undefined {
  const isResume = attempt.state === 'starting' && attempt.item !== null;
  const isOpen =
    isResume || attempt.state === 'running' || (attempt.state === 'failed' && !isSuspect(attempt));
  const isIts = (one: Attempt): boolean =>
    one === attempt || (one.item !== null && one.item.key === attempt.item?.key);
  const [first, ...others] = failure.attempts;
  // The person began it; we may have gone on with it since.
  const isOther = others.some((one) => isIts(one) && one.download !== undefined && one.by === 'elsewhere');
  if (!isOpen || !isOther || isIts(first)) return undefined;
  const without: Failure = { ...failure, attempts: [first, ...others.filter((one) => !isIts(one))] };
  const verdict = compare(cluesOf(without), cluesOfSnapshot(snapshot));
  if (verdict.because !== 'other-name' && verdict.because !== 'other-size') return undefined;
  if (!others.some((one) => isIts(one) && one.state === 'failed')) return without;
  // Why that one failed, and when, tells nothing of this one.
  const failed = without.attempts.filter((one) => one.state === 'failed');
  const telling = failed.findLast(({ reason }) => !isChosen(reason, failure.browser)) ?? failed[0];
  return telling
    ? { ...without, reason: diagnosisOf(telling, failure.browser).reason, failedAt: telling.endedAt }
    : without;
}

/** Whether a snapshot could make a new failure. If not, it changes nothing without a failure that it could be about. */
export const mayBeNews = ({ status }: ObservedDownload): boolean =>
  status.kind === 'failed' || (status.kind === 'completed' && status.suspicion !== undefined);

/** Whether a download completed and nothing speaks against it. */
const isWhole = ({ status }: ObservedDownload): boolean =>
  status.kind === 'completed' && status.suspicion === undefined;

/** Whether nothing came of a file of which it is known that something is in it. */
const isEmptied = (failure: Failure, snapshot: ObservedDownload): boolean =>
  isWhole(snapshot) && snapshot.sizeOnDisk === 0 && (cluesOf(failure).size ?? 0) > 0;

/** Whether an attempt stands under suspicion. */
const isSuspect = (attempt: Attempt): boolean => attempt.state === 'failed' && isSuspicion(attempt.reason);

/** Whether a download was one more of the failure's file until that came: of one that was cancelled nothing is left. */
function wasOneMore(failure: Failure, snapshot: ObservedDownload): boolean {
  const came = failure.attempts.find((attempt) => attempt.state === 'completed');
  return (
    came?.state === 'completed' &&
    snapshot.startedAt <= came.endedAt &&
    compare(cluesOf(failure), cluesOfSnapshot(snapshot)).same
  );
}

/** The failures whose file somebody is getting, or tried to get, with a download of their own; the likeliest first. */
function ofSameFile(
  candidates: readonly Failure[],
  snapshot: ObservedDownload,
  { stateChanged }: ObserveContext,
): Failure[] {
  const { item, status, startedAt, beside } = snapshot;
  const clues = cluesOfSnapshot(snapshot);
  return candidates
    .flatMap((failure) => {
      if (isRecovered(failure) || failure.attempts.some((attempt) => item && attempt.item?.key === item.key))
        return [];
      const [first] = failure.attempts;
      // What came before the first attempt began is no answer to that.
      const isAnswer =
        beside?.includes(first.item?.key ?? '') ?? (stateChanged || startedAt >= first.startedAt);
      if (status.kind === 'completed' && !isAnswer) return [];
      const verdict = compare(cluesOf(failure), clues);
      return verdict.same ? [{ failure, verdict }] : [];
    })
    .sort(
      (one, other) =>
        Number(other.verdict.because === 'address') - Number(one.verdict.because === 'address') ||
        other.failure.failedAt - one.failure.failedAt,
    )
    .map(({ failure }) => failure);
}

/** The failure with one more attempt, which is another download. */
function withOther(failure: Failure, snapshot: ObservedDownload, context: ObserveContext): Failure {
  const { startedAt } = snapshot;
  const now = endOf(snapshot, context);
  const about = { kind: 'restart', by: 'elsewhere', startedAt, isOther: true } as const;
  const attempt = attemptFrom(snapshot, about, now);
  const settled = settle(addAttempt(failure, attempt), attempt, snapshot, context.browser);
  return context.imported ? { ...settled, seen: true } : settled;
}

/** What becomes of a failure with a request for its file of which the browser made no item. */
function withRequest(failure: Failure, snapshot: ObservedDownload, context: ObserveContext): Failure[] {
  const { startedAt } = snapshot;
  const since = (attempt: Attempt): number => ('endedAt' in attempt ? startedAt - attempt.endedAt : 0);
  // It may have been made for an attempt of ours, or for one whose item the browser no longer lists.
  const known = failure.attempts.filter(
    (one) =>
      !neverBegan(one) && one.startedAt <= startedAt + CLOCK_MARGIN_MS && since(one) <= CLOCK_MARGIN_MS,
  );
  if (known.length > 0) return [];
  const after = withOther(failure, snapshot, context);
  const before = failure.attempts.at(-1);
  const again = after.attempts.at(-1);
  // Pages load themselves again, and browsers load what failed. Whoever presses the link again sees the same answer.
  const isRepeated = before && again && neverBegan(before) && neverBegan(again);
  if (!isRepeated || !endedAlike(before, again, context)) return [after];
  const { endedAt, evidence = before.evidence } = again;
  return [replaceAttempt(failure, before, { ...before, endedAt, ...(evidence && { evidence }) })];
}

function endedAlike(one: FailedAttempt, other: FailedAttempt, { browser }: ObserveContext): boolean {
  const [first, second] = [diagnosisOf(one, browser), diagnosisOf(other, browser)];
  return first.reason === second.reason && first.cause === second.cause;
}

/** When an attempt ended. If nobody saw that, its start is the closest time we know. */
const endOf = ({ startedAt }: ObservedDownload, { imported, now }: ObserveContext): number =>
  imported ? Math.min(now, startedAt) : now;

/** What a failure becomes after a snapshot of an item that is in its record; undefined if nothing changes. */
function observeOwn(
  { failure, attempt }: { failure: Failure; attempt: Attempt },
  shown: ObservedDownload,
  context: ObserveContext,
): Failure | undefined {
  const snapshot = withKept(shown, failure);
  const { status } = snapshot;
  const { now } = context;
  const isOther = attempt.download !== undefined;
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
    // Of another download that the person cancels nothing is left, nor of what was kept of it.
    if (isOther && attempt.by === 'elsewhere' && isCancelled(snapshot)) {
      const left = withoutAttempt(failure, attempt);
      const before = left.attempts.findLast((one) => one.item?.key === snapshot.item?.key);
      return (before && withBytesKept(left, before, snapshot)) ?? left;
    }
    const kind = fellBack(attempt, snapshot) ? 'restart' : attempt.kind;
    // A resume of ours that the person lets go on has from then on the time in which something has to come.
    const goesOn = attempt.state === 'running' && attempt.paused && status.kind === 'running';
    const startedAt = goesOn && kind === 'resume' && attempt.by !== 'elsewhere' ? now : attempt.startedAt;
    const next = attemptFrom(snapshot, { ...attempt, kind, startedAt, isOther }, now);
    const unchanged =
      attempt.state === 'running' &&
      next.state === 'running' &&
      attempt.paused === next.paused &&
      attempt.download?.filename === next.download?.filename &&
      kind === attempt.kind &&
      sameItem(attempt, snapshot);
    if (unchanged) return undefined;
    return settle(replaceAttempt(failure, attempt, next), next, snapshot, context.browser);
  }
  if (neverBegan(attempt) && snapshot.item) {
    // It did begin, only late. Of its failure everybody has been told.
    const { seen, dismissed } = failure;
    const endedAt = status.kind === 'failed' ? attempt.endedAt : now;
    const { evidence } = attempt;
    const late = attemptFrom(
      { ...snapshot, ...(evidence && { evidence }) },
      { ...attempt, isOther },
      endedAt,
    );
    const after = replaceAttempt(failure, attempt, late);
    return { ...settle(after, late, snapshot, context.browser), seen, dismissed };
  }
  if (!sameItem(attempt, snapshot)) {
    // The same item with this session's id. A resume with the old id would hit another download.
    const renamedAttempt = { ...attempt, item: snapshot.item };
    const renamed = replaceAttempt(failure, attempt, renamedAttempt);
    return observeOwn({ failure: renamed, attempt: renamedAttempt }, snapshot, context) ?? renamed;
  }
  if (isStalled(failure, attempt, snapshot)) return undefined;
  if (!endedSince(attempt, snapshot, failure.browser)) return withBytesKept(failure, attempt, snapshot);
  // An ended attempt is running again, or was meanwhile: somebody resumed it.
  const late = lateResume(failure, snapshot, now);
  const kind = resumedKind(attempt);
  const next = attemptFrom(snapshot, { kind, by: late?.by ?? 'elsewhere', startedAt: now, isOther }, now);
  return settle(addAttempt(failure, next), next, snapshot, context.browser);
}

const sameItem = (attempt: Attempt, snapshot: ObservedDownload): boolean =>
  attempt.item?.key === snapshot.item?.key && attempt.item?.trace === snapshot.item?.trace;

/**
 * Whether an attempt of ours is no longer wanted: it was cancelled, or another attempt has the file or is getting it.
 */
function isSurplus(failure: Failure, attempt: Attempt): boolean {
  if (attempt.by === 'elsewhere') return false;
  const last = currentAttempt(failure);
  return (
    attempt.state === 'cancelled' ||
    isRecovered(failure) ||
    (last !== attempt && isRunning(last) && last.item !== null)
  );
}

/** The running items in the record that nobody wants any more. */
export const surplusItems = (failure: Failure): ItemRef[] =>
  failure.attempts.flatMap((attempt) =>
    attempt.state === 'running' && attempt.item && isSurplus(failure, attempt) ? [attempt.item] : [],
  );

/** Whether a snapshot shows a running or paused item that nobody wants any more, and that should be cancelled. */
export function showsSurplus(candidates: readonly Failure[], snapshot: ObservedDownload): boolean {
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
  { item, status, exactBytes, bytesReceived }: ObservedDownload,
): boolean =>
  status.kind === 'running' &&
  exactBytes &&
  kept.state === 'failed' &&
  // If the browser can resume it, the person may have done that.
  !kept.canResume &&
  bytesReceived === kept.bytesReceived &&
  failure.attempts.some(
    ({ state, by, item: resumed }) =>
      state === 'not-started' && by !== 'elsewhere' && resumed?.key === item?.key,
  );

/** Our own resume, if the browser starts it only now, after its time limit. */
const lateResume = (
  failure: Failure,
  { item, status }: ObservedDownload,
  now: number,
): Attempt | undefined =>
  status.kind === 'running'
    ? failure.attempts.findLast(
        (attempt) =>
          attempt.state === 'not-started' &&
          attempt.message === '' &&
          attempt.item?.key === item?.key &&
          now - attempt.startedAt <= LATEST_RESUME_MS,
      )
    : undefined;

/** Updates the kept bytes of a failed item: cancelling it in the browser drops them. */
function withBytesKept(
  failure: Failure,
  attempt: Attempt,
  { status, canResume, exactBytes, bytesReceived }: ObservedDownload,
): Failure | undefined {
  if (attempt.state !== 'failed' || status.kind !== 'failed') return undefined;
  const bytes = canResume && exactBytes ? bytesReceived : attempt.bytesReceived;
  if (attempt.canResume === canResume && attempt.bytesReceived === bytes) return undefined;
  return replaceAttempt(failure, attempt, { ...attempt, canResume, bytesReceived: bytes });
}

/** Whether a resume threw away the kept bytes, so that the browser started over by itself. */
const fellBack = (attempt: Attempt, { status, bytesReceived, exactBytes }: ObservedDownload): boolean =>
  exactBytes &&
  attempt.kind === 'resume' &&
  status.kind === 'running' &&
  bytesReceived < attempt.bytesReceived;

/** Whether the snapshot shows something newer than the end of `attempt` that we know. */
function endedSince(attempt: Attempt, { status }: ObservedDownload, browser: Browser): boolean {
  switch (status.kind) {
    case 'running':
    // What has ended can only be paused once it went on.
    case 'paused':
      return attempt.state === 'failed' || attempt.state === 'vanished' || attempt.state === 'cancelled';
    case 'completed':
      return attempt.state !== 'completed' && attempt.state !== 'another-file' && !isSuspect(attempt);
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

function newFailure(snapshot: ObservedDownload, reason: string, context: ObserveContext): Failure {
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
    failedAt: endOf(snapshot, context),
    reason: diagnose(reason, browser, snapshot.evidence).reason,
    seen: imported,
    dismissed: false,
    method: null,
    next: null,
    round: null,
    attempts: [attemptFrom(snapshot, { kind: 'first', by: 'elsewhere', startedAt, isOther: false }, now)],
  };
}
