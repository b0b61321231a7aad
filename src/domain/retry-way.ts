/**
 * The way in which a new try gets the file: the first of these that can be gone.
 *
 * | way        | when                                                   | because                                         |
 * | ---------- | ------------------------------------------------------ | ----------------------------------------------- |
 * | `resume`   | the browser kept the item, whose rest is worth having  | bytes are kept, and the request names the page  |
 * | `none`     | its address, its form or its window forbid a new one   | see {@link RestartObstacle}                     |
 * | `as-page`  | Chrome, a private window                               | `download()` starts nothing there               |
 * | `download` | Chrome, no page is known that the request could name   | nothing is gained by another way                |
 * | `download` | Chrome, the file is a page itself                      | Chrome would show it and save nothing           |
 * | `download` | Chrome, plain http, not yet refused                    | what a page loads that way, Chrome holds back   |
 * |            |                                                        | until the person agrees                         |
 * | `download` | Chrome, the last try as the page had to sign in        | Chrome may do that by itself (NTLM), but what   |
 * |            |                                                        | asks as the page ends with the first answer     |
 * | `as-page`  | Chrome, the person allows it                           | `download()` can't name the page there          |
 * | `download` | otherwise                                              | in Firefox it names the page                    |
 */
import {
  type Attempt,
  currentAttempt,
  diagnosisOf,
  type Failure,
  isChosen,
  isOpen,
  resumable,
} from './failure.ts';
import { fileName } from './file-name.ts';
import { hasExpired } from './link-expiry.ts';
import { classify, isSuspicion } from './reasons.ts';
import { refererFor } from './referer.ts';

/** What the browser lets the extension do at the moment, beyond what it always does. */
export interface Reach {
  /** Whether it can ask for a file as the page does: Chrome, with the permission to see requests. */
  asPage: boolean;
  /** Whether a private window is open in which it can. */
  privateWindow: boolean;
}

export const leastReach: Reach = { asPage: false, privateWindow: false };

export type Way =
  /** The browser goes on with an item that it kept. */
  { kind: 'resume'; attempt: Attempt } | RestartWay;

export type RestartWay =
  /** A frame or tab that nobody sees asks for the file, and names the page. */
  | { kind: 'as-page' }
  /** The browser's `downloads.download()`. */
  | { kind: 'download' }
  | { kind: 'none'; because: RestartObstacle };

/** Why a new download of the file can't be started. */
export type RestartObstacle =
  /** `blob:` and `data:` addresses only work in the page that made them. */
  | 'address'
  /** It sent a form, which we don't have. */
  | 'form'
  /** `downloads.download()` starts downloads in Chrome's ordinary windows only. */
  | 'private'
  /** There would be another way, but no private window is open. */
  | 'private-window';

/** The way that a new try would go at `now` (ms since the epoch). */
export function wayOf(failure: Failure, now: number, reach: Reach): Way {
  const kept = resumableNow(failure, now, reach);
  return kept ? { kind: 'resume', attempt: kept } : restartWay(failure, reach);
}

/** The same without what the browser kept. */
export function restartWay(failure: Failure, reach: Reach): RestartWay {
  const obstacle = restartObstacle(failure, reach);
  if (obstacle) return { kind: 'none', because: obstacle };
  if (isPrivateInChrome(failure)) return { kind: 'as-page' };
  const better =
    reach.asPage &&
    canNamePage(failure) &&
    !isPage(failure) &&
    !hadToSignIn(failure) &&
    (isSafe(failure) || failure.attempts.some((attempt) => isRefusedUnnamed(attempt, failure)));
  return { kind: better ? 'as-page' : 'download' };
}

const canBeFetched = (url: string): boolean => /^(https?|ftp):/i.test(url);

const isPrivateInChrome = ({ incognito, browser }: Failure): boolean => incognito && browser === 'chrome';

/** Undefined when a new download can be started. */
export function restartObstacle(failure: Failure, reach = leastReach): RestartObstacle | undefined {
  if (!canBeFetched(failure.url)) return 'address';
  if (failure.method === 'POST') return 'form';
  if (!isPrivateInChrome(failure) || (reach.asPage && reach.privateWindow)) return undefined;
  return reach.asPage ? 'private-window' : 'private';
}

