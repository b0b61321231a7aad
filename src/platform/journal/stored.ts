/** The records on disk. Only the background writes them, except for imports. */
import type { IDBPObjectStore } from 'idb';
import * as v from 'valibot';
import {
  type Counts,
  countsSchema,
  keepClosed,
  noCounts,
  recount,
  closeRound as withRoundClosed,
} from '../../domain/counts.ts';
import type { Cause } from '../../domain/diagnosis.ts';
import { causeOf, type Failure, failureSchema, stateOf } from '../../domain/failure.ts';
import { placeInQueue } from '../../domain/queue.ts';
import { clockWatchSchema, keptSince, type Retention, watchClock } from '../../domain/retention.ts';
import { parsed } from '../parsed.ts';
import { abort, type JournalSchema, openDatabase } from './database.ts';
import { fromRow, type Selection, toRow } from './row.ts';
import { type Find, type Replace, removing, type Work } from './work.ts';

type Store<Name extends 'failures' | 'meta', Mode extends IDBTransactionMode> = IDBPObjectStore<
  JournalSchema,
  ('failures' | 'meta')[],
  Name,
  Mode
>;
/** The failures in a transaction, whether read-only or not. */
export type Failures = Store<'failures', 'readonly'> | Store<'failures', 'readwrite'>;

export const readable = (rows: readonly unknown[]): Failure[] => rows.flatMap((row) => fromRow(row) ?? []);

/** In an index of names with numbers: sorts after every entry of a name, as an empty array sorts after every number. */
const past = (name: string): [string, never[]] => [name, []];

// Reading.

/** Read from it before you wait for anything else, or its transaction ends. */
const failuresToRead = async (): Promise<Store<'failures', 'readonly'>> =>
  (await openDatabase()).transaction(['failures', 'meta']).objectStore('failures');

/** The counts in a stored value; all zero if it can't be read. */
const countsIn = (value: unknown): Counts => parsed(countsSchema, value) ?? noCounts;

export const counts = async (): Promise<Counts> =>
  countsIn(await (await openDatabase()).get('meta', 'counts'));

/** In the index `open`: every failure of one reason. */
const openRange = (reason: string): IDBKeyRange => IDBKeyRange.bound([reason], past(reason));

/** How many records are read for one key: an address or a name that more records share doesn't tell files apart. */
const MOST_ALIKE = 20;

async function rowsOf(failures: Failures, selection: Selection): Promise<unknown[]> {
  if (typeof selection === 'string') return failures.index(selection).getAll();
  if ('openReason' in selection) return failures.index('open').getAll(openRange(selection.openReason));
  if ('ids' in selection) return Promise.all(selection.ids.map((id) => failures.get(id)));
  const byKey = selection.keys.map((key) => failures.index('keys').getAll(key, MOST_ALIKE));
  return (await Promise.all(byKey)).flat();
}

/** The failures of a selection that can be read, each once. */
export async function select(failures: Failures, selection: Selection): Promise<Failure[]> {
  const found = readable(await rowsOf(failures, selection));
  return [...new Map(found.map((failure) => [failure.id, failure])).values()];
}

export const find: Find = async (selection) => select(await failuresToRead(), selection);

/** The open failures of one reason: the newest of those sought, and how many there are. */
export interface OpenOfReason {
  failures: readonly Failure[];
  count: number;
  /** How many of all that can be tried again failed recently. */
  retriable: number;
}

/** What a search looks at: enough of a row to skip most rows without reading them whole. */
const soughtSchema = v.pick(failureSchema, ['filename', 'url', 'reason']);
export interface Sought extends v.InferOutput<typeof soughtSchema> {
  /** For this, the whole row is read. */
  cause(): Cause | null;
}
type IsMatch = (sought: Sought) => boolean;

/** How many rows of a search are read at once. */
const BATCH = 2_000;

/** The newest `limit` open failures of one reason that match, and how many do. */
async function openMatching(
  failures: Failures,
  reason: string,
  limit: number,
  isMatch: IsMatch,
): Promise<Omit<OpenOfReason, 'retriable'>> {
  const index = failures.index('open');
  const found: Failure[] = [];
  let count = 0;
  let from: number | undefined;
  for (let size = BATCH; ; ) {
    const range = IDBKeyRange.bound(from === undefined ? [reason] : [reason, from], past(reason));
    const rows = await index.getAll(range, size);
    const last = rows.at(-1)?.newest;
    // Rows of the moment at which a batch ends come again in the next.
    const isLast = rows.length < size;
    for (const row of isLast ? rows : rows.filter(({ newest }) => newest !== last)) {
      const sought = parsed(soughtSchema, row);
      const whole = (): Failure | undefined => fromRow(row);
      const cause = (): Cause | null => {
        const failure = whole();
        return failure ? causeOf(failure) : null;
      };
      const failure = sought && isMatch({ ...sought, cause }) ? whole() : undefined;
      if (!failure) continue;
      count += 1;
      if (found.length < limit) found.push(failure);
    }
    if (isLast) return { failures: found, count };
    // More of one moment than fit in a batch: the next batch would be the same.
    size = last === from ? size * 2 : BATCH;
    from = last;
  }
}

