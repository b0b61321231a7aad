import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { FailureRow } from './stored-failure.ts';

export interface JournalSchema extends DBSchema {
  failures: {
    key: string;
    value: FailureRow;
    indexes: {
      /** Which failure an item of the browser belongs to. */
      keys: string;
      /** Open failures of one reason, newest first. */
      open: [reason: string, newest: number];
      unseen: number;
      retrying: number;
    };
  };
  /** `counts` and `settledBefore`: see the reader and the writer. */
  meta: {
    key: string;
    value: unknown;
  };
}

export type JournalDatabase = IDBPDatabase<JournalSchema>;

let opened: Promise<JournalDatabase> | undefined;

/** The journal's database, opened once in each context. */
export function openDatabase(): Promise<JournalDatabase> {
  opened ??= openDB<JournalSchema>('journal', 1, {
    upgrade(db) {
      const failures = db.createObjectStore('failures', { keyPath: 'id' });
      failures.createIndex('keys', 'keys', { multiEntry: true });
      failures.createIndex('open', ['openReason', 'newest']);
      failures.createIndex('unseen', 'unseen');
      failures.createIndex('retrying', 'retrying');
      db.createObjectStore('meta');
    },
    // A newer version of the extension wants to change the schema: don't stand in its way.
    blocking: () => void closeDatabase(),
    terminated: () => {
      opened = undefined;
    },
  }).catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

/** Lets go of the database; the next use opens it again. */
export async function closeDatabase(): Promise<void> {
  const closing = opened;
  opened = undefined;
  (await closing)?.close();
}