/**
 * The attempt that the browser can resume. A resume uses the address after redirects; once that has expired, only the
 * original address can lead to a fresh one.
 */
export function resumableNow(failure: Failure, now: number, reach: Reach): Attempt | undefined {
  const { url, finalUrl, method } = failure;
  if (mustRestart(failure, reach)) return undefined;
  // Chrome would send a GET without the form, and Firefox would send nothing.
  if (method === 'POST') return undefined;
  if (finalUrl !== url && hasExpired(finalUrl, now) && !restartObstacle(failure, reach)) return undefined;
  return resumable(failure);
}

/**
 * Whether a resume of ours ended in a way that only a full restart can help: it received nothing at all, the kept bytes
 * are lost, the server denies the rest, or the address after redirects refuses while the original one may lead elsewhere.
 */
export function mustRestart(failure: Failure, reach = leastReach): boolean {
  const last = currentAttempt(failure);
  if (last.by === 'elsewhere' || !isOpen(failure) || restartObstacle(failure, reach)) return false;
  if (last.state === 'not-started') return last.item !== null && !resumable(failure);
  if (last.kind !== 'resume' || last.state !== 'failed') return false;
  if (isChosen(last.reason, failure.browser) || isSuspicion(last.reason)) return false;
  const before = failure.attempts.findLast((attempt) => attempt !== last && attempt.state === 'failed');
  if (before && last.bytesReceived < before.bytesReceived) return true;
  const { reason, cause } = diagnosisOf(last, failure.browser);
  if (reason === 'SERVER_NO_RANGE') return true;
  // Firefox says the same of a server in trouble and of one that denies the rest: it is asked twice.
  const isVague = failure.browser === 'firefox' && reason === 'SERVER_FAILED' && cause === null;
  if (isVague && before?.kind === 'resume' && before.state === 'failed' && before.reason === reason)
    return true;
  return failure.finalUrl !== failure.url && classify(reason, failure.browser).category === 'server';
}

const canNamePage = ({ url, referrer }: Failure): boolean => refererFor(url, referrer) !== undefined;

const isPage = (failure: Failure): boolean => /\.(x?html?|xht|mht(ml)?)$/i.test(fileName(failure));

/** Whether Chrome takes what comes from there as safe from others' hands. */
const isSafe = ({ url, finalUrl }: Failure): boolean =>
  [url, finalUrl].every(
    (address) =>
      URL.canParse(address) &&
      (new URL(address).protocol === 'https:' ||
        /^(.+\.)?localhost$|^127(\.\d+){3}$|^\[::1\]$/.test(new URL(address).hostname)),
  );

const lastFailed = ({ attempts }: Failure): Attempt | undefined =>
  attempts.findLast(({ state }) => state === 'failed');

/** Whether that is what the server answered to an attempt. */
const isTold = (attempt: Attempt, { browser }: Failure, reasons: readonly string[]): boolean =>
  attempt.state === 'failed' && reasons.includes(diagnosisOf(attempt, browser).reason);

function hadToSignIn(failure: Failure): boolean {
  const last = lastFailed(failure);
  return last?.asPage === true && isTold(last, failure, ['SERVER_UNAUTHORIZED']);
}

/** Whether the server refused an attempt of ours, which named no page though the first download had one. */
const isRefusedUnnamed = (attempt: Attempt, failure: Failure): boolean =>
  failure.browser === 'chrome' &&
  attempt.kind === 'restart' &&
  attempt.by !== 'elsewhere' &&
  !attempt.asPage &&
  canNamePage(failure) &&
  isTold(attempt, failure, ['SERVER_UNAUTHORIZED', 'SERVER_FORBIDDEN']);

/** Whether that became of the last try. */
export function wasRefusedUnnamed(failure: Failure): boolean {
  const last = lastFailed(failure);
  return last !== undefined && isRefusedUnnamed(last, failure);
}
