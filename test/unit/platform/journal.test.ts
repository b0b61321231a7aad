import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import { createDeletedItems } from '../../../src/platform/journal/deleted-items.ts';
import type { JournalHealth } from '../../../src/platform/journal/health.ts';
import { createJournal, type Journal } from '../../../src/platform/journal/journal.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import type { Observe } from '../../../src/platform/journal/work.ts';
import type { NamedValue } from '../../../src/platform/named-value.ts';
import { database, store, storedFailure } from '../../fakes/database.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';
import { failedSnapshot, snapshot } from '../../fakes/snapshots.ts';

const NOW = 1_780_000_000_000;
const DAY = 86_400_000;

/** A value of session storage, which may be full. */
function keptValue<Value>(value: Value) {
  const kept = { value, full: false, writes: 0 };
  const named: NamedValue<Value> = {
    read: async () => structuredClone(kept.value),
    async write(changed) {
      kept.writes += 1;
      if (kept.full) throw new Error('Session storage quota bytes exceeded.');
      kept.value = structuredClone(changed);
    },
  };
  return { kept, named };
}

const ordinary = (id: string, fields: Record<string, unknown> = {}): Failure => {
  const item = { id: 1, session: null, key: `${id} then`, trace: null };
  return failureWith({ id, failedAt: NOW, attempts: [failedAttempt({ item, endedAt: NOW })], ...fields });
};
const secret = (id: string, fields: Record<string, unknown> = {}): Failure =>
  ordinary(id, { incognito: true, ...fields });

const waiting = (at: number): Record<string, unknown> => ({
  next: { kind: 'planned', at, madeAt: NOW, number: 1, of: 3, because: 'backoff' },
});

const idsOf = (failures: readonly Failure[]): string[] => failures.map(({ id }) => id);
const dismiss = (failure: Failure): Failure => ({ ...failure, dismissed: true });
const noSpace = new DOMException('No space.', 'QuotaExceededError');

