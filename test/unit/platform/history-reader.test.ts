import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import { readHistory, type Stretch } from '../../../src/platform/journal/reads.ts';
import { store } from '../../fakes/database.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failureOf } from '../../fakes/failures.ts';

const session = vi.hoisted(() => new Map<string, unknown>());

vi.mock('../../../src/platform/browser.ts', () => ({
  default: {
    storage: { session: { get: async (name: string) => ({ [name]: session.get(name) }) } },
  },
}));

const NOW = 1_780_000_000_000;

const failures = (count: number): Failure[] =>
  Array.from({ length: count }, (_, index) => failureOf(index, count, NOW));

/** Reads stretch after stretch to the end. */
async function readAll(limit: number): Promise<Failure[]> {
  const all: Failure[] = [];
  for (let from: number | null = null, first = true; first || from !== null; first = false) {
    const stretch: Stretch = await readHistory({ from, limit });
    all.push(...stretch.failures);
    from = stretch.next;
  }
  return all;
}

const distinct = (all: readonly Failure[]): string[] => [...new Set(all.map(({ id }) => id))];

describe('the history, read in stretches', () => {
  beforeEach(async () => {
    session.clear();
    await emptyJournal();
  });

  it('is empty before anything failed', async () => {
    expect(await readHistory({ from: null, limit: 10 })).toEqual({
      health: { state: 'fine' },
      readable: true,
      failures: [],
      next: null,
    });
  });

  it('comes newest first and whole', async () => {
    await store(failures(25));
    const all = distinct(await readAll(10));
    expect(all).toEqual(failures(25).map(({ id }) => id));
  });

  it('has also those of one and the same moment', async () => {
    await store(failures(40).map((failure) => ({ ...failure, failedAt: NOW })));
    expect(distinct(await readAll(10))).toHaveLength(40);
  });

  it('begins with those in memory, which stand in the place of their older records', async () => {
    const [first, ...others] = failures(5);
    await store(failures(5));
    session.set('unsaved-failures', [{ ...first, reason: 'CRASH' }]);
    session.set('private-failures', [{ ...first, id: 'secret', incognito: true }]);
    const { failures: read } = await readHistory({ from: null, limit: 10 });
    expect(read.map(({ id }) => id).slice(0, 2)).toEqual(['secret', first?.id]);
    expect(read[1]?.reason).toBe('CRASH');
    expect(read).toHaveLength(others.length + 2);
  });

  it('is readable on a disk that nothing can be written to', async () => {
    await store(failures(5));
    session.set('journal-health', { state: 'broken', cause: 'full', message: 'no space' });
    expect(await readHistory({ from: null, limit: 10 })).toMatchObject({
      health: { state: 'broken' },
      readable: true,
      next: null,
    });
  });
});
