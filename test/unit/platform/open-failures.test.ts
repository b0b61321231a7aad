import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Limits, readOpenFailures } from '../../../src/platform/journal/reads.ts';
import { store } from '../../fakes/database.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

vi.mock('../../../src/platform/browser.ts', () => ({
  default: { storage: { session: { get: async () => ({}) } } },
}));

/** Stores `each` failures of every reason. */
async function storeOf(reasons: readonly string[], each: number): Promise<void> {
  const failures = reasons.flatMap((reason) =>
    Array.from({ length: each }, (_, index) => {
      const id = `${reason} ${index}`;
      const item = { id: index, session: null, key: id, trace: null };
      return failureWith({ id, reason, attempts: [failedAttempt({ item })] });
    }),
  );
  await store(failures);
}

/** How many failures are read of each reason. */
async function readOf(limits: Partial<Limits> = {}): Promise<Record<string, number>> {
  const { failures } = await readOpenFailures({ standard: null, of: {}, search: '', ...limits });
  return Object.fromEntries([...failures].map(([reason, rows]) => [reason, rows.length]));
}

describe('the open failures that are read', () => {
  beforeEach(emptyJournal);

  it('are up to 12 of a single reason', async () => {
    await storeOf(['NETWORK_FAILED'], 30);
    expect(await readOf()).toEqual({ NETWORK_FAILED: 12 });
  });

  it('are fewer of each of many reasons', async () => {
    const three = ['A', 'B', 'C'];
    await storeOf(three, 30);
    expect(await readOf()).toEqual(Object.fromEntries(three.map((reason) => [reason, 4])));
  });

  it('are at least three of each, however many reasons there are', async () => {
    const many = Array.from({ length: 40 }, (_, index) => `REASON_${index}`);
    await storeOf(many, 4);
    expect(new Set(Object.values(await readOf()))).toEqual(new Set([3]));
  });

  it('are as many as they were before when another reason comes, and more of what was asked for', async () => {
    await storeOf(['A', 'B'], 30);
    const { standard } = await readOpenFailures({ standard: null, of: {}, search: '' });
    await storeOf(['C', 'D', 'E', 'F'], 30);
    expect(await readOf({ standard, of: { B: 25 } })).toMatchObject({ A: 6, B: 25, C: 6 });
  });
});
