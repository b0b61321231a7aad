import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  attemptNotStarted,
  beginAttempt,
  currentAttempt,
  type Failure,
  reopen,
  stateOf,
} from '../../../src/domain/failure.ts';
import { BREAKER_LIMIT, type Troubles } from '../../../src/domain/host-trouble.ts';
import { awaitLink } from '../../../src/domain/retry-policy.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { FakeSession, type FakeWorld, startBackground } from '../../fakes/background.ts';
import { onlyStored } from '../../fakes/database.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { seenRequest } from '../../fakes/seen-request.ts';

const url = 'http://host.example/file.zip';
const rules = { tries: 3, firstPause: 60_000, longestPause: 600_000, longestAge: 86_400_000 };

describe.each(['chrome', 'firefox'] as const)('a file that failed in %s', (kind) => {
  let fake: FakeDownloads;
  let session: FakeSession;
  let world: FakeWorld;
  let background: ReturnType<typeof startBackground>;

  const all = async (): Promise<Failure[]> => (await stored.newest(null, 100)).failures;
  const shown = async () => {
    const failure = await onlyStored();
    return { state: stateOf(failure), attempts: failure.attempts.map(({ state }) => state) };
  };
  /** Something happens in the browser, and is in the journal. */
  async function happens<Result>(work: () => Result): Promise<Result> {
    const result = work();
    await background.settled();
    await background.monitor.caughtUp();
    return result;
  }
  const fails = (
    reason = 'NETWORK_FAILED',
    request: Parameters<FakeDownloads['begin']>[0] = {},
    bytes = 500,
  ) =>
    happens(() => {
      fake.clock += 1_000;
      fake.fail(fake.begin({ url, ...request }), reason, { canResume: false, bytes });
    });
  const begins = (request: Parameters<FakeDownloads['begin']>[0] = {}) =>
    happens(() => {
      fake.clock += 1_000;
      return fake.begin({ url, ...request });
    });
  const comes = async (request: Parameters<FakeDownloads['begin']>[0] = {}) => {
    const id = await begins(request);
    await happens(() => fake.complete(id));
  };

  beforeEach(async () => {
    await emptyJournal();
    fake = new FakeDownloads(kind);
    session = new FakeSession();
    world = { rules: null, online: true, random: 0.5, requests: [] };
    background = startBackground(fake, session, world);
    await background.monitor.reconcile('recent');
  });

  it('is recovered when the person downloads it by hand', async () => {
    await fails();
    await comes();
    expect(await shown()).toEqual({ state: 'recovered', attempts: ['failed', 'completed'] });
    expect(await stored.counts()).toMatchObject({ open: {}, unseen: 0 });
    expect((await onlyStored()).attempts[1]).toMatchObject({ by: 'elsewhere', download: { url } });
  });

  it('is one failure however often it fails, and news each time', async () => {
    await fails();
    await background.journal.change('unseen', (failure) => ({ ...failure, seen: true }));
    await fails('SERVER_FAILED');
    await fails();
    expect(await shown()).toEqual({ state: 'failed', attempts: ['failed', 'failed', 'failed'] });
    expect(await stored.counts()).toMatchObject({ open: { NETWORK_FAILED: 1 }, unseen: 1 });
  });

  it('stays one failure when all that we knew of it was lost, and the browser lists our own try, too', async () => {
    const ours = { byExtensionId: fake.ownId };
    fake.quietly(() => {
      for (const request of [{}, ours]) {
        fake.clock += 1_000;
        fake.fail(fake.begin({ url, ...request }), 'NETWORK_FAILED', { canResume: false });
      }
    });
    await background.monitor.reconcile('recent');
    expect(await shown()).toEqual({ state: 'failed', attempts: ['failed', 'failed'] });
  });

  it('is being tried again while the person downloads it, and offers no second download', async () => {
    await fails();
    const id = await begins();
    expect(await shown()).toEqual({ state: 'retrying', attempts: ['failed', 'running'] });
    await background.retrier.retry((await onlyStored()).id, 'person');
    expect(fake.requests).toEqual([]);
    await happens(() => fake.fail(id, 'NETWORK_TIMEOUT'));
    expect(await shown()).toEqual({ state: 'failed', attempts: ['failed', 'failed'] });
    expect((await onlyStored()).reason).toBe('NETWORK_TIMEOUT');
  });

  it('is as it was when the person cancels that download', async () => {
    world.rules = rules;
    await fails();
    const before = await onlyStored();
    const id = await begins();
    await happens(() => fake.cancel(id));
    expect(await onlyStored()).toEqual(before);
    expect(before.next?.kind).toBe('planned');
  });

  it('is as it was when that download leaves the list', async () => {
    await fails();
    const before = await onlyStored();
    const id = await begins();
    await happens(() => fake.erase(id));
    expect(await onlyStored()).toEqual(before);
  });

  it('is not fetched again by what was planned', async () => {
    world.rules = rules;
    await fails();
    expect((await onlyStored()).next?.kind).toBe('planned');
    const id = await begins();
    fake.clock += 3_600_000;
    await background.scheduler.run();
    expect(fake.requests).toEqual([]);
    await happens(() => fake.complete(id));
    fake.clock += 3_600_000;
    await background.scheduler.run();
    expect(await shown()).toEqual({ state: 'recovered', attempts: ['failed', 'completed'] });
    expect(fake.requests).toEqual([]);
  });

  it('leaves its round when the person gets it', async () => {
    await fails();
    // The browser never begins what is asked of it.
    fake.lostCalls = 2;
    await background.rounds.all();
    await comes();
    expect((await stored.counts()).round).toMatchObject({ recovered: 1, waiting: 0, running: 0 });
  });

  it('has its own retry cancelled when the person starts it too', async () => {
    await fails();
    const { id } = await onlyStored();
    await background.retrier.retry(id, 'person');
    await happens(() => undefined);
    const theirs = await begins();
    await expect.poll(async () => (await shown()).attempts).toEqual(['failed', 'cancelled', 'running']);
    await happens(() => fake.complete(theirs));
    expect((await shown()).state).toBe('recovered');
  });

  it('is found to have come while the background was not there', async () => {
    await fails();
    fake.quietly(() => {
      fake.clock += 1_000;
      fake.complete(fake.begin({ url }));
    });
    background = startBackground(fake, session, world);
    await background.monitor.reconcile('recent');
    expect((await shown()).state).toBe('recovered');
  });

  it('is found to have come although the person went on with it beside another download of it', async () => {
    const first = await begins();
    await happens(() => fake.fail(first, 'NETWORK_FAILED'));
    fake.clock += 60_000;
    await begins();
    await background.monitor.reconcile('recent');
    await happens(() => fake.resumeByPerson(first));
    expect(await shown()).toEqual({ state: 'retrying', attempts: ['failed', 'running', 'running'] });
    fake.quietly(() => fake.complete(first));
    background = startBackground(fake, session, world);
    await background.monitor.reconcile('recent');
    expect((await shown()).state).toBe('recovered');
  });

  it('is not taken for what came before it', async () => {
    await comes();
    await fails();
    await background.monitor.reconcile('all');
    expect((await shown()).state).toBe('failed');
  });

  describe('and that another press of its link had brought meanwhile', () => {
    const clearTheList = () =>
      happens(() => {
        for (const { id } of fake.completed()) fake.erase(id);
      });
    const newBackground = (): Promise<void> => {
      background = startBackground(fake, session, world);
      return background.monitor.reconcile('recent');
    };

    it.each([
      ['the later press', 1],
      ['the earlier press', 0],
    ])('is not missing, and the list may be cleared: %s', async (_name, bringer) => {
      const presses = [await begins(), await begins()];
      const [quick = 0] = presses.splice(bringer, 1);
      const [slow = 0] = presses;
      fake.clock += 1_000;
      await happens(() => fake.complete(quick));
      await clearTheList();
      await happens(() => fake.fail(slow, 'NETWORK_FAILED'));
      expect(await shown()).toEqual({ state: 'recovered', attempts: ['failed', 'completed'] });
      expect(await stored.counts()).toMatchObject({ open: {}, unseen: 0 });
    });

    it('is not missing when the background has died since', async () => {
      const slow = await begins();
      await comes();
      await clearTheList();
      fake.quietly(() => fake.fail(slow, 'NETWORK_FAILED'));
      await newBackground();
      expect((await shown()).state).toBe('recovered');
    });

    it('is not missing when it came while the background was dead', async () => {
      const slow = await begins();
      fake.clock += 1_000;
      fake.quietly(() => fake.complete(fake.begin({ url })));
      await newBackground();
      await clearTheList();
      await happens(() => fake.fail(slow, 'NETWORK_FAILED'));
      expect((await shown()).state).toBe('recovered');
    });

    it('is not missing in a private window, and the disk hears nothing of that', async () => {
      const slow = await begins({ incognito: true });
      await comes({ incognito: true });
      await clearTheList();
      await happens(() => fake.fail(slow, 'NETWORK_FAILED'));
      expect(background.changes.map(stateOf).at(-1)).toBe('recovered');
      expect(await all()).toEqual([]);
    });

    it('is not missing when the other press then brings nothing', async () => {
      const [quick, empty] = [await begins(), await begins()];
      await happens(() => fake.complete(quick));
      await clearTheList();
      await happens(() => fake.complete(empty, 0));
      expect((await shown()).state).toBe('recovered');
    });

    it('is forgotten once the other press has brought it, too', async () => {
      const slow = await begins();
      await comes();
      const remembered = session.value<unknown[]>('came beside', []);
      expect(await remembered.read()).toHaveLength(1);
      await happens(() => fake.complete(slow));
      expect(await remembered.read()).toEqual([]);
    });

    it('is not missing when both are looked at together', async () => {
      const quick = await begins();
      const slow = await begins();
      fake.clock += 1_000;
      await happens(() => {
        fake.complete(quick);
        fake.fail(slow, 'NETWORK_FAILED');
      });
      expect((await shown()).state).toBe('recovered');
    });

    it('is not missing when the one that fails has gone on meanwhile, which moves its start in Firefox', async () => {
      const slow = await begins();
      await comes();
      await clearTheList();
      await happens(() => fake.pause(slow));
      fake.clock += 60_000;
      await happens(() => void fake.resume(slow).catch(() => undefined));
      await happens(() => fake.fail(slow, 'NETWORK_FAILED'));
      expect((await shown()).state).toBe('recovered');
    });

    it('is not missing of three presses, when the background was woken by the one that came', async () => {
      const [, quick = 0, slow = 0] = [await begins(), await begins(), await begins()];
      fake.quietly(() => fake.complete(quick));
      background = startBackground(fake, session, world);
      await Promise.all([background.monitor.reconcile('recent'), background.monitor.hear(quick, true)]);
      await clearTheList();
      await happens(() => fake.fail(slow, 'NETWORK_FAILED'));
      expect((await shown()).state).toBe('recovered');
    });

    it('is not missing if a press between the two was cancelled', async () => {
      const first = await begins();
      const cancelled = await begins();
      const empty = await begins();
      await happens(() => fake.complete(empty, 0));
      await happens(() => fake.cancel(cancelled));
      await happens(() => fake.complete(first));
      await newBackground();
      expect((await shown()).state).toBe('recovered');
    });

    it('is missing after that is said to be another file', async () => {
      const slow = await begins();
      await comes();
      await happens(() => fake.fail(slow, 'NETWORK_FAILED'));
      await background.journal.change({ ids: [(await onlyStored()).id] }, reopen);
      await newBackground();
      expect((await shown()).state).toBe('failed');
    });

    it('is missing after that is said to be another file, also when another press fails', async () => {
      const [first, second] = [await begins(), await begins()];
      await comes();
      await clearTheList();
      await happens(() => fake.fail(first, 'NETWORK_FAILED'));
      await background.journal.change({ ids: [(await onlyStored()).id] }, reopen);
      await happens(() => fake.fail(second, 'NETWORK_FAILED'));
      expect((await all()).map(stateOf)).not.toContain('recovered');
    });

    it('is recorded as failed while what came can be neither remembered nor read', async () => {
      const said = vi.spyOn(console, 'error').mockReturnValue();
      const slow = await begins();
      session.memoryFull = true;
      await comes();
      await clearTheList();
      await happens(() => fake.fail(slow, 'NETWORK_FAILED'));
      expect((await shown()).state).toBe('failed');
      expect(said).toHaveBeenCalled();
      said.mockRestore();
    });

    it('is missing if a third press fails that came later', async () => {
      const first = await begins();
      await comes();
      await happens(() => fake.complete(first));
      await clearTheList();
      await fails();
      expect(await shown()).toEqual({ state: 'failed', attempts: ['failed'] });
    });

    it('is missing if a third press fails that came later, though the clock was set back meanwhile', async () => {
      const first = await begins();
      await comes();
      await happens(() => fake.complete(first));
      await clearTheList();
      fake.clock -= 7_200_000;
      await background.monitor.reconcile('recent');
      await fails();
      expect((await shown()).state).toBe('failed');
    });

    it('is missing if a third press fails that came later, though all is looked at together', async () => {
      await begins();
      const quick = await begins();
      fake.clock += 1_000;
      await happens(() => {
        fake.complete(quick);
        fake.clock += 1_000;
        fake.fail(fake.begin({ url }), 'NETWORK_FAILED');
      });
      expect(await shown()).toEqual({ state: 'retrying', attempts: ['failed', 'running'] });
    });

    it('is missing if nothing came though it has something in it', async () => {
      world.minds = false;
      const slow = await begins();
      const empty = await begins();
      await happens(() => fake.complete(empty, 0));
      await happens(() => fake.fail(slow, 'NETWORK_FAILED'));
      expect((await shown()).state).toBe('failed');
    });

    it('is missing if a form led to both', async () => {
      world.requests = [1_000, 2_000].map((after) =>
        seenRequest({ at: fake.clock + after, method: 'POST', url }),
      );
      const slow = await begins();
      await comes();
      await clearTheList();
      await happens(() => fake.fail(slow, 'NETWORK_FAILED'));
      expect((await shown()).state).toBe('failed');
    });
  });

  it('is one failure when two presses of its link fail together, in whatever order', async () => {
    const [one, other] = [await begins(), await begins()];
    await happens(() => {
      fake.fail(other, 'NETWORK_FAILED');
      fake.fail(one, 'NETWORK_FAILED');
    });
    expect(await shown()).toEqual({ state: 'failed', attempts: ['failed', 'failed'] });
  });

  it('stays missing when another file of its name and another size comes', async () => {
    await fails();
    await comes({ url: 'http://host.example/b/file.zip', totalBytes: 999 });
    expect(await shown()).toEqual({ state: 'failed', attempts: ['failed'] });
  });

  it('stays missing when the same comes in a private window', async () => {
    await fails();
    await comes({ incognito: true });
    expect((await shown()).state).toBe('failed');
  });

  it('stays two files where one address gives two names', async () => {
    const program = 'http://host.example/download.php';
    await fails('NETWORK_FAILED', { url: `${program}?id=1`, filename: '/home/me/one.zip' });
    await fails('NETWORK_FAILED', { url: `${program}?id=2`, filename: '/home/me/two.zip', totalBytes: 7 });
    await comes({ url: `${program}?id=2`, filename: '/home/me/two.zip', totalBytes: 7 });
    expect((await all()).map(stateOf)).toEqual(['recovered', 'failed']);
  });

  it('is closed by a link that was signed anew, and tried again with that if it fails', async () => {
    const signed = (signature: string) => `${url}?X-Amz-Signature=${signature}`;
    await fails('SERVER_FORBIDDEN', { url: signed('old') });
    await fails('NETWORK_FAILED', { url: signed('new') });
    expect((await onlyStored()).url).toBe(signed('new'));
    await comes({ url: signed('newest') });
    expect((await shown()).state).toBe('recovered');
  });

  it('waits for a new link after the person went to its page, and is closed by that', async () => {
    const page = { referrer: 'http://host.example/page' };
    await fails('SERVER_FORBIDDEN', { ...page, totalBytes: null });
    await background.journal.change('open', (failure) => awaitLink(failure, fake.clock));
    expect((await onlyStored()).next?.kind).toBe('link');
    await comes({ ...page, url: 'http://cdn.example/anew/file.zip' });
    expect((await shown()).state).toBe('recovered');
  });

  it('waits for no link that nothing could be known by', async () => {
    const item = await begins({ url: 'http://host.example/get?id=5' });
    await happens(() => fake.fail(item, 'SERVER_FORBIDDEN', { bytes: 0 }));
    expect(awaitLink(await onlyStored(), fake.clock)).toBeUndefined();
  });

  it('offers no way back from a download that brought what a retry brought as well', async () => {
    await fails();
    const { id } = await onlyStored();
    await background.retrier.retry(id, 'person');
    const [ours] = fake.running();
    await comes();
    await happens(() => ours && fake.complete(ours.id));
    const failure = await onlyStored();
    expect(failure.attempts.filter(({ state }) => state === 'completed').length).toBeGreaterThan(0);
    const byOurs = failure.attempts.some(({ state, download }) => state === 'completed' && !download);
    expect(reopen(failure) === undefined).toBe(byOurs);
  });

  it('is open again for good when the person says that another file came', async () => {
    await fails();
    const again = { url: 'http://host.example/again/file.zip' };
    await comes(again);
    expect((await shown()).state).toBe('recovered');
    await background.journal.change({ ids: [(await onlyStored()).id] }, reopen);
    await background.monitor.reconcile('all');
    await comes(again);
    expect(await shown()).toEqual({ state: 'failed', attempts: ['failed', 'another-file'] });
    expect(await stored.counts()).toMatchObject({ open: { NETWORK_FAILED: 1 }, unseen: 0 });
    expect(currentAttempt(await onlyStored()).state).toBe('failed');
    await comes();
    expect((await shown()).state).toBe('recovered');
  });

  it('is recovered too when it was dismissed, and comes back when it fails again', async () => {
    await fails();
    const { id } = await onlyStored();
    await background.rounds.dismiss([id]);
    await fails();
    expect(await onlyStored()).toMatchObject({ dismissed: false, seen: false });
    await background.rounds.dismiss([id]);
    await comes();
    expect((await shown()).state).toBe('recovered');
  });

  it('stays deleted when its item is looked at again while the same file fails once more', async () => {
    await fails();
    await background.journal.remove([(await onlyStored()).id]);
    await fails();
    await background.monitor.reconcile('all');
    expect((await shown()).attempts).toEqual(['failed']);
  });

  it('stays deleted when it fails after another download of its name was paused for long', async () => {
    const paused = await begins();
    await happens(() => fake.fail(paused, 'NETWORK_FAILED'));
    fake.clock += 120_000;
    await background.monitor.reconcile('recent');
    await happens(() => fake.resumeByPerson(paused));
    await happens(() => fake.pause(paused));
    const deleted = await begins();
    await background.journal.remove([(await onlyStored()).id]);
    await happens(() => fake.fail(deleted, 'NETWORK_FAILED'));
    await fails();
    fake.clock += 120_000;
    await background.monitor.reconcile('recent');
    for (let look = 0; look < 2; look += 1) await background.monitor.reconcile('all');
    expect((await shown()).attempts).toEqual(['failed', 'running']);
  });

  it('is not being tried again once both of its downloads have left the list', async () => {
    await fails();
    const [one, other] = [await begins(), await begins()];
    await happens(() => {
      fake.erase(one);
      fake.erase(other);
    });
    expect(await shown()).toEqual({ state: 'failed', attempts: ['failed'] });
  });

  it('is not being tried again by a retry that never began when another download of it failed since', async () => {
    await fails();
    const { id } = await onlyStored();
    // The background dies before it asks the browser.
    const begin = (failure: Failure) => beginAttempt(failure, 'restart', 'person', fake.clock, 10_000);
    await background.journal.change({ ids: [id] }, begin);
    await fails();
    fake.clock += 3_600_000;
    await background.retrier.settleOverdue();
    expect(await shown()).toEqual({ state: 'failed', attempts: ['failed', 'not-started', 'failed'] });
  });

  it('is not planned when it failed twice before anybody watched', async () => {
    await emptyJournal();
    session = new FakeSession();
    world.rules = rules;
    fake.quietly(() => {
      for (let time = 0; time < 2; time += 1) {
        fake.clock += 1_000;
        fake.fail(fake.begin({ url }), 'NETWORK_FAILED', { canResume: false });
      }
    });
    background = startBackground(fake, session, world);
    await background.monitor.reconcile('all');
    expect(await onlyStored()).toMatchObject({ seen: true, next: null });
  });

  it('keeps its name when an error page of another name came instead', async () => {
    await fails();
    await fails('SERVER_FORBIDDEN', { filename: '/home/me/Downloads/file.htm', totalBytes: null }, 0);
    await comes();
    expect((await shown()).state).toBe('recovered');
  });

  it('is tried again with its newest link although a retry long ago was never answered', async () => {
    const signed = (signature: string) => `${url}?X-Amz-Signature=${signature}`;
    await fails('NETWORK_FAILED', { url: signed('old') });
    const { id } = await onlyStored();
    await background.journal.change({ ids: [id] }, (failure) =>
      attemptNotStarted(beginAttempt(failure, 'restart', 'person', fake.clock, 10_000), 1, fake.clock, ''),
    );
    fake.clock += 2 * 3_600_000;
    await fails('NETWORK_FAILED', { url: signed('new') });
    expect((await onlyStored()).url).toBe(signed('new'));
  });

  it('is not closed by what had come before the person went to its page', async () => {
    const page = { referrer: 'http://host.example/page' };
    await fails('SERVER_FORBIDDEN', { ...page, totalBytes: null }, 0);
    await comes({ ...page, url: 'http://host.example/other/file.zip' });
    fake.clock += 5_000;
    await background.journal.change('open', (failure) => awaitLink(failure, fake.clock));
    await background.monitor.reconcile('recent');
    expect((await shown()).state).toBe('failed');
  });

  it('is found by its address among many that differ only in what may be a signature', async () => {
    const files = Array.from({ length: 30 }, (_, index) => ({
      url: `http://host.example/get?token=${index}`,
      filename: `/home/me/Downloads/${index}.zip`,
    }));
    for (const file of files) await fails('NETWORK_FAILED', file);
    for (const file of files) await fails('NETWORK_FAILED', { ...file, totalBytes: null });
    expect((await all()).map(({ attempts }) => attempts.length)).toEqual(files.map(() => 2));
  });

  it('does not get its turn in a round that was stopped while the person downloaded it', async () => {
    await fails();
    await fails('NETWORK_FAILED', { url: 'http://host.example/other.zip' });
    await background.rounds.all();
    await background.scheduler.run();
    await happens(() => undefined);
    const waiting = async () => (await all()).find(({ round, attempts }) => round && attempts.length === 1);
    const { url: theirs } = (await waiting()) ?? {};
    const id = await happens(() => fake.begin({ url: theirs ?? '' }));
    await background.rounds.stop();
    await happens(() => fake.cancel(id));
    expect((await stored.counts()).round).toMatchObject({ waiting: 0 });
  });

  it('is still missing when Chrome tells, without a change, of an earlier one that had come', async () => {
    const earlier = await begins();
    await happens(() => fake.complete(earlier));
    await fails();
    await happens(() => fake.tellAgain(earlier));
    expect((await shown()).state).toBe('failed');
  });

  it('is recovered when it came while its record could not be read, and had failed again before that', async () => {
    await fails();
    session.diskUnreadable = true;
    session.diskFull = true;
    await fails();
    await comes();
    session.diskUnreadable = false;
    session.diskFull = false;
    await background.monitor.reconcile('recent');
    expect(await shown()).toEqual({ state: 'recovered', attempts: ['failed', 'failed', 'completed'] });
    expect(await stored.counts()).toMatchObject({ open: {}, unseen: 0 });
  });

  it('says nothing good of its host when it came from another', async () => {
    world.rules = rules;
    const from = (address: string) => ({ url: address, referrer: 'http://page.example/' });
    for (let file = 0; file < BREAKER_LIMIT; file += 1)
      await fails('NETWORK_TIMEOUT', from(`http://bad.example/${file}.zip`));
    await comes(from('http://good.example/0.zip'));
    expect((await all()).filter((failure) => stateOf(failure) === 'recovered')).toHaveLength(1);
    expect(await session.value<Troubles>('troubles', {}).read()).toHaveProperty(['bad.example']);
  });

  it('is not being tried again once a download that began in the same moment has left the list', async () => {
    const [one = 0, other = 0] = await happens(() => [fake.begin({ url }), fake.begin({ url })]);
    await happens(() => fake.fail(one, 'NETWORK_FAILED'));
    expect((await shown()).attempts).toEqual(['failed', 'running']);
    await happens(() => fake.erase(other));
    expect(await shown()).toEqual({ state: 'failed', attempts: ['failed'] });
  });

  it('stays the only failure when the person cancels a second press and the first brings it', async () => {
    await fails();
    const first = await begins();
    const second = await begins();
    await happens(() => fake.cancel(second));
    await happens(() => fake.complete(first));
    await background.monitor.reconcile('recent');
    expect(await shown()).toEqual({ state: 'recovered', attempts: ['failed', 'completed'] });
  });
  it('stays the only failure when the person cancels one download and another brings it', async () => {
    await fails();
    const first = await begins();
    await happens(() => fake.cancel(first));
    await comes();
    await background.monitor.reconcile('recent');
    expect(await shown()).toEqual({ state: 'recovered', attempts: ['failed', 'completed'] });
  });
});
