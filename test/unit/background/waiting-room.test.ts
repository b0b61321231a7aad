import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWaitingRoom } from '../../../src/background/waiting-room.ts';
import type { SeenRequest } from '../../../src/domain/evidence.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { FakeSession, type FakeWorld, startBackground } from '../../fakes/background.ts';
import { storedFailure } from '../../fakes/database.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { seenRequest } from '../../fakes/seen-request.ts';

const url = 'http://host.example/archive.zip';
const PATIENCE = 3_000;

describe.each(['chrome', 'firefox'] as const)('a request of %s that was for a file and failed', (kind) => {
  let fake: FakeDownloads;
  let session: FakeSession;
  let world: FakeWorld;
  let background: ReturnType<typeof startBackground>;
  let look: () => Promise<void>;
  /** How often the background asked to be woken. */
  let wakes: number;

  /** Begins a background; the one before is gone. */
  function begin(): void {
    background = startBackground(fake, session, world);
    look = createWaitingRoom({
      requests: async () => world.requests,
      async settle(ids) {
        world.requests = world.requests.map(({ navigation, ...request }) =>
          navigation && !ids.includes(request.id) ? { ...request, navigation } : request,
        );
      },
      monitor: background.monitor,
      now: () => fake.clock,
      wakeSoon: () => {
        wakes += 1;
      },
      patience: PATIENCE,
    });
  }

  beforeEach(async () => {
    await emptyJournal();
    fake = new FakeDownloads(kind);
    session = new FakeSession();
    world = { rules: null, online: true, random: 0.5, requests: [] };
    wakes = 0;
    begin();
    await background.monitor.reconcile('recent');
  });

  /** A request fails. */
  function fail(fields: { incognito?: boolean } = {}): void {
    const page = 'http://host.example/';
    world.requests.push(
      seenRequest({
        ...{ url, status: 404, at: fake.clock, endedAt: fake.clock + 100, ...fields },
        navigation: { page, framed: false, attachment: null, asksPassword: false, cookieStoreId: null },
      }),
    );
  }
  async function wait(): Promise<void> {
    fake.clock += PATIENCE + 200;
    await look();
    await background.settled();
  }
  const records = () => stored.find('open');

  it('waits for an item, and is a failure when none came', async () => {
    fail();
    const endedAt = fake.clock + 100;
    await look();
    expect(await records()).toEqual([]);
    expect(wakes).toBe(1);
    await wait();
    expect(await records()).toMatchObject([{ failedAt: endedAt, attempts: [{ endedAt }] }]);
    expect(await records()).toMatchObject([
      { url, reason: 'SERVER_BAD_CONTENT', referrer: 'http://host.example/', method: 'GET' },
    ]);
    expect(background.changes).toHaveLength(1);
    expect(world.requests[0]?.navigation).toBeUndefined();
  });

  it('is the failure of its item, whether that comes before', async () => {
    fail();
    await look();
    fake.fail(fake.begin({ url }), 'SERVER_BAD_CONTENT', { bytes: 0 });
    await background.settled();
    await wait();
    expect((await records()).map(({ attempts }) => attempts.length)).toEqual([1]);
  });

  it('or after it was recorded', async () => {
    fail();
    await wait();
    expect((await records()).map(({ attempts }) => attempts[0].item)).toEqual([null]);
    // It began then, and is told of only now.
    fake.clock -= PATIENCE;
    const id = fake.begin({ url });
    fake.clock += PATIENCE;
    fake.fail(id, 'SERVER_BAD_CONTENT', { bytes: 0 });
    await background.settled();
    expect((await records()).map(({ attempts }) => attempts.map((one) => one.item?.id))).toEqual([[id]]);
  });

  it('is none where its item came long before another request failed', async () => {
    fail();
    fake.complete(fake.begin({ url }));
    await background.settled();
    fake.clock += 300_000;
    const startedAt = fake.clock;
    fail();
    await wait();
    expect((await records()).map(({ attempts }) => attempts)).toMatchObject([[{ startedAt }]]);
  });

  it('is recorded by the next background when one dies meanwhile', async () => {
    fail();
    await look();
    begin();
    await wait();
    expect(await records()).toHaveLength(1);
  });

  it('is recorded once when the background dies before it could note that', async () => {
    fail();
    const before = world.requests;
    await wait();
    world.requests = before;
    begin();
    await wait();
    expect((await records()).map(({ attempts }) => attempts.length)).toEqual([1]);
  });

  it('is no news, and stays dismissed, when its page loads itself again with the same end', async () => {
    fail();
    await wait();
    const dismissedAndSeen = (failure: Failure) => ({ ...failure, dismissed: true, seen: true });
    const [before] = await background.journal.change('open', dismissedAndSeen);
    fake.clock += 60_000;
    fail();
    await wait();
    const [after] = (await stored.newest(null, 9)).failures;
    expect(after).toMatchObject({ dismissed: true, seen: true, failedAt: before?.failedAt });
    expect(after?.attempts).toHaveLength(1);
  });

  it('does not come back when its record is deleted', async () => {
    fail();
    await wait();
    await background.journal.remove((await records()).map(({ id }) => id));
    begin();
    await wait();
    await background.monitor.reconcile('all');
    expect(await records()).toEqual([]);
  });

  it('is not on disk if it was of a private window', async () => {
    fail({ incognito: true });
    await wait();
    expect(await records()).toEqual([]);
    expect(await background.journal.find('open')).toMatchObject([{ incognito: true }]);
  });

  it('waits no longer when the clock is set back', async () => {
    fail();
    fake.clock -= 3_600_000;
    await look();
    expect(await records()).toHaveLength(1);
  });

  it('can be tried again, and closes with the file', async () => {
    fail();
    world.requests = world.requests.map((request) => ({ ...request, status: 503 }));
    await wait();
    const [failure] = await records();
    const retrying = background.retrier.retry(failure?.id ?? '', 'person');
    await expect.poll(() => fake.running()).toHaveLength(1);
    fake.complete(fake.running()[0]?.id ?? 0);
    await retrying;
    await background.settled();
    expect((await storedFailure(failure?.id ?? ''))?.attempts).toMatchObject([
      { item: null, state: 'failed' },
      { by: 'person', state: 'completed' },
    ]);
  });
});

