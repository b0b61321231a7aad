import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import { closeDatabase } from '../../../src/platform/journal/database.ts';
import {
  type Limits,
  readFailures,
  readForPage,
  readHistory,
  readOpenFailures,
} from '../../../src/platform/journal/reads.ts';
import { store } from '../../fakes/database.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const { session, settings } = vi.hoisted(() => ({
  session: new Map<string, unknown>(),
  settings: { read: async (): Promise<Record<string, unknown>> => ({}) },
}));

vi.mock('../../../src/platform/browser.ts', () => ({
  default: {
    storage: {
      session: { get: async (name: string) => ({ [name]: session.get(name) }) },
      sync: { get: () => settings.read() },
      managed: { get: async () => ({}) },
    },
  },
}));

const DAY = 86_400_000;
const NOW = Date.now();

function failed(id: string, fields: Record<string, unknown> = {}): Failure {
  const item = { id: 1, session: null, key: `${id} then`, trace: null };
  return failureWith({ id, failedAt: NOW, attempts: [failedAttempt({ item, canResume: false })], ...fields });
}

const unsaved = (...failures: Failure[]): void => void session.set('unsaved-failures', failures);
const inPrivate = (...failures: Failure[]): void =>
  void session.set(
    'private-failures',
    failures.map((failure) => ({ ...failure, incognito: true })),
  );

/** The disk takes part in nothing from now on. */
async function breakDisk(error = new DOMException('Internal error.', 'UnknownError')): Promise<void> {
  await closeDatabase();
  globalThis.indexedDB.open = () => {
    throw error;
  };
}

const readOpen = (limits: Partial<Limits> = {}) =>
  readOpenFailures({ standard: null, of: {}, search: null, ...limits });

const idsOf = (failures: readonly Failure[] | undefined): string[] => (failures ?? []).map(({ id }) => id);

beforeEach(async () => {
  session.clear();
  settings.read = async () => ({});
  await emptyJournal();
});

describe('the open failures', () => {
  it('are those on disk and in memory, newest first, each once', async () => {
    await store([failed('a', { failedAt: NOW - 3 }), failed('b', { failedAt: NOW - 2 })]);
    unsaved({ ...failed('a', { failedAt: NOW - 1 }), seen: true });
    inPrivate(failed('secret', { failedAt: NOW - 4 }), failed('other', { reason: 'CRASH' }));
    const { counts, failures, found, standard, health } = await readOpen();
    expect(idsOf(failures.get('NETWORK_FAILED'))).toEqual(['a', 'b', 'secret']);
    expect(idsOf(failures.get('CRASH'))).toEqual(['other']);
    expect(counts).toEqual({ open: { NETWORK_FAILED: 3, CRASH: 1 }, unseen: 3, round: null });
    expect(found).toEqual({ NETWORK_FAILED: 3, CRASH: 1 });
    expect(standard).toBe(12);
    expect(health).toEqual({ state: 'fine' });
  });

  it('are no more than was asked for, wherever they are kept', async () => {
    await store(['a', 'b', 'c'].map((id, index) => failed(id, { failedAt: NOW - index * 10 })));
    inPrivate(failed('secret', { failedAt: NOW - 5 }));
    const { failures, found, standard } = await readOpen({ standard: 2 });
    expect(idsOf(failures.get('NETWORK_FAILED'))).toEqual(['a', 'secret']);
    expect(found).toEqual({ NETWORK_FAILED: 4 });
    expect(standard).toBe(2);
    const more = await readOpen({ standard: 2, of: { NETWORK_FAILED: 3 } });
    expect(idsOf(more.failures.get('NETWORK_FAILED'))).toEqual(['a', 'secret', 'b']);
  });

  it('have their usual number also for a reason that is called as what every object has', async () => {
    inPrivate(failed('a', { reason: 'constructor' }));
    const { failures } = await readOpen();
    expect(idsOf(failures.get('constructor'))).toEqual(['a']);
  });

  it('are without those that memory knows as done', async () => {
    await store([failed('a'), failed('b', { reason: 'CRASH' })]);
    unsaved({ ...failed('a'), dismissed: true });
    const { counts, failures, found, retriable } = await readOpen();
    expect(counts.open).toEqual({ CRASH: 1 });
    expect([...failures.keys()]).toEqual(['CRASH']);
    expect([found.NETWORK_FAILED, retriable.NETWORK_FAILED]).toEqual([0, 0]);
  });

  it('are searched in memory as on disk', async () => {
    await store([failed('first report'), failed('photo')]);
    inPrivate(failed('second report'), failed('film', { reason: 'CRASH' }));
    const search = { words: 'report', titles: {}, causes: {} };
    const { counts, failures, found } = await readOpen({ search });
    expect(idsOf(failures.get('NETWORK_FAILED')).sort()).toEqual(['first report', 'second report']);
    expect(idsOf(failures.get('CRASH'))).toEqual([]);
    expect(found).toEqual({ NETWORK_FAILED: 2 });
    expect(counts.open).toEqual({ NETWORK_FAILED: 3, CRASH: 1 });
  });

  it('are searched by cause in memory too', async () => {
    const proven = {
      status: null,
      error: 'net::ERR_NAME_NOT_RESOLVED',
      type: null,
      length: null,
      waitUntil: null,
      endedAt: 0,
    };
    inPrivate(failed('proven', { attempts: [failedAttempt({ evidence: proven })] }), failed('plain'));
    const search = { words: 'no server', titles: {}, causes: { dns: 'No server is called …' } };
    expect(idsOf((await readOpen({ search })).failures.get('NETWORK_FAILED'))).toEqual(['proven']);
  });

  it('count as worth another try if they failed within the longest age that the person has set', async () => {
    settings.read = async () => ({ retryDays: 2 });
    const old = (id: string) => failed(id, { failedAt: NOW - 3 * DAY });
    await store([failed('a'), old('b')]);
    unsaved(failed('c'), old('d'), failed('e', { reason: 'CRASH', method: 'POST' }));
    expect((await readOpen()).retriable).toEqual({ NETWORK_FAILED: 2 });
  });

  it('count as worth another try as usual while the settings can not be read', async () => {
    settings.read = () => Promise.reject(new Error('An unexpected error occurred.'));
    await store([failed('a'), failed('b', { failedAt: NOW - 31 * DAY })]);
    expect((await readOpen()).retriable).toEqual({ NETWORK_FAILED: 1 });
  });

  it('tell of the round that was closed while the disk could not note that', async () => {
    await store([failed('a', { round: NOW })]);
    expect((await readOpen()).counts.round).toMatchObject({ id: NOW, closed: false });
    session.set('closed-round', NOW);
    expect((await readOpen()).counts.round).toMatchObject({ id: NOW, closed: true });
  });

  it('are those in memory while the disk is broken, which is told', async () => {
    await store([failed('a')]);
    unsaved(failed('b'));
    await breakDisk(new DOMException('It is of the future.', 'VersionError'));
    const { failures, health, retriable } = await readOpen();
    expect(idsOf(failures.get('NETWORK_FAILED'))).toEqual(['b']);
    expect(retriable).toEqual({ NETWORK_FAILED: 1 });
    expect(health).toEqual({ state: 'broken', cause: 'newer', message: 'It is of the future.' });
  });

  it('are told with what the background knows of the disk', async () => {
    const full = { state: 'broken', cause: 'full', message: 'No space.' };
    session.set('journal-health', full);
    expect((await readOpen()).health).toEqual(full);
    await breakDisk(new DOMException('It is of the future.', 'VersionError'));
    expect((await readOpen()).health).toEqual(full);
  });
});