/**
 * The counts and, for each reason in them, the newest open failures, or those that match a search. What failed at `since`
 * (ms since the epoch) or later is recent.
 */
export async function open(
  limitsOf: (reasons: readonly string[]) => (reason: string) => number,
  isMatch: IsMatch | undefined,
  since: number,
): Promise<{ counts: Counts; byReason: ReadonlyMap<string, OpenOfReason> }> {
  const tx = (await openDatabase()).transaction(['failures', 'meta']);
  const known = countsIn(await tx.objectStore('meta').get('counts'));
  const reasons = Object.keys(known.open);
  const limitOf = limitsOf(reasons);
  const stored = tx.objectStore('failures');
  async function newestOf(reason: string): Promise<Omit<OpenOfReason, 'retriable'>> {
    const limit = limitOf(reason);
    if (isMatch) return openMatching(stored, reason, limit, isMatch);
    const failures = readable(await stored.index('open').getAll(openRange(reason), limit));
    return { failures, count: known.open[reason] ?? 0 };
  }
  async function ofReason(reason: string): Promise<OpenOfReason> {
    const recent = IDBKeyRange.bound([reason], [reason, -since]);
    const [newest, retriable] = await Promise.all([
      newestOf(reason),
      stored.index('retriable').count(recent),
    ]);
    return { ...newest, retriable };
  }
  const byReason = await Promise.all(
    reasons.map(async (reason) => [reason, await ofReason(reason)] as const),
  );
  return { counts: known, byReason: new Map(byReason) };
}

/**
 * About `limit` failures from `from` on (the `next` of an earlier call, null for the newest), newest first.
 * Failures of the same moment may come twice.
 */
export async function newest(
  from: number | null,
  limit: number,
): Promise<{ failures: Failure[]; next: number | null }> {
  const range = from === null ? null : IDBKeyRange.lowerBound(from);
  const rows = await (await failuresToRead()).index('newest').getAll(range, limit);
  const next = rows.length < limit ? null : (rows.at(-1)?.newest ?? null);
  // More failures of one moment than fit: the next stretch would be the same.
  if (next !== null && next === rows[0]?.newest) return newest(from, limit * 2);
  return { failures: readable(rows), next };
}

/**
 * For each host that is not in `busy`, the failure whose retry is first in line, except those whose ids are in
 * `except`. Reads one record per host.
 */
export async function queue(
  busy: ReadonlySet<string>,
  except: ReadonlyMap<string, unknown>,
): Promise<Failure[]> {
  const first: unknown[] = [];
  let cursor = await (await failuresToRead()).index('queue').openCursor();
  while (cursor) {
    const [host] = cursor.key;
    const isFree = !busy.has(host);
    const isHere = !except.has(cursor.primaryKey);
    if (isFree && isHere) first.push(cursor.value);
    // An empty array sorts after every number: this goes on to the next host.
    cursor = await (isFree && !isHere ? cursor.continue() : cursor.continue(past(host)));
  }
  return readable(first);
}

/** Items that started before this time (ms since the epoch) need no further look; undefined before the first. */
export async function settledBefore(): Promise<number | undefined> {
  const value = await (await openDatabase()).get('meta', 'settledBefore');
  return typeof value === 'number' ? value : undefined;
}

/** The keys of the items that were under way at the last look. */
export const underWay = async (): Promise<readonly string[]> =>
  parsed(v.array(v.string()), await (await openDatabase()).get('meta', 'underWay')) ?? [];

// Writing.

/**
 * Does some work and returns the records that it changed. Runs in one transaction: all its records and the counts are
 * stored, or nothing is.
 */
export const write = (work: Work): Promise<Failure[]> =>
  writeRows((failures, replace) => work((selection) => select(failures, selection), replace));

/** The same for work that needs the store itself. */
export async function writeRows(
  work: (failures: Store<'failures', 'readwrite'>, replace: Replace) => Promise<void>,
): Promise<Failure[]> {
  const tx = (await openDatabase()).transaction(['failures', 'meta'], 'readwrite');
  const [failures, meta] = [tx.objectStore('failures'), tx.objectStore('meta')];
  const changed: Failure[] = [];
  try {
    const before = countsIn(await meta.get('counts'));
    let after = before;
    await work(failures, async (old, replacement) => {
      after = recount(after, old, replacement);
      if (replacement) {
        changed.push(replacement);
        await failures.put(toRow(replacement));
      } else if (old) {
        await failures.delete(old.id);
      }
    });
    if (after !== before) await meta.put(after, 'counts');
    await tx.done;
  } catch (error) {
    // Otherwise the records so far would be committed, but not their counts.
    await abort(tx);
    throw tx.error ?? error;
  }
  return changed;
}

