/**
 * Automatic retry's part in every write: a failure whose attempt has just ended gets its next try in the same
 * transaction, so that no death of the background comes between the two.
 */
import { type Failure, isRunning, lastAttempt } from '../domain/failure.ts';
import { hostFailed, type Troubles, wordOnHost } from '../domain/host-trouble.ts';
import { hostOfFailure } from '../domain/queue.ts';
import { type AutomaticRules, mustRestart, planNext, planRestart } from '../domain/retry-policy.ts';
import { createTurns } from '../platform/in-turn.ts';
import type { Journal } from '../platform/journal/background-journal.ts';
import type { ServerAnswer } from '../platform/server-answers.ts';

export interface PlannerOptions {
  journal: Journal;
  /** Null while automatic retry is off. */
  rules: () => Promise<AutomaticRules | null>;
  troubles: { read(): Promise<Troubles>; write(troubles: Troubles): Promise<void> };
  /** The newest answer of a server for each address. */
  answers: () => Promise<ReadonlyMap<string, Pick<ServerAnswer, 'method' | 'waitUntil'>>>;
  /** ms since the epoch. */
  now: () => number;
  /** From 0 (inclusive) to 1 (exclusive). */
  random: () => number;
}

/** What becomes of a failure that has changed. */
type Plan = (before: Failure | undefined, after: Failure) => Failure;

/** The journal in which every failure gets its next try. */
export function createPlannedJournal(options: PlannerOptions): Journal {
  const { journal, now, random } = options;

  /** One after the other, so that none forgets what another has learned of a host. */
  const inTurn = createTurns();

  /** Runs a write whose decisions pass through the planner. */
  async function planning(write: (plan: Plan) => Promise<Failure[]>): Promise<Failure[]> {
    const [rules, before, answers] = await Promise.all([
      options.rules(),
      options.troubles.read(),
      options.answers(),
    ]);
    const troubles = new Map(Object.entries(before));
    let learned = false;

    const result = await write((known, after) => {
      const method = answers.get(after.finalUrl)?.method;
      const failure = known || method === undefined ? after : { ...after, method };
      // What was listed before we watched is no news, and nobody asked for it.
      const isNews = known !== undefined || !failure.seen;
      if (!isNews || !hasEnded(known, failure)) return failure;
      const host = hostOfFailure(failure);
      if (rules) {
        const word = wordOnHost(failure);
        if (word === 'fails') troubles.set(host, hostFailed(troubles.get(host), now()));
        if (word === 'works') troubles.delete(host);
        learned ||= word !== undefined;
      }
      // All of it again belongs to the retry that the person asked for.
      const restarts = mustRestart(failure);
      if (restarts && lastAttempt(failure).by === 'person') return { ...failure, next: { kind: 'turn' } };
      if (!rules || failure.next?.kind === 'turn') return failure;
      if (restarts) return { ...failure, next: planRestart(failure, rules, now()) };
      const context = {
        rules,
        now: now(),
        random: random(),
        serverWait: (answers.get(after.finalUrl) ?? answers.get(after.url))?.waitUntil ?? undefined,
        trouble: troubles.get(host),
      };
      return { ...failure, next: planNext(failure, context) };
    });
    if (learned) await options.troubles.write(Object.fromEntries(troubles));
    return result;
  }

  return {
    ...journal,
    async observe(snapshots, decide) {
      if (snapshots.length === 0) return [];
      const write = (plan: Plan): Promise<Failure[]> =>
        journal.observe(snapshots, (candidates, snapshot) => {
          const after = decide(candidates, snapshot);
          const before = candidates.find(({ id }) => id === after?.id);
          return after && plan(before, after);
        });
      return inTurn(() => planning(write));
    },
    change(selection, decide) {
      const write = (plan: Plan): Promise<Failure[]> =>
        journal.change(selection, (before) => {
          const after = decide(before);
          return after && plan(before, after);
        });
      return inTurn(() => planning(write));
    },
  };
}

/** Whether the change ended an attempt. */
function hasEnded(before: Failure | undefined, after: Failure): boolean {
  const last = lastAttempt(after);
  if (isRunning(last)) return false;
  if (!before) return true;
  return after.attempts.length > before.attempts.length || lastAttempt(before).state !== last.state;
}
