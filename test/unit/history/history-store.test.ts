import { describe, expect, it } from 'vitest';
import { dismiss, type Failure } from '../../../src/domain/failure.ts';
import { createHistoryStore, type History, type HistorySource } from '../../../src/history/history-store.ts';
import { createList } from '../../../src/history/list.ts';
import type { FoundFailures } from '../../../src/platform/journal/reads.ts';
import { failureOf } from '../../fakes/failures.ts';

const NOW = 1_780_000_000_000;

/** A journal in memory, read by a store as the page does it. */
function setUp(count: number) {
  let failures: Failure[] = Array.from({ length: count }, (_, index) => failureOf(index, count, NOW));
  let shown: History | undefined;
  let shownTimes = 0;
  const shownAs: Pick<History, 'complete' | 'all'>[] = [];
  const reads: number[] = [];
  let broken: 'reading' | 'writing' | undefined;
  const state = (): Omit<FoundFailures, 'failures'> => ({
    health: broken ? { state: 'broken', cause: 'damaged', message: 'no' } : { state: 'fine' },
    readable: broken !== 'reading',
  });
  const readHistory: HistorySource['readHistory'] = async ({ from, limit }) => {
    reads.push(limit);
    const start = from ?? 0;
    const { readable, ...found } = state();
    return {
      ...found,
      readable,
      failures: readable ? failures.slice(start, start + limit) : [],
      next: readable && start + limit < failures.length ? start + limit : null,
    };
  };
  const store = createHistoryStore(
    {
      readHistory,
      openList(show) {
        const list = createList(readHistory, () => show(list.view()));
        return list;
      },
      async readFailures(wanted) {
        const { readable, ...found } = state();
        const there = failures.filter(({ id }) => wanted.includes(id));
        return { ...found, readable, failures: readable ? there : [] };
      },
    },
    (history) => {
      shown = history;
      shownTimes += 1;
      shownAs.push(history);
    },
  );
  return {
    store,
    reads,
    /** Whether what was shown was all there is, time after time. */
    shownAs,
    shownTimes: () => shownTimes,
    history: (): History => {
      if (!shown) throw new Error('Nothing was shown.');
      return shown;
    },
    id: (index: number): string => failures[index]?.id ?? '',
    change: (decide: (failure: Failure, index: number) => Failure | undefined) => {
      failures = failures.flatMap((failure, index) => decide(failure, index) ?? []);
    },
    add: (failure: Failure) => {
      failures = [failure, ...failures];
    },
    /** Adds failures behind so many newer ones. */
    addMany: (count: number, after: number) => {
      const more = Array.from({ length: count }, (_, index) => ({
        ...failureOf(index, count, NOW),
        id: `more-${index}`,
      }));
      failures = failures.toSpliced(after, 0, ...more);
    },
    breakDown: (what: 'reading' | 'writing') => {
      broken = what;
    },
  };
}

/** Waits until all are read. */
async function complete({ history }: ReturnType<typeof setUp>): Promise<void> {
  await expect.poll(() => history().complete).toBe(true);
}

