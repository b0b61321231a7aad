import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  attemptCancelled,
  beginAttempt,
  currentAttempt,
  isUnseen,
  stateOf,
} from '../../../src/domain/failure.ts';
import { retryOffer } from '../../../src/domain/retry-policy.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { FakeSession, startBackground } from '../../fakes/background.ts';
import { storedOpen } from '../../fakes/database.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { seenRequest } from '../../fakes/seen-request.ts';

describe.each(['chrome', 'firefox'] as const)('the monitor in %s', (kind) => {
  let fake: FakeDownloads;
  let background: ReturnType<typeof startBackground>;

  beforeEach(async () => {
    await emptyJournal();
    fake = new FakeDownloads(kind);
    background = startBackground(fake);
    // The first look of all, at an empty list.
    await background.monitor.reconcile('recent');
  });

  const failures = (reason = 'NETWORK_FAILED') => storedOpen(reason, 10_000);

  it('records a download that fails', async () => {
    fake.fail(fake.begin({ url: 'http://host.example/a.zip' }), 'NETWORK_FAILED', { bytes: 250 });
    await background.settled();
    const [failure] = await failures();
    expect(failure).toMatchObject({
      url: 'http://host.example/a.zip',
      reason: 'NETWORK_FAILED',
      seen: false,
      attempts: [{ kind: 'first', state: 'failed', bytesReceived: 250, totalBytes: 1000 }],
    });
    expect(await stored.counts()).toEqual({ open: { NETWORK_FAILED: 1 }, unseen: 1, round: null });
  });

  it('records nothing when a download is paused, goes on and completes', async () => {
    const id = fake.begin();
    fake.pause(id);
    await background.settled();
    await fake.search({ id });
    fake.quietly(() => fake.complete(id));
    fake.tellAgain(id);
    await background.settled();
    expect(await stored.counts()).toEqual({ open: {}, unseen: 0, round: null });
  });

  it('records nothing new when a failed download is erased, and keeps the failure', async () => {
    const id = fake.begin();
    fake.fail(id, 'NETWORK_FAILED');
    await background.settled();
    fake.erase(id);
    await background.settled();
    expect(await stored.counts()).toEqual({ open: { NETWORK_FAILED: 1 }, unseen: 1, round: null });
  });

  describe('once a record is deleted', () => {
    async function failAndDelete(incognito = false): Promise<number> {
      const item = fake.begin({ incognito });
      fake.fail(item, 'NETWORK_FAILED');
      await background.settled();
      await background.journal.remove([background.changes.at(-1)?.id ?? '']);
      return item;
    }

    const noFailures = async (): Promise<void> =>
      expect(await background.journal.counts()).toMatchObject({ open: {}, unseen: 0 });

    it('does not bring it back, however soon it looks again', async () => {
      const session = new FakeSession();
      background = startBackground(fake, session);
      for (const incognito of [false, true]) await failAndDelete(incognito);
      await background.monitor.reconcile('recent');
      await noFailures();
      background = startBackground(fake, session);
      await background.monitor.reconcile('recent');
      await noFailures();
    });

    it.each([false, true])(
      'does not bring it back while an older download is still paused (private: %s)',
      async (incognito) => {
        const paused = fake.begin({ incognito });
        fake.pause(paused);
        await background.settled();
        fake.clock += 60_000;
        fake.fail(fake.begin(), 'NETWORK_FAILED');
        await background.settled();
        const id = background.changes.at(-1)?.id ?? '';
        for (let day = 0; day < 3; day += 1) {
          fake.clock += 86_400_000;
          await background.monitor.reconcile('recent');
          await background.journal.remove([id]);
        }
        await background.monitor.reconcile('recent');
        await noFailures();
      },
    );

    it('does not bring back what was only too old, either', async () => {
      fake.pause(fake.begin());
      fake.clock += 60_000;
      fake.fail(fake.begin(), 'NETWORK_FAILED');
      await background.settled();
      let trimmed = 0;
      // The clock is believed once it was seen to go on.
      for (let day = 0; day < 9; day += 1) {
        fake.clock += 86_400_000;
        await background.monitor.reconcile('recent');
        trimmed += await background.journal.trim({ days: 1, records: 100 }, fake.clock, 100);
      }
      expect(trimmed).toBe(1);
      await background.monitor.reconcile('recent');
      await noFailures();
    });

    it('does not bring it back after a restart of the browser, which gives other ids', async () => {
      const session = new FakeSession();
      background = startBackground(fake, session);
      await failAndDelete();
      fake.restart();
      background = startBackground(fake, session.next());
      await background.monitor.reconcile('all');
      await noFailures();
    });

    it('does not bring back what was trimmed, though the background died over it', async () => {
      const session = new FakeSession();
      background = startBackground(fake, session);
      for (let count = 0; count < 3; count += 1) fake.fail(fake.begin(), 'NETWORK_FAILED');
      await background.settled();
      const known = background.changes.map(({ id }) => id);
      const death = session.death();
      void background.journal.trim({ days: 365, records: 1 }, fake.clock, 100);
      await death;
      background = startBackground(fake, session);
      await background.monitor.reconcile('recent');
      expect((await failures()).filter(({ id }) => !known.includes(id))).toEqual([]);
      expect(await background.journal.trim({ days: 365, records: 1 }, fake.clock, 100)).toBe(2);
      await background.monitor.reconcile('recent');
      expect(await failures()).toHaveLength(1);
    });

    it('does not bring it back when a retry that was under way fails', async () => {
      const item = fake.begin();
      fake.fail(item, 'NETWORK_FAILED');
      await background.settled();
      const id = background.changes.at(-1)?.id ?? '';
      await background.retrier.retry(id, 'person');
      fake.clock += 1_000;
      await background.journal.remove([id]);
      fake.clock += 300_000;
      await background.monitor.reconcile('recent');
      fake.fail(item, 'NETWORK_FAILED');
      await background.settled();
      await noFailures();
    });

    it('nor when it was all of the file that was got again', async () => {
      fake.fail(fake.begin(), 'SERVER_FAILED', { bytes: 0 });
      await background.settled();
      const id = background.changes.at(-1)?.id ?? '';
      const download = fake.download.bind(fake);
      // The server takes its time.
      fake.download = (request) => {
        fake.clock += 5_000;
        return download(request);
      };
      await background.retrier.retry(id, 'person');
      await background.journal.remove([id]);
      fake.clock += 300_000;
      await background.monitor.reconcile('recent');
      fake.fail(2, 'SERVER_FAILED', { bytes: 0 });
      await background.settled();
      await noFailures();
    });

    it('nor when what was asked for comes only then', async () => {
      fake.fail(fake.begin(), 'SERVER_FAILED', { bytes: 0 });
      await background.settled();
      const id = background.changes.at(-1)?.id ?? '';
      const download = fake.download.bind(fake);
      let answer = (): void => {};
      fake.download = (request) =>
        new Promise((resolve) => {
          answer = () => resolve(download(request));
        });
      await background.retrier.retry(id, 'person');
      await background.journal.remove([id]);
      fake.clock += 300_000;
      await background.monitor.reconcile('recent');
      answer();
      await expect.poll(async () => (await fake.search({ id: 2 })).length).toBe(1);
      fake.fail(2, 'SERVER_FAILED', { bytes: 0 });
      await background.settled();
      await noFailures();
    });

    it('does not bring it back while session storage is full', async () => {
      const session = new FakeSession();
      background = startBackground(fake, session);
      await background.monitor.reconcile('recent');
      fake.clock += 600_000;
      await failAndDelete();
      session.memoryFull = true;
      fake.clock += 600_000;
      for (let look = 0; look < 2; look += 1) await background.monitor.reconcile('recent');
      await noFailures();
    });

    it('does not bring it back when the clock was set back for a moment', async () => {
      fake.clock += 86_400_000;
      await failAndDelete();
      for (const jump of [600_000, -7_200_000, 7_200_000]) {
        fake.clock += jump;
        await background.monitor.reconcile('recent');
      }
      await noFailures();
    });

    it('does not bring it back when an older download goes on', async () => {
      const old = fake.begin();
      fake.fail(old, 'SERVER_FAILED');
      await background.settled();
      fake.clock += 86_400_000;
      await failAndDelete();
      fake.clock += 86_400_000;
      await background.monitor.reconcile('recent');
      fake.resumeByPerson(old);
      await background.settled();
      await background.monitor.reconcile('all');
      await background.monitor.reconcile('recent');
      expect((await background.journal.counts()).open).toEqual({ SERVER_FAILED: 1 });
    });

    it('records what fails later', async () => {
      const item = await failAndDelete();
      fake.clock += 86_400_000;
      await background.monitor.reconcile('recent');
      fake.fail(fake.begin(), 'SERVER_FAILED');
      await background.settled();
      // And what the person tries again in the browser's own list.
      fake.quietly(() => void fake.resume(item).catch(() => undefined));
      fake.fail(item, 'NETWORK_FAILED');
      await background.settled();
      expect(await background.journal.counts()).toMatchObject({
        open: { SERVER_FAILED: 1, NETWORK_FAILED: 1 },
      });
    });
  });

  it('keeps what the person cancelled apart from the badge', async () => {
    const id = fake.begin();
    fake.pause(id);
    await fake.cancel(id);
    await background.settled();
    expect(await stored.counts()).toEqual({ open: { USER_CANCELED: 1 }, unseen: 0, round: null });
  });

  it('records a failure once, however often it is told', async () => {
    const id = fake.begin();
    fake.fail(id, 'NETWORK_FAILED');
    for (let time = 0; time < 5; time += 1) fake.tellAgain(id);
    await background.settled();
    await background.monitor.reconcile('all');
    expect(await failures()).toHaveLength(1);
    expect((await failures())[0]?.attempts).toHaveLength(1);
  });

  it('finds what failed while the background was not there', async () => {
    fake.quietly(() => fake.fail(fake.begin(), 'NETWORK_FAILED'));
    const woken = startBackground(fake);
    await woken.monitor.reconcile('recent');
    const [failure] = await failures();
    expect(failure?.seen).toBe(false);
  });

  it('finds an old download that fails long after it began', async () => {
    const id = fake.begin();
    fake.clock += 3_600_000;
    await background.monitor.reconcile('recent');
    fake.clock += 3_600_000;
    fake.quietly(() => fake.fail(id, 'NETWORK_FAILED'));
    await background.monitor.reconcile('recent');
    expect(await failures()).toHaveLength(1);
  });

  it('takes what was listed before its very first look as seen', async () => {
    await emptyJournal();
    fake.quietly(() => fake.fail(fake.begin(), 'NETWORK_FAILED'));
    await startBackground(fake).monitor.reconcile('recent');
    const [failure] = await failures();
    expect(failure && isUnseen(failure)).toBe(false);
    expect(await stored.counts()).toEqual({ open: { NETWORK_FAILED: 1 }, unseen: 0, round: null });
  });

  it('brings no deleted record back when the browser tells something of its download long after', async () => {
    const id = fake.begin();
    fake.fail(id, 'NETWORK_FAILED');
    await background.settled();
    await background.journal.remove((await failures()).map((failure) => failure.id));
    fake.clock += 3_600_000;
    await background.monitor.reconcile('recent');
    fake.tellAgain(id);
    await background.settled();
    expect(await failures()).toEqual([]);
  });

  it('takes what failed while its very first look was on its way as news', async () => {
    await emptyJournal();
    const look = startBackground(fake).monitor.reconcile('recent');
    fake.clock += 1;
    fake.quietly(() => fake.fail(fake.begin(), 'NETWORK_FAILED'));
    await look;
    expect(await stored.counts()).toEqual({ open: { NETWORK_FAILED: 1 }, unseen: 1, round: null });
  });

  it('adds an attempt when somebody resumes a failed download, and calls it recovered when it completes', async () => {
    const id = fake.begin();
    fake.fail(id, 'NETWORK_FAILED', { bytes: 500 });
    await background.settled();
    void fake.resume(id).catch(() => undefined);
    await background.settled();
    expect((await failures()).map(stateOf)).toEqual(['retrying']);
    fake.complete(id);
    await background.settled();
    expect(await stored.counts()).toEqual({ open: {}, unseen: 0, round: null });
    expect(background.changes.at(-1)?.attempts.map(({ kind, state }) => [kind, state])).toEqual([
      ['first', 'failed'],
      ['resume', 'completed'],
    ]);
  });

  it('records failures also when it can not read which records were deleted', async () => {
    const session = new FakeSession();
    session.localUnreadable = true;
    background = startBackground(fake, session);
    fake.fail(fake.begin(), 'NETWORK_FAILED');
    await background.settled();
    expect(await failures()).toHaveLength(1);
  });

  it('keeps of an address that holds the file itself only the beginning', async () => {
    const url = `data:application/zip;base64,${'A'.repeat(5_000_000)}`;
    fake.fail(fake.begin({ url, incognito: true }), 'FILE_NO_SPACE');
    await background.settled();
    const [failure] = await background.journal.find('open');
    expect(failure?.url).toHaveLength(2_000);
    expect(JSON.stringify(failure).length).toBeLessThan(10_000);
  });

  it('tells of what is on disk also when the memory for private windows is full', async () => {
    const session = new FakeSession();
    background = startBackground(fake, session);
    session.memoryFull = true;
    fake.quietly(() => {
      fake.fail(fake.begin({ incognito: true }), 'NETWORK_FAILED');
      fake.fail(fake.begin(), 'NETWORK_FAILED');
    });
    await background.monitor.reconcile('recent');
    expect(background.changes).toHaveLength(1);
  });

  it('tells of what was changed on disk also when the memory for private windows is full', async () => {
    const session = new FakeSession();
    background = startBackground(fake, session);
    fake.fail(fake.begin({ incognito: true }), 'NETWORK_FAILED');
    fake.fail(fake.begin(), 'NETWORK_FAILED');
    await background.settled();
    session.memoryFull = true;
    const changed = await background.journal.change('open', (failure) => ({ ...failure, dismissed: true }));
    expect(changed.map(({ incognito }) => incognito)).toEqual([false]);
  });

  it('finds an old download of a private window that fails, and writes not even its time to disk', async () => {
    const item = fake.begin({ incognito: true });
    fake.clock += 86_400_000;
    await background.monitor.reconcile('recent');
    expect(await stored.settledBefore()).toBe(fake.clock - 60_000);
    fake.quietly(() => fake.fail(item, 'NETWORK_FAILED'));
    await background.monitor.reconcile('recent');
    expect(await background.journal.counts()).toMatchObject({ unseen: 1 });
  });

  it('never stores a download of a private window', async () => {
    fake.fail(fake.begin({ incognito: true }), 'NETWORK_FAILED');
    await background.settled();
    await background.monitor.reconcile('all');
    expect(await stored.counts()).toEqual({ open: {}, unseen: 0, round: null });
  });

  it('ends an attempt whose item is erased while it runs', async () => {
    const id = fake.begin();
    fake.fail(id, 'NETWORK_FAILED', { bytes: 500 });
    await background.settled();
    void fake.resume(id).catch(() => undefined);
    await background.settled();
    fake.erase(id);
    await background.settled();
    const [failure] = await failures();
    expect(failure && currentAttempt(failure)).toMatchObject({ state: 'vanished', because: 'removed' });
    expect(background.changes.at(-1)).toEqual(failure);
  });

  describe('promises no resume', () => {
    const offer = async () => {
      const [failure] = await failures();
      return failure && retryOffer(failure, fake.clock);
    };

    async function failWithBytes(): Promise<number> {
      const id = fake.begin();
      fake.fail(id, 'NETWORK_FAILED', { bytes: 500 });
      await background.settled();
      expect(await offer()).toMatchObject({ kind: 'resume', bytes: 500 });
      return id;
    }

    it('of an item that was removed from the list of the browser', async () => {
      fake.erase(await failWithBytes());
      await background.settled();
      expect(await offer()).toEqual({ kind: 'restart' });
    });

    it('of an item that was cancelled in the list of the browser', async () => {
      await fake.cancel(await failWithBytes());
      await background.settled();
      expect(await offer()).toEqual({ kind: 'restart' });
      expect(await stored.counts()).toMatchObject({ open: { NETWORK_FAILED: 1 }, unseen: 1 });
    });

    it('of another download of the file that went on and was cancelled in the list of the browser', async () => {
      const url = 'http://host.example/same.zip';
      const ids = [fake.begin({ url }), fake.begin({ url })];
      for (const id of ids) fake.fail(id, 'NETWORK_FAILED', { bytes: 500 });
      await background.settled();
      fake.resumeByPerson(ids[1] ?? 0);
      await background.settled();
      await fake.cancel(ids[1] ?? 0);
      await background.settled();
      expect(await offer()).toEqual({ kind: 'restart' });
      expect((await failures())[0]?.attempts.map(({ state }) => state)).toEqual(['failed', 'failed']);
    });

    /** The person presses Retry, and Cancel before the browser was asked. */
    const callOff = () =>
      background.journal.change('open', (failure) =>
        attemptCancelled(beginAttempt(failure, 'resume', 'person', fake.clock, 3_000), fake.clock),
      );

    it('of an item that was cancelled in the list of the browser after a resume was called off', async () => {
      const id = await failWithBytes();
      await callOff();
      await fake.cancel(id);
      await background.settled();
      expect(await offer()).toEqual({ kind: 'restart' });
    });

    it('of an item that was removed in the next session after a resume was called off', async () => {
      fake.complete(fake.begin());
      await failWithBytes();
      await callOff();
      fake.restart();
      background = startBackground(fake, new FakeSession('session-2'));
      await background.monitor.reconcile('all');
      expect(await offer()).toMatchObject({ kind: 'resume', bytes: 500 });
      const [item] = fake.failed();
      fake.erase(item?.id ?? 0);
      await background.settled();
      expect(await offer()).toEqual({ kind: 'restart' });
    });

    it('of an item that is gone when the browser starts', async () => {
      const id = await failWithBytes();
      fake.quietly(() => fake.erase(id));
      await startBackground(fake, new FakeSession('session-2')).monitor.reconcile('all');
      expect(await offer()).toEqual({ kind: 'restart' });
    });

    it('and keeps the promise of one that a short look does not list', async () => {
      await failWithBytes();
      for (let look = 0; look < 2; look += 1) {
        fake.clock += 3_600_000;
        await background.monitor.reconcile('recent');
      }
      expect(await offer()).toMatchObject({ kind: 'resume', bytes: 500 });
    });

    it('and keeps the promise for all others', async () => {
      await failWithBytes();
      const other = fake.begin();
      fake.erase(other);
      await background.settled();
      await background.monitor.reconcile('all');
      expect(await offer()).toMatchObject({ kind: 'resume', bytes: 500 });
    });
  });

  /** How often the browser was asked for what, from here on. */
  function searches(): { one: number; all: (string | undefined)[] } {
    const asked = { one: 0, all: [] as (string | undefined)[] };
    const search = fake.search.bind(fake);
    fake.search = (query) => {
      if (query.id === undefined) asked.all.push(query.startedAfter);
      else asked.one += 1;
      return search(query);
    };
    return asked;
  }

  /** Has the browser answer nothing until the returned function is called, with an error. */
  function holdSearch(): () => void {
    const { search } = fake;
    let refuse = (): void => {};
    fake.search = () =>
      new Promise((_resolve, reject) => {
        refuse = () => reject(new Error('The browser is busy.'));
      });
    return () => {
      fake.search = search;
      refuse();
    };
  }

  describe('what it could not look at', () => {
    /** A download that is empty, of which nobody was told. */
    const emptyOne = (): number => {
      let id = 0;
      fake.quietly(() => {
        id = fake.begin({ url: 'http://host.example/empty.zip' });
        fake.complete(id, 0);
      });
      return id;
    };

    it('is looked at with what is told next, as what it was told of', async () => {
      const goOn = holdSearch();
      const looking = background.monitor.hear(emptyOne(), true);
      await new Promise((resolve) => setTimeout(resolve, 5));
      goOn();
      await expect(looking).rejects.toThrow('busy');
      await background.monitor.look(fake.begin({ url: 'http://host.example/other.zip' }));
      expect(await failures('SUSPECT_EMPTY')).toHaveLength(1);
    });

    it('is looked at as what it was told of meanwhile', async () => {
      const id = emptyOne();
      const goOn = holdSearch();
      const looking = background.monitor.look(id);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const hearing = background.monitor.hear(id, true);
      goOn();
      await expect(looking).rejects.toThrow('busy');
      await hearing;
      expect(await failures('SUSPECT_EMPTY')).toHaveLength(1);
    });

    it('is what it was told of, though somebody else looks before it could', async () => {
      const id = emptyOne();
      const hearing = background.monitor.hear(id, true);
      const looking = background.monitor.look(id);
      void background.monitor.hear(id, false);
      await Promise.all([hearing, looking, background.monitor.caughtUp()]);
      expect(await failures('SUSPECT_EMPTY')).toHaveLength(1);
    });

    it('is no news if nobody was told that it has just ended', async () => {
      const id = emptyOne();
      await background.monitor.look(id);
      await background.monitor.hear(id, false);
      expect(await failures('SUSPECT_EMPTY')).toEqual([]);
    });
  });

  it('looks once at a download that is short, and at all that is told of others together', async () => {
    const asked = searches();
    const short = fake.begin();
    for (let count = 0; count < 2; count += 1) void background.monitor.hear(short, false);
    fake.complete(short);
    await background.settled();
    await background.monitor.caughtUp();
    expect(asked.one).toBe(1);
  });

  it('has caught up when it has looked at what was told last, whether or not that could wait', async () => {
    let id = 0;
    fake.quietly(() => {
      id = fake.begin();
      fake.fail(id, 'NETWORK_FAILED');
    });
    void background.monitor.hear(id, false);
    await background.monitor.caughtUp();
    expect(background.changes).toHaveLength(1);
  });

  it('looks around once when many fail together, and not for what is no news', async () => {
    const ids = Array.from({ length: 5 }, () => fake.begin({ url: 'http://host.example/same.zip' }));
    await background.settled();
    const asked = searches();
    for (const id of ids) fake.fail(id, 'NETWORK_FAILED', { canResume: false });
    await background.settled();
    await background.monitor.caughtUp();
    expect(asked.all).toHaveLength(1);
    const [failure] = await failures();
    await background.retrier.retry(failure?.id ?? '', 'person');
    fake.fail(fake.running()[0]?.id ?? 0, 'NETWORK_FAILED', { bytes: 0 });
    await background.settled();
    await background.monitor.caughtUp();
    expect(asked.all).toHaveLength(1);
  });

  it('looks around once for all that it looked at meanwhile', async () => {
    const ids = ['a', 'b'].map((name) => fake.begin({ url: `http://host.example/${name}.zip` }));
    await background.settled();
    fake.quietly(() => {
      for (const id of ids) fake.fail(id, 'NETWORK_FAILED');
    });
    const asked = searches();
    const [first = 0, second = 0] = ids;
    const { search } = fake;
    let answer = (): void => {};
    fake.search = (query) =>
      new Promise((resolve) => {
        answer = () => resolve(search(query));
      });
    const looking = background.monitor.look(first);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const lookingToo = background.monitor.look(second);
    fake.search = search;
    answer();
    await Promise.all([looking, lookingToo]);
    await background.monitor.caughtUp();
    expect([asked.one, asked.all.length]).toEqual([2, 1]);
  });

  it('looks around for a new failure also if it sees another go on in the same moment', async () => {
    const old = fake.begin({ url: 'http://host.example/old.zip' });
    fake.fail(old, 'NETWORK_FAILED');
    await background.settled();
    await background.monitor.caughtUp();
    const asked = searches();
    let id = 0;
    fake.quietly(() => {
      id = fake.begin({ url: 'http://host.example/new.zip' });
      fake.fail(id, 'NETWORK_FAILED');
      fake.resumeByPerson(old);
    });
    await Promise.all([background.monitor.look(old), background.monitor.look(id)]);
    await background.monitor.caughtUp();
    expect(asked.all).toHaveLength(1);
  });

  it('does not bring back, as it looks around, what it can not see to be deleted', async () => {
    const session = new FakeSession();
    background = startBackground(fake, session);
    fake.fail(fake.begin({ url: 'http://host.example/deleted.zip' }), 'NETWORK_FAILED');
    await background.settled();
    await background.journal.remove([background.changes.at(-1)?.id ?? '']);
    session.localUnreadable = true;
    background = startBackground(fake, session);
    fake.fail(fake.begin({ url: 'http://host.example/new.zip' }), 'NETWORK_FAILED');
    await background.settled();
    await background.monitor.caughtUp();
    expect((await failures()).map(({ url }) => url)).toEqual(['http://host.example/new.zip']);
  });

  it('does not look around while the journal can not be read', async () => {
    const session = new FakeSession();
    background = startBackground(fake, session);
    Object.assign(session, { diskUnreadable: true, diskFull: true });
    vi.spyOn(background.journal, 'settledBefore').mockResolvedValue('unknown');
    const told = vi.spyOn(console, 'error').mockReturnValue();
    fake.fail(fake.begin(), 'NETWORK_FAILED');
    await background.settled();
    await background.monitor.caughtUp();
    expect(background.changes).toHaveLength(1);
    expect(told.mock.calls.flat().filter((error) => error instanceof RangeError)).toEqual([]);
    told.mockRestore();
  });

  it('records what began in the very moment from which it looks', async () => {
    fake.clock -= 60_000;
    fake.quietly(() => fake.fail(fake.begin(), 'NETWORK_FAILED'));
    fake.clock += 60_000;
    await background.monitor.reconcile('all');
    expect(await failures()).toHaveLength(1);
  });

  /** A failure with an attempt that a background had begun before it died. */
  async function begun(how: 'resume' | 'restart'): Promise<{ id: string; item: number }> {
    const item = fake.begin();
    fake.fail(item, 'NETWORK_FAILED', { bytes: 500 });
    await background.settled();
    const id = background.changes.at(-1)?.id ?? '';
    await background.journal.change({ ids: [id] }, (failure) =>
      beginAttempt(failure, how, 'person', fake.clock, 10_000),
    );
    background = startBackground(fake);
    return { id, item };
  }

  it('finds that a resume of an old download began, which a background had asked for that died', async () => {
    const { item } = await begun('resume');
    for (let look = 0; look < 2; look += 1) {
      fake.clock += 3_600_000;
      await background.monitor.reconcile('recent');
    }
    fake.quietly(() => fake.resumeByPerson(item));
    await background.monitor.reconcile('recent');
    const [failure] = await failures();
    expect(failure?.attempts.map(({ state }) => state)).toEqual(['failed', 'running']);
  });

  it('tells nobody while a resume is to begin whose download is gone, nor of what it knows already', async () => {
    const { item } = await begun('resume');
    const other = fake.begin();
    fake.fail(other, 'SERVER_FAILED');
    await background.settled();
    await background.monitor.caughtUp();
    // Each look at the queue has the background woken for it.
    await background.scheduler.run();
    const wakes = background.wakes.length;
    expect(wakes).toBeGreaterThan(0);
    fake.quietly(() => fake.erase(item));
    fake.tellAgain(other);
    await background.settled();
    await background.monitor.reconcile('recent');
    await background.scheduler.run();
    expect(background.wakes).toHaveLength(wakes + 1);
  });

  it('asks the browser for no download of a new try that has none yet, nor for one that has ended', async () => {
    await begun('restart');
    const asked = searches();
    await background.monitor.reconcile('recent');
    expect(asked.one).toBe(0);
  });

  it('asks the browser only for those of which the list was cleared', async () => {
    const ids = ['a', 'b'].map((name) => fake.begin({ url: `http://host.example/${name}.zip` }));
    for (const id of ids) fake.fail(id, 'NETWORK_FAILED', { bytes: 500 });
    await background.settled();
    await background.monitor.caughtUp();
    const asked = searches();
    fake.quietly(() => fake.erase(ids[0] ?? 0));
    await background.monitor.lookForVanished(ids[0] ?? 0);
    expect(asked.one).toBe(1);
  });

  it('ends the one of two downloads of a file that has left the list', async () => {
    const url = 'http://host.example/same.zip';
    fake.fail(fake.begin({ url }), 'NETWORK_FAILED', { canResume: false });
    await background.settled();
    const [one, other] = [fake.begin({ url }), fake.begin({ url })];
    await background.settled();
    await background.monitor.caughtUp();
    await background.journal.change('open', (failure) =>
      beginAttempt(failure, 'restart', 'person', fake.clock, 10_000),
    );
    fake.erase(one);
    await background.settled();
    const [failure] = await failures();
    expect(failure?.attempts.slice(1).map(({ item }) => item?.id)).toEqual([other, undefined]);
  });

  it('finds an old download that fails after it was paused for long', async () => {
    const id = fake.begin();
    fake.pause(id);
    for (let look = 0; look < 2; look += 1) {
      fake.clock += 3_600_000;
      await background.monitor.reconcile('recent');
    }
    fake.quietly(() => fake.fail(id, 'NETWORK_FAILED'));
    await background.monitor.reconcile('recent');
    expect(await failures()).toHaveLength(1);
  });

  it('leaves all for later while it can not be read how far it had looked', async () => {
    fake.quietly(() => fake.fail(fake.begin(), 'NETWORK_FAILED'));
    vi.spyOn(background.journal, 'settledBefore').mockResolvedValueOnce('unknown');
    await background.monitor.reconcile('recent');
    expect(await failures()).toEqual([]);
    await background.monitor.reconcile('recent');
    expect(await failures()).toHaveLength(1);
  });

  it('makes nothing of a request that was for no file', async () => {
    await background.monitor.lookForItemsOf([seenRequest({ url: 'http://host.example/', status: 404 })]);
    expect(background.changes).toEqual([]);
  });

  it.runIf(kind === 'firefox')(
    'still promises a resume when another leaves the list that has its old number',
    async () => {
      fake.complete(fake.begin());
      const failed = fake.begin({ url: 'http://host.example/second.zip' });
      fake.fail(failed, 'NETWORK_FAILED', { bytes: 500 });
      await background.settled();
      fake.restart();
      background = startBackground(fake, new FakeSession('session-2'));
      let other = 0;
      fake.quietly(() => {
        other = fake.begin();
        fake.erase(other);
      });
      expect(other).toBe(failed);
      await background.monitor.lookForVanished(other);
      const [failure] = await failures();
      expect(failure && retryOffer(failure, fake.clock)).toMatchObject({ kind: 'resume', bytes: 500 });
    },
  );

  it('looks around again for what fails later', async () => {
    const asked = searches();
    for (const url of ['http://host.example/a.zip', 'http://host.example/b.zip']) {
      fake.fail(fake.begin({ url }), 'NETWORK_FAILED');
      await background.settled();
      await background.monitor.caughtUp();
    }
    expect(asked.all).toHaveLength(2);
  });

  it('asks the browser only for what may have changed, unless it is to look at everything', async () => {
    fake.clock += 3_600_000;
    await background.monitor.reconcile('recent');
    const asked = searches();
    await background.monitor.reconcile('recent');
    await background.monitor.reconcile('all');
    expect(asked.all).toEqual([new Date(fake.clock - 60_000).toISOString(), undefined]);
  });

  it('takes what came after a failure for its file, in whatever order the browser lists them', async () => {
    const url = 'http://host.example/same.zip';
    fake.quietly(() => {
      fake.fail(fake.begin({ url }), 'NETWORK_FAILED', { canResume: false });
      fake.clock += 1_000;
      fake.complete(fake.begin({ url }));
    });
    const search = fake.search.bind(fake);
    fake.search = async (query) => (await search(query)).reverse();
    await background.monitor.reconcile('recent');
    expect(await stored.counts()).toMatchObject({ open: {}, unseen: 0 });
    expect((await stored.newest(null, 9)).failures.map(stateOf)).toEqual(['recovered']);
  });

  it('tells nobody of a look that changed nothing', async () => {
    const id = fake.begin();
    fake.fail(id, 'NETWORK_FAILED');
    await background.settled();
    const told = background.changes.length;
    const wakes = background.wakes.length;
    fake.tellAgain(id);
    await background.settled();
    await background.monitor.reconcile('all');
    expect([background.changes.length, background.wakes.length]).toEqual([told, wakes]);
  });

  it('looks once when the whole list is cleared', async () => {
    for (let count = 0; count < 50; count += 1) fake.fail(fake.begin(), 'NETWORK_FAILED');
    await background.settled();
    let looks = 0;
    const { find } = background.journal;
    background.journal.find = (selection) => {
      if (selection === 'resumable') looks += 1;
      return find(selection);
    };
    for (let id = 1; id <= 50; id += 1) fake.erase(id);
    await background.settled();
    expect(looks).toBe(1);
    expect(await stored.counts()).toEqual({ open: { NETWORK_FAILED: 50 }, unseen: 50, round: null });
  });

  it('tells the same failed download again after a restart of the browser', async () => {
    const first = fake.begin({ url: 'http://host.example/first.zip' });
    fake.clock += 1000;
    const second = fake.begin({ url: 'http://host.example/second.zip' });
    fake.complete(first);
    fake.fail(second, 'NETWORK_FAILED', { bytes: 500 });
    await background.settled();
    fake.restart();
    const woken = startBackground(fake, new FakeSession('session-2'));
    await woken.monitor.reconcile('all');
    expect(await failures()).toHaveLength(1);
    fake.clock += 1000;
    fake.fail(fake.begin({ url: 'http://host.example/third.zip' }), 'NETWORK_FAILED');
    await woken.settled();
    expect((await failures()).map(({ url }) => url)).toEqual([
      'http://host.example/third.zip',
      'http://host.example/second.zip',
    ]);
  });

  // Firefox goes on with what was under way, or no longer lists it.
  describe.runIf(kind === 'chrome')('when the browser is closed', () => {
    async function closeAndStart(): Promise<void> {
      await background.settled();
      fake.restart('close');
      background = startBackground(fake, new FakeSession('session-2'));
      await background.monitor.reconcile('recent');
      await background.monitor.reconcile('all');
    }

    it('says so of what was under way, which Chrome calls cancelled', async () => {
      fake.begin({ url: 'http://host.example/running.zip' });
      fake.clock += 1;
      fake.pause(fake.begin({ url: 'http://host.example/paused.zip' }));
      await background.monitor.reconcile('recent');
      await closeAndStart();
      expect(await stored.counts()).toEqual({ open: { USER_SHUTDOWN: 2 }, unseen: 2, round: null });
      fake.tellAgain(1);
      await background.settled();
      expect(await failures('USER_SHUTDOWN')).toHaveLength(2);
    });

    it('says so of a try of ours, which is then tried again', async () => {
      fake.fail(fake.begin(), 'NETWORK_FAILED');
      await background.settled();
      const id = background.changes.at(-1)?.id ?? '';
      await background.retrier.retry(id, 'person');
      await closeAndStart();
      const [failure] = await failures('USER_SHUTDOWN');
      expect(failure?.attempts.map(({ kind: how, state }) => [how, state])).toEqual([
        ['first', 'failed'],
        ['resume', 'failed'],
      ]);
      expect(failure && retryOffer(failure, fake.clock).kind).toBe('restart');
    });

    it('says so of a try of ours at what had failed long before', async () => {
      fake.fail(fake.begin(), 'NETWORK_FAILED');
      await background.settled();
      fake.clock += 3_600_000;
      await background.monitor.reconcile('recent');
      await background.retrier.retry(background.changes.at(-1)?.id ?? '', 'person');
      await closeAndStart();
      const [failure] = await failures('USER_SHUTDOWN');
      expect(failure?.attempts.map(({ state }) => state)).toEqual(['failed', 'failed']);
    });

    it('leaves cancelled another download of what had failed, which the person had cancelled', async () => {
      const url = 'http://host.example/a.zip';
      fake.fail(fake.begin({ url }), 'NETWORK_FAILED');
      await background.settled();
      fake.clock += 1000;
      const other = fake.begin({ url });
      await background.settled();
      await background.monitor.reconcile('recent');
      await fake.cancel(other);
      await closeAndStart();
      const [failure] = await failures();
      expect(failure?.attempts).toHaveLength(1);
      expect(await stored.counts()).toMatchObject({ open: { NETWORK_FAILED: 1 } });
    });

    it('finds the file there of which another download had come before', async () => {
      const url = 'http://host.example/a.zip';
      const one = fake.begin({ url });
      fake.clock += 1000;
      fake.begin({ url });
      await background.settled();
      await background.monitor.reconcile('recent');
      fake.complete(one);
      await closeAndStart();
      expect((await stored.counts()).open).toEqual({});
    });

    it('leaves cancelled what the person had cancelled before', async () => {
      const [cancelled, other] = [fake.begin(), fake.begin()];
      await background.monitor.reconcile('recent');
      await fake.cancel(cancelled);
      await background.settled();
      fake.complete(other);
      await closeAndStart();
      expect(await stored.counts()).toEqual({ open: { USER_CANCELED: 1 }, unseen: 0, round: null });
    });

    it('calls cancelled what is cancelled later, though nobody heard of it', async () => {
      const session = new FakeSession();
      background = startBackground(fake, session);
      const id = fake.begin();
      await background.settled();
      await background.monitor.reconcile('recent');
      fake.quietly(() => void fake.cancel(id));
      background = startBackground(fake, session);
      await background.monitor.reconcile('recent');
      expect(await stored.counts()).toEqual({ open: { USER_CANCELED: 1 }, unseen: 0, round: null });
    });

    it('keeps nothing on disk of what is under way in a private window', async () => {
      fake.begin({ incognito: true });
      await background.monitor.reconcile('recent');
      expect(await stored.underWay()).toEqual([]);
    });
  });
});
