/**
 * The record of a failure: its attempts, and how they begin and end without the browser's word.
 *
 *   (nothing) ──failed──▶ failed ──retry──▶ starting ──▶ running ──▶ completed (recovered)
 *                           ▲                  │            │
 *                           └──────────────────┴────────────┘ failed, not started, cancelled or vanished
 *
 * Everything here is a pure function of the record and of what is handed in.
 */
import * as v from 'valibot';
import { type Browser, classify, type Prognosis } from './reasons.ts';

const itemSchema = v.object({
  /** The browser's id, valid in `session`. */
  id: v.number(),
  /** The run of the browser in which `id` means this item; null where ids hold for ever. */
  session: v.nullable(v.string()),
  /** Names the item within its session, and never another one. */
  key: v.string(),
  /** Tells it again in a later session, where the browser gives new ids; null where `key` does. */
  trace: v.nullable(v.string()),
});

/** Which of the browser's downloads an attempt was. */
export type ItemRef = v.InferOutput<typeof itemSchema>;

/** The file that a download is for, and where it comes from. */
const wantedFileSchema = v.object({
  /** The address asked for, before redirects. */
  url: v.string(),
  /** The address that answered last; the same as `url` where the browser doesn't tell. */
  finalUrl: v.string(),
  referrer: v.nullable(v.string()),
  /** Full path of the target, as far as the browser told it; empty while it isn't decided. */
  filename: v.string(),
  mime: v.nullable(v.string()),
  /** Firefox's container. */
  cookieStoreId: v.nullable(v.string()),
  incognito: v.boolean(),
});

