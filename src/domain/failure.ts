/**
 * The record of a failure: its attempts, and how they begin and end apart from what the browser reports.
 *
 *   (nothing) ──failed──▶ failed ──retry──▶ starting ──▶ running ──▶ completed (recovered)
 *                           ▲                  │            │
 *                           └──────────────────┴────────────┘ failed, not started, cancelled or vanished
 *
 * What the browser calls complete and may not be the file (`suspicion.ts`) has failed as well, until the person says that
 * it is fine.
 *
 * Browsers think in items, people in files: whoever downloads the file again, it is one more attempt of its failure.
 *
 * Everything here is a pure function of its arguments.
 */
import * as v from 'valibot';
import { type Cause, type Diagnosis, diagnose, isRefusal, prognosisByCause } from './diagnosis.ts';
import { type Browser, classify, type Prognosis, type SuspicionReason } from './reasons.ts';

const itemSchema = v.object({
  /** The browser's id, valid in `session`. */
  id: v.number(),
  /** The browser session in which `id` means this item; null where ids outlive sessions. */
  session: v.nullable(v.string()),
  /** Identifies the item within its session, and no other. */
  key: v.string(),
  /** Recognises the item in a later session, where it has a new id; null where `key` does that. */
  trace: v.nullable(v.string()),
});

/** Which of the browser's downloads an attempt is. */
export type ItemRef = v.InferOutput<typeof itemSchema>;

/** The file that a download is for, and where it comes from. */
const wantedFileSchema = v.object({
  /** The address asked for, before redirects. */
  url: v.string(),
  /** The address after redirects; the same as `url` if the browser doesn't say. */
  finalUrl: v.string(),
  referrer: v.nullable(v.string()),
  /** Full path of the target, as far as the browser gave it; empty until it is decided. */
  filename: v.string(),
  mime: v.nullable(v.string()),
  /** Firefox's container. */
  cookieStoreId: v.nullable(v.string()),
  incognito: v.boolean(),
});

const itemFactsSchema = v.object({
  ...wantedFileSchema.entries,
  item: itemSchema,
  /** Whether this extension started it. */
  ours: v.boolean(),
  /** ms since the epoch. */
  startedAt: v.number(),
  bytesReceived: v.number(),
  /** Whether `bytesReceived` can be trusted; if not, it may be too low. */
  exactBytes: v.boolean(),
  /** Null when the server didn't say. */
  totalBytes: v.nullable(v.number()),
  /** How many bytes of a completed download are on disk; null if unknown. */
  sizeOnDisk: v.nullable(v.number()),
  /** The type that the server sent, as far as the browser tells: `mime` can be what the name says. */
  sentType: v.nullable(v.string()),
  canResume: v.boolean(),
});

/** What the browser says about one download at one moment, in the same form for both browsers. */
export interface DownloadSnapshot extends v.InferOutput<typeof itemFactsSchema> {
  /** The request method, as far as it was seen. */
  method?: string | null;
  /** What was seen of the request of a completed download. */
  request?: Evidence | undefined;
  status: SnapshotStatus;
}

/** A download as it was observed: an item of the browser, or a request for a file of which it made none. */
export type ObservedDownload = Omit<DownloadSnapshot, 'item'> & {
  /** Null if the browser made none. */
  item: ItemRef | null;
  /** What was seen of its request, if that is all there is of it. */
  evidence?: Evidence;
  /** Of a completed one that is remembered: the keys of the items that were under way then and may be of its file. */
  beside?: readonly string[];
};

/** A download that completed, as it is remembered. */
const completedDownloadSchema = v.object({
  ...itemFactsSchema.entries,
  /** See {@link ObservedDownload}. */
  beside: v.array(v.string()),
  status: v.object({ kind: v.literal('completed') }),
});
export type CompletedDownload = v.InferOutput<typeof completedDownloadSchema>;
export const completedDownloadsSchema = v.array(completedDownloadSchema);

export type SnapshotStatus =
  | { kind: 'running' }
  | { kind: 'paused' }
  | { kind: 'completed'; suspicion?: SuspicionReason }
  | { kind: 'failed'; reason: string };

/** Another download of a failure's file, which somebody started in a page or in the browser. */
const otherDownloadSchema = v.object({
  url: v.string(),
  finalUrl: v.string(),
  /** Full path of the target; empty until it is decided. */
  filename: v.string(),
});
export type OtherDownload = v.InferOutput<typeof otherDownloadSchema>;

