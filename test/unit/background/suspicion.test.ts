import { beforeEach, describe, expect, it } from 'vitest';
import { columns } from '../../../src/domain/columns.ts';
import {
  accept,
  type Failure,
  isUnseen,
  stateOf,
  suspectAgain,
  suspectFiles,
} from '../../../src/domain/failure.ts';
import { baseName } from '../../../src/domain/file-name.ts';
import { joinAll } from '../../../src/domain/join.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { FakeSession, type FakeWorld, startBackground } from '../../fakes/background.ts';
import { onlyStored } from '../../fakes/database.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';

const url = 'http://host.example/archive.zip';
const rules = { tries: 3, firstPause: 60_000, longestPause: 600_000, longestAge: 86_400_000 };

describe.each(['chrome', 'firefox'] as const)('a completed download in %s', (kind) => {
  let fake: FakeDownloads;
  let session: FakeSession;
  let world: FakeWorld;
  let background: ReturnType<typeof startBackground>;

  const all = async (): Promise<Failure[]> => (await stored.newest(null, 100)).failures;
  const states = async () => (await onlyStored()).attempts.map(({ state }) => state);
  /** Something happens in the browser, and is in the journal. */
  async function happens<Result>(work: () => Result): Promise<Result> {
    const result = work();
    await background.settled();
    await background.monitor.caughtUp();
    return result;
  }
  /** A download begins and completes with so many bytes on disk. */
  async function comes(bytes: number, request: Parameters<FakeDownloads['begin']>[0] = {}): Promise<number> {
    const id = await happens(() => {
      fake.clock += 1_000;
      return fake.begin({ url, ...request });
    });
    await happens(() => fake.complete(id, bytes));
    return id;
  }
  const comesAsPage = (request: Parameters<FakeDownloads['begin']>[0] = {}) =>
    comes(800, { sent: 'text/html; charset=utf-8', totalBytes: 800, ...request });

  beforeEach(async () => {
    await emptyJournal();
    fake = new FakeDownloads(kind);
    session = new FakeSession();
    world = { rules: null, online: true, random: 0.5, requests: [] };
    background = startBackground(fake, session, world);
    await background.monitor.reconcile('recent');
  });

  it('of which nothing is wrong leaves nothing behind', async () => {
    await comes(1000);
    await comes(1000, { sent: 'application/zip' });
    await comes(0, { url: 'http://host.example/.gitkeep', totalBytes: null });
    expect(await all()).toEqual([]);
    expect(background.changes).toEqual([]);
  });

  it('that is a page under another name counts as a new failure', async () => {
    await comesAsPage();
    const failure = await onlyStored();
    expect(failure).toMatchObject({ reason: 'SUSPECT_PAGE', filename: '/home/me/Downloads/archive.zip' });
    expect(failure.attempts[0]).toMatchObject({
      state: 'failed',
      bytesReceived: 800,
      totalBytes: null,
      file: '/home/me/Downloads/archive.zip',
    });
    expect(isUnseen(failure)).toBe(true);
    expect(await stored.counts()).toMatchObject({ open: { SUSPECT_PAGE: 1 }, unseen: 1 });
  });

  it('is looked at once, and not again when it is listed or told of once more', async () => {
    const id = await comesAsPage();
    const before = await onlyStored();
    await happens(() => fake.tellAgain(id));
    await background.monitor.reconcile('all');
    await background.monitor.hear(id, true);
    expect(await onlyStored()).toEqual(before);
  });

  it('is not looked at if it completed while nobody watched', async () => {
    fake.quietly(() => fake.complete(fake.begin({ url, totalBytes: 1000 }), 0));
    await background.monitor.reconcile('all');
    expect(await all()).toEqual([]);
  });

  it('is not suspected if the person does not want that', async () => {
    world.minds = false;
    await comesAsPage();
    await comes(0);
    expect(await all()).toEqual([]);
  });

  it('asks what the person wants only if there is something to suspect, and once for many', async () => {
    await comes(1000);
    expect(world.asked).toBeUndefined();
    fake.quietly(() => {
      for (const name of ['a', 'b', 'c'])
        fake.complete(fake.begin({ url: `http://host.example/${name}.zip`, sent: 'text/html' }), 0);
    });
    await background.monitor.reconcile('all');
    expect(world.asked).toBe(1);
  });

  it('that is a page or empty is never tried again automatically', async () => {
    world.rules = rules;
    await comesAsPage();
    await comes(0, { url: 'http://host.example/empty.zip' });
    expect((await all()).map(({ reason, next }) => [reason, next])).toEqual([
      ['SUSPECT_EMPTY', null],
      ['SUSPECT_PAGE', null],
    ]);
  });

  it.runIf(kind === 'firefox')(
    'that was cut short is tried again like a broken connection, from the start',
    async () => {
      world.rules = rules;
      await comes(1_000_000, { totalBytes: 2_000_000 });
      const failure = await onlyStored();
      expect(failure).toMatchObject({ reason: 'SUSPECT_CUT_SHORT', next: { kind: 'planned', number: 1 } });
      expect(failure.attempts[0]).toMatchObject({ bytesReceived: 1_000_000, totalBytes: 2_000_000 });
      fake.onStart = (id) => fake.complete(id, 2_000_000);
      fake.clock += rules.firstPause;
      await background.scheduler.run();
      await expect.poll(async () => stateOf(await onlyStored())).toBe('recovered');
      expect(fake.requests).toEqual([expect.objectContaining({ url, conflictAction: 'uniquify' })]);
    },
  );

  it('that is a page does not close the failure of its file, whether it was our try or the person’s', async () => {
    await happens(() => fake.fail(fake.begin({ url }), 'NETWORK_FAILED', { bytes: 0 }));
    const { id } = await onlyStored();
    fake.onStart = (item) => setTimeout(() => fake.complete(item, 0));
    await background.retrier.retry(id, 'person');
    await expect.poll(async () => (await onlyStored()).reason).toBe('SUSPECT_EMPTY');
    await comesAsPage();
    expect(await onlyStored()).toMatchObject({ reason: 'SUSPECT_PAGE', seen: false });
    expect(await states()).toEqual(['failed', 'failed', 'failed']);
    expect(stateOf(await onlyStored())).toBe('failed');
  });

  it('that was suspected closes no other failure of its address once nobody minds', async () => {
    for (const name of ['archive', 'other'])
      await happens(() => {
        fake.clock += 1_000;
        const filename = `/home/me/Downloads/${name}.zip`;
        fake.fail(fake.begin({ url, filename }), 'NETWORK_FAILED', { canResume: false });
      });
    await comesAsPage({ totalBytes: null });
    const before = await all();
    expect(before.map(({ reason }) => reason).sort()).toEqual(['NETWORK_FAILED', 'SUSPECT_PAGE']);
    world.minds = false;
    await background.monitor.reconcile('all');
    expect(await all()).toEqual(before);
  });

  it('closes what was suspected before if it is whole, and the record says which file is the good one', async () => {
    await comesAsPage();
    await comes(5000, { filename: '/home/me/Downloads/archive (1).zip', totalBytes: 5000 });
    const failure = await onlyStored();
    expect(stateOf(failure)).toBe('recovered');
    expect(columns.goodFile.value(failure)).toBe('archive (1).zip');
    expect(columns.suspectFile.value(failure)).toBe('archive.zip');
  });

  it('keeps its name while the next try, to which the browser gives a number, is on its way', async () => {
    await comesAsPage();
    const { id } = await onlyStored();
    let item = 0;
    fake.onStart = (started) => {
      item = started;
    };
    await background.retrier.retry(id, 'person');
    await background.settled();
    const name = async () => columns.name.value(await onlyStored());
    expect([await states(), await name()]).toEqual([['failed', 'running'], 'archive.zip']);
    await happens(() => fake.complete(item, 0));
    expect([await states(), await name()]).toEqual([['failed', 'failed'], 'archive.zip']);
    expect(suspectFiles(await onlyStored()).map(baseName)).toEqual([
      'archive.zip',
      kind === 'chrome' ? 'archive (1).zip' : 'archive(1).zip',
    ]);
  });

  it('that was saved as the page it is leaves the file its own name, by which that is known when it comes', async () => {
    await comesAsPage({ filename: '/home/me/Downloads/archive.html' });
    await happens(() => {
      fake.clock += 1_000;
      fake.fail(fake.begin({ url }), 'NETWORK_FAILED', { canResume: false });
    });
    const failure = await onlyStored();
    expect([failure.reason, columns.name.value(failure)]).toEqual(['NETWORK_FAILED', 'archive.zip']);
    await background.retrier.retry(failure.id, 'person');
    expect(fake.requests[0]?.filename).toBe('archive.zip');
    const [ours] = fake.running();
    await happens(() => fake.fail(ours?.id ?? 0, 'NETWORK_FAILED', { canResume: false }));
    await comes(1000);
    expect(stateOf(await onlyStored())).toBe('recovered');
  });

  it('that was saved as the page it is does not hide which file another press brings beside the next', async () => {
    await comesAsPage({ filename: '/home/me/Downloads/archive.html' });
    fake.clock += 1_000;
    const slow = await happens(() => fake.begin({ url }));
    await happens(() => {
      fake.receive(slow, 100);
      fake.tellAgain(slow);
    });
    await comes(1000);
    expect(stateOf(await onlyStored())).toBe('recovered');
  });

  it('that was cut short gives the file its name, where before there was only that of an error page', async () => {
    const refused = { url, filename: '/home/me/Downloads/archive.htm', totalBytes: null };
    await happens(() => fake.fail(fake.begin(refused), 'SERVER_FORBIDDEN', { bytes: 0 }));
    await comes(500);
    expect((await onlyStored()).reason).toBe('SUSPECT_CUT_SHORT');
    await comes(1000);
    expect(stateOf(await onlyStored())).toBe('recovered');
  });

  it('stays suspected if the same is found when the background missed how it ended', async () => {
    await happens(() => fake.fail(fake.begin({ url }), 'NETWORK_FAILED', { bytes: 0 }));
    const again = await happens(() => fake.begin({ url, sent: 'text/html' }));
    fake.quietly(() => fake.complete(again, 700));
    await background.monitor.reconcile('recent');
    expect(await onlyStored()).toMatchObject({ reason: 'SUSPECT_PAGE' });
  });

  it('is fine once the person says so, and doubtful again if they take that back', async () => {
    await comesAsPage();
    const before = await onlyStored();
    await background.journal.change({ ids: [before.id] }, accept);
    const fine = await onlyStored();
    expect(stateOf(fine)).toBe('recovered');
    expect(columns.status.value(fine)).toBe('accepted');
    expect(await stored.counts()).toMatchObject({ open: {}, unseen: 0 });
    await background.monitor.reconcile('all');
    expect(await onlyStored()).toEqual(fine);
    await background.journal.change({ ids: [before.id] }, suspectAgain);
    expect(await onlyStored()).toEqual({ ...before, seen: true });
    expect(columns.status.value(before)).toBe('suspect');
  });

  it('can still be found fine when a later try failed', async () => {
    await comesAsPage();
    await happens(() => {
      fake.clock += 1_000;
      fake.fail(fake.begin({ url }), 'NETWORK_FAILED', { canResume: false });
    });
    const failure = await onlyStored();
    expect(failure.reason).toBe('NETWORK_FAILED');
    const fine = accept(failure);
    expect(fine && stateOf(fine)).toBe('recovered');
    expect(fine && suspectAgain(fine)).toMatchObject({ reason: 'NETWORK_FAILED' });
  });

  it.each([
    ['SUSPECT_PAGE', 800, { sent: 'text/html' }],
    ['SUSPECT_EMPTY', 0, {}],
    ['SUSPECT_CUT_SHORT', 500, {}],
  ])('is another failure (%s) for each thing that one program was asked for', async (reason, bytes, sent) => {
    for (const id of [1, 2]) {
      const asked = { url: `http://host.example/download.php?id=${id}`, filename: '/home/me/archive.zip' };
      await comes(bytes, { ...asked, ...sent });
    }
    const open = (await all()).map((failure) => [failure.url, failure.reason, failure.attempts.length]);
    expect(open).toEqual([
      ['http://host.example/download.php?id=2', reason, 1],
      ['http://host.example/download.php?id=1', reason, 1],
    ]);
    expect(await joinAll(await all())).toHaveLength(2);
    await comes(1000, { url: 'http://host.example/download.php?id=1', filename: '/home/me/archive (1).zip' });
    expect((await all()).map((failure) => [failure.url.slice(-4), stateOf(failure)])).toEqual([
      ['id=2', 'failed'],
      ['id=1', 'recovered'],
    ]);
  });

  it('of a private window leaves nothing on disk', async () => {
    await comesAsPage({ incognito: true });
    expect(await all()).toEqual([]);
    expect(await background.journal.find('open')).toMatchObject([
      { reason: 'SUSPECT_PAGE', incognito: true },
    ]);
  });
});
