import { readFileSync } from 'node:fs';
import { openDB } from 'idb';
import { beforeEach, describe, expect, it } from 'vitest';
import { beginAttempt, type Failure } from '../../../src/domain/failure.ts';
import { observe } from '../../../src/domain/observe.ts';
import {
  closeDatabase,
  deleteDatabase,
  openDatabase,
  readRaw,
} from '../../../src/platform/journal/database.ts';
import { fromRow, toRow } from '../../../src/platform/journal/row.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { changing, observing } from '../../../src/platform/journal/work.ts';
import { database, store, storedFailure, storedOpen, trim } from '../../fakes/database.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';
import { failedSnapshot } from '../../fakes/snapshots.ts';

const DAY_MS = 86_400_000;

/** Records `count` failures a day apart; the last one fails at `now`. */
async function record(count: number, now: number, reason = 'NETWORK_FAILED'): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await stored.write(
      observing([failedSnapshot({ id: index + reason.length * 1000, reason })], (candidates, snapshot) =>
        observe(candidates, snapshot, {
          now: now - (count - 1 - index) * DAY_MS,
          newId: `failure-${reason}-${index}`,
          browser: 'chrome',
          imported: false,
          forgotten: false,
          stateChanged: true,
        }),
      ),
    );
  }
}

/** A journal as version 5 of the database left it. */
async function makeVersion5(failures: readonly Failure[]): Promise<void> {
  const db = await openDB('journal', 5, {
    upgrade(created) {
      created.createObjectStore('meta');
      const store = created.createObjectStore('failures', { keyPath: 'id' });
      store.createIndex('keys', 'keys', { multiEntry: true });
      store.createIndex('open', ['openReason', 'newest']);
      store.createIndex('retriable', ['retryReason', 'newest']);
      store.createIndex('queue', ['queueHost', 'queueAt']);
      for (const name of ['unseen', 'retrying', 'newest', 'resumable', 'unanswered'])
        store.createIndex(name, name);
      for (const failure of failures) void store.put(failure);
    },
  });
  db.close();
}

