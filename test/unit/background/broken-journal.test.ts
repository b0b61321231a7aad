import { openDB } from 'idb';
import { beforeEach, describe, expect, it } from 'vitest';
import { closeDatabase } from '../../../src/platform/journal/database.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { FakeSession, startBackground } from '../../fakes/background.ts';
import { database, storedOpen } from '../../fakes/database.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal, replaceDatabase } from '../../fakes/empty-journal.ts';

let fake: FakeDownloads;
let session: FakeSession;
let background: ReturnType<typeof startBackground>;

beforeEach(async () => {
  await emptyJournal();
  fake = new FakeDownloads('chrome');
  session = new FakeSession();
  background = startBackground(fake, session);
  await background.monitor.reconcile('recent');
  fake.fail(fake.begin(), 'NETWORK_FAILED');
  await background.settled();
});

describe('a journal that can not be written', () => {
  /** Puts a database of a newer version in place of ours, with `work` done while it is there. */
  async function whileNewer(work: () => Promise<void>): Promise<void> {
    await closeDatabase();
    const ours = globalThis.indexedDB;
    await replaceDatabase();
    (await openDB('journal', 99)).close();
    await work();
    globalThis.indexedDB = ours;
  }

  it('carries on in memory, says so, and saves it all once it can', async () => {
    await whileNewer(async () => {
      fake.fail(fake.begin(), 'SERVER_FAILED');
      await background.settled();
      expect(await background.journal.health()).toMatchObject({ state: 'broken', cause: 'newer' });
      expect(await background.journal.counts()).toEqual({
        open: { SERVER_FAILED: 1 },
        unseen: 1,
        round: null,
      });
      // The background dies and wakes again.
      background = startBackground(fake, session);
      await background.monitor.reconcile('recent');
      fake.fail(fake.begin(), 'CRASH');
      await background.settled();
      expect(await background.journal.counts()).toEqual({
        open: { SERVER_FAILED: 1, CRASH: 1 },
        unseen: 2,
        round: null,
      });
    });
    fake.fail(fake.begin(), 'FILE_NO_SPACE');
    await background.settled();
    expect(await background.journal.health()).toEqual({ state: 'fine' });
    const all = {
      open: { NETWORK_FAILED: 1, SERVER_FAILED: 1, CRASH: 1, FILE_NO_SPACE: 1 },
      unseen: 4,
      round: null,
    };
    expect(await stored.counts()).toEqual(all);
    expect(await background.journal.counts()).toEqual(all);
  });

  it('keeps what only memory knows of a failure that a full disk does not let go of', async () => {
    const id = background.changes.at(-1)?.id ?? '';
    session.diskFull = true;
    await background.retrier.retry(id, 'person');
    await expect(background.journal.remove([id])).rejects.toThrow();
    expect((await background.journal.failure(id))?.attempts).toMatchObject([
      { state: 'failed' },
      { state: 'running' },
    ]);
    session.diskFull = false;
    await background.journal.remove([id]);
    expect(await background.journal.failure(id)).toBeUndefined();
  });

  it('destroys nothing until the person begins anew', async () => {
    await whileNewer(async () => {
      fake.fail(fake.begin(), 'SERVER_FAILED');
      await background.settled();
      const newer = await openDB('journal');
      expect(newer.version).toBe(99);
      newer.close();
      await background.journal.reset();
      expect(await background.journal.health()).toEqual({ state: 'fine' });
      expect((await storedOpen('SERVER_FAILED', 9)).length).toBe(1);
      await closeDatabase();
    });
  });

  it('takes a failure that goes on meanwhile for the same one', async () => {
    await whileNewer(async () => {
      const [item] = await fake.search({});
      const { id } = item as { id: number };
      void fake.resume(id);
      fake.fail(id, 'SERVER_FAILED', { bytes: 700 });
      await background.settled();
      expect(await background.journal.counts()).toEqual({
        open: { SERVER_FAILED: 1 },
        unseen: 1,
        round: null,
      });
    });
    fake.fail(fake.begin(), 'CRASH');
    await background.settled();
    expect(await stored.counts()).toEqual({ open: { SERVER_FAILED: 1, CRASH: 1 }, unseen: 2, round: null });
    const [failure] = await storedOpen('SERVER_FAILED', 9);
    expect(failure?.attempts.map(({ kind }) => kind)).toEqual(['first', 'resume']);
  });
});

