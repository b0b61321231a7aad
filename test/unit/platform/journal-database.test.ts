import { forceCloseDatabase } from 'fake-indexeddb';
import { deleteDB, openDB, unwrap } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  abort,
  closeDatabase,
  deleteDatabase,
  openDatabase,
  readRaw,
} from '../../../src/platform/journal/database.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { store, storedFailure } from '../../fakes/database.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

beforeEach(emptyJournal);
afterEach(() => vi.restoreAllMocks());

describe('the database', () => {
  it('is opened once, however many ask for it', async () => {
    const opened = vi.spyOn(indexedDB, 'open');
    const [one, other] = await Promise.all([openDatabase(), openDatabase()]);
    expect(one).toBe(other);
    expect(await openDatabase()).toBe(one);
    expect(opened).toHaveBeenCalledTimes(1);
  });

  it('is opened anew after it was closed', async () => {
    await store([failureWith()]);
    const before = await openDatabase();
    await closeDatabase();
    expect(() => before.transaction('meta')).toThrow();
    expect(await storedFailure('failure-1')).toBeDefined();
  });

  it('can be closed though it is not open, or can not be opened', async () => {
    await closeDatabase();
    vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      throw new DOMException('Internal error.', 'UnknownError');
    });
    const opening = openDatabase();
    await closeDatabase();
    await expect(opening).rejects.toThrow('Internal error.');
  });

  it('is opened anew after that failed once', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      throw new DOMException('Internal error.', 'UnknownError');
    });
    await expect(openDatabase()).rejects.toThrow('Internal error.');
    expect(await stored.counts()).toMatchObject({ unseen: 0 });
  });

  it('gives way to whoever wants to delete it', async () => {
    await store([failureWith()]);
    await deleteDB('journal');
    expect(await storedFailure('failure-1')).toBeUndefined();
  });

  it('is opened anew after the browser closed it by itself', async () => {
    await store([failureWith()]);
    // Its types ask for the class in the place of a database.
    forceCloseDatabase(unwrap(await openDatabase()) as never);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await storedFailure('failure-1')).toBeDefined();
  });

  it('is deleted with everything in it', async () => {
    await store([failureWith()]);
    await deleteDatabase();
    expect(await indexedDB.databases()).toEqual([]);
  });

  /** The indexes, each with the version that brought it. */
  const indexes: [from: number, name: string, keyPath: string | string[]][] = [
    [1, 'keys', 'keys'],
    [1, 'open', ['openReason', 'newest']],
    [1, 'unseen', 'unseen'],
    [1, 'retrying', 'retrying'],
    [2, 'newest', 'newest'],
    [3, 'queue', ['queueHost', 'queueAt']],
    [4, 'resumable', 'resumable'],
    [4, 'unanswered', 'unanswered'],
    [5, 'retriable', ['retryReason', 'newest']],
  ];

  /** Makes the database as a version left it, with these rows. */
  async function makeVersion(version: number, rows: readonly unknown[]): Promise<void> {
    const old = await openDB('journal', version, {
      upgrade(created) {
        created.createObjectStore('meta');
        const failures = created.createObjectStore('failures', { keyPath: 'id' });
        for (const [from, name, keyPath] of indexes) {
          if (from <= version) failures.createIndex(name, keyPath, { multiEntry: name === 'keys' });
        }
        for (const row of rows) void failures.put(row);
      },
    });
    old.close();
  }

  /** What indexes there are, and by what. */
  async function indexesNow(): Promise<Record<string, unknown>> {
    const { store: failures } = (await openDatabase()).transaction('failures');
    return Object.fromEntries([...failures.indexNames].map((name) => [name, failures.index(name).keyPath]));
  }
  const allIndexes = Object.fromEntries(indexes.map(([, name, keyPath]) => [name, keyPath]));

  it('has an index for each question, also when it is new', async () => {
    expect(await indexesNow()).toEqual(allIndexes);
  });

  it.each([1, 2, 3, 4, 5])('gets what version %i of it lacks', async (version) => {
    await makeVersion(version, [failureWith()]);
    expect(await indexesNow()).toEqual(allIndexes);
    expect((await stored.find('open')).map(({ id }) => id)).toEqual(['failure-1']);
    expect(await stored.counts()).toMatchObject({ open: { NETWORK_FAILED: 1 }, unseen: 1 });
  });

  it('keeps only one row of each file, and those that it can not read', async () => {
    const at = (minute: number): Record<string, unknown> => ({
      url: 'https://host.example/a.zip',
      finalUrl: 'https://host.example/a.zip',
      filename: '/a.zip',
      attempts: [failedAttempt({ item: null, startedAt: minute })],
    });
    const strange = { id: 'strange', from: 'the future' };
    const rows = [
      failureWith({ id: 'a', ...at(2) }),
      failureWith({ id: 'b', ...at(1) }),
      failureWith({ id: 'c', ...at(3) }),
    ];
    await makeVersion(5, [...rows, strange]);
    const db = await openDatabase();
    expect(await db.getAllKeys('failures')).toEqual(['b', 'strange']);
    expect(await db.get('failures', 'strange')).toEqual(strange);
    expect((await storedFailure('b'))?.attempts).toHaveLength(3);
    expect(await stored.counts()).toMatchObject({ open: { NETWORK_FAILED: 1 }, unseen: 1 });
  });

  it('is brought to this version whole or not at all', async () => {
    await makeVersion(5, [
      failureWith({ id: 'a' }),
      failureWith({ id: 'b', attempts: [failedAttempt({ item: null })] }),
    ]);
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('No space.', 'QuotaExceededError');
    });
    await expect(openDatabase()).rejects.toThrow();
    put.mockRestore();
    const { version, stores } = await readRaw();
    expect(version).toBe(5);
    expect(stores).toMatchObject({ failures: { keys: ['a', 'b'] }, meta: { keys: [] } });
    expect(await stored.counts()).toMatchObject({ open: { NETWORK_FAILED: 2 } });
  });

  it('is read as it is before it is destroyed, and is not kept open for that', async () => {
    await store([failureWith({ id: 'a' })]);
    const raw = await readRaw();
    expect(raw).toMatchObject({
      database: 'journal',
      stores: {
        failures: { keys: ['a'], values: [{ id: 'a', openReason: 'NETWORK_FAILED' }] },
        meta: { keys: ['counts'], values: [{ unseen: 1 }] },
      },
    });
    expect(raw.version).toBe((await openDatabase()).version);
    await closeDatabase();
    const blocked = vi.fn();
    await deleteDB('journal', { blocked });
    expect(blocked).not.toHaveBeenCalled();
  });
});

describe('a transaction', () => {
  it('is undone by the time that aborting it has resolved', async () => {
    const tx = (await openDatabase()).transaction('meta', 'readwrite');
    void tx.store.put(1, 'settledBefore').catch(() => undefined);
    await abort(tx);
    expect(await stored.settledBefore()).toBeUndefined();
  });

  it('that has ended already can be aborted nevertheless', async () => {
    const tx = (await openDatabase()).transaction('meta', 'readwrite');
    await tx.store.put(1, 'settledBefore');
    await tx.done;
    await abort(tx);
    expect(await stored.settledBefore()).toBe(1);
  });
});
