/**
 * Gets the file of a failure again. An attempt is written down before the browser is asked, and confirmed by what
 * the browser then does: Chrome's `resume()` can resolve and do nothing, its `download()` can stay pending for ever.
 */
import {
  attemptCancelled,
  attemptNotStarted,
  beginAttempt,
  type DownloadSnapshot,
  type Failure,
  isRunning,
  lastAttempt,
  type Starter,
  unschedule,
} from '../domain/failure.ts';
import { fileName } from '../domain/file-name.ts';
import { mustRestart, restartObstacle, resumableNow, retryOffer } from '../domain/retry-policy.ts';
import type { Downloads } from '../platform/downloads.ts';
import type { Journal } from '../platform/journal/background-journal.ts';
import type { Monitor } from './monitor.ts';

export interface RetrierOptions {
  downloads: Downloads;
  journal: Journal;
  monitor: Monitor;
  /** ms since the epoch. */
  now: () => number;
  /** Told after each write that changed something. */
  changed: (failures: readonly Failure[]) => void;
  limits?: StartLimits;
}

/** How long (ms) the browser has to begin an attempt. */
export interface StartLimits {
  resume: number;
  restart: number;
}

/** A resume that works shows at once; a new download shows only when the server answers. */
const defaultLimits: StartLimits = { resume: 3_000, restart: 10_000 };

/** Asked a second time when the first call was lost. One that was only slow is cancelled when it comes. */
const RESTARTS = 2;

/** How often (ms) a resume that began is looked at, to see whether the kept bytes are still there. */
const WATCH_STEP_MS = 50;
const WATCH_STEPS = 40;

export interface Retrier {
  /** Retries a failure; resolves when an attempt has begun, or when none could be. */
  retry(id: string, by: Starter): Promise<void>;
  /** Ends the attempt that is under way, or what is to come. */
  cancel(id: string): Promise<void>;
  /** To be told of every change of the journal. */
  notice(failures: readonly Failure[]): void;
  /** Ends attempts that never began, because the background died while it waited for them. */
  settleOverdue(): Promise<void>;
}

export function createRetrier(options: RetrierOptions): Retrier {
  const { downloads, journal, monitor, now, changed, limits = defaultLimits } = options;
  /** Attempts that wait for the browser to begin, by the failure's id. */
  const waiting = new Map<string, () => void>();
  /** Failures whose retry the person called off, perhaps between two of its attempts. */
  const calledOff = new Set<string>();

  async function change(
    id: string,
    decide: (failure: Failure) => Failure | undefined,
  ): Promise<Failure | undefined> {
    const [failure] = await journal.change([id], decide);
    if (failure) {
      changed([failure]);
      notice([failure]);
    }
    return failure;
  }

  function notice(failures: readonly Failure[]): void {
    for (const failure of failures) {
      const last = lastAttempt(failure);
      if (last.state !== 'starting') waiting.get(failure.id)?.();
      if (mustRestart(failure)) void restart(failure.id, last.by).catch(console.error);
      for (const { state, item } of failure.attempts) {
        if (state === 'cancelled' && item) void cancelItem(item.id).catch(console.error);
      }
    }
  }

  async function cancelItem(id: number): Promise<void> {
    if ((await downloads.find(id))?.status.kind === 'running') await downloads.cancel(id);
  }

  /** Resolves when the attempt is seen to have begun or ended, or else after `limit` ms. */
  function begun(id: string, limit: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve();
      };
      const timer = setTimeout(done, limit);
      waiting.set(id, done);
    });
  }

  /**
   * One attempt: `begun` when the browser began it, whatever became of it then; `silent` when it did nothing;
   * `over` when it refused or nothing was to be done.
   */
  async function attempt(
    id: string,
    kind: 'resume' | 'restart',
    by: Starter,
    ask: (failure: Failure) => Promise<void>,
  ): Promise<'begun' | 'silent' | 'over'> {
    let offered = false;
    // Offered and begun in one transaction: a second press finds the first one's attempt.
    const failure = await change(id, (before) => {
      offered = retryOffer(before, now()).kind !== 'none' && (kind === 'resume' || !restartObstacle(before));
      if (offered) return beginAttempt(before, kind, by, now(), limits[kind]);
      // Its turn has come and can't be taken.
      return before.next && !isRunning(lastAttempt(before)) ? { ...before, next: null } : undefined;
    });
    if (!failure || !offered) return 'over';
    const settled = begun(id, limits[kind]);
    ask(failure).catch((error: unknown) =>
      change(id, (before) =>
        attemptNotStarted(before, now(), error instanceof Error ? error.message : String(error)),
      ),
    );
    await settled;
    await change(id, (before) => attemptNotStarted(before, now(), ''));
    const after = await journal.failure(id);
    const last = after && lastAttempt(after);
    if (last?.state !== 'not-started') return last?.state === 'cancelled' ? 'over' : 'begun';
    return last.message === '' ? 'silent' : 'over';
  }

  async function resume(failure: Failure): Promise<void> {
    const item = lastAttempt(failure).item;
    const found = item && (await downloads.findAgain(item));
    if (!found?.canResume) throw new Error('');
    await downloads.resume(found.item.id);
    void watchKept(found).catch(console.error);
  }

  /** Sees whether a resume throws away what was kept: no event tells when Chrome begins anew. */
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
    await monitor.look(await downloads.start({ url, filename, incognito, referrer, cookieStoreId }));
  }

  async function restart(id: string, by: Starter): Promise<void> {
    for (let time = 0; time < RESTARTS && !calledOff.has(id); time += 1) {
      if ((await attempt(id, 'restart', by, start)) !== 'silent') return;
    }
  }

  return {
    async retry(id, by) {
      const failure = await journal.failure(id);
      if (!failure) return;
      calledOff.delete(id);
      if (resumableNow(failure, now()) && (await attempt(id, 'resume', by, resume)) === 'begun') return;
      await restart(id, by);
    },
    async cancel(id) {
      calledOff.add(id);
      const failure = await change(id, (before) => {
        const cancelled = attemptCancelled(before, now());
        return cancelled || before.next ? unschedule(cancelled ?? before) : undefined;
      });
      if (failure) return;
      const running = await journal.failure(id);
      const { item, state } = running ? lastAttempt(running) : { item: null, state: 'cancelled' };
      if (item && (state === 'running' || state === 'starting')) await downloads.cancel(item.id);
    },
    notice,
    settleOverdue,
  };

  async function settleOverdue(): Promise<void> {
    for (const failure of await journal.retrying()) {
      const last = lastAttempt(failure);
      if (last.state !== 'starting' || waiting.has(failure.id)) continue;
      const left = last.deadline - now();
      // Nobody else waits for this one: whoever did died.
      if (left > 0) setTimeout(() => void settleOverdue(), left);
      else await change(failure.id, (before) => attemptNotStarted(before, now(), ''));
    }
  }
}

/** The name to ask for, or null where the browser finds a better one. */
function keptName(failure: Failure): string | null {
  const answered = failure.attempts.some(({ bytesReceived }) => bytesReceived > 0);
  // Until the server sent some of the file, Chrome's name can be that of an error page.
  return failure.browser === 'firefox' || answered ? fileName(failure) : null;
}
