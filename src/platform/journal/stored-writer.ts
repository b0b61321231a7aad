import { recount } from '../../domain/counts.ts';
import type { Failure } from '../../domain/failure.ts';
import { openDatabase } from './database.ts';
import type { Replace, Work } from './journal.ts';
import { abort, completed, settled } from './requests.ts';
import { toRow } from './stored-failure.ts';
import { countsIn, select } from './stored-reader.ts';

/**
 * Does a piece of work on disk and gives the records that it changed. Runs in one transaction: all its records and the
 * counts are stored, or nothing is.
 */
export const writeRecords = (work: Work): Promise<Failure[]> =>
  writeRows((failures, replace) => work((selection) => select(failures, selection), replace));

/** The same for work that needs the store itself. */
export async function writeRows(
  work: (failures: IDBObjectStore, replace: Replace) => Promise<void>,
): Promise<Failure[]> {
  const tx = (await openDatabase()).transaction(['failures', 'meta'], 'readwrite');
  const done = completed(tx);
  const failures = tx.objectStore('failures');
  const meta = tx.objectStore('meta');
  const changed: Failure[] = [];
  try {
    const countsBefore = countsIn(await settled(meta.get('counts')));
    let counts = countsBefore;
    await work(failures, async (before, after) => {
      counts = recount(counts, before, after);
      if (after) {
        changed.push(after);
        await settled(failures.put(toRow(after)));
      } else if (before) {
        await settled(failures.delete(before.id));
      }
    });
    if (counts !== countsBefore) meta.put(counts, 'counts');
  } catch (error) {
    // Without this the records so far would be committed, and their counts would not.
    abort(tx);
    await done.catch(() => undefined);
    throw tx.error ?? error;
  }
  await done;
  return changed;
}
