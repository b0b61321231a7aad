/**
 * Automatic retry's part in every write: a failure whose attempt has just ended gets its next try in the same
 * transaction, so that the background can't die between the two. The evidence of requests is applied here too, whether
 * it comes before the failure or after it.
 */
import {
  askedFor,
  keysOfRecent,
  requestOfCompleted,
  type SeenRequest,
  serverWait,
  withEvidence,
  withMethod,
} from '../domain/evidence.ts';
import {
  closedBy,
  currentAttempt,
  type DownloadSnapshot,
  type Failure,
  isRecovered,
  isRunning,
  type ObservedDownload,
} from '../domain/failure.ts';
import { hostOf } from '../domain/file-name.ts';
import { hostFailed, type Troubles, wordOnHost } from '../domain/host-trouble.ts';
import { hostOfFailure } from '../domain/queue.ts';
import type { SuspicionReason } from '../domain/reasons.ts';
import {
  type AutomaticRules,
  mayPass,
  planNext,
  planRestart,
  waitForServer,
} from '../domain/retry-policy.ts';
import { mustRestart } from '../domain/retry-way.ts';
import { suspect } from '../domain/suspicion.ts';
import { insteadOf } from '../platform/instead-of.ts';
import type { Journal } from '../platform/journal/journal.ts';
import { createMutex } from '../platform/mutex.ts';

export interface PlannerOptions {
  journal: Journal;
  /** Null while automatic retry is off. */
  rules: () => Promise<AutomaticRules | null>;
  troubles: { read(): Promise<Troubles>; write(troubles: Troubles): Promise<void> };
  /** The requests that were seen, oldest first. */
  requests: () => Promise<readonly SeenRequest[]>;
  /** Reads whether the person wants to hear that a download may not be the file, and gives the answer for each. */
  minds: () => Promise<(download: DownloadSnapshot, reason: SuspicionReason) => boolean>;
  /** ms since the epoch. */
  now: () => number;
  /** From 0 (inclusive) to 1 (exclusive). */
  random: () => number;
}

export interface PlannedJournal extends Journal {
  /** Call this when there is new evidence. Returns the failures that changed. */
  heedEvidence(): Promise<Failure[]>;
}

/** Adds the plan to a failure that has changed. */
type Plan = (before: Failure | undefined, after: Failure) => Failure;

/** The journal, with the next try of every failure planned as it is written. */
export function createPlannedJournal(options: PlannerOptions): PlannedJournal {
  const { journal, now, random } = options;

  /** One at a time, so that no write loses what another has learned about a host. */
  const exclusive = createMutex();

  /**
   * Runs a write and plans for what it changes. If something that planning needs can't be read, the write goes ahead
   * without it.
   */
  async function planning(
    requests: readonly SeenRequest[],
    write: (plan: Plan) => Promise<Failure[]>,
  ): Promise<Failure[]> {
    const [rules, before] = await Promise.all([
      options.rules().catch(insteadOf(null)),
      options.troubles.read().catch(insteadOf({})),
    ]);
    const troubles = new Map(Object.entries(before));
    let learned = false;

    const result = await write((known, after) => {
      const failure = withEvidence(withMethod(after, requests), requests);
      const wait = serverWait(failure, requests);
      if (!hasEnded(known, failure)) {
        if (failure.next?.kind !== 'planned') return failure;
        // Its request has just shown that it sent a form, or what it failed of: trying again as it is can't help.
        if (failure !== after && !mayPass(failure, now())) return { ...failure, next: null };
        return waitForServer(failure, wait) ?? failure;
      }
      if (isHistory(failure)) return failure;
      const host = hostOfFailure(failure);
      // If the file came from another host, that tells nothing about the failure's own host.
      const { finalUrl } = closedBy(failure) ?? failure;
      if (rules && hostOf(finalUrl) === host) {
        const word = wordOnHost(failure);
        if (word === 'fails') troubles.set(host, hostFailed(troubles.get(host), now()));
        if (word === 'works') troubles.delete(host);
        learned ||= word !== undefined;
      }
      // The full restart is still part of the retry that the person asked for.
      const restarts = mustRestart(failure);
      if (restarts && currentAttempt(failure).by === 'person') return { ...failure, next: { kind: 'turn' } };
      if (!rules || failure.next?.kind === 'turn') return failure;
      if (restarts) return { ...failure, next: planRestart(failure, rules, now()) };
      const context = { rules, now: now(), random: random(), serverWait: wait, trouble: troubles.get(host) };
      return { ...failure, next: planNext(failure, context) };
    });
    if (learned) await options.troubles.write(Object.fromEntries(troubles)).catch(console.error);
    return result;
  }

  /** The snapshots with what there is to suspect of those that completed. */
  function withSuspicions(
    snapshots: readonly ObservedDownload[],
    requests: readonly SeenRequest[],
  ): Promise<ObservedDownload[]> {
    /** Read only if there is a suspicion, and then once: a look at everything can find many. */
    let minds: ReturnType<PlannerOptions['minds']> | undefined;
    return Promise.all(
      snapshots.map(async (snapshot) => {
        const { item } = snapshot;
        if (snapshot.status.kind !== 'completed' || !item) return snapshot;
        const completed = { ...snapshot, item };
        const seen = { ...completed, request: requestOfCompleted(completed, requests, now()) };
        const { reason } = suspect(seen);
        if (reason === null) return snapshot;
        minds ??= options.minds();
        return (await minds)(seen, reason)
          ? { ...seen, status: { kind: 'completed', suspicion: reason } }
          : snapshot;
      }),
    );
  }

  const seenRequests = (): Promise<readonly SeenRequest[]> => options.requests().catch(insteadOf([]));

  const change: Journal['change'] = (selection, decide) =>
    exclusive(async () =>
      planning(await seenRequests(), (plan) =>
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
    observe: (snapshots, decide) =>
      exclusive(async () => {
        const requests = await seenRequests();
        const suspected = await withSuspicions(snapshots, requests);
        if (!(await journal.concerns(suspected))) return [];
        return planning(requests, (plan) =>
          journal.observe(suspected, (candidates, snapshot, isDeleted) => {
            const seen = { ...snapshot, ...askedFor(snapshot, requests) };
            return decide(candidates, seen, isDeleted).map((after) =>
              plan(
                candidates.find(({ id }) => id === after.id),
                after,
              ),
            );
          }),
        );
      }),
    // By address, as a background that has just begun doesn't know what failed before.
    async heedEvidence() {
      const keys = keysOfRecent(await options.requests(), now());
      return keys.length === 0 ? [] : change({ keys }, (failure) => failure);
    },
  };
}

/**
 * Whether a failure was already in the browser's list when we started watching. It is not retried automatically, as
 * nobody asked for that. What fails by itself later is news, so it is not yet `seen` here.
 */
function isHistory(failure: Failure): boolean {
  const { state, by } = currentAttempt(failure);
  return failure.seen && state === 'failed' && by === 'elsewhere';
}

/** Whether the change ended an attempt. */
function hasEnded(before: Failure | undefined, after: Failure): boolean {
  const last = currentAttempt(after);
  if (isRunning(last)) return false;
  if (!before) return true;
  // The person cancelled another download of the file, or said that what came is not the file.
  if (after.attempts.length < before.attempts.length || isRecovered(before)) return false;
  return after.attempts.length > before.attempts.length || currentAttempt(before).state !== last.state;
}