describe('the journal of the background', () => {
  let journal: Journal;
  let said: ReturnType<typeof vi.spyOn>;
  let disk: { full: boolean; unreadable: boolean };
  let changesOfHealth: number;
  let values: ReturnType<typeof emptyValues>;

  function emptyValues() {
    return {
      private: keptValue<Failure[]>([]),
      unsaved: keptValue<Failure[]>([]),
      health: keptValue<JournalHealth>({ state: 'fine' }),
      closedRound: keptValue<number | null>(null),
      privateSettledBefore: keptValue<number | null>(null),
      deletedOnDisk: keptValue<Record<string, number>>({}),
      deletedInMemory: keptValue<Record<string, number>>({}),
    };
  }

  const failing =
    <Arguments extends unknown[], Result>(
      when: () => boolean,
      work: (...all: Arguments) => Promise<Result>,
    ) =>
    async (...all: Arguments): Promise<Result> => {
      if (when()) throw noSpace;
      return work(...all);
    };

  const create = (): Journal =>
    createJournal({
      stored: {
        ...stored,
        find: failing(() => disk.unreadable, stored.find),
        counts: failing(() => disk.unreadable, stored.counts),
        queue: failing(() => disk.unreadable, stored.queue),
        beyond: failing(() => disk.unreadable, stored.beyond),
        repairCounts: failing(() => disk.unreadable, stored.repairCounts),
        settledBefore: failing(() => disk.unreadable, stored.settledBefore),
        write: failing(() => disk.full, stored.write),
        remove: failing(() => disk.full, stored.remove),
        forget: failing(() => disk.full, stored.forget),
        closeRound: failing(() => disk.full, stored.closeRound),
        setSettledBefore: failing(() => disk.full, stored.setSettledBefore),
      },
      inSession: {
        private: values.private.named,
        unsaved: values.unsaved.named,
        health: values.health.named,
        closedRound: values.closedRound.named,
        privateSettledBefore: values.privateSettledBefore.named,
      },
      deleted: createDeletedItems({
        disk: values.deletedOnDisk.named,
        memory: values.deletedInMemory.named,
        now: () => NOW,
      }),
      hasRoom: async () => false,
      healthChanged: () => {
        changesOfHealth += 1;
      },
    });

  beforeEach(async () => {
    await emptyJournal();
    said = vi.spyOn(console, 'error').mockReturnValue();
    disk = { full: false, unreadable: false };
    changesOfHealth = 0;
    values = emptyValues();
    journal = create();
  });
  afterEach(() => said.mockRestore());

  /** One on disk, one in memory as the disk was full for a moment, and one of a private window. */
  async function keepThree(): Promise<void> {
    await store([ordinary('stored'), ordinary('unsaved')]);
    values.unsaved.kept.value = [ordinary('unsaved', { reason: 'CRASH' })];
    values.private.kept.value = [secret('secret')];
    journal = create();
  }

  describe('finds', () => {
    beforeEach(keepThree);

    it('each failure once, wherever it is kept', async () => {
      expect(idsOf(await journal.find('open')).sort()).toEqual(['secret', 'stored', 'unsaved']);
      expect((await journal.failure('unsaved'))?.reason).toBe('CRASH');
      expect((await journal.failure('secret'))?.incognito).toBe(true);
      expect(await journal.failure('nowhere')).toBeUndefined();
    });

    it('counts of all of them', async () => {
      expect(await journal.counts()).toEqual({
        open: { NETWORK_FAILED: 2, CRASH: 1 },
        unseen: 3,
        round: null,
      });
    });

    it('what is in memory while the disk can not be read, and says so once', async () => {
      disk.unreadable = true;
      expect(idsOf(await journal.find('open')).sort()).toEqual(['secret', 'unsaved']);
      expect((await journal.counts()).unseen).toBe(2);
      expect(await journal.queue(new Set())).toEqual([]);
      expect(await journal.health()).toEqual({ state: 'broken', cause: 'full', message: 'No space.' });
      expect([said.mock.calls, changesOfHealth]).toEqual([[[noSpace]], 1]);
    });
  });

  it('has for each host the first in line, on disk or in memory, and none of a busy one', async () => {
    const of = (host: string, at: number) => ({
      url: `https://${host}.example/${at}`,
      finalUrl: `https://${host}.example/${at}`,
      ...waiting(NOW + at),
    });
    await store([ordinary('a1', of('a', 1)), ordinary('a2', of('a', 2)), ordinary('b5', of('b', 5))]);
    values.private.kept.value = [secret('b4', of('b', 4)), secret('a3', of('a', 3))];
    values.unsaved.kept.value = [ordinary('a1', { ...of('a', 9) })];
    journal = create();
    expect(idsOf(await journal.queue(new Set())).sort()).toEqual(['a2', 'b4']);
    expect(idsOf(await journal.queue(new Set(['b.example'])))).toEqual(['a2']);
  });

  describe('is concerned', () => {
    const completed = snapshot({ id: 7, status: { kind: 'completed' } });

    it('by what failed, and by what something is known of', async () => {
      expect(await journal.concerns([])).toBe(false);
      expect(await journal.concerns([completed])).toBe(false);
      expect(await journal.concerns([completed, failedSnapshot({ id: 8, reason: 'CRASH' })])).toBe(true);
      await store([ordinary('a', { url: completed.url, finalUrl: completed.finalUrl })]);
      expect(await journal.concerns([completed])).toBe(true);
    });

    it('by anything while something waits to be saved', async () => {
      values.unsaved.kept.value = [ordinary('a')];
      journal = create();
      expect(await journal.concerns([completed])).toBe(true);
    });
  });

  describe('observes', () => {
    /** Makes a failure of each snapshot, and notes what it is asked. */
    function noting() {
      const asked: [boolean, boolean][] = [];
      const decide: Observe = (_candidates, one, isDeleted) => {
        asked.push([one.incognito, isDeleted]);
        return [ordinary(one.incognito ? 'secret' : 'plain', { incognito: one.incognito })];
      };
      return { asked, decide };
    }
    const [plain, hidden] = [false, true].map((incognito) =>
      failedSnapshot({ id: incognito ? 2 : 1, reason: 'NETWORK_FAILED', incognito }),
    ) as [ReturnType<typeof failedSnapshot>, ReturnType<typeof failedSnapshot>];

    it('what is private in memory only, and the rest on disk', async () => {
      const { decide } = noting();
      expect(idsOf(await journal.observe([hidden, plain], decide))).toEqual(['plain', 'secret']);
      expect(idsOf(await stored.find('open'))).toEqual(['plain']);
      expect(idsOf(values.private.kept.value)).toEqual(['secret']);
      expect(values.unsaved.kept.value).toEqual([]);
    });

    it('what it knows already as the same failure, with others of its file left as they are', async () => {
      await store([ordinary('a', { url: plain.url, finalUrl: plain.finalUrl }), ordinary('b')]);
      await stored.writeRows(async (_failures, replace) =>
        replace(undefined, ordinary('c', { url: plain.url, finalUrl: plain.finalUrl, reason: 'CRASH' })),
      );
      const decide: Observe = (candidates) => candidates.filter(({ id }) => id === 'c').map(dismiss);
      expect(idsOf(await journal.observe([plain], decide))).toEqual(['c']);
      expect(await stored.counts()).toMatchObject({ open: { NETWORK_FAILED: 2 }, unseen: 2 });
      expect(await stored.repairCounts()).toBe(false);
    });

    it('with word of which records were deleted', async () => {
      await journal.passOver([plain], NOW);
      const { asked, decide } = noting();
      await journal.observe([plain, hidden], decide);
      expect(asked).toEqual([
        [false, true],
        [true, false],
      ]);
    });

    it('what is private without a word to the disk, and says nothing of that while all is well', async () => {
      const { decide } = noting();
      await journal.observe([plain], decide);
      disk.full = true;
      expect(idsOf(await journal.observe([hidden], decide))).toEqual(['secret']);
      expect(values.health.kept.writes).toBe(0);
    });

    it('what is ordinary also while memory is full, and says so', async () => {
      values.private.kept.full = true;
      const { decide } = noting();
      expect(idsOf(await journal.observe([hidden, plain], decide))).toEqual(['plain']);
      expect(said.mock.calls).toEqual([[new Error('Session storage quota bytes exceeded.')]]);
    });

    it('in memory while the disk is full, and saves it with the next that it can write', async () => {
      disk.full = true;
      const { decide } = noting();
      expect(idsOf(await journal.observe([plain], decide))).toEqual(['plain']);
      expect(idsOf(values.unsaved.kept.value)).toEqual(['plain']);
      expect((await journal.health()).state).toBe('broken');
      disk.full = false;
      await journal.observe([plain], () => [ordinary('next')]);
      expect(idsOf(await stored.find('open')).sort()).toEqual(['next', 'plain']);
      expect(values.unsaved.kept.value).toEqual([]);
      expect(await journal.health()).toEqual({ state: 'fine' });
      expect(changesOfHealth).toBe(2);
    });
  });

  it('changes failures wherever they are', async () => {
    await keepThree();
    expect(idsOf(await journal.change('open', dismiss)).sort()).toEqual(['secret', 'stored', 'unsaved']);
    expect(await journal.find('open')).toEqual([]);
    expect(await stored.find('open')).toEqual([]);
  });

  it('does not take a disk for well on which nothing had to be written', async () => {
    await store([ordinary('a')]);
    disk.full = true;
    await journal.change({ ids: ['a'] }, dismiss);
    values.unsaved.kept.value = [];
    journal = create();
    disk.full = false;
    expect(await journal.change({ ids: ['a'] }, () => undefined)).toEqual([]);
    expect((await journal.health()).state).toBe('broken');
    expect(changesOfHealth).toBe(1);
    await journal.change({ ids: ['a'] }, dismiss);
    expect((await journal.health()).state).toBe('fine');
  });

  describe('removes', () => {
    it('failures from wherever they are, and remembers that', async () => {
      await keepThree();
      await journal.remove(['stored', 'unsaved', 'secret', 'nowhere']);
      expect(await journal.find('open')).toEqual([]);
      expect([values.private.kept.value, values.unsaved.kept.value]).toEqual([[], []]);
      expect(await storedFailure('stored')).toBeUndefined();
      expect(Object.keys(values.deletedOnDisk.kept.value).sort()).toEqual(['stored then', 'unsaved then']);
      expect(Object.keys(values.deletedInMemory.kept.value)).toEqual(['secret then']);
    });

    it('no more of what waits for the disk than the disk lets go of', async () => {
      await keepThree();
      disk.full = true;
      await expect(journal.remove(['unsaved'])).rejects.toBe(noSpace);
      expect(idsOf(values.unsaved.kept.value)).toEqual(['unsaved']);
    });

    it('a failure also if it can not be remembered that it did', async () => {
      await store([ordinary('a')]);
      values.deletedOnDisk.kept.full = true;
      await journal.remove(['a']);
      expect(await journal.failure('a')).toBeUndefined();
      expect(said).toHaveBeenCalledTimes(1);
    });

    it('what no look goes back to without remembering it, but for as long as nobody knows how far they go', async () => {
      await journal.setSettledBefore({ ordinary: NOW + 1, private: NOW + 1 }, []);
      await store([ordinary('a'), ordinary('b')]);
      await journal.remove(['a']);
      expect(values.deletedOnDisk.kept.value).toEqual({});
      disk.unreadable = true;
      values.unsaved.kept.value = [ordinary('b')];
      journal = create();
      await journal.remove(['b']);
      expect(Object.keys(values.deletedOnDisk.kept.value)).toEqual(['b then']);
    });
  });

  describe('knows how far looks go back', () => {
    it('not before the first, nor while the disk can not be read', async () => {
      expect(await journal.settledBefore()).toBeUndefined();
      disk.unreadable = true;
      expect(await journal.settledBefore()).toBe('unknown');
    });

    it('as the earlier of what it was told of ordinary and of private windows', async () => {
      await journal.setSettledBefore({ ordinary: 7, private: 5 }, []);
      expect(await journal.settledBefore()).toBe(5);
      await journal.setSettledBefore({ ordinary: 3, private: 5 }, []);
      expect(await journal.settledBefore()).toBe(3);
      expect(await stored.settledBefore()).toBe(3);
    });

    it('of ordinary windows alone after the browser began anew', async () => {
      await journal.setSettledBefore({ ordinary: 7, private: 5 }, []);
      values.privateSettledBefore.kept.value = null;
      expect(await create().settledBefore()).toBe(7);
    });

    it('not at all from private windows alone', async () => {
      disk.full = true;
      await journal.setSettledBefore({ ordinary: 7, private: 5 }, []);
      expect(await journal.settledBefore()).toBeUndefined();
      expect(values.privateSettledBefore.kept.value).toBe(5);
    });

    it('and forgets then what was deleted before that', async () => {
      await journal.passOver([failedSnapshot({ id: 1, reason: 'CRASH' })], 100);
      expect(values.deletedOnDisk.kept.value).toEqual({ '1 then': 100 });
      await journal.setSettledBefore({ ordinary: 100, private: 200 }, []);
      expect(values.deletedOnDisk.kept.value).toEqual({ '1 then': 100 });
      disk.full = true;
      await journal.setSettledBefore({ ordinary: 101, private: 200 }, []);
      expect(values.deletedOnDisk.kept.value).toEqual({ '1 then': 100 });
      disk.full = false;
      await journal.setSettledBefore({ ordinary: 101, private: 200 }, []);
      expect(values.deletedOnDisk.kept.value).toEqual({});
    });

    it('and forgets nothing while nothing is known of that', async () => {
      await journal.passOver([failedSnapshot({ id: 1, reason: 'CRASH' })], 100);
      disk.full = true;
      await journal.setSettledBefore({ ordinary: 101, private: 200 }, []);
      expect(values.deletedOnDisk.kept.value).toEqual({ '1 then': 100 });
    });

    it('also while neither that nor what was deleted can be written', async () => {
      await journal.passOver([failedSnapshot({ id: 1, reason: 'CRASH' })], 100);
      values.deletedOnDisk.kept.full = true;
      values.privateSettledBefore.kept.full = true;
      await journal.passOver([failedSnapshot({ id: 2, reason: 'CRASH' })], 100);
      await journal.setSettledBefore({ ordinary: 101, private: 200 }, []);
      expect(await journal.settledBefore()).toBe(101);
      expect(said).toHaveBeenCalledTimes(3);
    });

    it('and stores it only with what waits for the disk', async () => {
      values.unsaved.kept.value = [ordinary('a')];
      journal = create();
      disk.full = true;
      await journal.setSettledBefore({ ordinary: 7, private: 5 }, []);
      expect(await stored.settledBefore()).toBeUndefined();
      disk.full = false;
      await journal.setSettledBefore({ ordinary: 7, private: 5 }, []);
      expect(await storedFailure('a')).toBeDefined();
      expect(await stored.settledBefore()).toBe(7);
      expect((await journal.health()).state).toBe('fine');
    });
  });

  describe('forgets', () => {
    const limits = { days: 10, records: 100 };
    /** Looks at the clock for long enough that it is believed. */
    async function believe(now: number): Promise<void> {
      for (let time = now - 10 * DAY; time <= now; time += DAY / 4) await stored.believedTime(time);
    }

    it('what is too old, so many at a time, and no look brings it back', async () => {
      await believe(NOW);
      const old = (id: string, days: number) => ordinary(id, { failedAt: NOW - days * DAY });
      await store([old('a', 20), old('b', 30), old('c', 40), old('d', 1)]);
      expect(await journal.trim(limits, NOW, 2)).toBe(2);
      expect(idsOf(await stored.find('open')).sort()).toEqual(['a', 'd']);
      expect(Object.keys(values.deletedOnDisk.kept.value).sort()).toEqual(['b then', 'c then']);
      expect(await journal.trim(limits, NOW, 2)).toBe(1);
      expect(await journal.trim(limits, NOW, 2)).toBe(0);
    });

    it('also what this version can not read', async () => {
      await believe(NOW);
      const newest = -(NOW - 20 * DAY);
      await (await database()).put('failures', { id: 'strange', newest, from: 'the future' } as never);
      expect(await journal.trim(limits, NOW, 2)).toBe(1);
      expect(await (await database()).getAllKeys('failures')).toEqual([]);
      expect(said).not.toHaveBeenCalled();
    });

    it('nothing while the disk can not be read or written', async () => {
      await believe(NOW);
      await store([ordinary('a', { failedAt: NOW - 20 * DAY })]);
      disk.full = true;
      expect(await journal.trim(limits, NOW, 2)).toBe(0);
      expect((await journal.health()).state).toBe('broken');
    });

    it('nothing, and remembers and writes nothing, if nothing is too old', async () => {
      await store([ordinary('a')]);
      values.deletedOnDisk.kept.full = true;
      disk.full = true;
      expect(await journal.trim(limits, NOW, 2)).toBe(0);
      expect(said).not.toHaveBeenCalled();
    });
  });

  it('makes wrong counts right unless the disk can not be read', async () => {
    expect(await journal.repairCounts()).toBe(false);
    disk.unreadable = true;
    expect(await journal.repairCounts()).toBe(false);
    expect((await journal.health()).state).toBe('broken');
  });

  describe('closes a round', () => {
    const ROUND = NOW - DAY;

    it('on disk if that knows it', async () => {
      await store([ordinary('a', { round: ROUND })]);
      await journal.closeRound(ROUND);
      expect((await stored.counts()).round).toMatchObject({ id: ROUND, closed: true });
      expect(values.closedRound.kept.value).toBeNull();
    });

    it('in memory if it may have been of private windows only', async () => {
      await store([ordinary('a', { round: ROUND })]);
      values.private.kept.value = [secret('b', { round: ROUND + 1 })];
      journal = create();
      await journal.closeRound(ROUND + 1);
      expect((await stored.counts()).round).toMatchObject({ id: ROUND, closed: false });
      expect(values.closedRound.kept.value).toBe(ROUND + 1);
      expect((await journal.counts()).round).toMatchObject({ id: ROUND + 1, closed: true });
    });

    it('in memory while the disk is full or can not be read', async () => {
      await store([ordinary('a', { round: ROUND })]);
      disk.full = true;
      await journal.closeRound(ROUND);
      expect(values.closedRound.kept.value).toBe(ROUND);
      expect((await journal.counts()).round).toMatchObject({ id: ROUND, closed: true });
      disk.unreadable = true;
      await journal.closeRound(ROUND + 1);
      expect(values.closedRound.kept.value).toBe(ROUND + 1);
    });
  });

  describe('saves what waits for the disk', () => {
    it('when it is told to', async () => {
      values.unsaved.kept.value = [ordinary('a')];
      values.health.kept.value = { state: 'broken', cause: 'full', message: 'No space.' };
      journal = create();
      await journal.saveUnsaved();
      expect((await storedFailure('a'))?.id).toBe('a');
      expect(values.unsaved.kept.value).toEqual([]);
      expect(await journal.health()).toEqual({ state: 'fine' });
    });

    it('only if something does', async () => {
      const broken: JournalHealth = { state: 'broken', cause: 'full', message: 'No space.' };
      values.health.kept.value = broken;
      journal = create();
      await journal.saveUnsaved();
      expect(await journal.health()).toEqual(broken);
    });
  });

  describe('begins anew', () => {
    it('without what was on disk, and with what could not be saved', async () => {
      await keepThree();
      values.health.kept.value = { state: 'broken', cause: 'damaged', message: 'Broken.' };
      journal = create();
      await journal.reset();
      expect(idsOf(await stored.find('open'))).toEqual(['unsaved']);
      expect(values.unsaved.kept.value).toEqual([]);
      expect(await journal.health()).toEqual({ state: 'fine' });
    });

    it('once though it is told to twice, and again when it is told to later', async () => {
      const deleted = vi.spyOn(indexedDB, 'deleteDatabase');
      await Promise.all([journal.reset(), journal.reset()]);
      expect(deleted).toHaveBeenCalledTimes(1);
      await journal.reset();
      expect(deleted).toHaveBeenCalledTimes(2);
    });
  });
});