describe('a full disk', () => {
  beforeEach(() => {
    session.diskFull = true;
  });

  it('is told of, also when the record can still be read', async () => {
    fake.fail(fake.begin(), 'SERVER_FAILED');
    await background.settled();
    expect(await background.journal.counts()).toEqual({
      open: { NETWORK_FAILED: 1, SERVER_FAILED: 1 },
      unseen: 2,
      round: null,
    });
    expect(await background.journal.health()).toMatchObject({ state: 'broken', cause: 'full' });
  });

  it('is named also when the browser then says something else', async () => {
    fake.fail(fake.begin(), 'SERVER_FAILED');
    await background.settled();
    session.diskError = new DOMException('A mutation was not allowed.', 'InvalidStateError');
    session.room = true;
    fake.fail(fake.begin(), 'SERVER_FAILED');
    await background.settled();
    expect(await background.journal.health()).toMatchObject({ cause: 'full', message: 'No space.' });
  });

  it('is named where the browser is vague, until it has room', async () => {
    session.diskError = new DOMException('Internal error opening backing store.', 'UnknownError');
    fake.fail(fake.begin(), 'SERVER_FAILED');
    await background.settled();
    expect(await background.journal.health()).toMatchObject({ cause: 'full' });
    // The browser starts anew.
    session = session.next();
    Object.assign(session, {
      diskFull: true,
      room: true,
      diskError: new DOMException('Broken.', 'UnknownError'),
    });
    background = startBackground(fake, session);
    fake.fail(fake.begin(), 'SERVER_FAILED');
    await background.settled();
    expect(await background.journal.health()).toMatchObject({ cause: 'damaged', message: 'Broken.' });
  });

  it('shows a failure once that came to disk although the browser said no', async () => {
    Object.assign(session, { commitsAll: true, diskUnreadable: true });
    fake.fail(fake.begin(), 'SERVER_FAILED');
    await background.settled();
    session.diskUnreadable = false;
    const once = { open: { NETWORK_FAILED: 1, SERVER_FAILED: 1 }, unseen: 2, round: null };
    expect(await stored.counts()).toEqual(once);
    expect(await background.journal.counts()).toEqual(once);
    expect(await background.journal.find('open')).toHaveLength(2);
  });

  it('keeps nobody from a round, nor from stopping it', async () => {
    for (const path of ['a', 'b', 'c']) {
      session.diskFull = false;
      fake.fail(fake.begin({ url: `http://one.example/${path}` }), 'SERVER_FAILED', { bytes: 0 });
      await background.settled();
    }
    session.diskFull = true;
    await background.rounds.group('SERVER_FAILED');
    await expect
      .poll(async () => (await background.journal.counts()).round)
      .toMatchObject({ waiting: 2, running: 1 });
    const underWay = async (): Promise<number> => {
      const [failure] = await background.journal.find('retrying');
      return failure?.attempts.at(-1)?.item?.id ?? 0;
    };
    await expect.poll(underWay).toBeGreaterThan(0);
    fake.complete(await underWay());
    await background.settled();
    await expect
      .poll(async () => (await background.journal.counts()).round)
      .toMatchObject({ waiting: 1, running: 1 });
    await background.rounds.stop();
    expect((await background.journal.counts()).round).toMatchObject({ waiting: 0, running: 1, recovered: 1 });
  });

  it('makes no second record of what is on it', async () => {
    fake.tellAgain(1);
    await background.settled();
    await background.monitor.reconcile('all');
    expect(await background.journal.counts()).toEqual({
      open: { NETWORK_FAILED: 1 },
      unseen: 1,
      round: null,
    });
  });

  it('keeps nobody from retrying, and gets it all once it has room', async () => {
    const [failure] = background.changes;
    const id = failure?.id ?? '';
    await background.retrier.retry(id, 'person');
    expect((await background.journal.failure(id))?.attempts.map(({ state }) => state)).toEqual([
      'failed',
      'running',
    ]);
    fake.complete(1);
    await background.settled();
    expect(await background.journal.counts()).toEqual({ open: {}, unseen: 0, round: null });
    expect(await stored.counts()).toEqual({ open: { NETWORK_FAILED: 1 }, unseen: 1, round: null });

    expect(session.healthChanges).toBe(1);
    session.diskFull = false;
    background = startBackground(fake, session);
    await background.monitor.reconcile('recent');
    expect(session.healthChanges).toBe(2);
    expect(await stored.counts()).toEqual({ open: {}, unseen: 0, round: null });
    expect(await background.journal.health()).toEqual({ state: 'fine' });
  });
});

describe('a private window', () => {
  it('leaves no trace on disk, is retried in private, and is gone with the browser', async () => {
    await emptyJournal();
    const fake = new FakeDownloads('firefox');
    const session = new FakeSession();
    const background = startBackground(fake, session);
    await background.monitor.reconcile('recent');
    fake.fail(fake.begin({ incognito: true }), 'SERVER_FAILED', { bytes: 0 });
    await background.settled();
    expect(await background.journal.counts()).toEqual({ open: { SERVER_FAILED: 1 }, unseen: 1, round: null });
    expect(await stored.counts()).toEqual({ open: {}, unseen: 0, round: null });

    const [failure] = background.changes;
    await background.retrier.retry(failure?.id ?? '', 'person');
    await background.settled();
    const items = (await fake.search({})) as { incognito: boolean }[];
    expect(items.map(({ incognito }) => incognito)).toEqual([true, true]);

    const after = startBackground(fake, new FakeSession('session-2'));
    expect(await after.journal.counts()).toEqual({ open: {}, unseen: 0, round: null });
  });

  it('leaves nothing of its rounds on disk, not even when one began', async () => {
    await emptyJournal();
    const fake = new FakeDownloads('firefox');
    const session = new FakeSession();
    const background = startBackground(fake, session);
    await background.monitor.reconcile('recent');
    const before = await (await database()).getAll('meta');
    fake.fail(fake.begin({ incognito: true }), 'SERVER_FAILED', { bytes: 0 });
    await background.settled();
    await background.rounds.many(background.changes.map(({ id }) => id));
    const round = async () => (await background.journal.counts()).round;
    await expect.poll(async () => (await round())?.running).toBe(1);
    fake.fail(2, 'SERVER_FAILED', { bytes: 0 });
    await background.settled();
    await background.journal.closeRound((await round())?.id ?? 0);
    expect(await round()).toMatchObject({ failedAgain: 1, closed: true });
    expect(await (await database()).getAll('meta')).toEqual(before);
  });
});
