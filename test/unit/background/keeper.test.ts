import { beforeEach, describe, expect, it } from 'vitest';
import { createKeeper } from '../../../src/background/keeper.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { FakeSession } from '../../fakes/background.ts';
import { store } from '../../fakes/database.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 0, 1);

describe('the keeper', () => {
  let clock: number;
  let retention: { days: number; records: number };
  let keeper: ReturnType<typeof createKeeper>;

  beforeEach(async () => {
    await emptyJournal();
    clock = START;
    retention = { days: 30, records: 1_000 };
    keeper = createKeeper({
      journal: new FakeSession().journal(() => clock),
      now: () => clock,
      retention: async () => retention,
      changed: () => undefined,
    });
    // One failure on each of the last 90 days.
    const days = Array.from({ length: 90 }, (_, day) => day);
    const failures = days.map((day) =>
      failureWith({
        id: `${day}`,
        failedAt: START - day * DAY_MS,
        attempts: [failedAttempt({ item: null })],
      }),
    );
    await store(failures);
  });

  /** How many days before the start of the test the oldest failure is. */
  const oldest = async (): Promise<number> =>
    Math.max(...(await stored.find('open')).map(({ failedAt }) => (START - failedAt) / DAY_MS));

  /** The background starts every `gap` ms until `time` has passed. */
  async function livesOn(time: number, gap: number): Promise<void> {
    for (const end = clock + time; clock < end; ) {
      clock += gap;
      await keeper.trim();
    }
  }

  it('forgets what is older than it is to be', async () => {
    await keeper.trim();
    expect(await oldest()).toBe(89);
    await livesOn(DAY_MS, HOUR_MS);
    expect(await oldest()).toBe(30);
    await livesOn(7 * DAY_MS, HOUR_MS);
    expect(await oldest()).toBe(23);
  });

  it.each([1, 7, 20])('forgets it also when the browser runs only every %i days', async (days) => {
    await keeper.trim();
    await livesOn(5 * days * DAY_MS, days * DAY_MS);
    expect(await oldest()).toBeLessThanOrEqual(30);
  });

  it('forgets nothing for a clock that stands years ahead for a moment', async () => {
    await keeper.trim();
    await livesOn(2 * DAY_MS, HOUR_MS);
    const before = await oldest();
    clock += 400 * DAY_MS;
    await livesOn(HOUR_MS, 60_000);
    clock += 400 * DAY_MS;
    await livesOn(HOUR_MS, 60_000);
    expect(await oldest()).toBe(before);
    clock -= 800 * DAY_MS;
    await keeper.trim();
    expect(await oldest()).toBe(before);
    await livesOn(3 * DAY_MS, HOUR_MS);
    expect(await oldest()).toBe(before - 3);
  });

  it('forgets the oldest of too many at once, whatever the clock says', async () => {
    retention.records = 10;
    await keeper.trim();
    expect(await oldest()).toBe(9);
  });
});

describe('pages', () => {
  /** What of the steps is forgotten, one after the other, and how often pages were told. */
  async function trimmed(...steps: number[]): Promise<{ left: number[]; told: number }> {
    let told = 0;
    const keeper = createKeeper({
      journal: { repairCounts: async () => false, trim: async () => steps.shift() ?? 0 },
      now: () => START,
      retention: async () => ({ days: 30, records: 1_000 }),
      changed: () => {
        told += 1;
      },
    });
    await keeper.trim();
    return { left: steps, told };
  }

  it('are told once that something was forgotten, however many steps that took', async () => {
    expect(await trimmed(200, 200, 3, 200)).toEqual({ left: [200], told: 1 });
    expect(await trimmed(200, 0)).toEqual({ left: [], told: 1 });
    expect(await trimmed(0, 200)).toEqual({ left: [200], told: 0 });
  });

  it.each([true, false])('are told whether counts were repaired: %s', async (repaired) => {
    let told = false;
    const journal = { repairCounts: async () => repaired, trim: async () => 0 };
    const retention = async () => ({ days: 30, records: 1_000 });
    const keeper = createKeeper({
      ...{ journal, now: () => START, retention },
      changed: () => {
        told = true;
      },
    });
    await keeper.repair();
    expect(told).toBe(repaired);
  });
});
