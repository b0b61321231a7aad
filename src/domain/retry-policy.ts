/** When and how to try again. */
import { triesByCause } from './diagnosis.ts';
import {
  causeOf,
  currentAttempt,
  type Failure,
  isChosen,
  isOpen,
  isRunning,
  type NextTry,
  prognosisOf,
  stateOf,
  unschedule,
  upcoming,
} from './failure.ts';
import { type HostTrouble, openUntil } from './host-trouble.ts';
import { hasExpired } from './link-expiry.ts';
import { leastReach, type RestartObstacle, wayOf } from './retry-way.ts';
import { cluesOf, expectedName, LONGEST_FOR_LINK_MS } from './same-file.ts';

/** What pressing Retry on a failure would do now, or why it can't. */
export type RetryOffer =
  /** The browser continues after the bytes it kept; `fraction` (0 to 1) is null if the total size is unknown. */
  | { kind: 'resume'; bytes: number; fraction: number | null }
  | { kind: 'restart' }
  | { kind: 'none'; why: 'done' | 'running' | 'permanent' | 'chosen' | RestartObstacle };

/** What Retry would do at `now` (ms since the epoch), with what the browser lets us do. */
export function retryOffer(failure: Failure, now: number, reach = leastReach): RetryOffer {
  if (!isOpen(failure)) return { kind: 'none', why: 'done' };
  if (stateOf(failure) === 'retrying') return { kind: 'none', why: 'running' };
  const prognosis = prognosisOf(failure);
  if (prognosis === 'permanent' || prognosis === 'chosen') return { kind: 'none', why: prognosis };
  const way = wayOf(failure, now, reach);
  if (way.kind === 'none') return { kind: 'none', why: way.because };
  if (way.kind === 'resume' && way.attempt.bytesReceived > 0) {
    const { bytesReceived: bytes, totalBytes: total } = way.attempt;
    return { kind: 'resume', bytes, fraction: total === null ? null : Math.min(1, bytes / total) };
  }
  return { kind: 'restart' };
}

/** Whether the address itself says that it has expired, so that only a fresh link can help. */
export const linkExpired = ({ url }: Failure, now: number): boolean => hasExpired(url, now);

/** What a server says to a link that is of no more use. */
const refusals: ReadonlySet<string> = new Set([
  'SERVER_FORBIDDEN',
  'SERVER_UNAUTHORIZED',
  'SERVER_BAD_CONTENT',
  'SUSPECT_PAGE',
]);

/**
 * Notes that the person went to its page at `now` (ms since the epoch). If its link has expired or was refused, and its
 * name is known, the next download of the file from there is waited for.
 */
export const awaitLink = (failure: Failure, now: number): Failure | undefined =>
  isOpen(failure) &&
  !isRunning(currentAttempt(failure)) &&
  expectedName(cluesOf(failure)) !== null &&
  (linkExpired(failure, now) || refusals.has(failure.reason))
    ? { ...unschedule(failure), next: { kind: 'link', since: now } }
    : undefined;

/** Whether the next download of the file from its page is still waited for at `now` (ms since the epoch). */
export function isAwaitingLink(failure: Failure, now: number): boolean {
  const next = upcoming(failure);
  return next?.kind === 'link' && now - next.since <= LONGEST_FOR_LINK_MS;
}

/** The page to go to for a fresh link; undefined if unknown. */
export function sourcePage({ referrer, url }: Failure): string | undefined {
  if (referrer !== null && /^https?:/i.test(referrer)) return referrer;
  // A blob: address contains the site that made it.
  return /^blob:(https?:\/\/[^/]+)/i.exec(url)?.[1];
}

/** Which failures a round takes. */
export interface RoundRules {
  /** ms since the epoch. */
  now: number;
  /** Failures older than this (ms) are left out. */
  longestAge: number;
  /** What may succeed as it is; also what the person may have fixed; or everything that has a Retry button. */
  reach: 'transient' | 'fixable' | 'any';
}

/** The failure with its turn in the round `id`; undefined if it doesn't belong in it. */
export function enqueue(failure: Failure, id: number, rules: RoundRules): Failure | undefined {
  const { now, longestAge, reach } = rules;
  if (failure.next?.kind === 'turn' || retryOffer(failure, now).kind === 'none') return undefined;
  if (reach !== 'any') {
    if (now - failure.failedAt > longestAge || linkExpired(failure, now)) return undefined;
    if (reach === 'transient' && prognosisOf(failure) !== 'transient') return undefined;
  }
  return { ...failure, next: { kind: 'turn' }, round: id };
}

/** Whether the person can retry it together with others, apart from what depends on the time. */
export const isRetriable = (failure: Failure): boolean =>
  enqueue(failure, 0, { now: failure.failedAt, longestAge: Infinity, reach: 'fixable' }) !== undefined;

/** How automatic retry works. */
export interface AutomaticRules {
  /** Tries before it stops. */
  tries: number;
  /** The longest that the first pause can be, in ms; it doubles with each try. */
  firstPause: number;
  /** The longest that any pause can be, in ms. */
  longestPause: number;
  /** Failures older than this (ms) are left alone. */
  longestAge: number;
}

