/** Rounds: retries of many failures, of which the scheduler starts a few at a time. */
import { isRoundActive } from '../domain/counts.ts';
import { dismiss, type Failure, restore, stateOf, unschedule, upcoming } from '../domain/failure.ts';
import { enqueue, type RoundRules } from '../domain/retry-policy.ts';
import type { Journal } from '../platform/journal/journal.ts';
import type { Change } from '../platform/journal/work.ts';
import type { RoundTaken } from '../platform/messages.ts';
import { createMutex } from '../platform/mutex.ts';

export interface RoundsOptions {
  journal: Pick<Journal, 'counts' | 'change'>;
  /** ms since the epoch. */
  now: () => number;
  /** Older failures (ms) are left out, unless they were chosen one by one. */
  longestAge: () => Promise<number>;
  /** Called after each write that changed something. */
  changed: (failures: readonly Failure[]) => void;
}

export interface Rounds {
  /** Retries everything that may succeed as it is. */
  all(): Promise<RoundTaken>;
  /** Retries the failures with one reason, as the person may have followed its remedy. */
  group(reason: string): Promise<RoundTaken>;
  /** Retries failures that the person chose one by one. */
  many(ids: readonly string[]): Promise<RoundTaken>;
  /** Takes out what is still waiting. Running retries go on. */
  stop(): Promise<void>;
  /** Dismisses failures; those waiting for their turn leave the queue. Returns how many changed. */
  dismiss(ids: readonly string[]): Promise<number>;
  /** Undoes that: they wait again if their round is still running. Returns how many changed. */
  restore(ids: readonly string[]): Promise<number>;
}

/** Whether a failure is being tried again, or waits for its turn. */
const isBusy = (failure: Failure): boolean =>
  stateOf(failure) === 'retrying' || upcoming(failure)?.kind === 'turn';

export function createRounds({ journal, now, longestAge, changed }: RoundsOptions): Rounds {
  /** One at a time, so that two presses make one round. */
  const exclusive = createMutex();

  /** Adds to the round in progress, or starts one. */
  function take(
    reach: RoundRules['reach'],
    from: (decide: (failure: Failure) => Failure | undefined) => Promise<Failure[]>,
  ): Promise<RoundTaken> {
    return exclusive(async () => {
      const { round } = await journal.counts();
      const id = round && isRoundActive(round) ? round.id : Math.max(now(), (round?.id ?? 0) + 1);
      const rules = { now: now(), longestAge: await longestAge(), reach };
      let older = false;
      let busy = false;
      const taken = await from((failure) => {
        const queued = enqueue(failure, id, rules);
        busy ||= isBusy(failure);
        older ||= !queued && enqueue(failure, id, { ...rules, longestAge: Infinity }) !== undefined;
        return queued;
      });
      if (taken.length > 0) changed(taken);
      return { taken: taken.length, older, busy };
    });
  }

  async function change(ids: readonly string[], decide: Change): Promise<number> {
    const written = await journal.change({ ids }, decide);
    if (written.length > 0) changed(written);
    return written.length;
  }

  return {
    all: () => take('transient', (decide) => journal.change('open', decide)),
    group: (reason) => take('fixable', (decide) => journal.change({ openReason: reason }, decide)),
    many: (ids) => take('any', (decide) => journal.change({ ids }, decide)),
    dismiss: (ids) => change(ids, dismiss),
    async restore(ids) {
      const { round } = await journal.counts();
      const active = round && isRoundActive(round) ? round.id : null;
      return change(ids, (failure) => restore(failure, active));
    },
    async stop() {
      const { round } = await journal.counts();
      // A failure keeps its turn while somebody downloads its file by hand (`retrying`), and would be retried if that
      // download came to nothing.
      for (const waiting of ['queue', 'retrying'] as const) {
        const stopped = await journal.change(waiting, (failure) =>
          failure.next?.kind === 'turn' && failure.round === round?.id ? unschedule(failure) : undefined,
        );
        if (stopped.length > 0) changed(stopped);
      }
    },
  };
}
