/** The journal's database: the failures with their indexes, and the counts and times that concern all of them. */
import { type DBSchema, deleteDB, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import { noCounts, recount } from '../../domain/counts.ts';
import { FileIndex, joinInto } from '../../domain/join.ts';
import { type FailureRow, fromRow, toRow } from './row.ts';

const DATABASE = 'journal';

/**
 * 1: failures with the indexes keys, open, unseen and retrying; meta.
 * 2: the index newest.
 * 3: the index queue; who began an attempt, and what is to come.
 * 4: the indexes resumable and unanswered.
 * 5: the index retriable.
 * 6: failures of the same missing file are joined into one record.
 */
const VERSION = 6;

export interface JournalSchema extends DBSchema {
  failures: {
    key: string;
    value: FailureRow;
    indexes: {
      /** Which failure an item of the browser belongs to. */
      keys: string;
      /** Open failures of one reason, newest first. */
      open: [reason: string, newest: number | never[]];
      /** Failures of one reason that can be retried together, newest first. */
      retriable: [reason: string, newest: number | never[]];
      unseen: number;
      retrying: number;
      /** All failures, newest first. */
      newest: number;
      /** Failures that wait for a retry, by host, first in line first. */
      queue: [host: string, at: number | never[]];
      /** Failures of which the browser keeps the received bytes. */
      resumable: number;
      /** Failures whose retry the browser was asked for but has not answered. */
      unanswered: number;
    };
  };
  /** Holds `counts`, `settledBefore`, `underWay` and `clock`. */
  meta: { key: string; value: unknown };
}

type Upgrade = IDBPTransaction<JournalSchema, ('failures' | 'meta')[], 'versionchange'>;

async function upgrade(db: IDBPDatabase<JournalSchema>, from: number, tx: Upgrade): Promise<void> {
  if (from < 1) {
    const created = db.createObjectStore('failures', { keyPath: 'id' });
    created.createIndex('keys', 'keys', { multiEntry: true });
    created.createIndex('open', ['openReason', 'newest']);
    created.createIndex('unseen', 'unseen');
    created.createIndex('retrying', 'retrying');
    db.createObjectStore('meta');
  }
  const failures = tx.objectStore('failures');
  if (from < 2) failures.createIndex('newest', 'newest');
  if (from < 3) failures.createIndex('queue', ['queueHost', 'queueAt']);
  if (from < 4) {
    failures.createIndex('resumable', 'resumable');
    failures.createIndex('unanswered', 'unanswered');
  }
  if (from < 5) failures.createIndex('retriable', ['retryReason', 'newest']);
  // What columns and counts are computed from may have changed too. A row that can't be read stays as it is.
  let counts = noCounts;
  const index = new FileIndex();
  for (let cursor = await failures.openCursor(); cursor; cursor = await cursor.continue()) {
    const failure = fromRow(cursor.value);
    if (!failure) continue;
    const record = await joinInto(index, failure, async (id) => {
      const same = fromRow(await failures.get(id));
      await failures.delete(id);
      counts = recount(counts, same, undefined);
      return same;
    });
    if (record.id !== failure.id) await cursor.delete();
    await failures.put(toRow(record));
    counts = recount(counts, undefined, record);
  }
  await tx.objectStore('meta').put(counts, 'counts');
}

/** Undoes a transaction, and waits until that is done or it has ended in another way. */
export async function abort(tx: { abort(): void; done: Promise<unknown> }): Promise<void> {
  const done = tx.done.catch(() => undefined);
  try {
    tx.abort();
  } catch {
    // It ended by an error of its own, or with the database.
  }
  await done;
}

let opened: Promise<IDBPDatabase<JournalSchema>> | undefined;

/**
 * The journal's database, opened once in each context.
 * @throws VersionError when a newer version of the extension made it; others when it is damaged.
 */
export async function openDatabase(): Promise<IDBPDatabase<JournalSchema>> {
  opened ??= openDB<JournalSchema>(DATABASE, VERSION, {
    upgrade(db, from, _to, tx) {
      // Half an upgrade must not be committed.
      upgrade(db, from, tx).catch(() => abort(tx));
    },
    // Another context wants to change the schema or delete the database: don't block it.
    blocking: () => void closeDatabase(),
    terminated() {
      opened = undefined;
    },
  }).catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

/** Closes the database; the next use opens it again. */
export async function closeDatabase(): Promise<void> {
  const closing = opened;
  opened = undefined;
  (await closing?.catch(() => undefined))?.close();
}

/** Deletes the database and everything in it. */
export async function deleteDatabase(): Promise<void> {
  await closeDatabase();
  await deleteDB(DATABASE);
}

/**
 * Everything in the database, whatever its version: what a person can save before it is destroyed.
 * @throws when it can't be opened, and AbortError when there is none.
 */
export async function readRaw(): Promise<Record<string, unknown>> {
  // An upgrade event means that there is no database. Don't create an empty one, which would later count as damaged.
  const db = await openDB(DATABASE, undefined, { upgrade: (_db, _from, _to, tx) => void abort(tx) });
  try {
    const stores: Record<string, unknown> = {};
    for (const name of db.objectStoreNames) {
      const [keys, values] = await Promise.all([db.getAllKeys(name), db.getAll(name)]);
      stores[name] = { keys, values };
    }
    return { database: DATABASE, version: db.version, stores };
  } finally {
    db.close();
  }
}