describe('the store of the history', () => {
  it('shows the newest after one small read, and then all', async () => {
    const journal = setUp(2_000);
    const begun = journal.store.begin();
    await expect.poll(() => journal.reads.length).toBeGreaterThan(1);
    expect(journal.reads[0]).toBeLessThan(100);
    await begun;
    await complete(journal);
    expect(journal.history().shown).toHaveLength(2_000);
    // Of the rest it keeps the short entries only.
    expect(journal.history().failures.size).toBe(journal.reads[0]);
  });

  it('reads whole records of the rows in view only', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    await complete(journal);
    await journal.store.look([1500, 1501]);
    expect([...journal.history().failures.keys()]).toEqual([journal.id(1500), journal.id(1501)]);
  });

  it('shows what is new at once, without reading all again', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    await complete(journal);
    const before = journal.reads.length;
    journal.add({ ...failureOf(0, 1, NOW), id: 'new' });
    await journal.store.changed(['new']);
    expect(journal.history().shown).toContain('new');
    expect(journal.reads).toHaveLength(before);
  });

  it('shows a change at once, of rows in view and of others', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    await complete(journal);
    await journal.store.look([1500]);
    journal.change((failure, index) =>
      index >= 1500 && index < 1502 ? dismiss({ ...failure, attempts: [failure.attempts[0]] }) : failure,
    );
    await journal.store.changed([journal.id(1500), journal.id(1501)]);
    const { shown, dismissed } = journal.history();
    for (const index of [1500, 1501]) expect(dismissed[shown.indexOf(journal.id(index))]).toBe(1);
    expect([...journal.history().failures.values()].map((failure) => failure.dismissed)).toEqual([true]);
  });

  it('takes what it has for a part while it reads what an import brought', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    await complete(journal);
    journal.addMany(1_000, 700);
    const before = journal.shownAs.length;
    await journal.store.changed('anything');
    await complete(journal);
    expect(journal.shownAs[before]?.complete).toBe(false);
    expect(journal.history().shown).toHaveLength(3_000);
  });

  it('shows what an import changed of the rows in view', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    await complete(journal);
    await journal.store.look([1500]);
    journal.change((failure) => ({ ...failure, referrer: 'https://changed.example/' }));
    await journal.store.changed('anything');
    const [failure] = journal.history().failures.values();
    expect(failure?.referrer).toBe('https://changed.example/');
  });

  it('has all only when what was imported during the first reading is read too', async () => {
    const journal = setUp(2_000);
    const begun = journal.store.begin();
    while (journal.reads.length < 3) await Promise.resolve();
    journal.addMany(1_000, 0);
    await journal.store.changed('anything');
    await begun;
    await complete(journal);
    expect(journal.shownAs.filter((shown) => shown.complete).map(({ all }) => all.total)).toEqual([3_000]);
  });

  it('reads all that came, however much it is', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    await complete(journal);
    journal.addMany(1_000, 1);
    await journal.store.changed(Array.from({ length: 1_000 }, (_, index) => `more-${index}`));
    expect(journal.history().complete).toBe(true);
    expect(journal.history().shown).toHaveLength(3_000);
  });

  it('reads what changed once for many changes', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    await complete(journal);
    const before = journal.shownTimes();
    await Promise.all(Array.from({ length: 20 }, (_, index) => journal.store.changed([journal.id(index)])));
    expect(journal.shownTimes() - before).toBeLessThanOrEqual(2);
  });

  it('forgets what was deleted', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    await complete(journal);
    const [inView, elsewhere] = [journal.id(1500), journal.id(1600)];
    await journal.store.look([1500]);
    journal.change((failure) => (failure.id === inView || failure.id === elsewhere ? undefined : failure));
    await journal.store.changed([inView, elsewhere]);
    await expect.poll(() => journal.history().shown).toHaveLength(1_998);
    expect(journal.history().shown).not.toContain(inView);
  });

  it('knows at once what came of what the page did itself', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    await complete(journal);
    const gone = [1000, 1700, 1999].map(journal.id);
    journal.change((failure) => (gone.includes(failure.id) ? undefined : failure));
    await journal.store.changed(gone);
    expect(journal.history().shown).not.toContain(gone[1]);
    expect(journal.history().shown).toHaveLength(1_997);
  });

  it('keeps what it has while the journal can not be read', async () => {
    const journal = setUp(100);
    await journal.store.begin();
    await complete(journal);
    await journal.store.look([3]);
    journal.breakDown('reading');
    await journal.store.changed([journal.id(3), journal.id(4)]);
    await journal.store.changed('anything');
    await complete(journal);
    expect(journal.history().health).toMatchObject({ state: 'broken' });
    expect(journal.history().shown).toHaveLength(100);
  });

  it('forgets what was deleted also while the journal can be read, but not written', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    await complete(journal);
    journal.breakDown('writing');
    await journal.store.changed([]);
    const [deleted, elsewhere] = [journal.id(1500), journal.id(1600)];
    journal.change((failure) => (failure.id === deleted || failure.id === elsewhere ? undefined : failure));
    await journal.store.changed([deleted]);
    expect(journal.history().shown).toHaveLength(1_999);
    await journal.store.changed('anything');
    await complete(journal);
    expect(journal.history().shown).toHaveLength(1_998);
  });

  it('gives whole records for an export, without those that are gone', async () => {
    const journal = setUp(1_200);
    await journal.store.begin();
    await complete(journal);
    const all = Array.from({ length: 1_200 }, (_, index) => journal.id(index));
    const read: string[] = [];
    for await (const { id } of journal.store.readAll([...all, 'gone'])) read.push(id);
    expect(read).toEqual(all);
  });
});
