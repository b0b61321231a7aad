import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { closeDatabase } from '../../src/platform/journal/database.ts';

/** Gives this process a new, empty IndexedDB. */
export async function emptyJournal(): Promise<void> {
  await closeDatabase();
  globalThis.indexedDB = new IDBFactory();
}
