/** Takes the failures of an export file into the stored ones. */
import type { Failure } from '../../domain/failure.ts';
import { merge } from '../../domain/import.ts';
import { settled } from './requests.ts';
import { fromRow } from './stored-failure.ts';
import { writeRows } from './stored-writer.ts';

/** How many failures of an export file were new, took the place of a record that knew less, or told nothing new. */
export interface Merged {
  added: number;
  updated: number;
  unchanged: number;
  /** Of private windows, which are never written to disk. */
  leftOut: number;
}

/** Requests under way at once: one at a time would take several times as long. */
const BATCH = 500;

/** Takes in failures from an export file, each id once: all of them, or none if anything goes wrong. */
export async function mergeImported(imported: readonly Failure[]): Promise<Merged> {
  const ordinary = imported.filter(({ incognito }) => !incognito);
  const merged: Merged = { added: 0, updated: 0, unchanged: 0, leftOut: imported.length - ordinary.length };
  await writeRows(async (failures, replace) => {
    const known = new Set(await settled(failures.getAllKeys()));

    async function mergeOne(failure: Failure): Promise<void> {
      if (!known.has(failure.id)) {
        merged.added += 1;
        return replace(undefined, failure);
      }
      const before = fromRow(await settled(failures.get(failure.id)));
      // A row that can't be read is left in place.
      const after = before && merge(before, failure);
      merged[after ? 'updated' : 'unchanged'] += 1;
      if (after) await replace(before, after);
    }

    for (let start = 0; start < ordinary.length; start += BATCH) {
      await Promise.all(ordinary.slice(start, start + BATCH).map(mergeOne));
    }
  });
  return merged;
}