/** Removes records for good, even those that can't be read. */
export async function remove(ids: readonly string[]): Promise<void> {
  await writeRows(async (failures, replace) => {
    await removing(ids)((selection) => select(failures, selection), replace);
    for (const id of ids) await failures.delete(id);
  });
}

/** Stores the counts that `change` makes of the known ones and the records, if any. Returns whether it made any. */
async function changeCounts(
  change: (known: Counts, failures: Store<'failures', 'readwrite'>) => Promise<Counts | undefined>,
): Promise<boolean> {
  const tx = (await openDatabase()).transaction(['failures', 'meta'], 'readwrite');
  const meta = tx.objectStore('meta');
  const changed = await change(countsIn(await meta.get('counts')), tx.objectStore('failures'));
  if (changed) await meta.put(changed, 'counts');
  await tx.done;
  return changed !== undefined;
}

/** Notes that the person has seen how the round ended. */
export const closeRound = (id: number): Promise<boolean> =>
  changeCounts(async (known) => withRoundClosed(known, id));

/** Recomputes the counts from the records if they disagree. Returns whether they did. */
export const repairCounts = (): Promise<boolean> =>
  changeCounts(async (known, failures) => {
    // The indexes show quickly that all is well. They also hold rows that can't be read, which count for nothing.
    if (sameCounts(await countIndexed(failures), known)) return undefined;
    let right = noCounts;
    for (let cursor = await failures.openCursor(); cursor; cursor = await cursor.continue()) {
      right = recount(right, undefined, fromRow(cursor.value));
    }
    return sameCounts(right, known) ? undefined : keepClosed(right, known);
  });

/** The counts of the records as the indexes alone give them, without the round. */
async function countIndexed(failures: Failures): Promise<Omit<Counts, 'round'>> {
  const index = failures.index('open');
  const open: Record<string, number> = {};
  let cursor = await index.openKeyCursor();
  while (cursor) {
    const [reason] = cursor.key;
    open[reason] = await index.count(openRange(reason));
    cursor = await cursor.continue(past(reason));
  }
  return { open, unseen: await failures.index('unseen').count() };
}

function sameCounts(one: Omit<Counts, 'round'>, other: Omit<Counts, 'round'>): boolean {
  const reasons = Object.keys({ ...one.open, ...other.open });
  return one.unseen === other.unseen && reasons.every((reason) => one.open[reason] === other.open[reason]);
}

/** With the keys of the items that were under way then. */
export async function setSettledBefore(time: number, underWay: readonly string[]): Promise<void> {
  const tx = (await openDatabase()).transaction('meta', 'readwrite');
  await Promise.all([tx.store.put(time, 'settledBefore'), tx.store.put(underWay, 'underWay'), tx.done]);
}

/** Notes that these items are no longer under way. */
export async function endUnderWay(keys: ReadonlySet<string>): Promise<void> {
  const known = await underWay();
  const left = known.filter((key) => !keys.has(key));
  if (left.length < known.length) await (await openDatabase()).put('meta', left, 'underWay');
}

/** Notes that the clock says `now`, and returns the time (ms since the epoch) up to which we trust it. */
export async function believedTime(now: number): Promise<number> {
  const tx = (await openDatabase()).transaction('meta', 'readwrite');
  const watch = watchClock(parsed(clockWatchSchema, await tx.store.get('clock')), now);
  await tx.store.put(watch, 'clock');
  await tx.done;
  return watch.believed;
}

/**
 * At most `step` of the failures that exceed the limits at `time` (ms since the epoch), oldest first, by id; those that
 * this version can't read are undefined.
 */
export async function beyond(
  retention: Retention,
  time: number,
  step: number,
): Promise<ReadonlyMap<string, Failure | undefined>> {
  const failures = await failuresToRead();
  const surplus = (await failures.count()) - retention.records;
  const tooOld = -keptSince(retention, time);
  const found = new Map<string, Failure | undefined>();
  let cursor = await failures.index('newest').openCursor(null, 'prev');
  for (; cursor && found.size < step; cursor = await cursor.continue()) {
    if (found.size >= surplus && cursor.key <= tooOld) break;
    const failure = fromRow(cursor.value);
    if (!failure || isOver(failure)) found.set(cursor.primaryKey, failure);
  }
  return found;
}

/** Whether a failure is over: neither being retried nor waiting for a retry. */
const isOver = (failure: Failure): boolean => stateOf(failure) !== 'retrying' && !placeInQueue(failure);

/** Removes records, except those that by now are being retried or wait for a retry. Returns how many. */
export async function forget(ids: readonly string[]): Promise<number> {
  let removed = 0;
  await writeRows(async (failures, replace) => {
    for (const id of ids) {
      const failure = fromRow(await failures.get(id));
      if (failure && !isOver(failure)) continue;
      // One that this version can't read was never counted.
      await (failure ? replace(failure, undefined) : failures.delete(id));
      removed += 1;
    }
  });
  return removed;
}
