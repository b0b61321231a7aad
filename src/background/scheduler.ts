/**
 * Starts the retries that wait for their turn: a few at once, and one from each host. What waits, and since when,
 * stands in the journal; this decides anew whenever something ends, is added or falls due.
 */
import { type Failure, lastAttempt } from '../domain/failure.ts';
import type { Troubles } from '../domain/host-trouble.ts';
import { hostOfFailure } from '../domain/queue.ts';
import { type AutomaticRules, decideDue, waitLeft, withoutPlan } from '../domain/retry-policy.ts';
import { coalesced } from '../platform/in-turn.ts';
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
  /** Has the background woken at that time (ms since the epoch), should it be gone by then. */
  wakeAt: (time: number) => void;
  /** Told after each write that changed something. */
  changed: (failures: readonly Failure[]) => void;
}

/** Retries under way at once. */
export const AT_ONCE = 4;
/** What may never begin, and what waits for a connection, is looked at again after so long (ms). */
const LOOK_AGAIN_MS = 30_000;
/** A host that was asked and has not answered is left alone for so long (ms). */
const UNANSWERED_MS = 120_000;
/** A timer (ms) does for what is due sooner than an alarm can come; the background does not live much longer. */
const LONGEST_TIMER_MS = 30_000;

export function createScheduler(options: SchedulerOptions): { run(): Promise<void> } {
  const { journal, retrier, now, online, wakeAt, changed } = options;
  /** Failures handed to the retrier that the journal may not show as under way yet. */
  const starting = new Map<string, Failure>();
  /** Failures that could not even be tried, until when (ms since the epoch) they are left alone. */
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

  /** Whether a server may still have the request of an attempt that the browser was asked for. */
  function isRecent(failure: Failure): boolean {
    const age = now() - lastAttempt(failure).startedAt;
    // Below 0 the clock was set back.
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
    // Unreadable settings hold up automatic tries, and nothing else.
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
        // Put back after it was switched off or long after its time, or the background died over switching it off.
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
          soonest = Math.min(soonest, now() + LOOK_AGAIN_MS);
          if (decision !== next) await plan(id, (before) => ({ ...before, next: decision }));
          continue;
        }
      }
      if (free <= 0) break;
      free -= 1;
      begin(failure);
    }
    // An end wakes the background by itself; that nothing begins does not.
    const unsure = [...running.values()].some((failure) => lastAttempt(failure).state !== 'running');
    for (const failure of running.values()) {
      const stalled = lastAttempt(failure).startedAt + STALLED_MS;
      if (stalled > now()) soonest = Math.min(soonest, stalled);
    }
    if (unsure || starting.size > 0) soonest = Math.min(soonest, now() + LOOK_AGAIN_MS);
    sleepUntil(soonest);
  }

  /** Changes what is planned for a failure, if that still is. */
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

  // Everything said before a look at the queue is answered by it.
  const run = coalesced(startWhatMay);

  return { run };
}

/** Whether an attempt under way counts: not what was begun elsewhere, nor what the person paused. */
function takesPart(failure: Failure): boolean {
  const last = lastAttempt(failure);
  return last.by !== 'elsewhere' && !(last.state === 'running' && last.paused);
}