/** What was seen of the request of an attempt. Only with the permission to see requests. */
export const evidenceSchema = v.object({
  /** Null if the server didn't answer. */
  status: v.nullable(v.number()),
  /** The browser's network error; null if it had none. In Firefox a sentence if it is about a certificate. */
  error: v.nullable(v.string()),
  /** The Content-Type. */
  type: v.nullable(v.string()),
  /** The Content-Length, in bytes. */
  length: v.nullable(v.number()),
  /** The Content-Encoding, if it was sent compressed. */
  encoding: v.optional(v.string()),
  /** Whether the server named it as a file to be saved (Content-Disposition). */
  attachment: v.optional(v.boolean()),
  /** Until when (ms since the epoch) the server wants no further requests; null if it didn't say. */
  waitUntil: v.nullable(v.number()),
  /** When the request ended: ms since the epoch. */
  endedAt: v.number(),
  /** Whether there was no connection at all at that time. */
  offline: v.optional(v.boolean()),
  /** The last address requested, if it is none of the download's. */
  url: v.optional(v.string()),
});
export type Evidence = v.InferOutput<typeof evidenceSchema>;

/** What we know about an attempt in any state. */
const anyAttemptSchema = v.object({
  /** How it began: as the first download, as the rest of it, or as all of it again. */
  kind: v.picklist(['first', 'resume', 'restart']),
  /**
   * Who started it: the page or the browser (`elsewhere`), the person with one of our buttons, or automatic retry,
   * which counts its tries from 1 since the person's last. Not recorded before version 3 of the database.
   */
  by: v.optional(
    v.union([v.picklist(['elsewhere', 'person']), v.object({ automatic: v.number() })]),
    'elsewhere',
  ),
  /** Null until the browser has an item for it. */
  item: v.nullable(itemSchema),
  /** ms since the epoch. */
  startedAt: v.number(),
  bytesReceived: v.number(),
  totalBytes: v.nullable(v.number()),
  /** Set where it is another download than the failure's own. Not recorded before version 6 of the database. */
  download: v.optional(otherDownloadSchema),
  /** Set where we asked as the page does: the browser doesn't mark the item as ours. */
  asPage: v.optional(v.literal(true)),
});
const anyAttempt = anyAttemptSchema.entries;
const endedAttempt = { ...anyAttempt, endedAt: v.number() };

/** One try to get the file. All times are in ms since the epoch, by our own clock. */
const attemptSchema = v.variant('state', [
  v.object({
    state: v.literal('failed'),
    ...endedAttempt,
    /** As the browser gave it. */
    reason: v.string(),
    canResume: v.boolean(),
    evidence: v.optional(evidenceSchema),
    /** What is on disk, if that is under suspicion: full path. */
    file: v.optional(v.string()),
    /** False where a page asked for the file and the browser made no item of that. */
    began: v.optional(v.literal(false)),
  }),
  v.object({
    state: v.literal('completed'),
    ...endedAttempt,
    /** What was suspected of it, until the person said that it is fine. */
    accepted: v.optional(
      v.object({ reason: v.string(), file: v.string(), evidence: v.optional(evidenceSchema) }),
    ),
  }),
  // Completed, but the person said that it is not this file.
  v.object({ state: v.literal('another-file'), ...endedAttempt }),
  v.object({ state: v.literal('starting'), ...anyAttempt, deadline: v.number() }),
  v.object({
    state: v.literal('running'),
    ...anyAttempt,
    /** By the person, in the browser's own list. */
    paused: v.optional(v.boolean(), false),
  }),
  // The browser refused or never answered; `message` is what it said, empty if it never answered.
  v.object({ state: v.literal('not-started'), ...endedAttempt, message: v.string() }),
  // Cancelled before the browser had an item for it, or because another attempt had replaced it.
  v.object({ state: v.literal('cancelled'), ...endedAttempt }),
  // The browser no longer lists the item: the person removed it, or the browser closed and forgot it. Which of the two
  // was not recorded until version 4 of the database.
  v.object({
    state: v.literal('vanished'),
    ...endedAttempt,
    because: v.optional(v.picklist(['removed', 'closed']), 'removed'),
  }),
]);
export type Attempt = v.InferOutput<typeof attemptSchema>;
export type AttemptKind = Attempt['kind'];
export type Starter = Attempt['by'];
type AttemptBase = v.InferOutput<typeof anyAttemptSchema>;

