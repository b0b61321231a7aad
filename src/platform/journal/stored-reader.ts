/** Reading the records on disk, apart from their writing, so that pages need not load that. */
import { type Counts, noCounts } from '../../domain/counts.ts';
import type { Failure } from '../../domain/failure.ts';
import { boolean, maybe, number, object, type Parser, parsed, record } from '../parse.ts';
import { reading } from './database.ts';
import type { Selection } from './journal.ts';
import { advance, settled } from './requests.ts';
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

export const storedCounts = async (): Promise<Counts> =>
  countsIn(await settled((await reading('meta')).get('counts')));

export const readable = (rows: readonly unknown[]): Failure[] => rows.flatMap((row) => fromRow(row) ?? []);

/** In the index `open`: every failure of one reason. */
export const openRange = (reason: string): IDBKeyRange => IDBKeyRange.bound([reason], [reason, []]);

async function rowsOf(failures: IDBObjectStore, selection: Selection): Promise<unknown[]> {
  if (typeof selection === 'string') return settled(failures.index(selection).getAll());
  if ('openReason' in selection)
    return settled(failures.index('open').getAll(openRange(selection.openReason)));
  if ('ids' in selection) return Promise.all(selection.ids.map((id) => settled(failures.get(id))));
  const found = selection.keys.map((key) => settled<unknown[]>(failures.index('keys').getAll(key)));
  return (await Promise.all(found)).flat();
}

/** The failures of a selection, each once. */
export async function select(failures: IDBObjectStore, selection: Selection): Promise<Failure[]> {
  const found = readable(await rowsOf(failures, selection));
  return [...new Map(found.map((failure) => [failure.id, failure])).values()];
}

/** The failures of a selection, as far as they can be read. */
export const storedFailures = async (selection: Selection): Promise<Failure[]> =>
  select(await reading('failures'), selection);

/** The newest `limit` open failures of one reason, newest first. */
export const openIn = async (failures: IDBObjectStore, reason: string, limit: number): Promise<Failure[]> =>
  readable(await settled(failures.index('open').getAll(openRange(reason), limit)));

/** The newest `limit` open failures of one reason that `matches`, newest first. Reads on until it has them. */
export async function openMatchingIn(
  failures: IDBObjectStore,
  reason: string,
  limit: number,
  matches: (failure: Failure) => boolean,
): Promise<Failure[]> {
  const found: Failure[] = [];
  let cursor = await settled(failures.index('open').openCursor(openRange(reason)));
  for (; cursor && found.length < limit; cursor = await advance(cursor)) {
    const failure = fromRow(cursor.value);
    if (failure && matches(failure)) found.push(failure);
  }
  return found;
}
