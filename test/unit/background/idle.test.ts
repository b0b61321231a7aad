import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeSession, type FakeWorld, Life, startBackground } from '../../fakes/background.ts';
import { databaseWork } from '../../fakes/database-work.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';

const HOUR_MS = 3_600_000;
/** Alarms can't come sooner. */
const LEAST_DELAY_MS = 30_000;

let fake: FakeDownloads;
let session: FakeSession;
let world: FakeWorld;
let life: Life;
let background: ReturnType<typeof startBackground>;

/** A background begins, as it does when it is woken. The one before is gone. */
async function begin(): Promise<void> {
  life?.endAfter(0);
  life = new Life();
  background = startBackground(fake, session, world, life);
  await background.monitor.reconcile('recent');
  await background.retrier.settleOverdue();
  await background.scheduler.run();
  await rest();
}

/** Waits until nothing more comes of what was told and begun. */
async function rest(): Promise<void> {
  await background.settled();
  await life.rest();
}

/** Has downloads fail at ten hosts. */
async function fail(count: number, reason: string): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    const url = `http://host-${number % 10}.example/${number}.zip`;
    fake.fail(fake.begin({ url }), reason, { bytes: 0 });
  }
  await rest();
}

beforeEach(async () => {
  await emptyJournal();
  fake = new FakeDownloads('chrome');
  session = new FakeSession();
  const rules = { tries: 5, firstPause: 30_000, longestPause: HOUR_MS, longestAge: 30 * 24 * HOUR_MS };
  world = { rules, online: true, random: 0.5, requests: [] };
  await begin();
});

afterEach(() => {
  session.over = true;
});

describe('an idle background', () => {
  it('asks for no wake if nothing is planned for its open failures', async () => {
    await fail(100, 'SERVER_FORBIDDEN');
    expect((await background.journal.counts()).open).toEqual({ SERVER_FORBIDDEN: 100 });
    expect(background.wakes.at(-1)).toBe(Infinity);
  });

  it('is woken in an hour only for tries, once it is known which hosts fail', async () => {
    await fail(100, 'NETWORK_FAILED');
    fake.onStart = (id) => fake.fail(id, 'NETWORK_FAILED', { bytes: 0 });
    /** How many tries each wake began. */
    const begun: number[] = [];
    const end = fake.clock + HOUR_MS;
    for (;;) {
      const at = Math.max(background.wakes.at(-1) ?? Infinity, fake.clock + LEAST_DELAY_MS);
      if (at > end) break;
      fake.clock = at;
      const before = fake.requests.length;
      await begin();
      begun.push(fake.requests.length - before);
    }
    // At the first, they are put off together.
    expect(begun).toEqual([0, 10, 10, 10]);
  });
});

describe('a download that succeeds', () => {
  it('has four questions asked of one index after each event, and nothing else read or written', async () => {
    await fail(1, 'NETWORK_FAILED');
    const asked = session.asked;
    const wakes = background.wakes.length;
    const work = await databaseWork(async () => {
      const id = fake.begin({ url: 'http://host.example/other.zip' });
      await rest();
      fake.complete(id);
      await rest();
    });
    expect(work).toEqual({ records: 0, lookUps: 8, writes: 0, transactions: 2 });
    expect(session.asked).toBe(asked);
    expect(background.wakes).toHaveLength(wakes);
  });
});
