/** Writing the records on disk. Only the background does, but for imports, each time in one transaction for records and counts. */
import { type Counts, closeRound, keepClosed, noCounts, recount } from '../../domain/counts.ts';
import { type Failure, keysOf } from '../../domain/failure.ts';
import { absorb, lookupKeys } from '../../domain/observe.ts';
import { keptSince } from '../../domain/retention.ts';
import { deleteDatabase, openDatabase } from './database.ts';
import type { Change, Merged, Selection, StoredJournal } from './journal.ts';
import { fromRow, toRow } from './stored-failure.ts';
import { mergeInto } from './stored-merge.ts';
import {
  countsIn,
  openRange,
  storedCounts,
  storedFailure,
  storedQueue,
  storedRetrying,
} from './stored-reader.ts';

async function begin() {
  const tx = (await openDatabase()).transaction(['failures', 'meta'], 'readwrite');
  return { tx, failures: tx.objectStore('failures'), meta: tx.objectStore('meta') };
}

type FailureRows = Awaited<ReturnType<typeof begin>>['failures'];

/** Replaces `before` by `after` in records and counts; without `after` the record is removed. */
type Replace = (before: Failure | undefined, after: Failure | undefined) => Promise<void>;

/** Runs `work` in one transaction: all its records and the counts are stored, or nothing is. */
async function write(work: (failures: FailureRows, replace: Replace) => Promise<void>): Promise<Failure[]> {
  const { tx, failures, meta } = await begin();
  const changed: Failure[] = [];
  try {
    const countsBefore = countsIn(await meta.get('counts'));
    let counts = countsBefore;
    await work(failures, async (before, after) => {
      counts = recount(counts, before, after);
      if (after) {
        changed.push(after);
        await failures.put(toRow(after));
      } else if (before) {
        await failures.delete(before.id);
      }
    });
    if (counts !== countsBefore) await meta.put(counts, 'counts');
  } catch (error) {
    // Without this the records so far would be committed, and their counts would not.
    if (!tx.error) tx.abort();
    await tx.done.catch(() => undefined);
    throw tx.error ?? error;
  }
  await tx.done;
  return changed;
}

/** As much of the store as a look-up needs, in a transaction of either mode. */
interface FailuresByKey {
  index(name: 'keys'): { getAll(key: string): Promise<unknown[]> };
}

/** The failures that are found under any of these keys. */
async function findByKeys(failures: FailuresByKey, keys: readonly string[]): Promise<Map<string, Failure>> {
  const found = new Map<string, Failure>();
  for (const key of keys) {
    for (const row of await failures.index('keys').getAll(key)) {
      const failure = fromRow(row);
      if (failure) found.set(failure.id, failure);
    }
  }
  return found;
}

/** As much of the store as a selection needs, in a transaction of either mode. */
interface FailuresByIndex {
  index(name: 'unseen' | 'queue' | 'open'): { getAll(query?: IDBKeyRange | null): Promise<unknown[]> };
}

function rowsOf(failures: FailuresByIndex, selection: Selection): Promise<unknown[]> {
  if (selection === 'unseen') return failures.index('unseen').getAll();
  if (selection === 'queued') return failures.index('queue').getAll();
  return failures.index('open').getAll(selection === 'open' ? null : openRange(selection.openReason));
}

async function changeRow(row: unknown, decide: Change, replace: Replace): Promise<void> {
  const before = fromRow(row);
  const after = before && decide(before);
  if (after) await replace(before, after);
}

/** The counts as they follow from the records themselves. */
async function countReadable(failures: FailureRows): Promise<Counts> {
  let counts = noCounts;
  for (let cursor = await failures.openCursor(); cursor; cursor = await cursor.continue()) {
    const failure = fromRow(cursor.value);
    if (failure) counts = recount(counts, undefined, failure);
  }
  return counts;
}

/** The counts that the records have, told from the indexes alone, but for the round. */
async function countIndexed(failures: FailureRows): Promise<Omit<Counts, 'round'>> {
  const index = failures.index('open');
  const open: Record<string, number> = {};
  let cursor = await index.openKeyCursor();
  while (cursor) {
    const [reason] = cursor.key;
    open[reason] = await index.count(openRange(reason));
    // An empty array sorts after every number: on to the next reason.
    cursor = await index.openKeyCursor(IDBKeyRange.lowerBound([reason, []], true));
  }
  return { open, unseen: await failures.index('unseen').count() };
}

