/** The journal's database, past the journal. */
import { type IDBPDatabase, wrap } from 'idb';
import type { Failure } from '../../src/domain/failure.ts';
import { openDatabase, reading } from '../../src/platform/journal/database.ts';
import { openIn, storedFailures } from '../../src/platform/journal/stored-reader.ts';

export const database = async (): Promise<IDBPDatabase> => wrap(await openDatabase());

export const storedFailure = async (id: string): Promise<Failure | undefined> =>
  (await storedFailures({ ids: [id] }))[0];

export const storedOpen = async (reason: string, limit: number): Promise<Failure[]> =>
  openIn(await reading('failures'), reason, limit);
