/**
 * Failures that must not or can't be written to disk, in the browser's session storage: it outlives the
 * background, never reaches the disk, and is gone when the browser closes.
 */
import type { Failure } from '../../domain/failure.ts';
import { createTurns } from '../in-turn.ts';
import type { NamedValue } from '../named-value.ts';
import type { Find, Selection, Work } from './journal.ts';
import { readFailures } from './memory-reader.ts';
import { type FailureRow, toRow } from './stored-failure.ts';

export interface MemoryJournal {
  all(): Promise<Failure[]>;
  /** The failures of a selection: those kept here, and of those `below` the ones that none here stands for. */
  find(selection: Selection, below?: Find): Promise<Failure[]>;
  /** Does a piece of work, which finds as above, and gives the records that it changed. They are kept here. */
  write(work: Work, below?: Find): Promise<Failure[]>;
  /** Hands all failures to `save` and forgets them when that went well. Nothing else is done meanwhile. */
  drain(save: (failures: Failure[]) => Promise<unknown>): Promise<void>;
}

/** The column that a failure has where it stands in an index. */
const columns = {
  unseen: 'unseen',
  retrying: 'retrying',
  queue: 'queueHost',
  open: 'openReason',
  resumable: 'resumable',
  unanswered: 'unanswered',
} as const satisfies Record<Extract<Selection, string>, keyof FailureRow>;

function isSelected(failure: Failure, selection: Selection): boolean {
  const row = toRow(failure);
  if (typeof selection === 'string') return row[columns[selection]] !== undefined;
  if ('openReason' in selection) return row.openReason === selection.openReason;
  if ('ids' in selection) return selection.ids.includes(row.id);
  return row.keys.some((key) => selection.keys.includes(key));
}

const byId = (failures: readonly Failure[]): Map<string, Failure> =>
  new Map(failures.map((failure) => [failure.id, failure]));

const nowhere: Find = async () => [];

async function findIn(
  failures: ReadonlyMap<string, Failure>,
  below: Find,
  selection: Selection,
): Promise<Failure[]> {
  return [
    ...[...failures.values()].filter((failure) => isSelected(failure, selection)),
    ...(await below(selection)).filter(({ id }) => !failures.has(id)),
  ];
}

export function createMemoryJournal(value: NamedValue): MemoryJournal {
  /** One thing at a time: session storage has no transactions. */
  const inTurn = createTurns();
  const all = (): Promise<Failure[]> => readFailures(value);

  return {
    all,
    find: async (selection, below = nowhere) => findIn(byId(await all()), below, selection),
    write: (work, below = nowhere) =>
      inTurn(async () => {
        const failures = byId(await all());
        const changed: (Failure | undefined)[] = [];
        await work(
          (selection) => findIn(failures, below, selection),
          async (before, after) => {
            changed.push(after);
            if (after) failures.set(after.id, after);
            else if (before) failures.delete(before.id);
          },
        );
        if (changed.length > 0) await value.write([...failures.values()]);
        return changed.filter((failure) => failure !== undefined);
      }),
    drain: (save) =>
      inTurn(async () => {
        const failures = await all();
        if (failures.length === 0) return;
        await save(failures);
        await value.write([]);
      }),
  };
}
