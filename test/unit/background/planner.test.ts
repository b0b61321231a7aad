import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createPlannedJournal, type PlannedJournal } from '../../../src/background/planner.ts';
import { markSeen, reopen, stateOf } from '../../../src/domain/failure.ts';
import type { Troubles } from '../../../src/domain/host-trouble.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { FakeSession, type FakeWorld, startBackground } from '../../fakes/background.ts';
import { storedFailure } from '../../fakes/database.ts';
import { databaseWork } from '../../fakes/database-work.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failureWith } from '../../fakes/failure.ts';
import { seenRequest } from '../../fakes/seen-request.ts';
import { failedSnapshot } from '../../fakes/snapshots.ts';

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

describe('while something can not be read', () => {
  /** A journal of which planning can read nothing that is beside it. */
  function unreadable(): PlannedJournal {
    const refuse = () => Promise.reject(new Error('An unexpected error occurred.'));
    return createPlannedJournal({
      journal: session.journal(() => fake.clock),
      rules: async () => rules,
      troubles: { read: refuse, write: refuse },
      requests: refuse,
      minds: refuse,
      now: () => fake.clock,
      random: () => 0.5,
    });
  }

  it('a failure is recorded and planned without that, and each gap is told', async () => {
    const told = vi.spyOn(console, 'error').mockReturnValue();
    const [failure] = await unreadable().observe([failedSnapshot({ id: 1, reason: 'SERVER_FAILED' })], () => [
      failureWith({ reason: 'SERVER_FAILED', failedAt: fake.clock }),
    ]);
    expect(failure?.next).toMatchObject({ kind: 'planned', number: 1, because: 'backoff' });
    // The requests, what is known of the hosts, and that nothing can be noted of those.
    expect(told).toHaveBeenCalledTimes(3);
    told.mockRestore();
  });
});

describe('what is known of a host', () => {
  const troubles = () => session.value<Troubles | 'nothing'>('troubles', 'nothing').read();
  const fails = async (id: number, reason: string): Promise<void> => {
    fake.fail(id, reason, { canResume: false });
    await background.settled();
  };

  it('is not written for a failure that says nothing about it', async () => {
    await fails(fake.begin({ url }), 'FILE_NO_SPACE');
    expect(await troubles()).toBe('nothing');
  });

  it('is not collected while automatic retry is off', async () => {
    world.rules = null;
    await failed();
    expect(await troubles()).toBe('nothing');
  });

  it('is that it works once the file comes, also if the person gets it by hand and has seen the failure', async () => {
    await failed();
    expect(await troubles()).toEqual({ 'host.example': { failures: 1, openUntil: 0 } });
    await background.journal.change('unseen', markSeen);
    fake.clock += 1_000;
    const again = fake.begin({ url });
    fake.complete(again);
    await background.settled();
    expect(await troubles()).toEqual({});
  });

  it('does not get worse by what fails because this computer has no connection', async () => {
    const fail = (name: string, reason: string) => fails(fake.begin({ url: `${url}/${name}` }), reason);
    for (const name of ['a', 'b', 'c', 'd']) await fail(name, 'NETWORK_FAILED');
    await fail('e', 'NETWORK_DISCONNECTED');
    expect(background.changes.at(-1)?.next).toMatchObject({ because: 'backoff' });
    expect(await troubles()).toEqual({ 'host.example': { failures: 4, openUntil: 0 } });
  });

  it('grows with each failure, however many come at once', async () => {
    const ids = ['a', 'b', 'c'].map((name) => fake.begin({ url: `${url}/${name}` }));
    await Promise.all(ids.map((id) => fails(id, 'NETWORK_FAILED')));
    expect(await troubles()).toEqual({ 'host.example': { failures: 3, openUntil: 0 } });
  });
});

describe('a planned try', () => {
  it('is all that evidence can take away: a new link is still waited for', async () => {
    const link = { kind: 'link', since: fake.clock } as const;
    const id = await failed();
    await background.journal.change({ ids: [id] }, (failure) => ({ ...failure, next: link }));
    world.requests = [seenRequest({ url, at: fake.clock, endedAt: fake.clock, status: 404 })];
    expect(await background.journal.heedEvidence()).toHaveLength(1);
    expect(await storedFailure(id)).toMatchObject({ reason: 'SERVER_BAD_CONTENT', next: link });
  });

  it('does not take the place of a turn when a download by hand fails', async () => {
    const id = await failed();
    await background.journal.change({ ids: [id] }, (failure) => ({ ...failure, next: { kind: 'turn' } }));
    const again = fake.begin({ url });
    await background.settled();
    fake.fail(again, 'SERVER_FAILED', { bytes: 0 });
    await background.settled();
    const failure = await storedFailure(id);
    expect([failure?.attempts.length, failure?.next]).toEqual([2, { kind: 'turn' }]);
  });

  it('is not made when the person says that what came is another file', async () => {
    const id = await failed();
    fake.clock += 1_000;
    fake.complete(fake.begin({ url }));
    await background.settled();
    await background.journal.change({ ids: [id] }, reopen);
    const failure = await storedFailure(id);
    expect(failure && stateOf(failure)).toBe('failed');
    expect(failure?.next).toBeNull();
  });

  it('is made when a download by hand of an old failure fails', async () => {
    world.rules = null;
    const id = await failed();
    world.rules = rules;
    fake.clock += 1_000;
    expect(await failed()).toBe(id);
    expect((await storedFailure(id))?.next).toMatchObject({ kind: 'planned', number: 1 });
  });

  it('is kept by what only notes that the failure was seen', async () => {
    const id = await failed();
    const before = (await storedFailure(id))?.next;
    fake.clock += 1_000;
    await background.journal.change('unseen', markSeen);
    expect((await storedFailure(id))?.next).toEqual(before);
  });
});

describe('the disk', () => {
  it('is not asked where no request has ended', async () => {
    const work = await databaseWork(async () => {
      expect(await background.journal.heedEvidence()).toEqual([]);
    });
    expect(work).toEqual({ records: 0, lookUps: 0, writes: 0, transactions: 0 });
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
