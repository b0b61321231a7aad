/** Runs in one of the extension's pages: see `seed-journal.ts`. */
import { noCounts, recount } from '../../src/domain/counts.ts';
import type { Browser } from '../../src/domain/reasons.ts';
import { openDatabase } from '../../src/platform/journal/database.ts';
import { toRow } from '../../src/platform/journal/stored-failure.ts';
import { storedCounts } from '../../src/platform/journal/stored-reader.ts';
import { failureOf } from './failures.ts';

const BATCH = 2_000;

/** Makes the journal one of so many failures and their counts. The first `kept` are there from an earlier call. */
export async function seed(count: number, now: number, browser: Browser, kept: number): Promise<void> {
  const db = await openDatabase();
  if (kept === 0) await db.clear('failures');
  let counts = kept === 0 ? noCounts : await storedCounts();
  // One batch is made while the one before it is written.
  let written = Promise.resolve();
  for (let done = kept; done < count; done += BATCH) {
    const tx = db.transaction('failures', 'readwrite', { durability: 'relaxed' });
    for (let index = done; index < Math.min(count, done + BATCH); index += 1) {
      const failure = failureOf(index, count, now, browser);
      counts = recount(counts, undefined, failure);
      void tx.store.put(toRow(failure));
    }
    await written;
    written = tx.done;
  }
  await written;
  await db.put('meta', counts, 'counts');
}
