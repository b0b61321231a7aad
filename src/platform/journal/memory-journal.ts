/**
 * Failures that must not or can't be written to disk, in the browser's session storage: it outlives the
 * background, never reaches the disk, and is gone when the browser closes.
 */
import type { Failure } from '../../domain/failure.ts';
import { createTurns } from '../in-turn.ts';
import type { NamedValue } from '../named-value.ts';
import { type Find, inPlaceOf, type Kept, type Selection, type Work } from './journal.ts';
import { readFailures } from './memory-reader.ts';
import { type FailureRow, toRow } from './stored-failure.ts';

export interface MemoryJournal {
  /** All failures kept here, and the records on disk that they stand for. */
  records(): Promise<Kept>;
  /** The failures of a selection: those kept here, and of those on disk the ones that none here stands for. */
  find: Find;
  /** Does a piece of work, which finds as above, and gives the records that it changed. They are kept here. */
  write(work: Work): Promise<Failure[]>;
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

const nowhere: Find = async () => [];

/** With `onDisk` what is kept stands in the place of what that finds. */
export function createMemoryJournal(value: NamedValue, onDisk = nowhere): MemoryJournal {
  /** One thing at a time: session storage has no transactions. */
  const inTurn = createTurns();
  const records = async (): Promise<Kept> => inPlaceOf(onDisk, await readFailures(value));

  async function findIn(failures: ReadonlyMap<string, Failure>, selection: Selection): Promise<Failure[]> {
    return [
      ...[...failures.values()].filter((failure) => isSelected(failure, selection)),
      ...(await onDisk(selection)).filter(({ id }) => !failures.has(id)),
    ];
  }

  return {
    records,
    find: async (selection) => findIn((await records()).failures, selection),
    write: (work) =>
      inTurn(async () => {
        const { replaced, failures } = await records();
        const kept = new Map(failures);
        const changed: (Failure | undefined)[] = [];
        await work(
          (selection) => findIn(kept, selection),
          async (before, after) => {
            changed.push(after);
            if (after) kept.set(after.id, after);
            else if (before) kept.delete(before.id);
          },
        );
        if (changed.length > 0) {
          await value.write([...kept.values()].filter((failure) => failure !== replaced.get(failure.id)));
        }
        return changed.filter((failure) => failure !== undefined);
      }),
    drain: (save) =>
      inTurn(async () => {
        const failures = await readFailures(value);
        if (failures.length === 0) return;
        await save(failures);
        await value.write([]);
      }),
  };
}
