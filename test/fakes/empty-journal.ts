import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { closeDatabase } from '../../src/platform/journal/database.ts';

/** How often the journal was emptied: what an earlier test left running is not to touch the next one's. */
export let journalsEmptied = 0;

/** Gives this process a new, empty IndexedDB. */
export async function replaceDatabase(): Promise<void> {
  await closeDatabase();
  globalThis.indexedDB = new IDBFactory();
}

/** The same for a new test: no background of an earlier one reads or writes anything any more. */
export async function emptyJournal(): Promise<void> {
  journalsEmptied += 1;
  await replaceDatabase();
}