describe('the stored journal', () => {
  beforeEach(emptyJournal);

  it.each([1, 2])('opens a journal of version %i with every record in place', async (version) => {
    interface Dump {
      version: number;
      stores: Record<
        string,
        {
          keyPath: string | null;
          indexes: { name: string; keyPath: string | string[]; multiEntry: boolean }[];
          keys: string[];
          values: unknown[];
        }
      >;
    }
    const dump: Dump = JSON.parse(
      readFileSync(new URL(`../../fixtures/journal-v${version}.json`, import.meta.url), 'utf8'),
    );
    const old = await openDB('journal', dump.version, {
      upgrade(db) {
        for (const [name, { keyPath, indexes, keys, values }] of Object.entries(dump.stores)) {
          const store = db.createObjectStore(name, keyPath === null ? {} : { keyPath });
          for (const index of indexes) store.createIndex(index.name, index.keyPath, index);
          for (const [row, value] of values.entries()) {
            void (keyPath === null ? store.put(value, keys[row]) : store.put(value));
          }
        }
      },
    });
    old.close();

    const rows = await (await database()).getAll('failures');
    const before = dump.stores.failures?.values.map(fromRow);
    expect(before).not.toContain(undefined);
    expect(rows.map(fromRow)).toEqual(before);
    expect(rows).toEqual(rows.map((row) => toRow(fromRow(row) as Failure)));
    const counts = dump.stores.meta?.values[dump.stores.meta.keys.indexOf('counts')];
    expect(await stored.counts()).toEqual({ ...Object(counts), round: null });
    expect(await stored.repairCounts()).toBe(false);
  });

  it('makes one record of what an earlier version kept of one file', async () => {
    const url = 'https://host.example/report.pdf';
    const at = (minute: number) => Date.UTC(2026, 4, 1, 10, minute);
    const failed = (id: string, minute: number, fields: Record<string, unknown> = {}) =>
      failureWith({
        id,
        url,
        finalUrl: url,
        filename: '/home/me/report.pdf',
        failedAt: at(minute),
        seen: true,
        attempts: [
          failedAttempt({
            item: { id: minute, session: null, key: `${minute} then`, trace: null },
            startedAt: at(minute),
            endedAt: at(minute),
          }),
        ],
        ...fields,
      });
    const came = failedAttempt({ kind: 'restart', startedAt: at(41), endedAt: at(42), state: 'completed' });
    await makeVersion5([
      failed('a third', 30, { seen: false, reason: 'SERVER_FAILED' }),
      failed('b first', 10),
      failed('c second', 20, { dismissed: true }),
      failed('d later file', 15, { url: `${url}?id=2`, finalUrl: `${url}?id=2` }),
      failed('e in private', 12, { incognito: true }),
      failed('f lost', 35, { url: `${url}?id=3`, finalUrl: `${url}?id=3` }),
      failed('g found', 40, {
        url: `${url}?id=3`,
        finalUrl: `${url}?id=3`,
        attempts: [failedAttempt({ startedAt: at(40), endedAt: at(40) }), came],
      }),
    ]);
    const records = new Map((await stored.newest(null, 10)).failures.map((one) => [one.id, one]));
    expect([...records.keys()].sort()).toEqual(['b first', 'd later file', 'e in private', 'f lost']);
    const one = records.get('b first');
    expect(one?.attempts.map(({ kind, startedAt }) => [kind, startedAt])).toEqual([
      ['first', at(10)],
      ['restart', at(20)],
      ['restart', at(30)],
    ]);
    expect(one).toMatchObject({ reason: 'SERVER_FAILED', failedAt: at(30), seen: false, dismissed: false });
    expect(records.get('f lost')?.attempts.map(({ state }) => state)).toEqual([
      'failed',
      'failed',
      'completed',
    ]);
    expect(await stored.counts()).toMatchObject({ open: { SERVER_FAILED: 1, NETWORK_FAILED: 2 }, unseen: 1 });
    expect(await stored.repairCounts()).toBe(false);
  });

  it('refuses a journal of a newer version and changes nothing in it', async () => {
    const newer = await openDB('journal', 99, {
      upgrade: (db) => void db.createObjectStore('failures').put({ from: 'the future' }, 'a'),
    });
    newer.close();
    await expect(openDatabase()).rejects.toMatchObject({ name: 'VersionError' });
    expect(await readRaw()).toMatchObject({
      version: 99,
      stores: { failures: { keys: ['a'], values: [{ from: 'the future' }] } },
    });
  });

  it('leaves no empty database behind when there is none to save from', async () => {
    await expect(readRaw()).rejects.toMatchObject({ name: 'AbortError' });
    expect(await indexedDB.databases()).toEqual([]);
  });

  it('stores records and counts together or not at all', async () => {
    await record(2, 0);
    const unstorable = (failure: Failure): Failure => ({ ...failure, url: (() => '') as unknown as string });
    const ids = [0, 1].map((index) => `failure-NETWORK_FAILED-${index}`);
    await expect(
      stored.write(
        changing({ ids }, (failure) =>
          failure.id === ids[0] ? { ...failure, dismissed: true } : unstorable(failure),
        ),
      ),
    ).rejects.toThrow();
    expect((await storedFailure(ids[0] ?? ''))?.dismissed).toBe(false);
    expect(await stored.counts()).toEqual({ open: { NETWORK_FAILED: 2 }, unseen: 2, round: null });
  });

  it('decides once of a failure that is named twice', async () => {
    await record(1, 0);
    const id = 'failure-NETWORK_FAILED-0';
    const dismissed = await stored.write(
      changing({ ids: [id, id, 'unknown'] }, (failure) => ({ ...failure, dismissed: true })),
    );
    expect(dismissed).toHaveLength(1);
    expect(await stored.counts()).toEqual({ open: {}, unseen: 0, round: null });
  });

  it('leaves a row that it can not read in place and works on', async () => {
    await record(1, 0);
    const db = await database();
    const [row] = await db.getAll('failures');
    const strange = { ...row, id: 'strange', attempts: 'none' } as never;
    await db.put('failures', strange);
    expect(await storedOpen('NETWORK_FAILED', 10)).toHaveLength(1);
    await record(1, 0, 'SERVER_FAILED');
    expect(await db.get('failures', 'strange')).toEqual(strange);
    expect(await stored.repairCounts()).toBe(false);
    expect(await stored.counts()).toEqual({
      open: { NETWORK_FAILED: 1, SERVER_FAILED: 1 },
      unseen: 2,
      round: null,
    });
  });

  it('forgets what is too old, oldest first and in steps', async () => {
    await record(10, 100 * DAY_MS);
    const limits = { days: 4.5, records: 1000 };
    expect(await trim(limits, 100 * DAY_MS, 3)).toBe(3);
    expect(await trim(limits, 100 * DAY_MS, 3)).toBe(2);
    expect(await trim(limits, 100 * DAY_MS, 3)).toBe(0);
    const left = await storedOpen('NETWORK_FAILED', 100);
    expect(left.map(({ failedAt }) => failedAt / DAY_MS)).toEqual([100, 99, 98, 97, 96]);
    expect(await stored.counts()).toEqual({ open: { NETWORK_FAILED: 5 }, unseen: 5, round: null });
  });

  it('keeps what is old but waits for a retry, or is being retried', async () => {
    await record(3, 100 * DAY_MS);
    const [newest, , oldest] = await storedOpen('NETWORK_FAILED', 100);
    if (!newest || !oldest) throw new Error('Nothing was recorded.');
    await stored.write(
      changing({ ids: [newest.id] }, (failure) => beginAttempt(failure, 'restart', 'person', 0, 1000)),
    );
    await stored.write(changing({ ids: [oldest.id] }, (failure) => ({ ...failure, next: { kind: 'turn' } })));
    expect(await trim({ days: 1, records: 1000 }, 200 * DAY_MS, 100)).toBe(1);
    expect((await storedOpen('NETWORK_FAILED', 100)).map(({ id }) => id)).toEqual([newest.id, oldest.id]);
  });

  it('does not name what waits for a retry as too old, and keeps it if it was named before', async () => {
    await record(3, 0);
    const [newest, , oldest] = await storedOpen('NETWORK_FAILED', 100);
    if (!newest || !oldest) throw new Error('Nothing was recorded.');
    await stored.write(changing({ ids: [oldest.id] }, (failure) => ({ ...failure, next: { kind: 'turn' } })));
    const beyond = await stored.beyond({ days: 1, records: 1000 }, 200 * DAY_MS, 100);
    expect([...beyond.keys()]).toHaveLength(2);
    expect([...beyond.keys()]).not.toContain(oldest.id);
    expect(await stored.forget([oldest.id, newest.id])).toBe(1);
    expect(await storedFailure(oldest.id)).toBeDefined();
  });

  it('forgets the oldest when there are too many', async () => {
    await record(10, 100 * DAY_MS);
    expect(await trim({ days: 1000, records: 4 }, 100 * DAY_MS, 100)).toBe(6);
    const left = await storedOpen('NETWORK_FAILED', 100);
    expect(left.map(({ failedAt }) => failedAt / DAY_MS)).toEqual([100, 99, 98, 97]);
  });

  it('makes wrong counts right', async () => {
    await record(3, 0);
    await record(2, 0, 'SERVER_FAILED');
    const db = await database();
    for (const wrong of [{ open: { NETWORK_FAILED: 7, CRASH: 1 }, unseen: -2 }, 'nonsense', undefined]) {
      await db.put('meta', wrong, 'counts');
      expect(await stored.repairCounts()).toBe(true);
      expect(await stored.counts()).toEqual({
        open: { NETWORK_FAILED: 3, SERVER_FAILED: 2 },
        unseen: 5,
        round: null,
      });
    }
    expect(await stored.repairCounts()).toBe(false);
  });

  it.each([
    ['one reason too much', { NETWORK_FAILED: 2, CRASH: 1 }],
    ['one too few', {}],
    ['one more of a reason', { NETWORK_FAILED: 3 }],
  ])('makes counts right that are wrong only in %s', async (_what, open) => {
    await record(2, 0);
    await (await database()).put('meta', { open, unseen: 2 }, 'counts');
    expect(await stored.repairCounts()).toBe(true);
    expect(await stored.counts()).toEqual({ open: { NETWORK_FAILED: 2 }, unseen: 2, round: null });
  });

  it('searches each reason apart', async () => {
    await record(2, 0);
    await record(1, 0, 'CRASH');
    await record(1, 0, 'SERVER_FAILED');
    const { byReason } = await stored.open(
      () => () => 5,
      () => true,
      0,
    );
    const counts = Object.fromEntries([...byReason].map(([reason, { count }]) => [reason, count]));
    expect(counts).toEqual({ CRASH: 1, NETWORK_FAILED: 2, SERVER_FAILED: 1 });
  });

  it('begins anew when it is told to', async () => {
    await record(3, 0);
    await deleteDatabase();
    expect(await stored.counts()).toEqual({ open: {}, unseen: 0, round: null });
    await closeDatabase();
  });

  it('removes also what it can not read', async () => {
    await record(2, Date.now());
    const [id, other] = ['failure-NETWORK_FAILED-0', 'failure-NETWORK_FAILED-1'];
    const db = await database();
    await db.put('failures', { ...(await db.get('failures', id)), attempts: 'from the future' } as never);
    await stored.remove([id]);
    expect(await db.getAllKeys('failures')).toEqual([other]);
  });

  it('says what happened when the database ends a transaction without an error of its own', async () => {
    const ended = stored.writeRows(async (failures) => failures.transaction.abort());
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('has for each host the first in line of those that are not taken, and none of a busy host', async () => {
    const of = (host: string, at: number): Failure =>
      failureWith({
        id: `${host} ${at}`,
        url: `https://${host}.example/${at}`,
        finalUrl: `https://${host}.example/${at}`,
        attempts: [failedAttempt({ item: null })],
        next: { kind: 'planned', at, madeAt: 0, number: 1, of: 3, because: 'backoff' },
      });
    await store([of('a', 3), of('a', 1), of('a', 2), of('b', 5), of('b', 4), of('c', 6), failureWith()]);
    const queue = async (busy: string[], except: string[]): Promise<string[]> => {
      const taken = new Map(except.map((id) => [id, true]));
      return (await stored.queue(new Set(busy), taken)).map(({ id }) => id);
    };
    expect(await queue([], [])).toEqual(['a 1', 'b 4', 'c 6']);
    expect(await queue(['b.example'], [])).toEqual(['a 1', 'c 6']);
    expect(await queue([], ['a 1', 'a 2', 'c 6'])).toEqual(['a 3', 'b 4']);
    expect(await queue(['a.example', 'b.example', 'c.example'], ['a 1'])).toEqual([]);
  });

  it('knows what was under way, without what has ended since', async () => {
    await stored.endUnderWay(new Set(['a']));
    await stored.setSettledBefore(7, ['a', 'b']);
    await stored.endUnderWay(new Set(['a', 'c']));
    expect(await stored.underWay()).toEqual(['b']);
  });

  it('does not know how far looks go back if what is stored is no time', async () => {
    await stored.setSettledBefore(7, []);
    expect(await stored.settledBefore()).toBe(7);
    await (await database()).put('meta', 'yesterday', 'settledBefore');
    expect(await stored.settledBefore()).toBeUndefined();
  });

  it('can be searched although it counts what is not there', async () => {
    await record(1, 0);
    await (await database()).put('meta', { open: { NETWORK_FAILED: 1, CRASH: 2 }, unseen: 1 }, 'counts');
    const { byReason } = await stored.open(
      () => () => 5,
      () => true,
      0,
    );
    expect(byReason.get('CRASH')).toMatchObject({ failures: [], count: 0 });
    expect(byReason.get('NETWORK_FAILED')).toMatchObject({ count: 1 });
  });

  it('notes that a round was closed, and still knows it when the counts are made right', async () => {
    await store([failureWith({ round: 7 })]);
    expect(await stored.closeRound(7)).toBe(true);
    expect((await stored.counts()).round).toMatchObject({ id: 7, failedAgain: 1, closed: true });
    await (await database()).put('meta', { ...(await stored.counts()), unseen: 9 }, 'counts');
    expect(await stored.repairCounts()).toBe(true);
    expect(await stored.counts()).toMatchObject({ unseen: 1, round: { id: 7, closed: true } });
  });
});
