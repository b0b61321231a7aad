/** Sequences after which the record is still wrong: each test has to fail until somebody has decided what to do. */
import { beforeEach, expect, it } from 'vitest';
import { type Failure, stateOf } from '../../../src/domain/failure.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { FakeSession, type FakeWorld, Life, startBackground } from '../../fakes/background.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { FakePageStarts } from '../../fakes/page-starts.ts';

const url = 'https://host.example/list.csv';
const rules = { tries: 3, firstPause: 60_000, longestPause: 600_000, longestAge: 86_400_000 };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const all = async (): Promise<Failure[]> => (await stored.newest(null, 100)).failures;

let fake: FakeDownloads;
let session: FakeSession;
let world: FakeWorld;
let background: ReturnType<typeof startBackground>;

async function happens<Result>(work: () => Result): Promise<Result> {
  fake.clock += 1_000;
  const result = work();
  await background.settled();
  await background.monitor.caughtUp();
  return result;
}

async function fails(request: Parameters<FakeDownloads['begin']>[0], bytes = 500): Promise<void> {
  const id = await happens(() => fake.begin(request));
  await happens(() => fake.fail(id, 'NETWORK_FAILED', { canResume: false, bytes }));
}

beforeEach(async () => {
  await emptyJournal();
  fake = new FakeDownloads('chrome');
  session = new FakeSession();
  world = { rules: null, online: true, random: 0.5, requests: [] };
  background = startBackground(fake, session, world);
  await background.monitor.reconcile('recent');
});

it.fails('two records of one file are not fetched beside the download of the person', async () => {
  world.rules = rules;
  await fails({ url: 'https://host.example/x1/a.zip' });
  await fails({ url: 'https://host.example/x2/a.zip', totalBytes: null, filename: '' }, 0);
  expect(await all()).toHaveLength(2);
  await happens(() => fake.begin({ url: 'https://host.example/x2/a.zip' }));
  fake.clock += 3_600_000;
  await background.scheduler.run();
  await pause(100);
  expect(fake.running()).toHaveLength(1);
});

it.fails('a file whose size was announced has not come when nothing came', async () => {
  await fails({ url });
  const empty = await happens(() => fake.begin({ url, totalBytes: null }));
  await happens(() => fake.complete(empty, 0));
  expect((await all()).map(stateOf)).toEqual(['failed']);
});

it.fails('a failure of a private window outlives an update of the extension', async () => {
  await fails({ url, incognito: true });
  expect(await background.journal.find('open')).toHaveLength(1);
  fake.clock += 600_000;
  await background.monitor.reconcile('recent');
  // What is in session storage goes with the old version, and the window stays open.
  background = startBackground(fake, session.next(), world);
  await background.monitor.reconcile('recent');
  await background.monitor.reconcile('all');
  expect(await background.journal.find('open')).toHaveLength(1);
});

it.fails('what the person starts soon after they cancelled our try goes on', async () => {
  const pages = new FakePageStarts(fake);
  background = startBackground(fake, session, world, new Life(), pages);
  background.limits.asPage = 10_000;
  await fails({ url, referrer: 'https://host.example/' });
  const id = (await all())[0]?.id ?? '';
  const retried = background.retrier.retry(id, 'person');
  await expect.poll(() => pages.pending.length).toBe(1);
  fake.clock += 1_000;
  await background.retrier.cancel(id);
  await retried;
  fake.clock += 3_000;
  // As from the bar of addresses, or a page that names itself to nobody.
  await happens(() => fake.begin({ url }));
  await pause(100);
  expect(fake.running()).toHaveLength(1);
});