/** The fields that an attempt has in every state. */
export const baseOf = (attempt: Attempt): AttemptBase => {
  const { kind, by, item, startedAt, bytesReceived, totalBytes, download, asPage } = attempt;
  const base = { kind, by, item, startedAt, bytesReceived, totalBytes };
  return { ...base, ...(download && { download }), ...(asPage && { asPage }) };
};

/** What comes next for a failure that is not being retried. Times are in ms since the epoch. */
const nextTrySchema = v.variant('kind', [
  // Its turn in a round, which retries many failures, a few at a time.
  v.object({ kind: v.literal('turn') }),
  // Automatic retry will start try `number` of `of`, at `at` at the earliest.
  v.object({
    kind: v.literal('planned'),
    at: v.number(),
    /** Shows whether the clock was set back since. */
    madeAt: v.number(),
    number: v.number(),
    of: v.number(),
    /** What decided the time: the growing pause, the server's request, trouble with its host, or no connection. */
    because: v.picklist(['backoff', 'server', 'host', 'offline']),
  }),
  // Automatic retry has stopped: no tries left, an expired link, or a server that asks for too long a pause.
  v.object({
    kind: v.literal('stopped'),
    why: v.picklist(['tries', 'expired', 'server']),
    tries: v.number(),
  }),
  // The person opened its page for a new link at that time.
  v.object({ kind: v.literal('link'), since: v.number() }),
]);
export type NextTry = v.InferOutput<typeof nextTrySchema>;

/** One wanted file that failed; kept even when the browser's list is cleared. */
export const failureSchema = v.object({
  /** Our own id. */
  id: v.string(),
  browser: v.picklist(['chrome', 'firefox']),
  ...wantedFileSchema.entries,
  /** When the last failed attempt failed: ms since the epoch, by our own clock. */
  failedAt: v.number(),
  /**
   * Why the file isn't there: the last reason that was not the person's own choice, as fine as the evidence allows.
   */
  reason: v.string(),
  seen: v.boolean(),
  dismissed: v.boolean(),
  /** The request method, such as POST; null while unknown. */
  method: v.nullish(v.string(), null),
  next: v.nullish(nextTrySchema, null),
  /** The last round (see `turn`) it was part of, identified by when that began (ms since the epoch). */
  round: v.nullish(v.number(), null),
  /** At least one, in the order in which they began. */
  attempts: v.tupleWithRest([attemptSchema], attemptSchema),
});
export type Failure = v.InferOutput<typeof failureSchema>;

/** The state that a row shows. */
export type FailureState = 'failed' | 'scheduled' | 'retrying' | 'recovered';

/** The attempt that shows how things stand: the last one that is running, or else the last that is of this file. */
export const currentAttempt = ({ attempts }: Failure): Attempt =>
  attempts.findLast(isRunning) ?? attempts.findLast(({ state }) => state !== 'another-file') ?? attempts[0];

/** The attempt that the browser says it can resume: the last failed one, if it has an item. */
export function resumable(failure: Failure): Attempt | undefined {
  const last = failure.attempts.findLast(({ state }) => state === 'failed');
  return last?.state === 'failed' && last.canResume && last.item ? last : undefined;
}

/** Notes that the browser no longer has the bytes it could have resumed from. */
export function bytesLost(failure: Failure): Failure | undefined {
  const kept = resumable(failure);
  return kept?.state === 'failed' ? replaceAttempt(failure, kept, { ...kept, canResume: false }) : undefined;
}

/** What comes next; nothing while the failure is dismissed or somebody is downloading its file. */
export const upcoming = (failure: Failure): NextTry | null =>
  failure.dismissed || isRunning(currentAttempt(failure)) ? null : failure.next;

export const isRecovered = ({ attempts }: Failure): boolean =>
  attempts.some(({ state }) => state === 'completed');

/** Whether the file is there or on its way, so that it is no news if an attempt fails. */
export const isProvidedFor = (failure: Failure): boolean =>
  isRecovered(failure) || isRunning(currentAttempt(failure));

export function stateOf(failure: Failure): FailureState {
  // The file is there, whatever became of other attempts.
  if (isRecovered(failure)) return 'recovered';
  if (isRunning(currentAttempt(failure))) return 'retrying';
  const next = upcoming(failure)?.kind;
  return next === 'turn' || next === 'planned' ? 'scheduled' : 'failed';
}

