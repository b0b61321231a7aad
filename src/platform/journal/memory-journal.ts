/**
 * Failures that must not or can't be written to disk, in the browser's session storage: it outlives the
 * background, never reaches the disk, and is gone when the browser closes.
 */
import { type Counts, noCounts, recount } from '../../domain/counts.ts';
import { type Failure, isOpen, isUnseen, keysOf, stateOf } from '../../domain/failure.ts';
import { lookupKeys } from '../../domain/observe.ts';
import { firstInLine, turnOf } from '../../domain/queue.ts';
import { createTurns } from '../in-turn.ts';
import type { FailureStore, Selection } from './journal.ts';
import { fromRow } from './stored-failure.ts';

/** A named value in session storage. */
export interface SessionValue {
  read(): Promise<unknown>;
  write(value: unknown): Promise<void>;
}

export interface MemoryJournal extends FailureStore {
  all(): Promise<Failure[]>;
  /** Stores failures, replacing those with the same ids. */
  put(failures: readonly Failure[]): Promise<Failure[]>;
  /** Hands all failures to `save` and forgets them when that went well. Nothing else is done meanwhile. */
  drain(save: (failures: Failure[]) => Promise<void>): Promise<void>;
}

export async function readFailures(value: SessionValue): Promise<Failure[]> {
  const stored = await value.read();
  return Array.isArray(stored) ? stored.flatMap((row: unknown) => fromRow(row) ?? []) : [];
}

const countsOf = (failures: readonly Failure[]): Counts =>
  failures.reduce((counts: Counts, failure) => recount(counts, undefined, failure), noCounts);

/** The newest `limit` open failures of one reason, newest first. */
export const openOf = (failures: readonly Failure[], reason: string, limit: number): Failure[] =>
  failures
    .filter((failure) => isOpen(failure) && failure.reason === reason)
    .sort((a, b) => b.failedAt - a.failedAt)
    .slice(0, limit);

function isSelected(failure: Failure, selection: Selection): boolean {
  if (selection === 'unseen') return isUnseen(failure);
  if (selection === 'queued') return turnOf(failure) !== undefined;
  return isOpen(failure) && (selection === 'open' || failure.reason === selection.openReason);
}

export function createMemoryJournal(value: SessionValue): MemoryJournal {
  /** One thing at a time: session storage has no transactions. */
  const inTurn = createTurns();

  /** Reads, changes and writes back. */
  function write(work: (failures: Map<string, Failure>) => Failure[]): Promise<Failure[]> {
    return inTurn(async () => {
      const failures = new Map((await readFailures(value)).map((failure) => [failure.id, failure]));
      const changed = work(failures);
      for (const failure of changed) failures.set(failure.id, failure);
      if (changed.length > 0) await value.write([...failures.values()]);
      return changed;
    });
  }

  const all = (): Promise<Failure[]> => readFailures(value);

  return {
    all,
    observe(snapshots, decide) {
      if (snapshots.length === 0) return Promise.resolve([]);
      return write((failures) =>
        snapshots.flatMap((snapshot) => {
          const keys = lookupKeys(snapshot);
          const candidates = [...failures.values()].filter((failure) =>
            keysOf(failure).some((key) => keys.includes(key)),
          );
          const after = decide(candidates, snapshot);
          if (!after) return [];
          failures.set(after.id, after);
          return after;
        }),
      );
    },
    change: (ids, decide) =>
      write((failures) =>
        ids.flatMap((id) => {
          const failure = failures.get(id);
          return (failure && decide(failure)) ?? [];
        }),
      ),
    changeAll: (selection, decide) =>
      write((failures) =>
        [...failures.values()]
          .filter((failure) => isSelected(failure, selection))
          .flatMap((failure) => decide(failure) ?? []),
      ),
    remove: (ids) =>
      inTurn(async () => {
        const failures = await readFailures(value);
        const kept = failures.filter(({ id }) => !ids.includes(id));
        if (kept.length < failures.length) await value.write(kept);
      }),
    failure: async (id) => (await all()).find((failure) => failure.id === id),
    retrying: async () => (await all()).filter((failure) => stateOf(failure) === 'retrying'),
    queue: async (busy) => firstInLine(await all(), busy),
    counts: async () => countsOf(await all()),
    put: (failures) => write(() => [...failures]),
    drain: (save) =>
      inTurn(async () => {
        const failures = await readFailures(value);
        if (failures.length === 0) return;
        await save(failures);
        await value.write([]);
      }),
  };
}
