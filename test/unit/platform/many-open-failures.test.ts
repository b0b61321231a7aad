import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const NOW = 1_780_000_000_000;

/** Stores so many failures; `momentOf` gives how long (ms) before now each failed. */
async function storeMany(count: number, momentOf: (index: number) => number): Promise<void> {
  await stored.writeRows(async (_failures, replace) => {
    for (let index = 0; index < count; index += 1) {
      const failure: Failure = failureWith({
        id: `${index}`,
        failedAt: NOW - momentOf(index),
        attempts: [failedAttempt({ item: null })],
      });
      await replace(undefined, failure);
    }
  });
}

const search = async (isMatch: (url: string) => boolean, limit = 5) => {
  const { byReason } = await stored.open(
    () => () => limit,
    ({ url }) => isMatch(url),
    0,
  );
  const { failures, count } = byReason.get('NETWORK_FAILED') ?? { failures: [], count: 0 };
  return {
    count,
    moments: failures.map(({ failedAt }) => NOW - failedAt),
    ids: failures.map(({ id }) => id),
  };
};

describe('a search among more failures than are read at once', () => {
  beforeEach(emptyJournal);

  it('finds each once, the newest first, though those of one moment are in two batches', async () => {
    await storeMany(2_050, (index) => Math.floor(index / 3));
    expect(await search(() => true)).toMatchObject({ count: 2_050, moments: [0, 0, 0, 1, 1] });
    expect(await search((url) => url.endsWith('/2040.zip'))).toMatchObject({ count: 1, ids: ['2040'] });
    expect(await search(() => false)).toMatchObject({ count: 0, ids: [] });
  }, 30_000);

  it('finds all of one moment, also where they are more than a batch', async () => {
    await storeMany(2_100, () => 0);
    expect(await search(() => true, 3)).toMatchObject({ count: 2_100, moments: [0, 0, 0] });
  }, 30_000);
});