export type FailedAttempt = Extract<Attempt, { state: 'failed' }>;

export const diagnosisOf = ({ reason, evidence }: FailedAttempt, browser: Browser): Diagnosis =>
  diagnose(reason, browser, evidence);

/** Whether an attempt was a request of a page of which the browser made no item. */
export const neverBegan = (attempt: Attempt): attempt is FailedAttempt & { began: false } =>
  attempt.state === 'failed' && attempt.began === false;

/** The attempt that shows why the file isn't there, if one is left. */
export const tellingAttempt = ({ attempts, reason, browser }: Failure): FailedAttempt | undefined =>
  attempts.findLast(
    (attempt): attempt is FailedAttempt =>
      attempt.state === 'failed' && diagnosisOf(attempt, browser).reason === reason,
  );

/** What its evidence proves; null without. */
export function causeOf(failure: Failure): Cause | null {
  const attempt = tellingAttempt(failure);
  return attempt ? diagnosisOf(attempt, failure.browser).cause : null;
}

export const prognosisOf = (failure: Failure): Prognosis =>
  prognosisByCause(causeOf(failure)) ?? classify(failure.reason, failure.browser).prognosis;

type SuspectAttempt = FailedAttempt & { file: string };

/** The last attempt under suspicion. Its file is there, also while a later attempt failed. */
export const suspectOf = ({ attempts }: Failure): SuspectAttempt | undefined =>
  attempts.findLast(
    (attempt): attempt is SuspectAttempt => attempt.state === 'failed' && attempt.file !== undefined,
  );

/** The full paths of all that is under suspicion. */
export const suspectFiles = ({ attempts }: Failure): string[] =>
  attempts.flatMap((attempt) => (attempt.state === 'failed' ? (attempt.file ?? []) : []));

/** What the person said is fine; undefined if nothing. */
export const acceptedOf = ({ attempts }: Failure) =>
  attempts.flatMap((attempt) => (attempt.state === 'completed' ? (attempt.accepted ?? []) : [])).at(-1);

/** Not recovered and not dismissed: what the lists show and the counts count. */
export const isOpen = (failure: Failure): boolean => !failure.dismissed && stateOf(failure) !== 'recovered';

/** What the badge counts. */
export const isUnseen = (failure: Failure): boolean =>
  isOpen(failure) && !failure.seen && prognosisOf(failure) !== 'chosen';

/** In characters. The browsers' own messages are shorter. */
export const LONGEST_MESSAGE = 1_000;

/** Whether an item may still appear for this attempt. With a slow server that can be long after the time limit. */
export const awaitsItem = (attempt: Attempt): boolean =>
  attempt.item === null &&
  (attempt.state === 'starting' ||
    attempt.state === 'cancelled' ||
    (attempt.state === 'not-started' && attempt.message === ''));

/** Whether the browser was asked for a new download and never answered: a slow server may still be working on it. */
export function isUnanswered(failure: Failure): boolean {
  const last = currentAttempt(failure);
  return last.state === 'not-started' && awaitsItem(last);
}

export const isRunning = (attempt: Attempt): boolean =>
  attempt.state === 'starting' || attempt.state === 'running';

export const isChosen = (reason: string, browser: Browser): boolean =>
  classify(reason, browser).prognosis === 'chosen';

/** Whether a snapshot shows that the person cancelled the download, for which both browsers have the same word. */
export const isCancelled = ({ status }: Pick<DownloadSnapshot, 'status'>): boolean =>
  status.kind === 'failed' && isChosen(status.reason, 'chrome');

export function replaceAttempt(failure: Failure, old: Attempt, replacement: Attempt): Failure {
  const [first, ...others] = failure.attempts;
  const swap = (attempt: Attempt): Attempt => (attempt === old ? replacement : attempt);
  return { ...failure, attempts: [swap(first), ...others.map(swap)] };
}

/** Without an attempt, which must not be the first. */
export function withoutAttempt(failure: Failure, attempt: Attempt): Failure {
  const [first, ...others] = failure.attempts;
  return { ...failure, attempts: [first, ...others.filter((one) => one !== attempt)] };
}

/** With one more attempt. While that runs it takes the place of what was to come next, unless it is another download. */
export const addAttempt = (failure: Failure, attempt: Attempt): Failure => ({
  ...failure,
  next: isRunning(attempt) && !attempt.download ? null : failure.next,
  attempts: [...failure.attempts, attempt],
});

