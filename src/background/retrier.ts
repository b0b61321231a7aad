/**
 * Tries again to get the file of a failure. An attempt is recorded before the browser is asked, and confirmed by what
 * the browser then does: Chrome's `resume()` can resolve and do nothing, its `download()` can stay pending for ever.
 */

import {
  attemptCancelled,
  attemptNotStarted,
  attemptRefused,
  attemptStalled,
  beginAttempt,
  currentAttempt,
  type DownloadSnapshot,
  type Failure,
  isAsking,
  isRunning,
  resumedFrom,
  type Starter,
  unschedule,
} from '../domain/failure.ts';
import { fileName, withoutFragment } from '../domain/file-name.ts';
import { placeInQueue } from '../domain/queue.ts';
import { retryOffer } from '../domain/retry-policy.ts';
import { leastReach, type Reach, restartObstacle, restartWay, resumableNow } from '../domain/retry-way.ts';
import type { VainRequest } from '../platform/chrome-page-starts.ts';
import { coalesced } from '../platform/coalesced.ts';
import type { Downloads } from '../platform/downloads.ts';
import type { Journal } from '../platform/journal/journal.ts';
import type { PageStart, PageStarts } from '../platform/page-starts.ts';
import { unattended } from '../platform/unattended.ts';
import type { Monitor } from './monitor.ts';

export interface RetrierOptions {
  downloads: Downloads;
  pageStarts: PageStarts;
  journal: Journal;
  monitor: Monitor;
  /** ms since the epoch. */
  now: () => number;
  /** Called after each write that changed something. */
  changed: (failures: readonly Failure[]) => void;
  limits?: StartLimits;
}

/** How long (ms) the browser has to start an attempt. */
export interface StartLimits {
  resume: number;
  restart: number;
  asPage: number;
}

/**
 * A resume that works shows at once; a new download shows only when the server answers. Who asks as the page does is
 * heard by the server for certain, and then a slow one gets the time that it needs.
 */
const defaultLimits: StartLimits = { resume: 3_000, restart: 10_000, asPage: 60_000 };

/** We ask twice, because the first call can get lost. If it was only slow, its item is cancelled when it appears. */
const RESTARTS = 2;

/**
 * How long (ms) a resume of ours may run without a single byte. Chrome sometimes shows a resumed item as in progress
 * for ever without sending a request. New downloads need no such limit: they show only once the server has answered.
 */
export const STALLED_MS = 300_000;

/** How often (ms) we check after a resume whether the kept bytes are still there. */
const WATCH_STEP_MS = 50;
const WATCH_STEPS = 40;

export interface Retrier {
  /** Retries a failure. Resolves once an attempt has begun, or if none could. */
  retry(id: string, by: Starter): Promise<void>;
  /** The same, but only if it is still in the queue: the person may have cancelled it meanwhile. */
  retryQueued(id: string, by: Starter): Promise<void>;
  /** Cancels the running attempt, or the one that was to come. */
  cancel(id: string): Promise<void>;
  /** Call this with every change to the journal. */
  notice(failures: readonly Failure[]): void;
  /** Ends attempts that never began, because the background died while it waited for them. */
  settleOverdue(): Promise<void>;
  /** Ends the attempt whose request, which asked as the page does, ended without a download. */
  cameToNothing(request: VainRequest): Promise<void>;
  /** Call this when the person grants or takes back a permission: what asks as the page does may lose its rules. */
  followReach(): Promise<void>;
}

