/** The journal's database: the failures with their indexes, and beside them what is known of all of them together. */
import { noCounts, recount } from '../../domain/counts.ts';
import { abort, advance, settled } from './requests.ts';
import { fromRow, toRow } from './stored-failure.ts';

export const DATABASE = 'journal';

/**
 * 1: failures with the indexes keys, open, unseen and retrying; meta.
 * 2: the index newest.
 * 3: the index queue; who began an attempt, and what is to come.
 * 4: the indexes resumable and unanswered.
 */
const VERSION = 4;

async function upgrade(tx: IDBTransaction, from: number): Promise<void> {
  if (from < 1) {
    const failures = tx.db.createObjectStore('failures', { keyPath: 'id' });
    // Which failure an item of the browser belongs to.
    failures.createIndex('keys', 'keys', { multiEntry: true });
    // Open failures of one reason, newest first.
    failures.createIndex('open', ['openReason', 'newest']);
    failures.createIndex('unseen', 'unseen');
    failures.createIndex('retrying', 'retrying');
    // Holds `counts` and `settledBefore`: see the stored journal.
    tx.db.createObjectStore('meta');
  }
  const failures = tx.objectStore('failures');
  // All failures, newest first.
  if (from < 2) failures.createIndex('newest', 'newest');
  // What waits for a retry.
  if (from < 3) failures.createIndex('queue', ['queueHost', 'queueAt']);
  if (from < 4) {
    // What the browser keeps bytes of.
    failures.createIndex('resumable', 'resumable');
    // What it was asked for and said nothing of.
    failures.createIndex('unanswered', 'unanswered');
  }
  // What the columns and counts are made of may have changed as well. A row that can't be read stays as it is.
  let counts = noCounts;
  for (let cursor = await settled(failures.openCursor()); cursor; cursor = await advance(cursor)) {
    const failure = fromRow(cursor.value);
    if (!failure) continue;
    cursor.update(toRow(failure));
    counts = recount(counts, undefined, failure);
  }
  tx.objectStore('meta').put(counts, 'counts');
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, VERSION);
  request.onupgradeneeded = ({ oldVersion }) => {
    const { transaction } = request;
    // Half an upgrade must not be committed.
    if (transaction) upgrade(transaction, oldVersion).catch(() => abort(transaction));
  };
  const db = await settled(request);
  // Another context wants to change the schema or to begin anew: don't stand in its way.
  db.onversionchange = () => void closeDatabase();
  db.onclose = () => {
    opened = undefined;
  };
  return db;
}

let opened: Promise<IDBDatabase> | undefined;

/**
 * The journal's database, opened once in each context.
 * @throws VersionError when a newer version of the extension made it; others when it is damaged.
 */
export function openDatabase(): Promise<IDBDatabase> {
  opened ??= open().catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

/** One of the database's stores, to be read from at once. */
export const reading = async (store: 'failures' | 'meta'): Promise<IDBObjectStore> =>
  (await openDatabase()).transaction(store).objectStore(store);

/** Lets go of the database; the next use opens it again. */
export async function closeDatabase(): Promise<void> {
  const closing = opened;
  opened = undefined;
  (await closing?.catch(() => undefined))?.close();
}

/** Destroys the database with all that is in it. */
export async function deleteDatabase(): Promise<void> {
  await closeDatabase();
  await settled(indexedDB.deleteDatabase(DATABASE));
}
