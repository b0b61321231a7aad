/** The records on disk, which only the background writes, but for imports. */
import { type Counts, closeRound, keepClosed, noCounts, recount } from '../../domain/counts.ts';
import { type Failure, stateOf } from '../../domain/failure.ts';
import { turnOf } from '../../domain/queue.ts';
import { type ClockWatch, keptSince, type Retention, watchClock } from '../../domain/retention.ts';
import { number, object, type Parser, parsed } from '../parse.ts';
import { deleteDatabase, openDatabase, reading } from './database.ts';
import { removing } from './journal.ts';
import { advance, completed, settled } from './requests.ts';
import { fromRow } from './stored-failure.ts';
import { countsIn, openRange, readable, select, storedCounts, storedFailures } from './stored-reader.ts';
import { writeRecords, writeRows } from './stored-writer.ts';

/** The counts as they follow from the records themselves. */
async function countReadable(failures: IDBObjectStore): Promise<Counts> {
  let counts = noCounts;
  for (let cursor = await settled(failures.openCursor()); cursor; cursor = await advance(cursor)) {
    counts = recount(counts, undefined, fromRow(cursor.value));
  }
  return counts;
}

const parseClockWatch: Parser<ClockWatch> = object({
  believed: number,
  next: number,
  last: number,
  seen: number,
});

/** Whether a failure is of the past: not on the way to its file, nor waiting for a try. */
const isOver = (failure: Failure): boolean => stateOf(failure) !== 'retrying' && !turnOf(failure);

/** The reason or host in a key of the indexes `open` and `queue`. */
const firstOf = (key: IDBValidKey): string => String(Array.isArray(key) ? key[0] : key);

/** The counts that the records have, told from the indexes alone, but for the round. */
async function countIndexed(failures: IDBObjectStore): Promise<Omit<Counts, 'round'>> {
  const index = failures.index('open');
  const open: Record<string, number> = {};
  let cursor = await settled(index.openKeyCursor());
  while (cursor) {
    const reason = firstOf(cursor.key);
    open[reason] = await settled(index.count(openRange(reason)));
    // An empty array sorts after every number: on to the next reason.
    cursor = await advance(cursor, [reason, []]);
  }
  return { open, unseen: await settled(failures.index('unseen').count()) };
}

function sameCounts(one: Omit<Counts, 'round'>, other: Omit<Counts, 'round'>): boolean {
  const reasons = Object.keys({ ...one.open, ...other.open });
  return one.unseen === other.unseen && reasons.every((reason) => one.open[reason] === other.open[reason]);
}

/** Makes new counts of the old ones and the failures; gives whether there were any. */
async function changeCounts(
  change: (counts: Counts, failures: IDBObjectStore) => Promise<Counts | undefined>,
): Promise<boolean> {
  const tx = (await openDatabase()).transaction(['failures', 'meta'], 'readwrite');
  const done = completed(tx);
  const meta = tx.objectStore('meta');
  const work = async (): Promise<boolean> => {
    const counts = await change(countsIn(await settled(meta.get('counts'))), tx.objectStore('failures'));
    if (counts) meta.put(counts, 'counts');
    return counts !== undefined;
  };
  const [changed] = await Promise.all([work(), done]);
  return changed;
}

export const storedJournal = {
  write: writeRecords,
  find: storedFailures,
  counts: storedCounts,

  /**
   * Of each host that is not in `busy`, the failure whose retry is first in line, but for those whose ids are in
   * `except`. Reads one record a host.
   */
  async queue(busy: ReadonlySet<string>, except: ReadonlyMap<string, unknown>): Promise<Failure[]> {
    const first: unknown[] = [];
    let cursor = await settled((await reading('failures')).index('queue').openCursor());
    while (cursor) {
      const host = firstOf(cursor.key);
      const isFree = !busy.has(host);
      const isHere = !except.has(String(cursor.primaryKey));
      if (isFree && isHere) first.push(cursor.value);
      // An empty array sorts after every number: on to the next host.
      cursor = await (isFree && !isHere ? advance(cursor) : advance(cursor, [host, []]));
    }
    return readable(first);
  },

  /** Removes records for good, also those that can't be read. */
  async remove(ids: readonly string[]): Promise<void> {
    await writeRows(async (failures, replace) => {
      await removing(ids)((selection) => select(failures, selection), replace);
      for (const id of ids) await settled(failures.delete(id));
    });
  },

  /** Notes that the person has seen how the round ended. */
  closeRound: (id: number): Promise<boolean> => changeCounts(async (counts) => closeRound(counts, id)),

  /** Items that started before this time (ms since the epoch) need no further look; undefined before the first. */
  async settledBefore(): Promise<number | undefined> {
    const stored: unknown = await settled((await reading('meta')).get('settledBefore'));
    return typeof stored === 'number' ? stored : undefined;
  },
  async setSettledBefore(time: number): Promise<void> {
    const tx = (await openDatabase()).transaction('meta', 'readwrite');
    tx.objectStore('meta').put(time, 'settledBefore');
    await completed(tx);
  },

  /** Makes the counts anew from the records if they disagree. Gives whether they did. */
  repairCounts: (): Promise<boolean> =>
    changeCounts(async (stored, failures) => {
      // The indexes tell fast that all is well. Rows that can't be read stand in them too, but count for nothing.
      if (sameCounts(await countIndexed(failures), stored)) return undefined;
      const right = keepClosed(await countReadable(failures), stored);
      return sameCounts(right, stored) ? undefined : right;
    }),

  /** Looks at the clock, which says `now`, and gives the time (ms since the epoch) up to which it is believed. */
  async believedTime(now: number): Promise<number> {
    const tx = (await openDatabase()).transaction('meta', 'readwrite');
    const done = completed(tx);
    const meta = tx.objectStore('meta');
    const watch = watchClock(parsed(parseClockWatch, await settled(meta.get('clock'))), now);
    meta.put(watch, 'clock');
    await done;
    return watch.believed;
  },

  /**
   * At most `step` of the failures that are beyond the limits at `time` (ms since the epoch), oldest first, by id; those
   * that this version can't read are undefined.
   */
  async beyond(
    retention: Retention,
    time: number,
    step: number,
  ): Promise<ReadonlyMap<string, Failure | undefined>> {
    const failures = await reading('failures');
    const surplus = (await settled(failures.count())) - retention.records;
    const tooOld = -keptSince(retention, time);
    const found = new Map<string, Failure | undefined>();
    let cursor = await settled(failures.index('newest').openCursor(null, 'prev'));
    for (; cursor && found.size < step; cursor = await advance(cursor)) {
      if (found.size >= surplus && Number(cursor.key) <= tooOld) break;
      const failure = fromRow(cursor.value);
      if (!failure || isOver(failure)) found.set(String(cursor.primaryKey), failure);
    }
    return found;
  },

  /** Removes records, but for those that are on the way to their files by now. Gives how many. */
  async forget(ids: readonly string[]): Promise<number> {
    let removed = 0;
    await writeRows(async (failures, replace) => {
      for (const id of ids) {
        const failure = fromRow(await settled(failures.get(id)));
        if (failure && !isOver(failure)) continue;
        if (failure) await replace(failure, undefined);
        // One that this version can't read never was in the counts.
        else await settled(failures.delete(id));
        removed += 1;
      }
    });
    return removed;
  },

  /**
   * Destroys all records and begins anew.
   * @throws when the database can't be destroyed.
   */
  reset: deleteDatabase,
};

export type StoredJournal = typeof storedJournal;
