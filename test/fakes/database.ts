/** The journal's database, past the journal. */
import { type IDBPDatabase, wrap } from 'idb';
import type { Failure } from '../../src/domain/failure.ts';
import { openDatabase, reading } from '../../src/platform/journal/database.ts';
import { storedJournal } from '../../src/platform/journal/stored-journal.ts';
import { openIn, storedFailures } from '../../src/platform/journal/stored-reader.ts';

export const database = async (): Promise<IDBPDatabase> => wrap(await openDatabase());

export const storedFailure = async (id: string): Promise<Failure | undefined> =>
  (await storedFailures({ ids: [id] }))[0];

export const storedOpen = async (reason: string, limit: number): Promise<Failure[]> =>
  openIn(await reading('failures'), reason, limit);

/** Forgets at most `step` of what is beyond the limits at a time (ms since the epoch), and gives how many. */
export async function trim(...limits: Parameters<typeof storedJournal.beyond>): Promise<number> {
  return storedJournal.forget([...(await storedJournal.beyond(...limits)).keys()]);
}
