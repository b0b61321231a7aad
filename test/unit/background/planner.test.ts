import { beforeEach, describe, expect, it } from 'vitest';
import { markSeen } from '../../../src/domain/failure.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { FakeSession, type FakeWorld, startBackground } from '../../fakes/background.ts';
import { storedFailure } from '../../fakes/database.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { seenRequest } from '../../fakes/seen-request.ts';

const rules = { tries: 3, firstPause: 60_000, longestPause: 3_600_000, longestAge: 30 * 86_400_000 };
const url = 'http://host.example/export';

let fake: FakeDownloads;
let session: FakeSession;
let world: FakeWorld;
let background: ReturnType<typeof startBackground>;

beforeEach(async () => {
  await emptyJournal();
  fake = new FakeDownloads('firefox');
  session = new FakeSession();
  world = { rules, online: true, random: 0.5, requests: [] };
  background = startBackground(fake, session, world);
  await background.monitor.reconcile('recent');
});

/** Has a download fail, and gives the id of its record. */
async function failed(request: Parameters<FakeDownloads['begin']>[0] = {}): Promise<string> {
  fake.fail(fake.begin({ url, ...request }), 'SERVER_FAILED', { bytes: 0 });
  await background.settled();
  return background.changes.at(-1)?.id ?? '';
}

describe('a failure', () => {
  it('is recorded and can be retried while the settings can not be read', async () => {
    world.settingsUnreadable = true;
    const id = await failed();
    expect(await stored.counts()).toMatchObject({ open: { SERVER_FAILED: 1 }, unseen: 1 });
    await background.rounds.all();
    await expect.poll(async () => (await storedFailure(id))?.attempts.length).toBe(2);
  });

  it('keeps its planned try while the settings can not be read', async () => {
    const id = await failed();
    world.settingsUnreadable = true;
    await background.scheduler.run();
    expect((await storedFailure(id))?.next).toMatchObject({ kind: 'planned' });
  });

  it('is told of when its host can not be noted, as session storage is full', async () => {
    session.memoryFull = true;
    await failed();
    expect(background.changes).toHaveLength(1);
    expect(await background.journal.health()).toEqual({ state: 'fine' });
  });
});

