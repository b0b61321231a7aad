import { beforeEach, describe, expect, it } from 'vitest';
import { currentAttempt, type Failure, stateOf } from '../../../src/domain/failure.ts';
import { defaultRetention } from '../../../src/domain/retention.ts';
import { parseExport } from '../../../src/platform/journal/parse-export.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { mergeImported } from '../../../src/platform/journal/stored-merge.ts';
import { FakeSession, type FakeWorld, startBackground } from '../../fakes/background.ts';
import { onlyStored } from '../../fakes/database.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';
import { seenRequest } from '../../fakes/seen-request.ts';

const url = 'http://host.example/file.zip';
const rules = { tries: 3, firstPause: 60_000, longestPause: 600_000, longestAge: 86_400_000 };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(['chrome', 'firefox'] as const)('in %s', (kind) => {
  let fake: FakeDownloads;
  let world: FakeWorld;
  let background: ReturnType<typeof startBackground>;

  const all = async (): Promise<Failure[]> => (await stored.newest(null, 100)).failures;
  const states = async () => (await all()).map(stateOf);
  /** Something happens in the browser, and is in the journal. */
  async function happens<Result>(work: () => Result): Promise<Result> {
    fake.clock += 1_000;
    const result = work();
    await background.settled();
    await background.monitor.caughtUp();
    return result;
  }
  const begins = (request: Parameters<FakeDownloads['begin']>[0] = {}) =>
    happens(() => fake.begin({ url, ...request }));
  async function fails(request: Parameters<FakeDownloads['begin']>[0] = {}, canResume = false) {
    const id = await begins(request);
    await happens(() => fake.fail(id, 'NETWORK_FAILED', { canResume }));
    return id;
  }
  /** What is due by now has begun. */
  async function tries(): Promise<void> {
    fake.clock += 3_600_000;
    await background.scheduler.run();
    await pause(30);
  }

  beforeEach(async () => {
    await emptyJournal();
    fake = new FakeDownloads(kind);
    world = { rules: null, online: true, random: 0.5, requests: [] };
    background = startBackground(fake, new FakeSession(), world);
    await background.monitor.reconcile('recent');
  });

  describe('of an address that gives many files, whose sizes it does not tell,', () => {
    const many = 'http://host.example/export';
    const named = (name: string) => ({ url: many, filename: `/d/${name}.csv`, totalBytes: null });

    it('a failure stays open when another of its files comes', async () => {
      await fails(named('january'));
      const other = await begins(named('february'));
      await happens(() => fake.complete(other, 700));
      expect(await states()).toEqual(['failed']);
      expect((await onlyStored()).attempts).toHaveLength(1);
    });

    it('each file that fails has a record, and keeps its own name', async () => {
      await fails(named('january'));
      await fails(named('february'));
      expect((await all()).map(({ filename }) => filename).sort()).toEqual([
        '/d/february.csv',
        '/d/january.csv',
      ]);
      expect(await stored.repairCounts()).toBe(false);
    });

    it('one that the person cancels before anything came is not taken for another by the next look', async () => {
      const signed = (token: number) => ({ ...named('january'), url: `${many}?token=${token}` });
      await fails(signed(1));
      const again = await begins(signed(2));
      await happens(() => fake.cancel(again));
      await background.monitor.reconcile('recent');
      await background.monitor.reconcile('recent');
      expect((await onlyStored()).reason).toBe('NETWORK_FAILED');
    });

    it('one is not closed by another that had failed before anything of it came', async () => {
      await fails(named('january'));
      const before = await onlyStored();
      const other = await begins(named('february'));
      await happens(() => fake.fail(other, 'SERVER_FAILED', { bytes: 0 }));
      expect(await onlyStored()).toMatchObject({ reason: 'SERVER_FAILED', attempts: [{}, {}] });
      await happens(() => fake.resumeByPerson(other));
      const { reason, failedAt, attempts } = before;
      expect(await onlyStored()).toMatchObject({ reason, failedAt, attempts });
      await happens(() => fake.complete(other, 700));
      expect(await states()).toEqual(['failed']);
      expect(await stored.counts()).toMatchObject({ open: { NETWORK_FAILED: 1 } });
    });

    it('one is not closed either when we go on with what another of them began', async () => {
      await fails(named('january'));
      const before = await onlyStored();
      const other = await begins(named('february'));
      await happens(() => fake.fail(other, 'NETWORK_FAILED', { bytes: 0, canResume: true }));
      await background.retrier.retry(before.id, 'person');
      expect(fake.running()).toMatchObject([{ id: other }]);
      const { filename, attempts } = before;
      expect(await onlyStored()).toMatchObject({ filename, attempts });
      await happens(() => fake.complete(other, 700));
      expect(await onlyStored()).toMatchObject({ filename, attempts });
    });

    it('our try of one goes on when the person begins another', async () => {
      await fails(named('january'));
      await background.retrier.retry((await onlyStored()).id, 'person');
      await begins(named('february'));
      await pause(50);
      expect(fake.running().map(({ ours }) => ours)).toEqual([true, false]);
      expect(await states()).toEqual(['retrying']);
      expect((await onlyStored()).attempts).toHaveLength(2);
    });

    it('the planned try of one begins although another is on its way', async () => {
      world.rules = rules;
      await fails(named('january'));
      const other = await begins(named('february'));
      await happens(() => {
        fake.receive(other, 100);
        fake.tellAgain(other);
      });
      await tries();
      await expect.poll(() => fake.requests.length).toBe(1);
    });
  });

  it('a part of an archive stays missing when the next one comes, which only a number in its address tells apart', async () => {
    await fails({ url: 'http://host.example/backup%20(1).zip' });
    const next = await begins({ url: 'http://host.example/backup%20(2).zip' });
    await happens(() => fake.complete(next));
    expect(await states()).toEqual(['failed']);
  });

  it('a file has come also when the person went on with the item of a record that was deleted', async () => {
    world.rules = rules;
    const first = await fails({}, true);
    await background.journal.remove([(await onlyStored()).id]);
    await fails();
    await happens(() => fake.resumeByPerson(first));
    expect(await states()).toEqual(['retrying']);
    await tries();
    expect(fake.requests).toEqual([]);
    await happens(() => fake.complete(first));
    expect(await states()).toEqual(['recovered']);
  });

  it.each([true, false])(
    'what the person went on with and paused before anybody looked is neither tried beside that nor let go on (bytes kept: %s)',
    async (canResume) => {
      world.rules = rules;
      const id = await fails({}, canResume);
      await happens(() => {
        fake.resumeByPerson(id);
        fake.receive(id, 700);
        fake.pause(id);
      });
      await tries();
      expect(fake.requests).toEqual([]);
      expect(fake.paused()).toHaveLength(1);
      expect(currentAttempt(await onlyStored())).toMatchObject({ by: 'elsewhere', paused: true });
    },
  );

  it('a file that came after a failure closes it also when both are looked at together', async () => {
    const other = await begins({ url: 'http://host.example/other.zip' });
    const came = await begins();
    // The monitor is busy meanwhile.
    const search = fake.search.bind(fake);
    const held: (() => void)[] = [];
    fake.search = async (query) => {
      if (held.length === 0) await new Promise<void>((resolve) => held.push(resolve));
      return search(query);
    };
    fake.tellAgain(other);
    await pause(5);
    fake.tellAgain(came);
    fake.clock += 1_000;
    fake.fail(fake.begin({ url }), 'NETWORK_FAILED', { canResume: false });
    fake.clock += 1_000;
    fake.complete(came);
    held[0]?.();
    await happens(() => {});
    expect(await states()).toEqual(['recovered']);
  });

  it('a retry goes on that the person pressed while a cancelled one was still on its way to the browser', async () => {
    await fails({}, true);
    const { id } = await onlyStored();
    const resume = fake.resume.bind(fake);
    const held: (() => void)[] = [];
    fake.resume = async (item) => {
      if (held.length === 0) await new Promise<void>((resolve) => held.push(resolve));
      return resume(item);
    };
    const first = background.retrier.retry(id, 'person');
    await pause(10);
    await background.retrier.cancel(id);
    await pause(100);
    await background.retrier.retry(id, 'person');
    held[0]?.();
    await first;
    await happens(() => {});
    expect(fake.running()).toHaveLength(1);
    expect(await states()).toEqual(['retrying']);
  });

  it('an imported file with wrong times has nothing cancelled that the person downloads', async () => {
    const cancelled = { kind: 'restart', by: 'person', item: null, asPage: true, state: 'cancelled' };
    const failure = failureWith({
      ...{ url, finalUrl: url, failedAt: fake.clock },
      attempts: [
        failedAttempt(),
        failedAttempt({ ...cancelled, startedAt: fake.clock, endedAt: fake.clock + 3_600_000 }),
      ],
    });
    const exportedAt = new Date(fake.clock).toISOString();
    const read = parseExport(
      JSON.stringify({ format: 'download-failures', version: 1, exportedAt, failures: [failure] }),
    );
    if (!read.ok) throw new Error(read.problem.code);
    await mergeImported(read.failures, defaultRetention, fake.clock);
    await begins();
    await pause(10);
    expect(fake.failed()).toEqual([]);
    expect(fake.running()).toHaveLength(1);
  });

  it('an address with escaped slashes makes no folder among the downloads', async () => {
    const at = fake.clock;
    const navigation = {
      ...{ page: 'http://host.example/', framed: false, attachment: null },
      ...{ asksPassword: false, cookieStoreId: null },
    };
    const odd = 'http://host.example/%2Fodd%2Ffile.zip';
    const request = seenRequest({ url: odd, at, endedAt: at, status: 503, navigation });
    world.requests = [request];
    await background.monitor.lookForItemsOf([request]);
    await background.retrier.retry((await onlyStored()).id, 'person');
    expect(fake.requests[0]?.filename ?? 'file.zip').toBe('file.zip');
  });

  describe('of a file that is known to have something in it,', () => {
    const list = { url: 'http://host.example/list.csv', filename: '/d/list.csv' };
    const unsized = { ...list, totalBytes: null };

    it('nothing came when a press of its link brings nothing', async () => {
      await fails(list);
      const empty = await begins(unsized);
      await happens(() => fake.complete(empty, 0));
      expect(await states()).toEqual(['failed']);
    });

    it('nothing came when something empty was fetched before anybody looked', async () => {
      await fails(list);
      await happens(() => fake.complete(fake.begin(unsized), 0));
      expect(await states()).toEqual(['failed']);
    });
  });
});
