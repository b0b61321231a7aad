/** Runs in one of the extension's pages: see `seed-journal.ts`. */
import { noCounts, recount } from '../../src/domain/counts.ts';
import type { Failure } from '../../src/domain/failure.ts';
import type { Browser } from '../../src/domain/reasons.ts';
import { toRow } from '../../src/platform/journal/row.ts';
import * as stored from '../../src/platform/journal/stored.ts';
import { database } from './database.ts';
import { everydayFailures } from './everyday-failures.ts';
import { failureOf } from './failures.ts';

const BATCH = 2_000;

/** Makes the journal one of these failures and their counts. The first `kept` are there from an earlier call. */
async function write(
  count: number,
  kept: number,
  failureAt: (index: number) => Failure | undefined,
): Promise<void> {
  const db = await database();
  if (kept === 0) await db.clear('failures');
  let counts = kept === 0 ? noCounts : await stored.counts();
  // One batch is made while the one before it is written.
  let written = Promise.resolve();
  for (let done = kept; done < count; done += BATCH) {
    const tx = db.transaction('failures', 'readwrite', { durability: 'relaxed' });
    for (let index = done; index < Math.min(count, done + BATCH); index += 1) {
      const failure = failureAt(index);
      if (!failure) continue;
      counts = recount(counts, undefined, failure);
      void tx.store.put(toRow(failure));
    }
    await written;
    written = tx.done;
  }
  await written;
  await db.put('meta', counts, 'counts');
}

/** Writes so many failures of all kinds, but for the first `kept`. */
export const seed = (count: number, now: number, browser: Browser, kept: number): Promise<void> =>
  write(count, kept, (index) => failureOf(index, count, now, browser));

/** Writes what may have failed for somebody. */
export function seedEveryday(now: number, withOlder: boolean): Promise<void> {
  const failures = everydayFailures(now, withOlder);
  return write(failures.length, 0, (index) => failures[index]);
}

/** Writes just these failures. */
export const seedFailures = (failures: readonly Failure[]): Promise<void> =>
  write(failures.length, 0, (index) => failures[index]);