/** What a browser says of one download at one moment, in the same form for both browsers. */
export interface DownloadSnapshot extends v.InferOutput<typeof wantedFileSchema> {
  item: ItemRef;
  /** Whether this extension started it. */
  ours: boolean;
  /** ms since the epoch. */
  startedAt: number;
  bytesReceived: number;
  /** Whether `bytesReceived` never says less than is there. */
  exactBytes: boolean;
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

/** What is known of an attempt in each of its states. */
const anyAttemptSchema = v.object({
  /** How it began: the first download, the rest of it, or all of it again. */
  kind: v.picklist(['first', 'resume', 'restart']),
  /**
   * Who began it: the page or the browser (`elsewhere`), the person with one of our buttons, or automatic retry, whose
   * tries are counted from 1 since the person's last. Until version 3 of the database nobody noted it.
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
});
const anyAttempt = anyAttemptSchema.entries;
const endedAttempt = { ...anyAttempt, endedAt: v.number() };

/** One try to get the file. All times are in ms since the epoch, by our own clock. */
const attemptSchema = v.variant('state', [
  v.object({ state: v.literal('failed'), ...endedAttempt, reason: v.string(), canResume: v.boolean() }),
  v.object({ state: v.literal('completed'), ...endedAttempt }),
  v.object({ state: v.literal('starting'), ...anyAttempt, deadline: v.number() }),
  v.object({
    state: v.literal('running'),
    ...anyAttempt,
    /** By the person, in the browser's own list. */
    paused: v.optional(v.boolean(), false),
  }),
  // The browser refused or never answered; `message` is its own word, empty for no answer.
  v.object({ state: v.literal('not-started'), ...endedAttempt, message: v.string() }),
  // Called off before the browser had an item for it, or because another attempt had taken its place.
  v.object({ state: v.literal('cancelled'), ...endedAttempt }),
  // The browser no longer lists the item: the person removed it from there, or the browser closed and forgot it. Until
  // version 4 of the database nobody noted which.
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

/** What is the same of an attempt in each of its states. */
export const baseOf = ({ kind, by, item, startedAt, bytesReceived, totalBytes }: Attempt): AttemptBase => ({
  kind,
  by,
  item,
  startedAt,
  bytesReceived,
  totalBytes,
});

/** What is to come for a failure that is not being retried. Times are in ms since the epoch. */
const nextTrySchema = v.variant('kind', [
  // Its turn in a round: a retry of many, a few at once.
  v.object({ kind: v.literal('turn') }),
  // Automatic retry begins the try `number` of `of`, not before `at`.
  v.object({
    kind: v.literal('planned'),
    at: v.number(),
    /** Tells a clock that was set back. */
    madeAt: v.number(),
    number: v.number(),
    of: v.number(),
    /** What set the time: the growing pause, the server's own word, its host's troubles, or no connection. */
    because: v.picklist(['backoff', 'server', 'host', 'offline']),
  }),
  // Automatic retry has stopped: no tries left, a link past its time, or a server that asks for too long a pause.
  v.object({
    kind: v.literal('stopped'),
    why: v.picklist(['tries', 'expired', 'server']),
    tries: v.number(),
  }),
]);
export type NextTry = v.InferOutput<typeof nextTrySchema>;

/** One wanted file that failed, kept however the browser's list is cleared. */
export const failureSchema = v.object({
  /** Our own id. */
  id: v.string(),
  browser: v.picklist(['chrome', 'firefox']),
  ...wantedFileSchema.entries,
  /** When the last failed attempt failed: ms since the epoch, by our own clock. */
  failedAt: v.number(),
  /** The reason that says best why the file isn't there: the last one that was not the person's own choice. */
  reason: v.string(),
  seen: v.boolean(),
  dismissed: v.boolean(),
  /** How it was asked for, such as POST; null while we don't know. */
  method: v.nullish(v.string(), null),
  next: v.nullish(nextTrySchema, null),
  /** The last round (see `turn`) that it was part of, by the time (ms since the epoch) of its beginning. */
  round: v.nullish(v.number(), null),
  /** At least one, in the order in which they began. */
  attempts: v.tupleWithRest([attemptSchema], attemptSchema),
});
export type Failure = v.InferOutput<typeof failureSchema>;

/** What a row says of a failure. */
export type FailureState = 'failed' | 'scheduled' | 'retrying' | 'recovered';

export const lastAttempt = (failure: Failure): Attempt => failure.attempts.at(-1) ?? failure.attempts[0];

/** The failed attempt that the browser says it can take up again: the last one that it had an item for. */
export function resumable(failure: Failure): Attempt | undefined {
  const last = failure.attempts.findLast(({ state }) => state === 'failed');
  return last?.state === 'failed' && last.canResume && last.item ? last : undefined;
}

/** The browser no longer keeps the bytes that it could have gone on with. */
export function bytesLost(failure: Failure): Failure | undefined {
  const kept = resumable(failure);
  return kept?.state === 'failed' ? replaceAttempt(failure, kept, { ...kept, canResume: false }) : undefined;
}

/** What is to come, which rests while the failure is dismissed. */
export const upcoming = ({ dismissed, next }: Failure): NextTry | null => (dismissed ? null : next);

export function stateOf(failure: Failure): FailureState {
  // Whatever else was tried beside it: the file is there.
  if (failure.attempts.some(({ state }) => state === 'completed')) return 'recovered';
  if (isRunning(lastAttempt(failure))) return 'retrying';
  const next = upcoming(failure)?.kind;
  return next === 'turn' || next === 'planned' ? 'scheduled' : 'failed';
}

export const prognosisOf = (failure: Failure): Prognosis =>
  classify(failure.reason, failure.browser).prognosis;

/** Not recovered and not dismissed: what the lists show and the counts count. */
export const isOpen = (failure: Failure): boolean => !failure.dismissed && stateOf(failure) !== 'recovered';

/** What the badge counts. */
export const isUnseen = (failure: Failure): boolean =>
  isOpen(failure) && !failure.seen && prognosisOf(failure) !== 'chosen';

/** In characters. The browser's word on why it refuses says what it has to say in fewer. */
export const LONGEST_MESSAGE = 1_000;

/** Under this key a new item of ours finds the failure that it was started for. */
export const startingKey = (url: string): string => `starting ${url}`;

/**
 * Under this key an item that the browser went on with by itself after a restart finds the attempt that was under way:
 * it has another id and another start then, and still the same file.
 */
export const fileKey = (filename: string): string => `file ${filename}`;

/**
 * Whether the browser may still come with an item for this attempt: also long after its time limit, when a slow
 * server answers at last.
 */
export const awaitsItem = (attempt: Attempt): boolean =>
  attempt.item === null &&
  (attempt.state === 'starting' ||
    attempt.state === 'cancelled' ||
    (attempt.state === 'not-started' && attempt.message === ''));

/** Whether the browser was asked for a new download and said nothing: a slow server may still have the request. */
export function isUnanswered(failure: Failure): boolean {
  const last = lastAttempt(failure);
  return last.state === 'not-started' && awaitsItem(last);
}

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
  const { state, item } = lastAttempt(failure);
  if (state === 'running' && item?.trace && failure.filename) keys.add(fileKey(failure.filename));
  return [...keys];
}

export const isRunning = (attempt: Attempt): boolean =>
  attempt.state === 'starting' || attempt.state === 'running';

export const isChosen = (reason: string, browser: Browser): boolean =>
  classify(reason, browser).prognosis === 'chosen';

export function replaceAttempt(failure: Failure, old: Attempt, replacement: Attempt): Failure {
  const [first, ...others] = failure.attempts;
  const swap = (attempt: Attempt): Attempt => (attempt === old ? replacement : attempt);
  return { ...failure, attempts: [swap(first), ...others.map(swap)] };
}

/** With a further attempt, which is what was to come. */
export const addAttempt = (failure: Failure, attempt: Attempt): Failure => ({
  ...failure,
  next: null,
  attempts: [...failure.attempts, attempt],
});

/** Resuming an attempt that received nothing is starting again. */
export const resumedKind = ({ bytesReceived }: Attempt): AttemptKind =>
  bytesReceived > 0 ? 'resume' : 'restart';

/**
 * Notes that an attempt is about to be started, before the browser is asked: should the background die in
 * between, the item that appears still finds its failure. The browser has `limit` ms to begin it.
 */
export function beginAttempt(
  failure: Failure,
  kind: 'resume' | 'restart',
  by: Starter,
  now: number,
  limit: number,
): Failure {
  const resumed = kind === 'resume' ? resumable(failure) : undefined;
  return addAttempt(failure, {
    kind: resumed ? resumedKind(resumed) : 'restart',
    by,
    item: resumed?.item ?? null,
    startedAt: now,
    bytesReceived: resumed?.bytesReceived ?? 0,
    totalBytes: lastAttempt(failure).totalBytes,
    state: 'starting',
    deadline: now + limit,
  });
}

type Ending =
  | { state: 'not-started'; message: string }
  | { state: 'failed'; reason: string; canResume: boolean }
  | { state: 'cancelled' }
  | { state: 'vanished'; because: 'removed' | 'closed' };

/** With one of its attempts ended; undefined when that is not in one of `states`. */
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

/**
 * Ends the attempt at `index` if it has not begun: the browser refused it (`message`, its own word) or never began it
 * (an empty one). Older versions of Chrome refuse with the reason itself.
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
  if (!ended || isChosen(message, failure.browser)) return ended;
  return { ...ended, reason: message, failedAt: now, seen: false };
}

/** The failed attempt whose item the last one of ours goes on with; undefined for a new download. */
export function resumedFrom(failure: Failure): Attempt | undefined {
  const last = lastAttempt(failure);
  if (last.by === 'elsewhere') return undefined;
  return failure.attempts.findLast(({ state, item }) => state === 'failed' && item?.key === last.item?.key);
}

/** Ends a resume that the browser shows as running, and that has got nothing for too long: its item is cancelled. */
export function attemptStalled(failure: Failure, now: number): Failure | undefined {
  const kept = resumedFrom(failure);
  if (kept?.state !== 'failed') return undefined;
  const given = replaceAttempt(failure, kept, { ...kept, canResume: false });
  return endAttempt(given, lastAttempt(given), ['running'], { state: 'not-started', message: '' }, now);
}

/** Calls off an attempt that the browser has not begun: an item that appears for it is to be cancelled. */
export function attemptCancelled(failure: Failure, now: number): Failure | undefined {
  const last = lastAttempt(failure);
  const pending = last.state === 'starting' || awaitsItem(last);
  const states = ['starting', 'not-started'] as const;
  return pending ? endAttempt(failure, last, states, { state: 'cancelled' }, now) : undefined;
}

/**
 * Ends a running attempt whose item the browser no longer lists. `session` is the browser's present run, null where
 * its items outlive it: an item of an earlier run went with that, and nobody removed it.
 */
export function attemptVanished(failure: Failure, now: number, session: string | null): Failure | undefined {
  const last = lastAttempt(failure);
  const because = last.item?.session === session ? 'removed' : 'closed';
  return endAttempt(failure, last, ['running'], { state: 'vanished', because }, now);
}

export const markSeen = (failure: Failure): Failure => ({ ...failure, seen: true });

/** Nothing more comes of itself: out of its round's queue, and not tried automatically. */
export const unschedule = (failure: Failure): Failure => ({
  ...failure,
  next: null,
  round: failure.next?.kind === 'turn' ? null : failure.round,
});

/**
 * Takes a failure out of the lists and counts; its record stays, and what is to come rests. Undefined when it is in no
 * list.
 */
export const dismiss = (failure: Failure): Failure | undefined =>
  isOpen(failure) ? { ...failure, dismissed: true, seen: true } : undefined;

/** Undoes {@link dismiss}. A turn that rested is kept only in `activeRound`, the one that is under way. */
export function restore(failure: Failure, activeRound: number | null): Failure | undefined {
  if (!failure.dismissed) return undefined;
  const missedTurn = failure.next?.kind === 'turn' && failure.round !== activeRound;
  return { ...(missedTurn ? unschedule(failure) : failure), dismissed: false };
}
