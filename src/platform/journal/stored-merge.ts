/** Takes imported failures into the stored ones, within a transaction that is handed in. */
import type { Failure } from '../../domain/failure.ts';
import { merge } from '../../domain/import.ts';
import type { Merged } from './journal.ts';
import { fromRow } from './stored-failure.ts';

/** As much of the store as this needs. */
interface Rows {
  getAllKeys(): Promise<string[]>;
  get(id: string): Promise<unknown>;
}

/** Requests under way at once: one at a time would take several times as long. */
const BATCH = 500;

/** `replace` stores a record in the place of the one before it, which is undefined for a new one. */
export async function mergeInto(
  rows: Rows,
  replace: (before: Failure | undefined, after: Failure) => Promise<void>,
  imported: readonly Failure[],
): Promise<Merged> {
  const known = new Set(await rows.getAllKeys());
  const ordinary = imported.filter(({ incognito }) => !incognito);
  const merged: Merged = { added: 0, updated: 0, unchanged: 0, leftOut: imported.length - ordinary.length };

  async function mergeOne(failure: Failure): Promise<void> {
    if (!known.has(failure.id)) {
      merged.added += 1;
      return replace(undefined, failure);
    }
    const before = fromRow(await rows.get(failure.id));
    // A row that can't be read is left in place.
    const after = before && merge(before, failure);
    merged[after ? 'updated' : 'unchanged'] += 1;
    if (after) await replace(before, after);
  }

  for (let start = 0; start < ordinary.length; start += BATCH) {
    await Promise.all(ordinary.slice(start, start + BATCH).map(mergeOne));
  }
  return merged;
}