export function createRetrier(options: RetrierOptions): Retrier {
  const { downloads, pageStarts, journal, monitor, now, changed, limits = defaultLimits } = options;
  const longestLimit = Math.max(limits.resume, limits.restart, limits.asPage);
  /** Attempts that we are waiting for the browser to start. */
  const waiting = new Set<{ id: string; index: number; done: () => void }>();
  let overdue: ReturnType<typeof setTimeout> | undefined;
  /** Failures whose retry the person cancelled, perhaps between two of its attempts. */
  const calledOff = new Set<string>();
  /** Whether something may still ask as a page does; an earlier background may have left it. */
  let mayAsk = true;

  async function change(
    id: string,
    decide: (failure: Failure) => Failure | undefined,
  ): Promise<Failure | undefined> {
    const [failure] = await journal.change({ ids: [id] }, decide);
    if (failure) {
      changed([failure]);
      notice([failure]);
    }
    return failure;
  }

  /** Ends an attempt that has not begun: with what the browser said (`reason`), or because it said nothing. */
  const notStarted = (id: string, index: number, reason = ''): Promise<unknown> =>
    change(id, (failure) => attemptNotStarted(failure, index, now(), reason));

  function notice(failures: readonly Failure[]): void {
    for (const failure of failures) {
      for (const { id, index, done } of waiting) {
        if (id === failure.id && failure.attempts[index]?.state !== 'starting') done();
      }
    }
    const hasEnded = failures.some(({ attempts }) => attempts.some((one) => one.asPage && !isAsking(one)));
    if (mayAsk && hasEnded) unattended(endAsking());
  }

  /** The attempts that ask as the page does and still wait for what comes of it. */
  async function asking(): Promise<{ failure: Failure; index: number }[]> {
    return (await journal.find('retrying')).flatMap((failure) =>
      failure.attempts.flatMap((attempt, index) => (isAsking(attempt) ? [{ failure, index }] : [])),
    );
  }

  /** Ends whatever asks as a page does for an attempt that no longer waits for it. */
  const endAsking = coalesced(async () => {
    mayAsk = false;
    try {
      await pageStarts.keepOnly(async () => {
        const waits = await asking();
        mayAsk ||= waits.length > 0;
        return waits.map(({ failure }) => startOf(failure));
      });
    } catch (error) {
      mayAsk = true;
      throw error;
    }
  });

  /** What all other attempts ask for. */
  const othersThan = (id: string, index: number) => async (): Promise<PageStart[]> =>
    (await asking())
      .filter((one) => one.failure.id !== id || one.index !== index)
      .map(({ failure }) => startOf(failure));

  /**
   * Takes back what an attempt asks for as the page does, so that nothing can come of it any more, and looks whether
   * something has.
   */
  async function takeBack(id: string, index: number): Promise<void> {
    const attempt = (await journal.failure(id))?.attempts[index];
    // If its record was deleted meanwhile, it may still ask.
    if (attempt && !isAsking(attempt)) return;
    await pageStarts.keepOnly(othersThan(id, index));
    await monitor.reconcile('recent');
  }

  const isWaitedFor = (id: string, index: number): boolean =>
    [...waiting].some((wait) => wait.id === id && wait.index === index);

  /** Ends an attempt that has not begun, and what it asks for as the page does. */
  async function giveUp(id: string, index: number): Promise<void> {
    await takeBack(id, index);
    await notStarted(id, index);
  }

  /** Resolves when the attempt is seen to have begun or ended, or else after `limit` ms. */
  function begun(id: string, index: number, limit: number): Promise<void> {
    return new Promise((resolve) => {
      const wait = {
        id,
        index,
        done(): void {
          clearTimeout(timer);
          waiting.delete(wait);
          resolve();
        },
      };
      const timer = setTimeout(wait.done, limit);
      waiting.add(wait);
    });
  }

  /**
   * Makes one attempt: `begun` if the browser started it, however that ended; `silent` if it did nothing; `refused` if
   * it said so; `not-as-page` if that can't be asked as the page does; `over` if there was nothing to do, or the person
   * cancelled.
   */
  async function attempt(
    id: string,
    kind: 'resume' | 'restart',
    by: Starter,
    reach: Reach,
    isWanted: (before: Failure) => boolean = () => true,
  ): Promise<'begun' | 'silent' | 'refused' | 'not-as-page' | 'over'> {
    let offered = false;
    let asPage = false;
    // Checked and begun in one transaction, so that a second press finds the first one's attempt.
    const failure = await change(id, (before) => {
      if (!isWanted(before)) return undefined;
      const way = kind === 'resume' ? { kind } : restartWay(before, reach);
      offered = retryOffer(before, now(), reach).kind !== 'none' && way.kind !== 'none';
      asPage = way.kind === 'as-page';
      if (offered) return beginAttempt(before, kind, by, now(), limits[asPage ? 'asPage' : kind], asPage);
      // Its time has come, but it can't be retried.
      return before.next && !isRunning(currentAttempt(before)) ? { ...before, next: null } : undefined;
    });
    if (!failure || !offered) return 'over';
    const index = failure.attempts.length - 1;
    const { item } = currentAttempt(failure);
    const settled = begun(id, index, limits[asPage ? 'asPage' : kind]);
    const ask = asPage ? startAsPage : kind === 'resume' ? resume : start;
    const asked = ask(failure).catch((error: unknown) => notStarted(id, index, messageOf(error)));
    unattended(asked);
    await settled;
    // The monitor may be busy with a long list, and the news that the attempt began waits behind it.
    await (item ? monitor.look(item.id) : monitor.caughtUp());
    await giveUp(id, index);
    const ended = (await journal.failure(id))?.attempts[index];
    if (ended?.state === 'not-started') {
      // The server was heard to be silent: nobody else would get more.
      if (asPage) return ended.message === '' ? 'over' : 'not-as-page';
      return ended.message === '' ? 'silent' : 'refused';
    }
    if (ended?.state !== 'cancelled') return 'begun';
    if (item) {
      // The browser had already been asked when the person cancelled.
      await asked;
      // The person may have pressed Retry again meanwhile.
      const since = (await journal.failure(id))?.attempts.slice(index + 1);
      const isWanted = since?.some((later) => later.by !== 'elsewhere');
      if (!isWanted) await downloads.cancelItem(item);
    }
    return 'over';
  }

  async function resume(failure: Failure): Promise<void> {
    const item = currentAttempt(failure).item;
    const found = item && (await downloads.findAgain(item));
    // Without a message this counts as silence, not as a refusal: see `notStarted`.
    if (!found?.canResume) throw new Error('');
    await downloads.resume(found.item.id);
    unattended(watchKept(found));
  }

  /** Watches whether a resume throws away the kept bytes: Chrome sends no event when it starts over. */
  async function watchKept({ item, bytesReceived }: DownloadSnapshot): Promise<void> {
    for (let step = 0; step < WATCH_STEPS; step += 1) {
      const seen = await downloads.find(item.id);
      if (seen?.status.kind !== 'running') return;
      if (seen.bytesReceived < bytesReceived) return monitor.look(item.id);
      await new Promise((resolve) => setTimeout(resolve, WATCH_STEP_MS));
    }
  }

  async function start(failure: Failure): Promise<void> {
    const { url, incognito, referrer, cookieStoreId } = failure;
    const filename = keptName(failure);
    const started = await downloads.start({ url, filename, incognito, referrer, cookieStoreId });
    // It has begun, even if that can't be recorded now.
    unattended(monitor.look(started));
  }

  async function startAsPage(failure: Failure): Promise<void> {
    mayAsk = true;
    await pageStarts.start(startOf(failure), othersThan(failure.id, failure.attempts.length - 1));
  }

  async function restart(id: string, by: Starter, isWanted?: (before: Failure) => boolean): Promise<void> {
    let reach = await pageStarts.reach();
    for (let time = 0; time < RESTARTS && !calledOff.has(id); time += 1) {
      const came = await attempt(id, 'restart', by, reach, time === 0 ? isWanted : undefined);
      if (came !== 'silent' && came !== 'not-as-page') return;
      if (came === 'not-as-page') reach = leastReach;
    }
  }

  async function retry(id: string, by: Starter, isWanted?: (before: Failure) => boolean): Promise<void> {
    // The file may have come while the background slept.
    await monitor.caughtUp();
    const failure = await journal.failure(id);
    if (!failure) return;
    calledOff.delete(id);
    const reach = await pageStarts.reach();
    if (!resumableNow(failure, now(), reach)) return restart(id, by, isWanted);
    const came = await attempt(id, 'resume', by, reach, isWanted);
    // If a resume does nothing or is refused, a restart may still work.
    if (came === 'silent' || came === 'refused') await restart(id, by);
  }

  /** Ends overdue attempts that nobody waits for any more, because the background died. */
  async function settleOverdue(): Promise<void> {
    let soonest = Number.POSITIVE_INFINITY;
    await monitor.caughtUp();
    for (const failure of await journal.find('retrying')) {
      if (currentAttempt(failure).state === 'running') await endIfStalled(failure);
      // Not only the last: another download of the file may have begun since.
      for (const [index, attempt] of failure.attempts.entries()) {
        if (attempt.state !== 'starting') continue;
        if (isWaitedFor(failure.id, index)) continue;
        const left = attempt.deadline - now();
        // More than any limit: the clock was set back.
        if (left > 0 && left <= longestLimit) {
          soonest = Math.min(soonest, left);
          continue;
        }
        // If it can't be taken back now, it is left for the next look.
        await giveUp(failure.id, index).catch(console.error);
      }
    }
    if (mayAsk) await endAsking();
    clearTimeout(overdue);
    if (soonest === Number.POSITIVE_INFINITY) return;
    overdue = setTimeout(() => unattended(settleOverdue()), soonest);
  }

  async function endIfStalled(failure: Failure): Promise<void> {
    const { item, startedAt } = currentAttempt(failure);
    const kept = resumedFrom(failure);
    // If it can't be restarted, better leave it as it is.
    if (!item || !kept || restartObstacle(failure) || now() - startedAt < STALLED_MS) return;
    const found = await downloads.findAgain(item);
    // Firefox says 0 for a long time even while bytes arrive. Fewer bytes than were kept are new ones: it started
    // over.
    if (found?.status.kind !== 'running' || !found.exactBytes || found.bytesReceived !== kept.bytesReceived)
      return;
    // It gets restarted from the queue: see `mustRestart`.
    if (await change(failure.id, (before) => attemptStalled(before, now()))) await downloads.cancelItem(item);
  }

  async function cameToNothing({ url, incognito, evidence }: VainRequest): Promise<void> {
    const ofWindow = async () => (await asking()).filter(({ failure }) => failure.incognito === incognito);
    const isFor = ({ failure }: { failure: Failure }): boolean => withoutFragment(failure.url) === url;
    // It may be taken back before we know more.
    const wasAsked = (await ofWindow()).some(isFor);
    // A download of the same address may have begun in the same moment.
    await monitor.caughtUp();
    const waits = await ofWindow();
    const found = waits.find(isFor);
    // If the background died since the request was redirected, nobody knows where it began.
    const [left, ...others] = waits.filter(({ failure, index }) => !isWaitedFor(failure.id, index));
    const one = found ?? (wasAsked || others.length > 0 ? undefined : left);
    if (one) await change(one.failure.id, (failure) => attemptRefused(failure, one.index, now(), evidence));
  }

  return {
    retry: (id, by) => retry(id, by),
    retryQueued: (id, by) => retry(id, by, (before) => placeInQueue(before) !== undefined),
    async cancel(id) {
      calledOff.add(id);
      await change(id, (failure) => {
        const cancelled = attemptCancelled(failure, now());
        return cancelled || failure.next ? unschedule(cancelled ?? failure) : undefined;
      });
      // Read again: its item may have appeared in the meantime.
      const failure = await journal.failure(id);
      const last = failure && currentAttempt(failure);
      if (last?.item && isRunning(last)) await downloads.cancelItem(last.item);
    },
    notice,
    settleOverdue,
    cameToNothing,
    async followReach() {
      if ((await pageStarts.reach()).asPage) return;
      for (const { failure, index } of await asking()) await giveUp(failure.id, index);
    },
  };
}

const startOf = ({ url, finalUrl, referrer, incognito }: Failure): PageStart => ({
  url,
  finalUrl,
  referrer,
  incognito,
});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The name to ask for, or null if the browser will find a better one. */
function keptName(failure: Failure): string | null {
  const answered = failure.attempts.some(({ bytesReceived }) => bytesReceived > 0);
  // Until the server has sent some of the file, Chrome's name may be that of an error page.
  return failure.browser === 'firefox' || answered ? fileName(failure) : null;
}