describe('the waiting room', () => {
  let requests: SeenRequest[];
  /** The addresses of the requests whose downloads were recorded. */
  let recorded: string[];
  let wakes: number;
  let look: () => Promise<void>;

  beforeEach(() => {
    vi.useFakeTimers();
    requests = [];
    recorded = [];
    wakes = 0;
    look = createWaitingRoom({
      requests: async () => requests,
      async settle(ids) {
        requests = requests.filter(({ id }) => !ids.includes(id));
      },
      monitor: {
        async lookForItemsOf(due) {
          recorded.push(...due.flatMap(({ steps }) => steps.map((step) => step.url)));
        },
      },
      now: Date.now,
      wakeSoon: () => {
        wakes += 1;
      },
      patience: PATIENCE,
    });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  /** A request for a file ends now, unless it is told otherwise. */
  function ended(fields: Partial<SeenRequest> = {}): void {
    requests.push(
      seenRequest({
        ...{ url, endedAt: Date.now() },
        navigation: { page: url, framed: false, attachment: null, asksPassword: false, cookieStoreId: null },
        ...fields,
      }),
    );
  }

  it('looks by itself as soon as the first of those that wait has waited long enough', async () => {
    ended();
    await vi.advanceTimersByTimeAsync(1_000);
    ended({ steps: [{ url: 'http://host.example/later.zip', method: 'GET' }] });
    await look();
    await vi.advanceTimersByTimeAsync(1_999);
    expect(recorded).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(recorded).toEqual([url]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(recorded).toEqual([url, 'http://host.example/later.zip']);
  });

  it('has nobody woken once none waits any more', async () => {
    ended();
    await look();
    expect(wakes).toBe(1);
    await vi.advanceTimersByTimeAsync(PATIENCE);
    expect([recorded, wakes]).toEqual([[url], 1]);
    await look();
    expect([wakes, vi.getTimerCount()]).toEqual([1, 0]);
  });

  it('is not for a request that is under way, nor for one that was for no file', async () => {
    ended({ endedAt: null });
    requests.push(seenRequest({ url, endedAt: Date.now() }));
    await look();
    await vi.advanceTimersByTimeAsync(2 * PATIENCE);
    await look();
    expect([recorded, wakes]).toEqual([[], 0]);
  });

  it('keeps nobody longer than usual when the clock is set back as far as that', async () => {
    ended();
    vi.setSystemTime(Date.now() - PATIENCE);
    await look();
    expect(recorded).toEqual([]);
    await vi.advanceTimersByTimeAsync(PATIENCE);
    await look();
    expect(recorded).toEqual([]);
  });
});
