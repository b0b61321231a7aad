/**
 * Starts the retries in the queue: a few at a time, and one per host. The queue is in the journal; this looks at it
 * again whenever something ends, is added or falls due.
 */
import { currentAttempt, type Failure } from '../domain/failure.ts';
import type { Troubles } from '../domain/host-trouble.ts';
import { hostOfFailure } from '../domain/queue.ts';
import { type AutomaticRules, decideDue, waitLeft, withoutPlan } from '../domain/retry-policy.ts';
import { coalesced } from '../platform/coalesced.ts';
import type { Journal } from '../platform/journal/journal.ts';
import { unattended } from '../platform/unattended.ts';
import { type Retrier, STALLED_MS } from './retrier.ts';

export interface SchedulerOptions {
  journal: Pick<Journal, 'find' | 'queue' | 'change'>;
  retrier: Pick<Retrier, 'retryQueued'>;
  troubles: () => Promise<Troubles>;
  /** ms since the epoch. */
  now: () => number;
  online: () => boolean;
  /** Null while automatic retry is off. */
  rules: () => Promise<AutomaticRules | null>;
  /** Wakes the background at that time (ms since the epoch), in case it is gone by then. */
  wakeAt: (time: number) => void;
  /** Called after each write that changed something. */
  changed: (failures: readonly Failure[]) => void;
}

/** How many retries run at the same time. */
export const AT_ONCE = 4;
/** How long (ms) until we look again at what may never begin, and at what waits for a connection. */
const LOOK_AGAIN_MS = 30_000;
/** How long (ms) we leave a host alone that has not answered a request. */
const UNANSWERED_MS = 120_000;
/** What is due within this time (ms) gets a timer: no alarm can fire sooner, and the background hardly lives longer. */
const LONGEST_TIMER_MS = 30_000;

export function createScheduler(options: SchedulerOptions): { run(): Promise<void> } {
  const { journal, retrier, now, online, wakeAt, changed } = options;
  /** Failures handed to the retrier that may not be running yet according to the journal. */
  const starting = new Map<string, Failure>();
  /** Failures that could not even be tried, and until when (ms since the epoch) they are left alone. */
  const resting = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function begin(failure: Failure): void {
    const { id, next } = failure;
    starting.set(id, failure);
    retrier
      .retryQueued(id, next?.kind === 'planned' ? { automatic: next.number } : 'person')
      .catch((error: unknown) => {
        console.error(error);
        resting.set(id, now() + LOOK_AGAIN_MS);
      })
      .finally(() => {
        starting.delete(id);
        unattended(run());
      });
  }

  /** Whether a server may still be working on the request of an attempt. */
  function isRecent(failure: Failure): boolean {
    const age = now() - currentAttempt(failure).startedAt;
    // Negative if the clock was set back.
    return age >= 0 && age < UNANSWERED_MS;
  }

  async function startWhatMay(): Promise<void> {
    const underWay = [
      ...(await journal.find('retrying')).filter(takesPart),
      ...(await journal.find('unanswered')).filter(isRecent),
    ];
    const running = new Map(underWay.map((failure) => [failure.id, failure]));
    for (const [id, failure] of starting) running.set(id, failure);
    const busy = new Set([...running.values()].map(hostOfFailure));
    const troubles = await options.troubles();
    // If the settings can't be read, only automatic tries have to wait.
    const rules = await options.rules().catch(() => 'unknown' as const);
    let free = AT_ONCE - running.size;
    let soonest = Number.POSITIVE_INFINITY;
    for (const failure of await journal.queue(busy)) {
      const { id, next } = failure;
      if (running.has(id)) continue;
      const rest = resting.get(id) ?? 0;
      if (rest > now() && rest <= now() + LOOK_AGAIN_MS) {
        soonest = Math.min(soonest, rest);
        continue;
      }
      if (next?.kind === 'planned') {
        if (rules === 'unknown') {
          soonest = Math.min(soonest, now() + LOOK_AGAIN_MS);
          continue;
        }
        // This plan is outdated. Either the failure was restored after automatic retry was switched off, or long after
        // the planned time; or the background died while automatic retry was being switched off.
        if (!rules || now() - next.at > rules.longestAge) {
          await plan(id, withoutPlan);
          continue;
        }
        const left = waitLeft(next, now());
        if (left > 0) {
          soonest = Math.min(soonest, now() + left);
          continue;
        }
        const decision = decideDue(next, {
          now: now(),
          online: online(),
          trouble: troubles[hostOfFailure(failure)],
        });
        if (decision !== 'begin') {
          // The connection may come back sooner than it is told; a host is left alone until then.
          soonest = Math.min(soonest, Math.max(decision.at, now() + LOOK_AGAIN_MS));
          if (decision !== next) await plan(id, (before) => ({ ...before, next: decision }));
          continue;
        }
      }
      if (free <= 0) break;
      free -= 1;
      begin(failure);
    }
    // A download that ends wakes the background by itself; one that never begins doesn't.
    const unsure = [...running.values()].some((failure) => currentAttempt(failure).state !== 'running');
    for (const failure of running.values()) {
      const stalled = currentAttempt(failure).startedAt + STALLED_MS;
      if (stalled > now()) soonest = Math.min(soonest, stalled);
    }
    if (unsure || starting.size > 0) soonest = Math.min(soonest, now() + LOOK_AGAIN_MS);
    sleepUntil(soonest);
  }

  /** Changes what is planned for a failure, if it still is planned. */
  async function plan(id: string, decide: (before: Failure) => Failure | undefined): Promise<void> {
    const written = await journal.change({ ids: [id] }, (before) =>
      before.next?.kind === 'planned' ? decide(before) : undefined,
    );
    if (written.length > 0) changed(written);
  }

  function sleepUntil(time: number): void {
    clearTimeout(timer);
    if (time === Number.POSITIVE_INFINITY) return;
    wakeAt(time);
    const left = time - now();
    if (left < LONGEST_TIMER_MS) timer = setTimeout(() => unattended(run()), Math.max(0, left));
  }

  // A look at the queue answers every call made before it.
  const run = coalesced(startWhatMay);

  return { run };
}

/** Whether a running attempt counts: not if it was started elsewhere or the person paused it. */
function takesPart(failure: Failure): boolean {
  const last = currentAttempt(failure);
  return last.by !== 'elsewhere' && !(last.state === 'running' && last.paused);
}