/** What a plan depends on besides the failure. */
export interface PlanContext {
  rules: AutomaticRules;
  /** ms since the epoch. */
  now: number;
  /** Uniformly random from 0 (inclusive) to 1 (exclusive). */
  random: number;
  /** Until when (ms since the epoch) the server wants no further requests, if it said so. */
  serverWait?: number | undefined;
  trouble?: HostTrouble | undefined;
}

/** The shortest pause, in ms: even the luckiest draw gives the server a moment. */
export const SHORTEST_PAUSE_MS = 1_000;
/** We don't wait for a server that asks for more than this (ms). */
export const LONGEST_SERVER_WAIT_MS = 24 * 3_600_000;

/**
 * The pause (ms) before try `number`, counted from 1: exponential backoff with full jitter, that is, anything from zero
 * to the doubled limit, so that many failures aren't all retried at once.
 */
export function pauseBefore(
  number: number,
  { firstPause, longestPause }: AutomaticRules,
  random: number,
): number {
  const limit = Math.min(longestPause, firstPause * 2 ** Math.min(number - 1, 50));
  return Math.max(SHORTEST_PAUSE_MS, Math.floor(random * limit));
}

/** Automatic tries since the person last pressed a button. */
export function automaticTries({ attempts }: Failure): number {
  const ours = attempts.findLast(({ by }) => by !== 'elsewhere');
  return ours && typeof ours.by === 'object' ? ours.by.automatic : 0;
}

/** Whether it may succeed as it is, so that automatic retry has a part in it. */
export const mayPass = (failure: Failure, now: number): boolean =>
  prognosisOf(failure) === 'transient' &&
  triesByCause(causeOf(failure)) > 0 &&
  retryOffer(failure, now).kind !== 'none';

/**
 * What automatic retry plans for a failure whose last attempt has just ended. Null if it should leave it alone: the
 * file is there, the person stopped it, or trying again as it is won't help.
 */
export function planNext(failure: Failure, context: PlanContext): NextTry | null {
  const { rules, now, random, serverWait = 0, trouble } = context;
  const last = currentAttempt(failure);
  if (last.state === 'cancelled' || (last.state === 'vanished' && last.because === 'removed')) return null;
  if (last.state === 'failed' && isChosen(last.reason, failure.browser)) return null;
  if (!mayPass(failure, now)) return null;
  if (now - failure.failedAt > rules.longestAge) return null;
  const tries = automaticTries(failure);
  const most = Math.min(rules.tries, triesByCause(causeOf(failure)));
  if (tries >= most) return { kind: 'stopped', why: 'tries', tries };
  if (linkExpired(failure, now)) return { kind: 'stopped', why: 'expired', tries };
  if (serverWait - now > LONGEST_SERVER_WAIT_MS) return { kind: 'stopped', why: 'server', tries };
  const number = tries + 1;
  const backoff = now + pauseBefore(number, rules, random);
  const host = openUntil(trouble, now);
  const at = Math.max(backoff, serverWait, host);
  const because = at === backoff ? 'backoff' : at === serverWait ? 'server' : 'host';
  return { kind: 'planned', at, madeAt: now, number, of: most, because };
}

type Planned = Extract<NextTry, { kind: 'planned' }>;

/** Continues an automatic try whose resume lost the kept bytes: a full restart, at once and under the same number. */
export const planRestart = (failure: Failure, { tries }: AutomaticRules, now: number): Planned => ({
  kind: 'planned',
  at: now,
  madeAt: now,
  number: automaticTries(failure),
  of: tries,
  because: 'backoff',
});

/** How much a clock may jitter, in ms, before it counts as set back. */
const CLOCK_JITTER_MS = 60_000;

/** How long (ms) a plan still has to wait at `now`. If the clock was set back, it waits no longer. */
export function waitLeft({ at, madeAt }: Planned, now: number): number {
  const setBack = now < madeAt - CLOCK_JITTER_MS;
  return setBack ? 0 : Math.max(0, at - now);
}

/**
 * What to do with a plan that is due: begin, or wait for the connection or the host. Returns the same plan if it
 * already waits for the connection.
 */
export function decideDue(
  plan: Planned,
  { now, online, trouble }: { now: number; online: boolean; trouble: HostTrouble | undefined },
): 'begin' | Planned {
  if (!online) return plan.because === 'offline' ? plan : { ...plan, because: 'offline' };
  const host = openUntil(trouble, now);
  return host > now ? { ...plan, at: host, madeAt: now, because: 'host' } : 'begin';
}

/** Puts the planned try off until `time` (ms since the epoch), as the server asked; undefined if nothing changes. */
export function waitForServer(failure: Failure, time: number): Failure | undefined {
  const { next } = failure;
  if (next?.kind !== 'planned' || time <= next.at) return undefined;
  return time - next.madeAt > LONGEST_SERVER_WAIT_MS
    ? { ...failure, next: { kind: 'stopped', why: 'server', tries: next.number - 1 } }
    : { ...failure, next: { ...next, at: time, because: 'server' } };
}

/** Drops what automatic retry had planned; undefined if there was nothing. */
export const withoutPlan = (failure: Failure): Failure | undefined =>
  failure.next?.kind === 'planned' || failure.next?.kind === 'stopped' ? unschedule(failure) : undefined;