/** Resuming an attempt that received nothing counts as a restart. */
export const resumedKind = ({ bytesReceived }: Attempt): AttemptKind =>
  bytesReceived > 0 ? 'resume' : 'restart';

/**
 * Notes an attempt before the browser is asked to start it, so that its item still finds the failure if the background
 * dies in between. The browser has `limit` ms to start it. `asPage`: whether it is asked as the page asks.
 */
export function beginAttempt(
  failure: Failure,
  kind: 'resume' | 'restart',
  by: Starter,
  now: number,
  limit: number,
  asPage = false,
): Failure {
  const resumed = kind === 'resume' ? resumable(failure) : undefined;
  return addAttempt(failure, {
    kind: resumed ? resumedKind(resumed) : 'restart',
    by,
    item: resumed?.item ?? null,
    startedAt: now,
    bytesReceived: resumed?.bytesReceived ?? 0,
    totalBytes: currentAttempt(failure).totalBytes,
    ...(asPage && { asPage }),
    state: 'starting',
    deadline: now + limit,
  });
}

type Ending =
  | { state: 'not-started'; message: string }
  | { state: 'failed'; reason: string; canResume: boolean; evidence?: Evidence }
  | { state: 'cancelled' }
  | { state: 'vanished'; because: 'removed' | 'closed' };

/** The failure with `attempt` ended; undefined unless that is in one of `states`. */
function endAttempt(
  failure: Failure,
  attempt: Attempt | undefined,
  states: readonly Attempt['state'][],
  ending: Ending,
  endedAt: number,
): Failure | undefined {
  if (!attempt || !states.includes(attempt.state)) return undefined;
  return replaceAttempt(failure, attempt, { ...baseOf(attempt), endedAt, ...ending });
}

/** The failure with the news that an attempt of ours, which in Chrome became no item, failed for `reason`. */
const withNews = (failure: Failure, reason: string, failedAt: number): Failure =>
  isProvidedFor(failure)
    ? failure
    : // It may have been imported from the other browser, where a reason can mean something else.
      { ...failure, browser: 'chrome', reason, failedAt, seen: false };

/**
 * Ends the attempt at `index` if it has not begun: the browser refused it (`message` is what it said) or never started
 * it (`message` is empty). Older versions of Chrome give the reason itself as the message.
 */
export function attemptNotStarted(
  failure: Failure,
  index: number,
  now: number,
  message: string,
): Failure | undefined {
  const attempt = failure.attempts[index];
  if (!classify(message, failure.browser).known) {
    return endAttempt(
      failure,
      attempt,
      ['starting'],
      { state: 'not-started', message: message.slice(0, LONGEST_MESSAGE) },
      now,
    );
  }
  const ending = { state: 'failed' as const, reason: message, canResume: false };
  const ended = endAttempt(failure, attempt, ['starting'], ending, now);
  return ended && !isChosen(message, failure.browser) ? withNews(ended, message, now) : ended;
}

/** Whether an attempt asks as the page does, and nothing came of it yet. */
export const isAsking = ({ state, asPage }: Attempt): boolean => state === 'starting' && asPage === true;

/**
 * Ends the attempt at `index` that asked as the page does: its request ended without a download, as the evidence shows.
 */
export function attemptRefused(
  failure: Failure,
  index: number,
  now: number,
  evidence: Evidence,
): Failure | undefined {
  const attempt = failure.attempts[index];
  // In place of the file came a page, unless the status or the error says more.
  const told =
    evidence.error !== null
      ? 'NETWORK_FAILED'
      : isRefusal(evidence.status)
        ? 'SERVER_FAILED'
        : 'SUSPECT_PAGE';
  const { reason } = diagnose(told, 'chrome', evidence);
  const ending = { state: 'failed' as const, reason: told, canResume: false, evidence };
  const ended = attempt?.asPage && endAttempt(failure, attempt, ['starting'], ending, now);
  return ended && withNews(ended, reason, now);
}

/** The failed attempt that the last one, if ours, resumes; undefined for a new download. */
export function resumedFrom(failure: Failure): Attempt | undefined {
  const last = currentAttempt(failure);
  if (last.by === 'elsewhere') return undefined;
  return failure.attempts.findLast(({ state, item }) => state === 'failed' && item?.key === last.item?.key);
}