function sameCounts(one: Omit<Counts, 'round'>, other: Omit<Counts, 'round'>): boolean {
  const reasons = new Set([...Object.keys(one.open), ...Object.keys(other.open)]);
  return (
    one.unseen === other.unseen && [...reasons].every((reason) => one.open[reason] === other.open[reason])
  );
}

export const storedJournal: StoredJournal = {
  observe(snapshots, decide) {
    if (snapshots.length === 0) return Promise.resolve([]);
    return write(async (failures, replace) => {
      for (const snapshot of snapshots) {
        const candidates = await findByKeys(failures, lookupKeys(snapshot));
        const after = decide([...candidates.values()], snapshot);
        if (after) await replace(candidates.get(after.id), after);
      }
    });
  },
  change(ids, decide) {
    return write(async (failures, replace) => {
      for (const id of ids) await changeRow(await failures.get(id), decide, replace);
    });
  },
  changeAll(selection, decide) {
    return write(async (failures, replace) => {
      for (const row of await rowsOf(failures, selection)) await changeRow(row, decide, replace);
    });
  },
  async remove(ids) {
    await write(async (failures, replace) => {
      for (const id of ids) {
        const failure = fromRow(await failures.get(id));
        if (failure) await replace(failure, undefined);
        else await failures.delete(id);
      }
    });
  },
  failure: storedFailure,
  retrying: storedRetrying,
  queue: storedQueue,
  counts: storedCounts,
  async selected(selection) {
    const failures = (await openDatabase()).transaction('failures').store;
    return (await rowsOf(failures, selection)).flatMap((row) => fromRow(row) ?? []);
  },
  async candidates(snapshots) {
    const failures = (await openDatabase()).transaction('failures').store;
    return [...(await findByKeys(failures, snapshots.flatMap(lookupKeys))).values()];
  },
  async adopt(adopted) {
    await write(async (failures, replace) => {
      for (const failure of adopted) {
        const same = fromRow(await failures.get(failure.id));
        const [before = same] = same ? [] : (await findByKeys(failures, keysOf(failure))).values();
        // Under the same id it was made from what stands here; else it was noted without knowing of it.
        const after = before && !same ? absorb(before, failure) : failure;
        if (after) await replace(before, after);
      }
    });
  },
  async merge(imported) {
    let merged: Merged = { added: 0, updated: 0, unchanged: 0, leftOut: 0 };
    await write(async (failures, replace) => {
      merged = await mergeInto(failures, replace, imported);
    });
    return merged;
  },
  async closeRound(id) {
    const { tx, meta } = await begin();
    await meta.put(closeRound(countsIn(await meta.get('counts')), id), 'counts');
    await tx.done;
  },
  async settledBefore() {
    const stored = await (await openDatabase()).get('meta', 'settledBefore');
    return typeof stored === 'number' ? stored : undefined;
  },
  async setSettledBefore(time) {
    await (await openDatabase()).put('meta', time, 'settledBefore');
  },
  async repairCounts() {
    const { tx, failures, meta } = await begin();
    const stored = countsIn(await meta.get('counts'));
    // The indexes tell fast that all is well. Rows that can't be read stand in them too, but count for nothing.
    let wrong = !sameCounts(await countIndexed(failures), stored);
    if (wrong) {
      const right = keepClosed(await countReadable(failures), stored);
      wrong = !sameCounts(right, stored);
      if (wrong) await meta.put(right, 'counts');
    }
    await tx.done;
    return wrong;
  },
  async trim(retention, now, step) {
    let removed = 0;
    await write(async (failures, replace) => {
      const surplus = (await failures.count()) - retention.records;
      const tooOld = -keptSince(retention, now);
      let cursor = await failures.index('newest').openCursor(null, 'prev');
      for (; cursor && removed < step; cursor = await cursor.continue()) {
        if (removed >= surplus && cursor.key <= tooOld) break;
        const failure = fromRow(cursor.value);
        // Also one that this version can't read is past its time; it never was in the counts.
        if (failure) await replace(failure, undefined);
        else await cursor.delete();
        removed += 1;
      }
    });
    return removed;
  },
  reset: deleteDatabase,
};
