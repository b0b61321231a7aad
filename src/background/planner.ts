/**
 * Automatic retry's part in every write: a failure whose attempt has just ended gets its next try in the same
 * transaction, so that the background can't die between the two. What a server said is applied here too, whether it
 * comes before the failure or after it.
 */
import { type Failure, isRunning, lastAttempt } from '../domain/failure.ts';
import { hostFailed, type Troubles, wordOnHost } from '../domain/host-trouble.ts';
import { hostOfFailure } from '../domain/queue.ts';
import {
  type AutomaticRules,
  mustRestart,
  planNext,
  planRestart,
  retryOffer,
  waitForServer,
} from '../domain/retry-policy.ts';
import { type ServerAnswer, serverWait, withMethod } from '../domain/server-answer.ts';
import { createTurns } from '../platform/in-turn.ts';
import type { Journal } from '../platform/journal/journal.ts';

export interface PlannerOptions {
  journal: Journal;
  /** Null while automatic retry is off. */
  rules: () => Promise<AutomaticRules | null>;
  troubles: { read(): Promise<Troubles>; write(troubles: Troubles): Promise<void> };
  /** What servers answered, oldest first. */
  answers: () => Promise<readonly ServerAnswer[]>;
  /** ms since the epoch. */
  now: () => number;
  /** From 0 (inclusive) to 1 (exclusive). */
  random: () => number;
}

export interface PlannedJournal extends Journal {
  /** To be called when a server's answer came. Gives the failures that it changed. */
  heedAnswers(): Promise<Failure[]>;
}

/** What becomes of a failure that has changed. */
type Plan = (before: Failure | undefined, after: Failure) => Failure;

/** The browser may bring a server's answer this long (ms) after the failure that it belongs to. */
const LATE_ANSWER_MS = 60_000;

/** The journal in which every failure gets its next try. */
export function createPlannedJournal(options: PlannerOptions): PlannedJournal {
  const { journal, now, random } = options;

  /** One after the other, so that none forgets what another has learned of a host. */
  const inTurn = createTurns();

  /** When attempts ended (ms since the epoch) that an answer may still come for, by their failures' ids. */
  const justEnded = new Map<string, number>();

  /** Runs a write and plans for what it changes. If what planning needs can't be read, the write goes ahead without. */
  async function planning(write: (plan: Plan) => Promise<Failure[]>): Promise<Failure[]> {
    const [rules, before, answers] = await Promise.all([
      options.rules().catch(insteadOf(null)),
      options.troubles.read().catch(insteadOf({})),
      options.answers().catch(insteadOf([])),
    ]);
    const troubles = new Map(Object.entries(before));
    let learned = false;
    for (const [id, since] of justEnded) if (now() - since > LATE_ANSWER_MS) justEnded.delete(id);

    const result = await write((known, after) => {
      const failure = withMethod(after, answers);
      const wait = serverWait(failure, answers);
      // What was listed before we watched is no news, and nobody asked for it.
      const isNews = known !== undefined || !failure.seen;
      if (!isNews) return failure;
      if (!hasEnded(known, failure)) {
        if (failure.next?.kind !== 'planned') return failure;
        // Now that it is known to have sent a form.
        if (failure !== after && retryOffer(failure, now()).kind === 'none')
          return { ...failure, next: null };
        return waitForServer(failure, wait) ?? failure;
      }
      justEnded.set(failure.id, now());
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
      const context = { rules, now: now(), random: random(), serverWait: wait, trouble: troubles.get(host) };
      return { ...failure, next: planNext(failure, context) };
    });
    if (learned) await options.troubles.write(Object.fromEntries(troubles)).catch(console.error);
    return result;
  }

  const change: Journal['change'] = (selection, decide) =>
    inTurn(() =>
      planning((plan) =>
        journal.change(selection, (before) => {
          const after = decide(before);
          const planned = after && plan(before, after);
          return planned === before ? undefined : planned;
        }),
      ),
    );

  return {
    ...journal,
    change,
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
    async heedAnswers() {
      return justEnded.size === 0 ? [] : change({ ids: [...justEnded.keys()] }, (failure) => failure);
    },
  };
}

/** Reports an error and gives what is to stand for the value. */
const insteadOf =
  <Value>(value: Value) =>
  (error: unknown): Value => {
    console.error(error);
    return value;
  };

/** Whether the change ended an attempt. */
function hasEnded(before: Failure | undefined, after: Failure): boolean {
  const last = lastAttempt(after);
  if (isRunning(last)) return false;
  if (!before) return true;
  return after.attempts.length > before.attempts.length || lastAttempt(before).state !== last.state;
}
