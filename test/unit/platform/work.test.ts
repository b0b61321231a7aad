import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DownloadSnapshot } from '../../../src/domain/failure.ts';
import { observe } from '../../../src/domain/observe.ts';
import { knownReasons } from '../../../src/domain/reasons.ts';
import { defaultRetention } from '../../../src/domain/retention.ts';
import { adopting } from '../../../src/platform/journal/memory.ts';
import { readHistory, readOpenFailures } from '../../../src/platform/journal/reads.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { mergeImported } from '../../../src/platform/journal/stored-merge.ts';
import { observing } from '../../../src/platform/journal/work.ts';
import { databaseWork } from '../../fakes/database-work.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';
import { seed } from '../../fakes/seed-in-page.ts';
import { failedSnapshot, snapshot } from '../../fakes/snapshots.ts';

vi.mock('../../../src/platform/browser.ts', () => ({
  default: { storage: { session: { get: async () => ({}) } } },
}));

const NOW = 1_780_000_000_000;

const store = (count: number) => seed(count, NOW, 'chrome', 0);

/** Sees downloads that nobody knows yet. */
const see = (snapshots: readonly DownloadSnapshot[]) =>
  stored.write(
    observing(snapshots, (candidates, snapshot) =>
      observe(candidates, snapshot, {
        now: NOW,
        newId: crypto.randomUUID(),
        browser: 'chrome',
        imported: false,
        forgotten: false,
        stateChanged: true,
      }),
    ),
  );

/** Records failures. */
const capture = (count: number) =>
  see(
    Array.from({ length: count }, (_, index) =>
      failedSnapshot({ id: 1_000_000 + index, reason: 'NETWORK_FAILED' }),
    ),
  );

describe('the work', () => {
  beforeEach(emptyJournal);

  it('of opening the popup is the same however many failures the journal holds', async () => {
    const opening = () => databaseWork(() => readOpenFailures({ standard: null, of: {}, search: null }));
    await store(800);
    const inFull = await opening();
    await store(1_600);
    expect(await opening()).toEqual(inFull);
    // Two of each reason, and the counts.
    expect(inFull.records).toBe(2 * knownReasons.length + 1);
  });

  it('of the first rows of the history is as much as was asked for', async () => {
    await store(300);
    expect(await databaseWork(() => readHistory({ from: null, limit: 60 }))).toMatchObject({
      records: 60,
      transactions: 1,
    });
  });

  it('of capturing a failure is the same in an empty and in a full journal', async () => {
    await store(0);
    const inEmpty = await databaseWork(() => capture(1));
    await store(300);
    const inFull = await databaseWork(() => capture(1));
    // Of records only the counts are read.
    const work = { records: 1, lookUps: 4, writes: 2, transactions: 1 };
    expect([inEmpty, inFull]).toEqual([work, work]);
  });

  it('of a look at a download that succeeds is four questions to one index, and no write', async () => {
    await store(300);
    const ordinary = snapshot({ id: 1_000_000, status: { kind: 'completed' } });
    // Its item, its address, its name with its size, and its name alone, for which a new link may be waited.
    expect(await databaseWork(() => see([ordinary]))).toEqual({
      records: 1,
      lookUps: 4,
      writes: 0,
      transactions: 1,
    });
  });

  it('of an import grows no faster than what is imported, also where all failed at the same time', async () => {
    const failures = (count: number, prefix: string) =>
      Array.from({ length: count }, (_, index) =>
        failureWith({
          id: `${prefix} ${index}`,
          filename: `/${prefix}-${index}.zip`,
          attempts: [failedAttempt({ item: null })],
        }),
      );
    const importing = (count: number) =>
      databaseWork(() =>
        mergeImported(failures(count, 'imported'), defaultRetention, failureWith().failedAt),
      );
    const works: number[] = [];
    for (const count of [50, 100]) {
      await emptyJournal();
      await stored.write(adopting(failures(count, 'known')));
      works.push((await importing(count)).records);
    }
    const [few = 0, many = 0] = works;
    expect(many).toBeLessThan(3 * few);
  });

  it('of capturing many at once is one transaction', async () => {
    await store(100);
    expect(await databaseWork(() => capture(200))).toMatchObject({ records: 1, transactions: 1 });
  });

  it('of looking whether the counts are right reads no failure, however many there are', async () => {
    await store(300);
    const { records, writes } = await databaseWork(stored.repairCounts);
    expect({ records, writes }).toEqual({ records: 1, writes: 0 });
  });
});
