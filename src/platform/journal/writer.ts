/** Writing the journal. Only the background does, each time in one transaction for records and counts. */
import { recount } from '../../domain/counts.ts';
import { type DownloadSnapshot, type Failure, lookupKeys } from '../../domain/failure.ts';
import { openDatabase } from './database.ts';
import { parseCounts, readCounts, readFailure, readRetrying } from './reader.ts';
import { fromRow, toRow } from './stored-failure.ts';

/** The journal as the background sees it. Every write gives the records that it changed. */
export interface Journal {
  /**
   * Brings the records in line with what the browser shows. `decide` gets the failures that a snapshot could
   * belong to, and gives the new or changed record, or undefined when nothing changes.
   */
  observe(
    snapshots: readonly DownloadSnapshot[],
    decide: (candidates: Failure[], snapshot: DownloadSnapshot) => Failure | undefined,
  ): Promise<Failure[]>;
  /** Changes the records with these ids; unknown ids are passed over. */
  change(ids: readonly string[], decide: (failure: Failure) => Failure | undefined): Promise<Failure[]>;
  /** Changes every record that the badge counts. */
  changeUnseen(decide: (failure: Failure) => Failure | undefined): Promise<Failure[]>;
  failure: typeof readFailure;
  retrying: typeof readRetrying;
  counts: typeof readCounts;
  /** Items that started before this time (ms since the epoch) need no further look; undefined before the first. */
  settledBefore(): Promise<number | undefined>;
  setSettledBefore(time: number): Promise<void>;
}

/** Runs `work` in one transaction: all its records and the counts are stored, or nothing is. */
async function write(
  work: (
    failures: Awaited<ReturnType<typeof beginWrite>>['failures'],
    put: (before: Failure | undefined, after: Failure) => Promise<void>,
  ) => Promise<void>,
): Promise<Failure[]> {
  const { tx, failures, meta } = await beginWrite();
  const changed: Failure[] = [];
  try {
    let counts = parseCounts(await meta.get('counts'));
    await work(failures, async (before, after) => {
      counts = recount(counts, before, after);
      changed.push(after);
      await failures.put(toRow(after));
    });
    if (changed.length > 0) await meta.put(counts, 'counts');
  } catch (error) {
    // Without this the puts so far would be committed, and their counts would not.
    tx.abort();
    await tx.done.catch(() => undefined);
    throw error;
  }
  await tx.done;
  return changed;
}

async function beginWrite() {
  const tx = (await openDatabase()).transaction(['failures', 'meta'], 'readwrite');
  return { tx, failures: tx.objectStore('failures'), meta: tx.objectStore('meta') };
}

export const journal: Journal = {
  observe(snapshots, decide) {
    return write(async (failures, put) => {
      const byKey = failures.index('keys');
      for (const snapshot of snapshots) {
        const candidates = new Map<string, Failure>();
        for (const key of lookupKeys(snapshot)) {
          for (const row of await byKey.getAll(key)) {
            const failure = fromRow(row);
            if (failure) candidates.set(failure.id, failure);
          }
        }
        const after = decide([...candidates.values()], snapshot);
        if (after) await put(candidates.get(after.id), after);
      }
    });
  },
  change(ids, decide) {
    return write(async (failures, put) => {
      for (const id of ids) {
        const before = fromRow(await failures.get(id));
        const after = before && decide(before);
        if (after) await put(before, after);
      }
    });
  },
  changeUnseen(decide) {
    return write(async (failures, put) => {
      for (const row of await failures.index('unseen').getAll()) {
        const before = fromRow(row);
        const after = before && decide(before);
        if (after) await put(before, after);
      }
    });
  },
  failure: readFailure,
  retrying: readRetrying,
  counts: readCounts,
  async settledBefore() {
    const stored = await (await openDatabase()).get('meta', 'settledBefore');
    return typeof stored === 'number' ? stored : undefined;
  },
  async setSettledBefore(time) {
    await (await openDatabase()).put('meta', time, 'settledBefore');
  },
};
