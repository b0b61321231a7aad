import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AT_ONCE } from '../../../src/background/scheduler.ts';
import { beginAttempt, currentAttempt, stateOf } from '../../../src/domain/failure.ts';
import type { AutomaticRules } from '../../../src/domain/retry-policy.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { FakeSession, type FakeWorld, startBackground } from '../../fakes/background.ts';
import { storedFailure } from '../../fakes/database.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { seenRequest } from '../../fakes/seen-request.ts';

const rules: AutomaticRules = {
  tries: 3,
  firstPause: 60_000,
  longestPause: 3_600_000,
  longestAge: 30 * 86_400_000,
};

describe.each(['chrome', 'firefox'] as const)('the scheduler in %s', (kind) => {
  let fake: FakeDownloads;
  let session: FakeSession;
  let world: FakeWorld;
  let background: ReturnType<typeof startBackground>;

  beforeEach(async () => {
    await emptyJournal();
    fake = new FakeDownloads(kind);
    session = new FakeSession();
    world = { rules: null, online: true, random: 0.5, requests: [] };
    background = startBackground(fake, session, world);
    await background.monitor.reconcile('recent');
  });

  afterEach(() => {
    session.over = true;
  });

  async function failed(reason: string, url?: string): Promise<string> {
    const item = fake.begin(url === undefined ? {} : { url });
    fake.fail(item, reason, { bytes: 0 });
    await background.settled();
    const failure = background.changes.at(-1);
    if (!failure) throw new Error('Nothing was recorded.');
    return failure.id;
  }

  const next = async (id: string) => (await storedFailure(id))?.next;
  const state = async (id: string) => {
    const failure = await storedFailure(id);
    return failure && stateOf(failure);
  };

  /** The items under way, by their hosts. */
  const underWay = async (): Promise<string[]> =>
    (await fake.search({}))
      .map((item) => item as { id: number; url: string; state: string })
      .filter((item) => item.state === 'in_progress')
      .map(({ url }) => new URL(url).host);

  describe('in a round', () => {
    it('starts a few at once, one for each host, until all are settled', async () => {
      for (let index = 0; index < 24; index += 1) {
        await failed('SERVER_FAILED', `http://host-${index % 8}.example/${index}.zip`);
      }
      await background.rounds.all();
      let most = 0;
      for (let left = 24; left > 0; left -= 1) {
        await expect.poll(async () => (await underWay()).length).toBe(Math.min(left, AT_ONCE));
        const hosts = await underWay();
        expect(new Set(hosts).size).toBe(hosts.length);
        most = Math.max(most, hosts.length);
        const items = (await fake.search({})) as { id: number; state: string }[];
        const running = items.find((item) => item.state === 'in_progress');
        if (!running) throw new Error('Nothing is under way.');
        if (left % 6 === 0) fake.fail(running.id, 'SERVER_FAILED', { bytes: 0 });
        else fake.complete(running.id);
        await background.settled();
      }
      expect(most).toBe(AT_ONCE);
      const { round, open } = await stored.counts();
      expect(round).toMatchObject({ waiting: 0, running: 0, recovered: 20, failedAgain: 4 });
      expect(open).toEqual({ SERVER_FAILED: 4 });
    });

    it('has what was dismissed wait again when that is undone, while the round goes on', async () => {
      const ids = [
        await failed('SERVER_FAILED', 'http://one.example/a'),
        await failed('SERVER_FAILED', 'http://one.example/b'),
        await failed('SERVER_FAILED', 'http://one.example/c'),
      ];
      await background.rounds.all();
      await expect.poll(underWay).toHaveLength(1);
      const waiting = (await Promise.all(ids.map(state))).indexOf('scheduled');
      const id = ids[waiting] ?? '';
      await background.rounds.dismiss([id]);
      expect((await background.journal.counts()).round).toMatchObject({ waiting: 1, running: 1 });
      expect(await background.rounds.restore([id])).toBe(1);
      expect(await state(id)).toBe('scheduled');
      expect((await background.journal.counts()).round).toMatchObject({ waiting: 2, running: 1 });

      await background.rounds.dismiss([id]);
      await background.rounds.stop();
      fake.complete(4);
      await background.settled();
      await background.rounds.restore([id]);
      expect(await state(id)).toBe('failed');
      expect((await background.journal.counts()).round).toMatchObject({ waiting: 0, running: 0 });
    });

    it('counts only what a dismissal or its undoing changed', async () => {
      const [one, other] = [await failed('SERVER_FAILED'), await failed('SERVER_FAILED')];
      expect(await background.rounds.dismiss([one])).toBe(1);
      expect(await background.rounds.dismiss([one, other])).toBe(1);
      expect(await background.rounds.dismiss([one, other])).toBe(0);
      expect(await background.rounds.restore([one])).toBe(1);
      expect(await background.rounds.restore([one, other])).toBe(1);
    });

    it('goes on after the background died', async () => {
      const ids = [
        await failed('SERVER_FAILED', 'http://one.example/a'),
        await failed('SERVER_FAILED', 'http://one.example/b'),
      ];
      await background.rounds.all();
      await expect.poll(async () => (await underWay()).length).toBe(1);
      fake.quietly(() => fake.complete(3));
      background = startBackground(fake, session, world);
      await background.monitor.reconcile('recent');
      await background.scheduler.run();
      await expect.poll(async () => (await underWay()).length).toBe(1);
      fake.complete(4);
      await background.settled();
      expect(await Promise.all(ids.map(state))).toEqual(['recovered', 'recovered']);
    });

    it('counts the restart after a resume that lost what was kept as the same retry', async () => {
      const first = fake.begin({ url: 'http://one.example/a' });
      fake.fail(first, 'NETWORK_FAILED', { bytes: 500 });
      await failed('SERVER_FAILED', 'http://one.example/b');
      const id = background.changes[0]?.id ?? '';
      await background.rounds.many([id]);
      await expect.poll(underWay).toHaveLength(1);
      await background.rounds.all();
      fake.clock += 1;
      fake.fail(first, 'NETWORK_FAILED', { bytes: 0 });
      await background.settled();
      const attempts = async () => (await storedFailure(id))?.attempts.map(({ kind: how, by }) => [how, by]);
      await expect.poll(attempts).toEqual([
        ['first', 'elsewhere'],
        ['resume', 'person'],
        ['restart', 'person'],
      ]);
      await background.scheduler.run();
      expect(fake.requests.map(({ url }) => url)).toEqual(['http://one.example/a']);
      // Written with the failure, so that no death of the background can lose it.
      const failedAgain = background.changes.find(
        (failure) =>
          failure.id === id && failure.attempts.length === 2 && currentAttempt(failure).state === 'failed',
      );
      expect(failedAgain?.next).toEqual({ kind: 'turn' });
    });

    it('leaves out what is too old, unless it was chosen by itself, and says so', async () => {
      const old = await failed('SERVER_FAILED', 'http://one.example/old');
      expect(await background.rounds.group('CRASH')).toEqual({ taken: 0, older: false, busy: false });
      fake.clock += 31 * 86_400_000;
      await failed('SERVER_FAILED', 'http://two.example/new');
      await failed('SERVER_BAD_CONTENT', 'http://three.example/gone');
      expect(await background.rounds.all()).toEqual({ taken: 1, older: true, busy: false });
      expect(await background.rounds.many([old])).toEqual({ taken: 1, older: false, busy: false });
    });

    it('says that what it leaves out is being tried already', async () => {
      const [first, second] = [
        await failed('SERVER_FAILED', 'http://one.example/a'),
        await failed('SERVER_FAILED', 'http://one.example/b'),
      ];
      await background.retrier.retry(first, 'person');
      expect(await background.rounds.many([first])).toEqual({ taken: 0, older: false, busy: true });
      expect(await background.rounds.all()).toEqual({ taken: 1, older: false, busy: true });
      expect(await background.rounds.many([first, second])).toEqual({ taken: 0, older: false, busy: true });
    });

    it('asks nothing else of a host that has not answered yet', async () => {
      for (const name of ['a', 'b']) await failed('SERVER_FAILED', `http://slow.example/${name}`);
      await failed('SERVER_FAILED', 'http://other.example/c');
      const asked = new Set<string>();
      const download = fake.download.bind(fake);
      fake.download = (request) => {
        asked.add(request.url);
        return request.url.includes('slow') ? new Promise(() => {}) : download(request);
      };
      await background.rounds.group('SERVER_FAILED');
      await expect
        .poll(async () => (await stored.counts()).round)
        .toMatchObject({ waiting: 1, failedAgain: 1 });
      await background.scheduler.run();
      expect(asked.size).toBe(2);
      fake.clock += 120_000;
      await background.scheduler.run();
      await expect.poll(() => asked.size).toBe(3);
    });

    it('asks nothing else of a host that has not answered yet, also after the background died', async () => {
      const url = (name: string) => `http://slow.example/${name}.zip`;
      const id = await failed('SERVER_FAILED', url('first'));
      await failed('SERVER_FAILED', url('second'));
      // What a background leaves that dies once it has asked the browser.
      await background.journal.change({ ids: [id] }, (failure) =>
        beginAttempt(failure, 'restart', 'person', fake.clock, 10_000),
      );
      fake.clock += 20_000;
      const asked: string[] = [];
      fake.download = (request) => {
        asked.push(request.url);
        return new Promise(() => {});
      };
      background = startBackground(fake, session, world);
      await background.retrier.settleOverdue();
      expect(await state(id)).toBe('failed');
      const { taken } = await background.rounds.many(
        (await background.journal.find('open')).filter((failure) => failure.id !== id).map((one) => one.id),
      );
      expect(taken).toBe(1);
      await background.scheduler.run();
      expect(asked).toEqual([]);
      fake.clock += 120_000;
      await background.scheduler.run();
      await expect.poll(() => asked).toContain(url('second'));
      await expect
        .poll(async () => (await stored.counts()).round)
        .toMatchObject({ running: 0, failedAgain: 1 });
    });

    it('takes out what still waits when it is stopped', async () => {
      const first = await failed('SERVER_FAILED', 'http://one.example/a');
      const second = await failed('SERVER_FAILED', 'http://one.example/b');
      await background.rounds.many([first, second]);
      await expect.poll(async () => (await underWay()).length).toBe(1);
      await background.rounds.stop();
      expect([await state(first), await state(second)].sort()).toEqual(['failed', 'retrying']);
      expect((await stored.counts()).round).toMatchObject({ waiting: 0, running: 1 });
    });

    it('does not wait for ever for one that can not be started', async () => {
      const id = await failed('SERVER_FAILED');
      await background.journal.change({ ids: [id] }, (failure) => ({
        ...failure,
        url: 'blob:nowhere',
        next: { kind: 'turn' },
        round: 1,
      }));
      await background.scheduler.run();
      await expect.poll(() => next(id)).toBeNull();
    });
  });

  describe('with automatic retry', () => {
    beforeEach(() => {
      world.rules = rules;
    });

    /** Time goes by, and the background is woken. */
    async function wait(ms: number): Promise<void> {
      fake.clock += ms;
      await background.scheduler.run();
    }

    it('does nothing unless it is asked for', async () => {
      world.rules = null;
      expect(await next(await failed('SERVER_FAILED'))).toBeNull();
    });

    it('plans in the moment of the failure, and tries when the pause is over', async () => {
      const id = await failed('SERVER_FAILED');
      expect(await next(id)).toMatchObject({ kind: 'planned', number: 1, of: 3, at: fake.clock + 30_000 });
      await expect.poll(() => background.wakes.at(-1)).toBe(fake.clock + 30_000);
      await wait(29_000);
      expect(await state(id)).toBe('scheduled');
      await wait(1_000);
      await expect.poll(() => state(id)).toBe('retrying');
      fake.complete(2);
      await background.settled();
      expect(await state(id)).toBe('recovered');
    });

    it('stops after the number of tries that the options promise', async () => {
      const id = await failed('SERVER_FAILED');
      for (let number = 1; number <= rules.tries; number += 1) {
        expect(await next(id)).toMatchObject({ kind: 'planned', number });
        await wait(3_600_000);
        await expect.poll(() => state(id)).toBe('retrying');
        fake.fail(1 + number, 'SERVER_FAILED', { bytes: 0 });
        await background.settled();
      }
      expect(await next(id)).toEqual({ kind: 'stopped', why: 'tries', tries: 3 });
      await wait(86_400_000);
      expect(await fake.search({})).toHaveLength(4);
    });

    it('leaves alone what is permanent', async () => {
      expect(await next(await failed('SERVER_BAD_CONTENT'))).toBeNull();
    });

    it('leaves alone what was listed before anybody watched', async () => {
      await emptyJournal();
      fake.quietly(() => fake.fail(fake.begin(), 'SERVER_FAILED', { bytes: 0 }));
      background = startBackground(fake, new FakeSession(), world);
      await background.monitor.reconcile('all');
      expect(background.changes.map((failure) => failure.next)).toEqual([null]);
    });

    it('waits as long as the server asks', async () => {
      const url = 'http://busy.example/a.zip';
      world.requests = [seenRequest({ url, waitUntil: fake.clock + 600_000 })];
      expect(await next(await failed('SERVER_FAILED', url))).toMatchObject({
        because: 'server',
        at: fake.clock + 600_000,
      });
    });

    it('waits while there is no connection, and begins when it returns', async () => {
      const id = await failed('NETWORK_DISCONNECTED');
      world.online = false;
      await wait(60_000);
      await expect.poll(() => next(id)).toMatchObject({ because: 'offline' });
      world.online = true;
      await background.scheduler.run();
      await expect.poll(() => state(id)).toBe('retrying');
    });

    it('leaves a host alone that fails again and again', async () => {
      const ids: string[] = [];
      for (let index = 0; index < 6; index += 1)
        ids.push(await failed('SERVER_FAILED', `http://down.example/${index}`));
      expect(await next(ids[0] ?? '')).toMatchObject({ because: 'backoff' });
      expect(await next(ids[5] ?? '')).toMatchObject({ because: 'host', at: fake.clock + 300_000 });
      const until = fake.clock + 300_000;
      const wakes = background.wakes.length;
      await wait(60_000);
      for (const id of ids) await expect.poll(() => next(id)).toMatchObject({ because: 'host' });
      expect(await underWay()).toEqual([]);
      // Nothing is to be done before.
      expect(new Set(background.wakes.slice(wakes))).toEqual(new Set([until]));
    });

    it('goes on as planned after the background died, the computer slept, or the clock was set back', async () => {
      for (const jump of [86_400_000, -86_400_000]) {
        const id = await failed('SERVER_FAILED', `http://host${jump}.example/a`);
        background = startBackground(fake, session, world);
        await wait(jump);
        await expect.poll(() => state(id)).toBe('retrying');
      }
    });

    it('goes on when the browser was closed during a try and forgot the download', async () => {
      // The person's own removal of a download from the list is no reason to get it again.
      for (const closed of [true, false]) {
        world.rules = rules;
        const id = await failed('SERVER_FAILED');
        fake.clock += 60_000;
        await background.scheduler.run();
        await expect
          .poll(async () => (await storedFailure(id))?.attempts.at(-1))
          .toMatchObject({ state: 'running' });
        const [item] = (await fake.search({})).slice(-1) as { id: number }[];
        if (closed) {
          fake.quietly(() => fake.erase(item?.id ?? 0));
          session = new FakeSession('session-2');
          background = startBackground(fake, session, world);
          await background.monitor.reconcile('all');
        } else {
          fake.erase(item?.id ?? 0);
          await background.settled();
        }
        const again = closed && kind === 'firefox';
        expect(await next(id)).toEqual(
          again ? expect.objectContaining({ kind: 'planned', number: 2 }) : null,
        );
      }
    });

    if (kind === 'firefox') {
      it('leaves alone what Firefox goes on with by itself after a restart', async () => {
        const item = fake.begin();
        fake.fail(item, 'NETWORK_FAILED', { bytes: 500 });
        await background.settled();
        const id = background.changes.at(-1)?.id ?? '';
        await wait(60_000);
        await expect.poll(() => state(id)).toBe('retrying');
        fake.clock += 5_000;
        fake.restart();
        session = session.next();
        background = startBackground(fake, session, world);
        await background.monitor.reconcile('all');
        await wait(3_600_000);
        expect(await state(id)).toBe('retrying');
        expect(fake.requests).toEqual([]);
        fake.complete(1);
        await background.settled();
        expect(await state(id)).toBe('recovered');
      });
    }

    it('does not try what the person cancelled', async () => {
      const id = await failed('SERVER_FAILED');
      await background.retrier.cancel(id);
      expect(await state(id)).toBe('failed');
      await background.retrier.retry(id, 'person');
      await background.retrier.cancel(id);
      await background.settled();
      expect(await next(id)).toBeNull();
      expect(await state(id)).toBe('failed');
    });

    it('lets a plan rest while its failure is dismissed, and goes on with it when that is put back', async () => {
      const id = await failed('SERVER_FAILED');
      await background.rounds.dismiss([id]);
      expect(await state(id)).toBe('failed');
      await wait(3_600_000);
      expect(await underWay()).toEqual([]);
      await background.rounds.restore([id]);
      expect(await state(id)).toBe('scheduled');
      await wait(0);
      await expect.poll(underWay).toHaveLength(1);
    });

    it('begins nothing for what is put back that it had no plan for', async () => {
      world.rules = null;
      const id = await failed('SERVER_FAILED');
      world.rules = rules;
      await background.rounds.dismiss([id]);
      await background.rounds.restore([id]);
      expect(await next(id)).toBeNull();
    });

    it('drops a plan that is put back long after its time', async () => {
      const id = await failed('SERVER_FAILED');
      await background.rounds.dismiss([id]);
      fake.clock += 40 * 86_400_000;
      await background.rounds.restore([id]);
      await wait(0);
      expect(await next(id)).toBeNull();
    });

    it('goes on from zero as the same try when a resume loses what was kept, if it is still on', async () => {
      const lose = async (): Promise<string> => {
        const item = fake.begin({ url: `http://host-${fake.clock}.example/file` });
        fake.fail(item, 'NETWORK_FAILED', { bytes: 500 });
        await background.settled();
        const id = background.changes.at(-1)?.id ?? '';
        await wait(60_000);
        await expect.poll(() => state(id)).toBe('retrying');
        return id;
      };
      const item = async (id: string): Promise<number> => {
        const failure = await storedFailure(id);
        return (failure && currentAttempt(failure).item?.id) ?? 0;
      };
      const on = await lose();
      fake.fail(await item(on), 'NETWORK_FAILED', { bytes: 0 });
      await background.settled();
      await wait(0);
      await expect
        .poll(async () => (await storedFailure(on))?.attempts.map(({ by }) => by))
        .toEqual(['elsewhere', { automatic: 1 }, { automatic: 1 }]);
      const off = await lose();
      world.rules = null;
      fake.fail(await item(off), 'NETWORK_FAILED', { bytes: 0 });
      await background.settled();
      await wait(0);
      expect(await next(off)).toBeNull();
    });

    it('drops a plan that is put back after it was switched off', async () => {
      const id = await failed('SERVER_FAILED');
      await background.rounds.dismiss([id]);
      world.rules = null;
      await background.rounds.restore([id]);
      await wait(0);
      expect(await next(id)).toBeNull();
    });

    it('leaves alone what is dismissed while it is tried again', async () => {
      const id = await failed('SERVER_FAILED');
      await wait(30_000);
      await expect.poll(underWay).toHaveLength(1);
      await background.rounds.dismiss([id]);
      fake.fail(2, 'SERVER_FAILED', { bytes: 0 });
      await background.settled();
      expect(await storedFailure(id)).toMatchObject({ dismissed: true, next: null });
    });

    it('counts a resume that does nothing and the restart after it as one try', async () => {
      const item = fake.begin();
      fake.fail(item, 'NETWORK_FAILED', { bytes: 500 });
      await background.settled();
      const { id } = background.changes.at(-1) ?? { id: '' };
      fake.resume = () => Promise.resolve();
      await wait(60_000);
      await expect.poll(() => state(id)).toBe('retrying');
      await expect.poll(async () => (await storedFailure(id))?.attempts.length).toBe(3);
      fake.fail(item + 1, 'NETWORK_FAILED', { bytes: 0 });
      await background.settled();
      expect(await next(id)).toMatchObject({ kind: 'planned', number: 2 });
    });
  });

  it('cancels an attempt for which the browser has no item yet, and the item when it comes', async () => {
    const id = await failed('SERVER_FAILED');
    const download = fake.download.bind(fake);
    let answer = (): void => {};
    fake.download = (request) =>
      new Promise((resolve) => {
        answer = () => resolve(download(request));
      });
    void background.retrier.retry(id, 'person');
    await expect.poll(() => state(id)).toBe('retrying');
    await background.retrier.cancel(id);
    expect(await state(id)).toBe('failed');
    answer();
    await expect
      .poll(async () => (await fake.search({ id: 2 }))[0])
      .toMatchObject({ error: 'USER_CANCELED' });
    await background.settled();
    const failure = await storedFailure(id);
    expect(failure && currentAttempt(failure).state).toBe('cancelled');
    expect(await fake.search({})).toHaveLength(2);
  });
});