describe('the evidence of a request', () => {
  const missing = (fields = {}) =>
    seenRequest({
      url,
      at: fake.clock,
      endedAt: fake.clock,
      status: 404,
      error: 'NS_BINDING_ABORTED',
      ...fields,
    });

  it('that comes before the failure makes its reason finer in the same write', async () => {
    world.requests = [missing()];
    const id = await failed();
    expect(await storedFailure(id)).toMatchObject({
      reason: 'SERVER_BAD_CONTENT',
      next: null,
      attempts: [{ reason: 'SERVER_FAILED', evidence: { status: 404 } }],
    });
    expect(await stored.counts()).toMatchObject({ open: { SERVER_BAD_CONTENT: 1 } });
  });

  it('that comes after it does too, and drops a planned try that could not help', async () => {
    const id = await failed();
    expect((await storedFailure(id))?.next).toMatchObject({ kind: 'planned' });
    world.requests = [missing()];
    expect(await background.journal.heedEvidence()).toHaveLength(1);
    expect(await storedFailure(id)).toMatchObject({ reason: 'SERVER_BAD_CONTENT', next: null });
    expect(await stored.counts()).toMatchObject({ open: { SERVER_BAD_CONTENT: 1 } });
    expect(await background.journal.heedEvidence()).toEqual([]);
  });

  it('finds its failure when the background died between the two', async () => {
    const id = await failed();
    background = startBackground(fake, session, world);
    world.requests = [missing()];
    await background.journal.heedEvidence();
    expect(await storedFailure(id)).toMatchObject({ reason: 'SERVER_BAD_CONTENT' });
  });

  it.each(['before', 'after'])(
    'that comes %s two failures of one address goes to each of them',
    async (when) => {
      const broken = { status: 200, error: 'NS_ERROR_NET_RESET' };
      const [one, other] = [fake.begin({ url }), fake.begin({ url })];
      const start = fake.clock;
      const end = async (id: number, reason: string, about: object): Promise<void> => {
        fake.clock += 20_000;
        const request = missing({ at: start, ...about });
        if (when === 'before') world.requests = [...world.requests, request];
        fake.fail(id, reason, { bytes: 0 });
        await background.settled();
        if (when === 'after') world.requests = [...world.requests, request];
        await background.journal.heedEvidence();
      };
      await end(one, 'SERVER_FAILED', {});
      await end(other, 'NETWORK_FAILED', broken);
      const [failure, ...others] = await stored.find('open');
      expect(others).toEqual([]);
      expect(failure?.attempts).toMatchObject([
        { item: { id: one }, evidence: { status: 404 } },
        { item: { id: other }, evidence: broken },
      ]);
    },
  );

  it('of two that ended at once in two ways goes nowhere', async () => {
    const at = fake.clock - 10;
    world.requests = [missing({ id: 'one', at }), missing({ id: 'other', at, status: 503 })];
    const id = await failed();
    const attempt = (await storedFailure(id))?.attempts[0];
    expect(attempt).toMatchObject({ state: 'failed' });
    expect(attempt).not.toHaveProperty('evidence');
  });

  it.each(['before', 'after'])('of a chain of redirects that comes %s finds the failure', async (when) => {
    const steps = [url, 'http://cdn.example/1', 'http://cdn.example/2'].map((step) => ({
      url: step,
      method: 'GET',
    }));
    const chain = [missing({ steps })];
    if (when === 'before') world.requests = chain;
    const id = await failed();
    world.requests = chain;
    await background.journal.heedEvidence();
    expect((await storedFailure(id))?.attempts).toMatchObject([
      { evidence: { status: 404, url: 'http://cdn.example/2' } },
    ]);
  });

  it('of private windows stays with their failures', async () => {
    const id = await failed();
    const secret = await failed({ incognito: true });
    world.requests = [missing({ incognito: true })];
    expect((await background.journal.heedEvidence()).map((failure) => failure.id)).toEqual([secret]);
    expect(await storedFailure(id)).toMatchObject({ reason: 'SERVER_FAILED' });
  });
});

describe("a server's answer that comes after the failure", () => {
  it('tells of a form also where the failure was seen', async () => {
    const id = await failed();
    await background.journal.change('unseen', markSeen);
    world.requests = [seenRequest({ url, method: 'POST', at: fake.clock })];
    expect(await background.journal.heedEvidence()).toHaveLength(1);
    // What was planned could only fail.
    expect(await storedFailure(id)).toMatchObject({ method: 'POST', next: null });
    expect(await background.journal.heedEvidence()).toEqual([]);
  });

  it('puts off the planned try', async () => {
    const id = await failed();
    world.requests = [seenRequest({ url, at: fake.clock, waitUntil: fake.clock + 600_000 })];
    await background.journal.heedEvidence();
    expect((await storedFailure(id))?.next).toMatchObject({ because: 'server', at: fake.clock + 600_000 });
  });

  it('changes nothing on disk when it is of a private window', async () => {
    const id = await failed();
    const secret = await failed({ incognito: true });
    world.requests = [seenRequest({ url, method: 'POST', at: fake.clock, incognito: true })];
    expect((await background.journal.heedEvidence()).map((failure) => failure.id)).toEqual([secret]);
    expect(await storedFailure(id)).toMatchObject({ method: null });
  });

  it('changes nothing when it is of a form that was sent later', async () => {
    const id = await failed();
    fake.clock += 5_000;
    world.requests = [seenRequest({ url, method: 'POST', at: fake.clock })];
    expect(await background.journal.heedEvidence()).toEqual([]);
    expect(await storedFailure(id)).toMatchObject({ method: null });
  });
});
