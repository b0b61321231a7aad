/** The journal's database, past the journal. */
import { type IDBPDatabase, wrap } from 'idb';
import type { Failure } from '../../src/domain/failure.ts';
import { openDatabase } from '../../src/platform/journal/database.ts';
import { storedFailures } from '../../src/platform/journal/stored-reader.ts';

export const database = async (): Promise<IDBPDatabase> => wrap(await openDatabase());

export const storedFailure = async (id: string): Promise<Failure | undefined> =>
  (await storedFailures({ ids: [id] }))[0];
