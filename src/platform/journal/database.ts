import {
  type DBSchema,
  deleteDB,
  type IDBPDatabase,
  type IDBPTransaction,
  openDB,
  type StoreNames,
} from 'idb';
import { noCounts, recount } from '../../domain/counts.ts';
import { type FailureRow, fromRow, toRow } from './stored-failure.ts';

export const DATABASE = 'journal';

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
      /** All failures, newest first. */
      newest: number;
      /** What waits for a retry. */
      queue: [host: string, at: number];
    };
  };
  /** `counts` and `settledBefore`: see the stored journal. */
  meta: {
    key: string;
    value: unknown;
  };
}

export type JournalDatabase = IDBPDatabase<JournalSchema>;

type UpgradeTransaction = IDBPTransaction<JournalSchema, StoreNames<JournalSchema>[], 'versionchange'>;

/**
 * 1: failures with the indexes keys, open, unseen and retrying; meta.
 * 2: the index newest.
 * 3: the index queue; who began an attempt, and what is to come.
 */
const VERSION = 3;

async function upgrade(db: JournalDatabase, from: number, tx: UpgradeTransaction): Promise<void> {
  if (from < 1) {
    const failures = db.createObjectStore('failures', { keyPath: 'id' });
    failures.createIndex('keys', 'keys', { multiEntry: true });
    failures.createIndex('open', ['openReason', 'newest']);
    failures.createIndex('unseen', 'unseen');
    failures.createIndex('retrying', 'retrying');
    db.createObjectStore('meta');
  }
  const failures = tx.objectStore('failures');
  if (from < 2) failures.createIndex('newest', 'newest');
  if (from < 3) failures.createIndex('queue', ['queueHost', 'queueAt']);
  // What the columns and counts are made of may have changed as well. A row that can't be read stays as it is.
  let counts = noCounts;
  for (let cursor = await failures.openCursor(); cursor; cursor = await cursor.continue()) {
    const failure = fromRow(cursor.value);
    if (!failure) continue;
    await cursor.update(toRow(failure));
    counts = recount(counts, undefined, failure);
  }
  await tx.objectStore('meta').put(counts, 'counts');
}

let opened: Promise<JournalDatabase> | undefined;

/**
 * The journal's database, opened once in each context.
 * @throws VersionError when a newer version of the extension made it; others when it is damaged.
 */
export function openDatabase(): Promise<JournalDatabase> {
  opened ??= openDB<JournalSchema>(DATABASE, VERSION, {
    async upgrade(db, from, _to, tx) {
      // Half an upgrade must not be committed, and idb does not wait for this function.
      await upgrade(db, from, tx).catch(() => tx.abort());
    },
    // Another context wants to change the schema or to begin anew: don't stand in its way.
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
  (await closing?.catch(() => undefined))?.close();
}

/** Destroys the database with all that is in it. */
export async function deleteDatabase(): Promise<void> {
  await closeDatabase();
  await deleteDB(DATABASE);
}

/** Everything in the database, whatever its version: what a person can save before it is destroyed. */
export async function readRaw(): Promise<Record<string, unknown>> {
  const db = await openDB(DATABASE);
  try {
    const stores: Record<string, unknown> = {};
    for (const name of db.objectStoreNames) {
      stores[name] = { keys: await db.getAllKeys(name), values: await db.getAll(name) };
    }
    return { database: DATABASE, version: db.version, stores };
  } finally {
    db.close();
  }
}