/** Ends a resume that looks running but has received nothing for too long. The caller cancels its item. */
export function attemptStalled(failure: Failure, now: number): Failure | undefined {
  const kept = resumedFrom(failure);
  if (kept?.state !== 'failed') return undefined;
  const given = replaceAttempt(failure, kept, { ...kept, canResume: false });
  return endAttempt(given, currentAttempt(given), ['running'], { state: 'not-started', message: '' }, now);
}

/** Cancels an attempt that the browser has not begun. An item that still appears for it will be cancelled. */
export function attemptCancelled(failure: Failure, now: number): Failure | undefined {
  const last = currentAttempt(failure);
  const pending = last.state === 'starting' || awaitsItem(last);
  const states = ['starting', 'not-started'] as const;
  return pending ? endAttempt(failure, last, states, { state: 'cancelled' }, now) : undefined;
}

/**
 * Ends a running attempt whose item the browser no longer lists. `session` is the current browser session, null where
 * items outlive it: an item from an earlier session was lost when that ended, nobody removed it. Of another download
 * nothing is left, as with one that the person cancels.
 */
export function attemptVanished(
  failure: Failure,
  attempt: Attempt,
  now: number,
  session: string | null,
): Failure | undefined {
  if (attempt.state === 'running' && attempt.download) return withoutAttempt(failure, attempt);
  const because = attempt.item?.session === session ? 'removed' : 'closed';
  return endAttempt(failure, attempt, ['running'], { state: 'vanished', because }, now);
}

export const markSeen = (failure: Failure): Failure => ({ ...failure, seen: true });

/** Clears what comes next: its turn in a round, or its automatic try. */
export const unschedule = (failure: Failure): Failure => ({
  ...failure,
  next: null,
  round: failure.next?.kind === 'turn' ? null : failure.round,
});

/**
 * Takes a failure out of the lists, the counts and its round. Its record stays, and a planned try waits until the
 * failure is restored.
 */
export const dismiss = (failure: Failure): Failure | undefined =>
  isOpen(failure) ? { ...failure, dismissed: true, seen: true } : undefined;

/** Undoes {@link dismiss}. A turn that waited is kept only in `activeRound`, the round in progress. */
export function restore(failure: Failure, activeRound: number | null): Failure | undefined {
  if (!failure.dismissed) return undefined;
  const missedTurn = failure.next?.kind === 'turn' && failure.round !== activeRound;
  return { ...(missedTurn ? unschedule(failure) : failure), dismissed: false };
}

/** Closes a failure, as the person found that what came is the file. */
export function accept(failure: Failure): Failure | undefined {
  const suspected = suspectOf(failure);
  if (!suspected || !isOpen(failure) || isRunning(currentAttempt(failure))) return undefined;
  const { endedAt, reason, file, evidence } = suspected;
  const accepted = { reason, file, ...(evidence && { evidence }) };
  const fine: Attempt = { ...baseOf(suspected), state: 'completed', endedAt, accepted };
  return { ...unschedule(replaceAttempt(failure, suspected, fine)), seen: true };
}

/** Undoes {@link accept}. */
export function suspectAgain(failure: Failure): Failure | undefined {
  const fine = failure.attempts.findLast((one) => one.state === 'completed' && one.accepted !== undefined);
  if (fine?.state !== 'completed' || !fine.accepted) return undefined;
  const { endedAt, accepted } = fine;
  return replaceAttempt(failure, fine, {
    ...baseOf(fine),
    state: 'failed',
    endedAt,
    canResume: false,
    ...accepted,
  });
}

/** The other download that brought the file; undefined if none did, or one of its own brought it as well. */
export function closedBy({ attempts }: Failure): OtherDownload | undefined {
  const completed = attempts.filter((attempt) => attempt.state === 'completed' && !attempt.accepted);
  return completed.every(({ download }) => download) ? completed.at(-1)?.download : undefined;
}

/** Opens a failure again, for good: the download that closed it was of another file. */
export function reopen(failure: Failure): Failure | undefined {
  if (!closedBy(failure)) return undefined;
  const [first, ...others] = failure.attempts.map(
    (attempt): Attempt =>
      attempt.state === 'completed' && attempt.download ? { ...attempt, state: 'another-file' } : attempt,
  );
  return first && { ...failure, seen: true, dismissed: false, attempts: [first, ...others] };
}
