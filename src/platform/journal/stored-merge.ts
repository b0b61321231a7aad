/** Takes imported failures into the stored ones, within a transaction that is handed in. */
import type { Failure } from '../../domain/failure.ts';
import { merge } from '../../domain/import.ts';
import type { Merged } from './journal.ts';
import { fromRow } from './stored-failure.ts';

/** As much of the transaction as this needs. */
interface Records {
  get(id: string): Promise<unknown>;
  /** Stores `after` in the place of `before`. */
  replace(before: Failure | undefined, after: Failure): Promise<void>;
}

/** Requests under way at once: one at a time would take many times as long. */
const BATCH = 500;

export async function mergeInto({ get, replace }: Records, imported: readonly Failure[]): Promise<Merged> {
  const merged: Merged = { added: 0, updated: 0, unchanged: 0, leftOut: 0 };

  async function mergeOne(failure: Failure): Promise<void> {
    const row = await get(failure.id);
    const before = fromRow(row);
    // A row that can't be read is left in place.
    const after = row === undefined ? failure : before && merge(before, failure);
    merged[after ? (before ? 'updated' : 'added') : 'unchanged'] += 1;
    if (after) await replace(before, after);
  }

  const ordinary = imported.filter(({ incognito }) => !incognito);
  merged.leftOut = imported.length - ordinary.length;
  for (let start = 0; start < ordinary.length; start += BATCH) {
    await Promise.all(ordinary.slice(start, start + BATCH).map(mergeOne));
  }
  return merged;
}
