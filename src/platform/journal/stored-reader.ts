/** Reading the records on disk, apart from their writing, so that pages need not load that. */
import { type Counts, noCounts } from '../../domain/counts.ts';
import type { Failure } from '../../domain/failure.ts';
import { boolean, maybe, number, object, type Parser, parsed, record } from '../parse.ts';
import { openDatabase } from './database.ts';
import { fromRow } from './stored-failure.ts';

export const parseCounts: Parser<Counts> = object({
  open: record(number),
  unseen: number,
  // Version 2 of the database knew no rounds.
  round: maybe(
    object({
      id: number,
      waiting: number,
      running: number,
      recovered: number,
      failedAgain: number,
      closed: boolean,
    }),
  ),
});

/** The counts in a stored value; none at all for a value that can't be read. */
export const countsIn = (stored: unknown): Counts => parsed(parseCounts, stored) ?? noCounts;

export async function storedCounts(): Promise<Counts> {
  return countsIn(await (await openDatabase()).get('meta', 'counts'));
}

const readable = (rows: readonly unknown[]): Failure[] => rows.flatMap((row) => fromRow(row) ?? []);

/** In the index `open`: every failure of one reason. */
export const openRange = (reason: string): IDBKeyRange => IDBKeyRange.bound([reason], [reason, []]);

/** The newest `limit` open failures of one reason, newest first. */
export async function storedOpen(reason: string, limit: number): Promise<Failure[]> {
  const db = await openDatabase();
  return readable(await db.getAllFromIndex('failures', 'open', openRange(reason), limit));
}

/** The failures with these ids, as far as there are any. */
export async function storedFailures(ids: readonly string[]): Promise<Failure[]> {
  const { store } = (await openDatabase()).transaction('failures');
  return readable(await Promise.all(ids.map((id) => store.get(id))));
}

/** The newest `limit` open failures of one reason that `matches`, newest first. Reads on until it has them. */
export async function storedOpenMatching(
  reason: string,
  limit: number,
  matches: (failure: Failure) => boolean,
): Promise<Failure[]> {
  const index = (await openDatabase()).transaction('failures').store.index('open');
  const found: Failure[] = [];
  for (let cursor = await index.openCursor(openRange(reason)); cursor; cursor = await cursor.continue()) {
    const failure = fromRow(cursor.value);
    if (failure && matches(failure)) found.push(failure);
    if (found.length === limit) break;
  }
  return found;
}

export async function storedFailure(id: string): Promise<Failure | undefined> {
  return fromRow(await (await openDatabase()).get('failures', id));
}

/** Failures with an attempt under way. */
export async function storedRetrying(): Promise<Failure[]> {
  return readable(await (await openDatabase()).getAllFromIndex('failures', 'retrying'));
}

/**
 * Of each host that is not in `busy`, the failure whose retry is first in line, but for those whose ids are in
 * `except`. Reads one record a host.
 */
export async function storedQueue(
  busy: ReadonlySet<string>,
  except: ReadonlySet<string> = new Set(),
): Promise<Failure[]> {
  const first: unknown[] = [];
  const index = (await openDatabase()).transaction('failures').store.index('queue');
  let cursor = await index.openCursor();
  while (cursor) {
    const [host] = cursor.key;
    if (!busy.has(host) && except.has(cursor.primaryKey)) {
      cursor = await cursor.continue();
    } else {
      if (!busy.has(host)) first.push(cursor.value);
      // An empty array sorts after every number: on to the next host.
      cursor = await index.openCursor(IDBKeyRange.lowerBound([host, []], true));
    }
  }
  return readable(first);
}
