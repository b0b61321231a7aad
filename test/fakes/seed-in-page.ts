/** Runs in one of the extension's pages: see `seed-journal.ts`. */
import { noCounts, recount } from '../../src/domain/counts.ts';
import type { Browser } from '../../src/domain/reasons.ts';
import { toRow } from '../../src/platform/journal/stored-failure.ts';
import { database } from './database.ts';
import { failureOf } from './failures.ts';

const BATCH = 2_000;

/** Puts so many failures and their counts in the place of what the journal holds. */
export async function seed(count: number, now: number, browser: Browser): Promise<void> {
  const db = await database();
  await db.clear('failures');
  let counts = noCounts;
  // One batch is made while the one before it is written.
  let written = Promise.resolve();
  for (let done = 0; done < count; done += BATCH) {
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
