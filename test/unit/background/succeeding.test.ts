import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeSession, Life, startBackground } from '../../fakes/background.ts';
import { databaseWork } from '../../fakes/database-work.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';

let fake: FakeDownloads;
let session: FakeSession;
let life: Life;
let background: ReturnType<typeof startBackground>;

/** Waits until nothing more comes of what was told and begun. */
async function rest(): Promise<void> {
  await background.settled();
  await life.rest();
}

beforeEach(async () => {
  await emptyJournal();
  fake = new FakeDownloads('chrome');
  session = new FakeSession();
  life = new Life();
  const rules = { tries: 5, firstPause: 30_000, longestPause: 3_600_000, longestAge: 86_400_000 };
  background = startBackground(fake, session, { rules, online: true, random: 0.5, requests: [] }, life);
  await background.monitor.reconcile('recent');
  fake.fail(fake.begin({ url: 'http://host.example/file.zip' }), 'NETWORK_FAILED', { bytes: 0 });
  await rest();
});

afterEach(() => {
  session.over = true;
});

describe('a download that succeeds', () => {
  it('has four questions asked of one index after each event, and nothing else read or written', async () => {
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
