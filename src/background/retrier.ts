/**
 * Gets the file of a failure again. An attempt is written down before the browser is asked, and confirmed by what
 * the browser then does: Chrome's `resume()` can resolve and do nothing, its `download()` can stay pending for ever.
 */
import { attemptNotStarted, beginAttempt, type Failure, lastAttempt, resumable } from '../domain/failure.ts';
import { fileName } from '../domain/file-name.ts';
import { restartObstacle, retryOffer } from '../domain/retry-policy.ts';
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
const defaultLimits: StartLimits = { resume: 3_000, restart: 15_000 };

export interface Retrier {
  /** Retries a failure; resolves when an attempt has begun, or when none could be. */
  retry(id: string): Promise<void>;
  /** To be told of every change of the journal. */
  notice(failures: readonly Failure[]): void;
  /** Ends attempts that never began, because the background died while it waited for them. */
  settleOverdue(): Promise<void>;
}

export function createRetrier(options: RetrierOptions): Retrier {
  const { downloads, journal, monitor, now, changed, limits = defaultLimits } = options;
  /** Attempts that wait for the browser to begin, by the failure's id. */
  const waiting = new Map<string, () => void>();

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
      if (lastAttempt(failure).state !== 'starting') waiting.get(failure.id)?.();
    }
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

  /** One attempt. True when the browser began it, whatever became of it then. */
  async function attempt(
    id: string,
    kind: 'resume' | 'restart',
    ask: (failure: Failure) => Promise<void>,
  ): Promise<boolean> {
    // Offered and begun in one transaction: a second press finds the first one's attempt.
    const failure = await change(id, (before) => {
      const offered = retryOffer(before).kind !== 'none' && (kind === 'resume' || !restartObstacle(before));
      return offered ? beginAttempt(before, kind, now(), limits[kind]) : undefined;
    });
    if (!failure) return false;
    const settled = begun(id, limits[kind]);
    ask(failure).catch((error: unknown) =>
      change(id, (before) =>
        attemptNotStarted(before, now(), error instanceof Error ? error.message : String(error)),
      ),
    );
    await settled;
    await change(id, (before) => attemptNotStarted(before, now(), ''));
    const after = await journal.failure(id);
    return after !== undefined && lastAttempt(after).state !== 'not-started';
  }

  async function resume(failure: Failure): Promise<void> {
    const item = lastAttempt(failure).item;
    const found = item && (await downloads.findAgain(item));
    if (!found?.canResume) throw new Error('');
    await downloads.resume(found.item.id);
  }

  async function restart(failure: Failure): Promise<void> {
    const { url, incognito } = failure;
    const started = await downloads.start({ url, filename: keptName(failure), incognito });
    await monitor.look(started);
  }

  return {
    async retry(id) {
      const failure = await journal.failure(id);
      if (failure && resumable(failure) && (await attempt(id, 'resume', resume))) return;
      await attempt(id, 'restart', restart);
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
