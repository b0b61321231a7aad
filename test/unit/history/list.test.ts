import { describe, expect, it } from 'vitest';
import { dismiss, type Failure } from '../../../src/domain/failure.ts';
import { createList, type View } from '../../../src/history/list.ts';
import { wholeHistory } from '../../../src/history/query.ts';
import { failureOf } from '../../fakes/failures.ts';

const COUNT = 1_200;
const NOW = 1_780_000_000_000;
const fine = { state: 'fine' } as const;
const titles = { language: 'en', reasons: { FILE_NO_SPACE: 'Disk full' }, causes: {} };

/** A list of a journal whose stretches are read one after the other, whenever `readOn` is called. */
function setUp() {
  const failures = Array.from({ length: COUNT }, (_, index) => failureOf(index, COUNT, NOW));
  const waiting: (() => void)[] = [];
  const views: View[] = [];
  const list = createList(
    async ({ from, limit }) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      const start = from ?? 0;
      const next = start + limit < COUNT ? start + limit : null;
      return { readable: true, health: fine, failures: failures.slice(start, start + limit), next };
    },
    () => views.push(list.view()),
  );
  const last = (): View => views.at(-1) ?? list.view();
  return {
    list,
    last,
    failure: (index: number): Failure => failures[index] ?? failureOf(index, COUNT, NOW),
    async readOn(times = Infinity): Promise<void> {
      for (let time = 0; time < times && !last().complete; time += 1) {
        await expect.poll(() => waiting.length).toBeGreaterThan(0);
        waiting.shift()?.();
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
  };
}

describe('the list of all failures', () => {
  it('has the charts once all are read', async () => {
    const { list, last, readOn } = setUp();
    list.tell({ readAll: true });
    await readOn(1);
    expect(last()).toMatchObject({ complete: false, statistics: undefined, all: { total: 500 } });
    await readOn();
    expect(last()).toMatchObject({ complete: true, statistics: { total: COUNT }, all: { total: COUNT } });
  });

  it('says of which query it is, and shows its failures in its order', async () => {
    const { list, last, readOn, failure } = setUp();
    list.tell({ readAll: true });
    await readOn();
    const query = { ...wholeHistory, q: 'disk full', order: { by: 'failedAt', descending: false } } as const;
    list.tell({ asked: { query, now: NOW, titles } });
    const { shown, all, statistics } = last();
    expect(last().query).toEqual(query);
    expect(shown.length).toBeGreaterThan(10);
    expect([statistics?.total, all.total]).toEqual([shown.length, COUNT]);
    const times = shown.map((id) => failure(Number.parseInt(id.slice(-12), 16)).failedAt);
    expect(times).toEqual(times.toSorted());
  });

  it('has the first rows of a query before it has looked at all', async () => {
    const { list, last, readOn } = setUp();
    list.tell({ readAll: true });
    await readOn();
    const first = list.firstView();
    expect(first).toMatchObject({ query: wholeHistory, whole: false });
    expect(first.shown.length).toBeLessThan(100);
    expect(first.shown).toEqual(last().shown.slice(0, first.shown.length));
    list.tell({ asked: { query: { ...wholeHistory, q: 'report-1200' }, now: NOW, titles } });
    expect(list.firstView()).toMatchObject({ shown: last().shown, whole: false });
  });

  it('believes what it is told more than what it finds meanwhile', async () => {
    const { list, last, readOn, failure } = setUp();
    const [kept, changed, gone] = [{ ...failureOf(0, 1, NOW), id: 'kept' }, failure(900), failure(901)];
    list.tell({ readAll: true, failures: [kept] });
    await readOn(1);
    const dismissed = dismiss({ ...changed, attempts: [changed.attempts[0]] });
    list.tell({ failures: [dismissed ?? changed], gone: [gone.id] });
    await readOn();
    expect(last().shown).toContain('kept');
    expect(last().dismissed[last().shown.indexOf(changed.id)]).toBe(1);
    expect(last().shown).not.toContain(gone.id);
  });

  it('begins anew when it is told to, and knows nothing of what is not found again', async () => {
    const { list, last, readOn } = setUp();
    list.tell({ readAll: true, failures: [{ ...failureOf(0, 1, NOW), id: 'kept' }] });
    await readOn(2);
    list.tell({ readAll: true });
    await readOn();
    expect(last().shown).toHaveLength(COUNT);
    expect(last().shown).not.toContain('kept');
  });

  it('keeps what could be read, and says why the rest could not', async () => {
    const broken = { state: 'broken', cause: 'damaged', message: 'no' } as const;
    const views: View[] = [];
    const list = createList(
      async ({ from }) =>
        from === null
          ? { readable: true, health: fine, failures: [failureOf(0, COUNT, NOW)], next: 1 }
          : { readable: false, health: broken, failures: [], next: null },
      () => views.push(list.view()),
    );
    list.tell({ readAll: true });
    await expect.poll(() => views.at(-1)?.complete).toBe(true);
    expect(views.at(-1)).toMatchObject({ count: 1, health: broken });
  });
});