describe('failures by their ids', () => {
  it('are given wherever they are, and passed over if they are nowhere', async () => {
    await store([failed('a'), failed('b'), failed('c')]);
    unsaved({ ...failed('b'), dismissed: true });
    inPrivate(failed('secret'));
    const { failures, readable, health } = await readFailures(['b', 'secret', 'nowhere', 'a']);
    expect(idsOf(failures)).toEqual(['b', 'secret', 'a']);
    expect(failures[0]?.dismissed).toBe(true);
    expect([readable, health]).toEqual([true, { state: 'fine' }]);
  });

  it('may be more than those in memory while the disk can not be read', async () => {
    inPrivate(failed('secret'));
    await breakDisk(new DOMException('It is of the future.', 'VersionError'));
    expect(await readFailures(['a', 'secret'])).toMatchObject({
      failures: [{ id: 'secret' }],
      readable: false,
      health: { cause: 'newer' },
    });
  });
});

describe('a stretch of the history', () => {
  it('after the first has nothing of what is in memory, nor its older records', async () => {
    await store(Array.from({ length: 6 }, (_, index) => failed(`${index}`, { failedAt: NOW - index })));
    unsaved(failed('4', { failedAt: NOW - 4, reason: 'CRASH' }));
    const first = await readHistory({ from: null, limit: 3 });
    expect(idsOf(first.failures)).toEqual(['4', '0', '1', '2']);
    const second = await readHistory({ from: first.next, limit: 10 });
    expect(idsOf(second.failures)).toEqual(['2', '3', '5']);
    expect(second.next).toBeNull();
  });

  it('is what is in memory while the disk can not be read', async () => {
    inPrivate(failed('secret'));
    await breakDisk();
    expect(await readHistory({ from: null, limit: 3 })).toMatchObject({
      failures: [{ id: 'secret' }],
      next: null,
      readable: false,
      health: { state: 'broken' },
    });
  });
});

describe('what the background reads for a page', () => {
  it('is what the page would read', async () => {
    await store([failed('a')]);
    const limits = { standard: null, of: {}, search: null };
    expect(await readForPage('open-failures', limits)).toEqual(await readOpen());
    expect(await readForPage('failures', ['a'])).toEqual(await readFailures(['a']));
    expect(await readForPage('history', { from: null, limit: 3 })).toEqual(
      await readHistory({ from: null, limit: 3 }),
    );
  });

  it('is nothing that nobody defined, nor what is asked for in another form', async () => {
    await expect(readForPage('passwords', {})).rejects.toThrow('Nothing is called passwords.');
    await expect(readForPage('failures', 'all')).rejects.toThrow('Invalid type');
  });
});
