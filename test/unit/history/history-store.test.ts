import { describe, expect, it } from 'vitest';
import { dismiss, type Failure } from '../../../src/domain/failure.ts';
import { createHistoryStore, type History } from '../../../src/history/history-store.ts';
import { failureOf } from '../../fakes/failures.ts';
import { ids } from './entries.ts';

const NOW = 1_780_000_000_000;

/** A journal in memory, read by a store as the page does it. */
function setUp(count: number) {
  let failures: Failure[] = Array.from({ length: count }, (_, index) => failureOf(index, count, NOW));
  let shown: History | undefined;
  const completeWith: number[] = [];
  let time = 0;
  const reads: number[] = [];
  const planned: (() => void)[] = [];
  let broken: 'reading' | 'writing' | undefined;
  const store = createHistoryStore(
    {
      async readStretch(from, limit) {
        reads.push(limit);
        const start = from ?? 0;
        const readable = broken !== 'reading';
        return {
          health: broken ? { state: 'broken', cause: 'damaged', message: 'no' } : { state: 'fine' },
          readable,
          failures: readable ? failures.slice(start, start + limit) : [],
          next: readable && start + limit < failures.length ? start + limit : null,
        };
      },
      readFailures: async (wanted) =>
        broken === 'reading' ? [] : failures.filter(({ id }) => wanted.includes(id)),
      later: (_ms, work) => planned.push(work),
      clock: () => time,
    },
    (history) => {
      shown = history;
      if (history.complete) completeWith.push(history.entries.length);
    },
  );
  return {
    store,
    reads,
    planned,
    /** How many entries were shown as all there are, time after time. */
    completeWith,
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
    /** Lets time pass until what was planned is done. */
    async rest(): Promise<void> {
      time += 60_000;
      for (const work of planned.splice(0)) work();
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

const status = (history: History, id: string): string | undefined =>
  history.entries.find((entry) => entry.id === id)?.status;

describe('the store of the history', () => {
  it('shows the newest after one small read, and then all', async () => {
    const journal = setUp(2_000);
    const begun = journal.store.begin();
    await expect.poll(() => journal.reads.length).toBeGreaterThan(1);
    expect(journal.reads[0]).toBeLessThan(100);
    await begun;
    expect(journal.history()).toMatchObject({ complete: true });
    expect(journal.history().entries).toHaveLength(2_000);
    // Of the rest it keeps the short entries only.
    expect(journal.history().failures.size).toBe(journal.reads[0]);
  });

  it('reads whole records of the rows in view only', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    await journal.store.look([journal.id(1500), journal.id(1501)]);
    expect([...journal.history().failures.keys()]).toEqual([journal.id(1500), journal.id(1501)]);
  });

  it('shows what is new at once, without reading all again', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    const before = journal.reads.length;
    journal.add({ ...failureOf(0, 1, NOW), id: 'new' });
    await journal.store.changed();
    expect(status(journal.history(), 'new')).toBeDefined();
    expect(journal.reads.slice(before)).toEqual([200]);
  });

  it('shows a change of a row in view at once, and of others after a while', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    await journal.store.look([journal.id(1500)]);
    journal.change((failure, index) =>
      index >= 1500 && index < 1502 ? dismiss({ ...failure, attempts: [failure.attempts[0]] }) : failure,
    );
    const other = status(journal.history(), journal.id(1501));
    await journal.store.changed();
    expect(status(journal.history(), journal.id(1500))).toMatch('dismissed');
    expect(status(journal.history(), journal.id(1501))).toBe(other);
    await journal.rest();
    await expect.poll(() => status(journal.history(), journal.id(1501))).toBe('dismissed');
  });

  it('takes what it has for a part while it reads what an import brought', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    journal.addMany(1_000, 700);
    const read = journal.store.imported();
    expect(journal.history().complete).toBe(false);
    await read;
    expect(journal.history()).toMatchObject({ complete: true });
    expect(journal.history().entries).toHaveLength(3_000);
  });

  it('has all only when what was imported during the first reading is read too', async () => {
    const journal = setUp(2_000);
    const begun = journal.store.begin();
    while (journal.reads.length < 3) await Promise.resolve();
    journal.addMany(1_000, 0);
    await journal.store.imported();
    await begun;
    expect(journal.completeWith).toEqual([3_000]);
  });

  it('reads all at once when more came than the newest that it reads', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    journal.addMany(1_000, 1);
    await journal.store.changed();
    expect(journal.history().complete).toBe(false);
    await expect.poll(() => journal.history().complete).toBe(true);
    expect(journal.history().entries).toHaveLength(3_000);
  });

  it('reads all again once for many changes', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    for (let time = 0; time < 20; time += 1) await journal.store.changed();
    expect(journal.planned).toHaveLength(1);
  });

  it('forgets what was deleted', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    const [inView, elsewhere] = [journal.id(1500), journal.id(1600)];
    await journal.store.look([inView]);
    journal.change((failure) => (failure.id === inView || failure.id === elsewhere ? undefined : failure));
    await journal.store.changed();
    expect(journal.history().entries).toHaveLength(1_999);
    await journal.rest();
    await expect.poll(() => journal.history().entries.length).toBe(1_998);
  });

  it('knows at once what came of what the page did itself', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    const gone = [1000, 1700, 1999].map(journal.id);
    journal.change((failure) => (gone.includes(failure.id) ? undefined : failure));
    await journal.store.readAgain(gone);
    expect(ids(journal.history().entries)).not.toContain(gone[1]);
    expect(journal.history().entries).toHaveLength(1_997);
  });

  it('keeps what it has while the journal can not be read', async () => {
    const journal = setUp(100);
    await journal.store.begin();
    await journal.store.look([journal.id(3)]);
    journal.breakDown('reading');
    await journal.store.changed();
    expect(journal.history().health).toMatchObject({ state: 'broken' });
    expect(journal.history().entries).toHaveLength(100);
  });

  it('forgets what was deleted also while the journal can be read, but not written', async () => {
    const journal = setUp(2_000);
    await journal.store.begin();
    journal.breakDown('writing');
    await journal.store.changed();
    const [deleted, elsewhere] = [journal.id(1500), journal.id(1600)];
    journal.change((failure) => (failure.id === deleted || failure.id === elsewhere ? undefined : failure));
    await journal.store.readAgain([deleted]);
    expect(journal.history().entries).toHaveLength(1_999);
    await journal.rest();
    await expect.poll(() => journal.history().entries.length).toBe(1_998);
  });

  it('gives whole records for an export, without those that are gone', async () => {
    const journal = setUp(1_200);
    await journal.store.begin();
    const all = Array.from({ length: 1_200 }, (_, index) => journal.id(index));
    expect(await journal.store.readAll([...all, 'gone'])).toHaveLength(1_200);
  });
});
