import { beforeEach, describe, expect, it } from 'vitest';
import { beginAttempt, currentAttempt, type Failure } from '../../../src/domain/failure.ts';
import { retryOffer } from '../../../src/domain/retry-policy.ts';
import { counts } from '../../../src/platform/journal/stored.ts';
import { startBackground } from '../../fakes/background.ts';
import { storedFailure } from '../../fakes/database.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';

describe.each(['chrome', 'firefox'] as const)('the retrier in %s', (kind) => {
  let fake: FakeDownloads;
  let background: ReturnType<typeof startBackground>;

  beforeEach(async () => {
    await emptyJournal();
    fake = new FakeDownloads(kind);
    background = startBackground(fake);
    await background.monitor.reconcile('recent');
  });

  /** A failure that stands in the journal, and the browser's id of its item. */
  async function failed(reason: string, options?: { url?: string; bytes?: number; canResume?: boolean }) {
    const item = fake.begin(options?.url === undefined ? {} : { url: options.url });
    fake.fail(item, reason, options);
    await background.settled();
    const failure = background.changes.at(-1);
    if (!failure) throw new Error('Nothing was recorded.');
    return { id: failure.id, item };
  }

  async function attemptsOf(id: string): Promise<string[]> {
    const attempts = (await storedFailure(id))?.attempts ?? [];
    return attempts.map(({ kind: how, state }) => `${how} ${state}`);
  }

  const stored = async (id: string): Promise<Failure> => {
    const failure = await storedFailure(id);
    if (!failure) throw new Error(`There is no failure ${id}.`);
    return failure;
  };

  it('resumes what the browser can resume', async () => {
    const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
    await background.retrier.retry(id, 'person');
    expect(await attemptsOf(id)).toEqual(['first failed', 'resume running']);
    fake.complete(item);
    await background.settled();
    expect(await attemptsOf(id)).toEqual(['first failed', 'resume completed']);
    expect(await counts()).toEqual({ open: {}, unseen: 0, round: null });
  });

  it('starts anew what the browser can not resume, and makes no new failure of it', async () => {
    const { id, item } = await failed('SERVER_FAILED', { bytes: 0 });
    await background.retrier.retry(id, 'person');
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart running']);
    fake.fail(item + 1, 'SERVER_FAILED', { bytes: 0 });
    await background.settled();
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart failed']);
    expect(await counts()).toMatchObject({ open: { SERVER_FAILED: 1 } });
  });

  it('notes a retry that fails before anybody could see it run', async () => {
    const { id } = await failed('SERVER_FAILED', { bytes: 0 });
    fake.onStart = (item) => fake.fail(item, 'SERVER_FORBIDDEN', { bytes: 0 });
    await background.retrier.retry(id, 'person');
    await background.settled();
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart failed']);
    expect((await stored(id)).reason).toBe('SERVER_FORBIDDEN');
  });

  it('notes a resume that fails at once for the same reason', async () => {
    const { id } = await failed('NETWORK_FAILED', { bytes: 500 });
    fake.onStart = (item) => fake.fail(item, 'NETWORK_FAILED', { bytes: 500 });
    await background.retrier.retry(id, 'person');
    await background.settled();
    expect(await attemptsOf(id)).toEqual(['first failed', 'resume failed']);
  });

  it('starts anew when the item to resume is gone', async () => {
    const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
    fake.quietly(() => fake.erase(item));
    await background.retrier.retry(id, 'person');
    expect(await attemptsOf(id)).toEqual(['first failed', 'resume not-started', 'restart running']);
  });

  const stateOfItem = async (id: number): Promise<unknown> => {
    const [item] = await fake.search({ id });
    return (item as { state: string } | undefined)?.state;
  };

  it('ends its own download when the person goes on with the file in the list of the browser', async () => {
    const { id, item } = await failed('NETWORK_FAILED', { bytes: 500, canResume: false });
    await background.retrier.retry(id, 'person');
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart running']);
    fake.resumeByPerson(item);
    await expect.poll(() => stateOfItem(item + 1)).toBe('interrupted');
    fake.complete(item);
    await background.settled();
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart cancelled', 'resume completed']);
    expect((await stored(id)).filename).toContain(`file-${item}.zip`);
    expect(await counts()).toEqual({ open: {}, unseen: 0, round: null });
  });

  it('ends its own download also when the background dies over the news that the file is there', async () => {
    const { id, item } = await failed('NETWORK_FAILED', { bytes: 500, canResume: false });
    await background.retrier.retry(id, 'person');
    fake.quietly(() => {
      fake.resumeByPerson(item);
      fake.complete(item);
    });
    // It can still write the news down, but no longer act on it.
    fake.cancel = async () => undefined;
    await background.monitor.look(item);
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart running', 'resume completed']);
    const woken = startBackground(fake);
    Reflect.deleteProperty(fake, 'cancel');
    await woken.monitor.reconcile('recent');
    await expect.poll(() => stateOfItem(item + 1)).toBe('interrupted');
  });

  it('leaves alone what the person resumes in the list of the browser after pressing Cancel', async () => {
    const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
    const resume = fake.resume.bind(fake);
    fake.resume = (which) => {
      void background.retrier.cancel(id);
      return resume(which);
    };
    await background.retrier.retry(id, 'person');
    await expect.poll(() => stateOfItem(item)).toBe('interrupted');
    await background.settled();
    fake.clock += 10_000;
    fake.resumeByPerson(item);
    await background.settled();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await stateOfItem(item)).toBe('in_progress');
    expect((await attemptsOf(id)).at(-1)).toBe('resume running');
  });

  it('keeps one of two transfers when the browser begins a resume only after the time limit', async () => {
    const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
    const resume = fake.resume.bind(fake);
    fake.resume = () => Promise.resolve();
    await background.retrier.retry(id, 'person');
    expect(await attemptsOf(id)).toEqual(['first failed', 'resume not-started', 'restart running']);
    fake.clock += 5_000;
    void resume(item).catch(() => undefined);
    await background.settled();
    await expect.poll(() => stateOfItem(item + 1)).toBe('interrupted');
    await background.settled();
    expect(await stateOfItem(item)).toBe('in_progress');
    expect(await attemptsOf(id)).toEqual([
      'first failed',
      'resume not-started',
      'restart cancelled',
      'resume running',
    ]);
  });

  it('sees that a resume began though a long list keeps the monitor busy', async () => {
    const { id } = await failed('NETWORK_FAILED', { bytes: 500 });
    const search = fake.search.bind(fake);
    fake.search = async (query) => {
      if (query.id === undefined) await new Promise((resolve) => setTimeout(resolve, 200));
      return search(query);
    };
    const looking = background.monitor.reconcile('all');
    await background.retrier.retry(id, 'person');
    await looking;
    await background.settled();
    expect(await attemptsOf(id)).toEqual(['first failed', 'resume running']);
    expect(fake.requests).toEqual([]);
  });

  it('takes a slow item for the retry that still wants it, not for one called off long before', async () => {
    const url = 'http://host.example/same.zip';
    for (let time = 0; time < 8; time += 1) {
      await emptyJournal();
      fake = new FakeDownloads(kind);
      background = startBackground(fake);
      await background.monitor.reconcile('recent');
      const failSame = async (filename: string): Promise<string> => {
        fake.fail(fake.begin({ url, filename }), 'NETWORK_FAILED', { bytes: 1, canResume: false });
        await background.settled();
        return background.changes.at(-1)?.id ?? '';
      };
      const [old, wanted] = [await failSame('/home/me/one.zip'), await failSame('/home/me/two.zip')];
      const download = fake.download.bind(fake);
      fake.download = () => new Promise(() => {});
      const given = background.retrier.retry(old, 'person');
      await expect.poll(() => attemptsOf(old)).toEqual(['first failed', 'restart starting']);
      await background.retrier.cancel(old);
      await given;
      let answer = (): void => {};
      fake.download = (request) =>
        new Promise((resolve) => {
          answer = () => resolve(download(request));
        });
      await background.retrier.retry(wanted, 'person');
      fake.clock += 1_000;
      answer();
      await expect.poll(async () => (await attemptsOf(wanted)).at(-1)).toBe('restart running');
    }
  });

  it('lets the browser choose a name when it refuses the one that the file had', async () => {
    const item = fake.begin({ filename: '/home/me/Downloads/x.lnk' });
    fake.fail(item, 'SERVER_FAILED', { bytes: 100, canResume: false });
    await background.settled();
    const id = background.changes.at(-1)?.id ?? '';
    await background.retrier.retry(id, 'person');
    expect(fake.requests.map(({ filename }) => filename)).toEqual(['x.lnk', undefined]);
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart running']);
  });

  it('does not take the next resume of an item for one that was called off', async () => {
    const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
    const resume = fake.resume.bind(fake);
    fake.resume = () => background.retrier.cancel(id);
    await background.retrier.retry(id, 'person');
    fake.resume = resume;
    await background.retrier.retry(id, 'person');
    await background.settled();
    expect(await attemptsOf(id)).toEqual(['first failed', 'resume cancelled', 'resume running']);
    expect((await fake.search({ id: item }))[0]).toMatchObject({ state: 'in_progress' });
  });

  it('cancels a download that shows in the moment of the press', async () => {
    const { id, item } = await failed('SERVER_FAILED', { bytes: 0 });
    const download = fake.download.bind(fake);
    let cancelled: Promise<void> | undefined;
    fake.download = (request) => {
      const started = download(request);
      cancelled = background.retrier.cancel(id);
      return started;
    };
    await background.retrier.retry(id, 'person');
    await cancelled;
    await expect
      .poll(async () => (await fake.search({ id: item + 1 }))[0])
      .toMatchObject({ state: 'interrupted', error: 'USER_CANCELED' });
  });

  it('asks again by itself when a call was lost', async () => {
    const { id } = await failed('SERVER_FAILED', { bytes: 0 });
    fake.lostCalls = 1;
    await background.retrier.retry(id, 'person');
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart not-started', 'restart running']);
  });

  it('cancels the download of a call that was only slow when another has taken its place', async () => {
    const { id, item } = await failed('SERVER_FAILED', { bytes: 0 });
    const download = fake.download.bind(fake);
    let answer = (): void => {};
    let calls = 0;
    fake.download = (request) => {
      calls += 1;
      if (calls > 1) return download(request);
      return new Promise((resolve) => {
        answer = () => resolve(download(request));
      });
    };
    await background.retrier.retry(id, 'person');
    answer();
    await expect.poll(() => attemptsOf(id)).toEqual(['first failed', 'restart cancelled', 'restart running']);
    await expect
      .poll(async () => (await fake.search({ id: item + 2 }))[0])
      .toMatchObject({ state: 'interrupted' });
    fake.complete(item + 1);
    await background.settled();
    expect(await counts()).toEqual({ open: {}, unseen: 0, round: null });
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart cancelled', 'restart completed']);
  });

  it('still knows a download that a slow server begins long after the time limit', async () => {
    const { id, item } = await failed('SERVER_FAILED', { bytes: 0 });
    const download = fake.download.bind(fake);
    let answer = (): void => {};
    fake.download = (request) =>
      new Promise((resolve) => {
        answer = () => resolve(download(request));
      });
    await background.retrier.retry(id, 'person');
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart not-started', 'restart not-started']);
    answer();
    await expect
      .poll(() => attemptsOf(id))
      .toEqual(['first failed', 'restart not-started', 'restart running']);
    fake.complete(item + 1);
    await background.settled();
    expect(await counts()).toEqual({ open: {}, unseen: 0, round: null });
  });

  describe('asks for a new download', () => {
    const names = () => fake.requests.map(({ filename }) => filename);

    it('by the name that the file had, once the server has sent some of it', async () => {
      const { id } = await failed('SERVER_FAILED', { bytes: 100, canResume: false });
      await background.retrier.retry(id, 'person');
      expect(names()).toEqual(['file-1.zip']);
    });

    it('by that name also where the server sent none of it at the last try', async () => {
      const { id, item } = await failed('SERVER_FAILED', { bytes: 100, canResume: false });
      await background.retrier.retry(id, 'person');
      fake.fail(item + 1, 'SERVER_FAILED', { bytes: 0 });
      await background.settled();
      await background.retrier.retry(id, 'person');
      expect(names()).toEqual(['file-1.zip', 'file-1.zip']);
    });

    it('without a name that may only be that of an error page, as it may be in Chrome', async () => {
      const { id } = await failed('SERVER_FAILED', { bytes: 0 });
      await background.retrier.retry(id, 'person');
      expect(names()).toEqual([kind === 'firefox' ? 'file-1.zip' : undefined]);
    });

    it('only once where the browser says no, and leaves the next to the person', async () => {
      const { id } = await failed('SERVER_FAILED', { bytes: 0 });
      let calls = 0;
      fake.download = () => {
        calls += 1;
        return Promise.reject(new Error('Invalid URL.'));
      };
      await background.retrier.retry(id, 'person');
      expect(calls).toBe(1);
      expect(await attemptsOf(id)).toEqual(['first failed', 'restart not-started']);
    });

    it('where the browser refuses to resume, and says what it was told', async () => {
      const { id } = await failed('NETWORK_FAILED', { bytes: 500 });
      fake.resume = () => Promise.reject('No.');
      await background.retrier.retry(id, 'person');
      expect(await attemptsOf(id)).toEqual(['first failed', 'resume not-started', 'restart running']);
      expect((await stored(id)).attempts[1]).toMatchObject({ message: kind === 'chrome' ? 'No.' : '' });
    });

    it('for nobody who pressed Cancel while the first was silent', async () => {
      const { id } = await failed('NETWORK_FAILED', { bytes: 500 });
      fake.resume = async () => undefined;
      let calls = 0;
      fake.download = () => {
        calls += 1;
        void background.retrier.cancel(id);
        return new Promise(() => {});
      };
      await background.retrier.retry(id, 'person');
      expect(calls).toBe(1);
      expect(await attemptsOf(id)).toEqual(['first failed', 'resume not-started', 'restart cancelled']);
    });

    it('for nothing that is not there', async () => {
      await background.retrier.retry('nothing', 'person');
      expect([fake.requests, background.changes]).toEqual([[], []]);
    });

    it('not when the file has come while nobody looked', async () => {
      const { id } = await failed('SERVER_FAILED', { bytes: 0, url: 'http://host.example/same.zip' });
      let item = 0;
      fake.quietly(() => {
        item = fake.begin({ url: 'http://host.example/same.zip' });
        fake.complete(item);
      });
      void background.monitor.hear(item, false);
      await background.retrier.retry(id, 'person');
      expect(fake.requests).toEqual([]);
      expect(await attemptsOf(id)).toEqual(['first failed', 'restart completed']);
    });
  });

  describe('from the queue', () => {
    const inQueue = (id: string) =>
      background.journal.change({ ids: [id] }, (failure) => ({ ...failure, next: { kind: 'turn' } }));

    it('retries what is in it', async () => {
      const { id } = await failed('NETWORK_FAILED', { bytes: 500 });
      await inQueue(id);
      await background.retrier.retryQueued(id, 'person');
      expect(await attemptsOf(id)).toEqual(['first failed', 'resume running']);
    });

    it.each([0, 500])('retries nothing that was taken out of it, with %i bytes kept', async (bytes) => {
      const { id } = await failed('NETWORK_FAILED', { bytes });
      await inQueue(id);
      await background.retrier.cancel(id);
      await background.retrier.retryQueued(id, 'person');
      expect(await attemptsOf(id)).toEqual(['first failed']);
    });

    it('takes out what can not be retried', async () => {
      const { id } = await failed('SERVER_BAD_CONTENT', { bytes: 0 });
      await inQueue(id);
      await background.retrier.retryQueued(id, 'person');
      expect((await stored(id)).next).toBeNull();
    });

    it('goes on from zero when a resume does nothing, though it is in no queue any more', async () => {
      const { id } = await failed('NETWORK_FAILED', { bytes: 500 });
      await inQueue(id);
      fake.resume = async () => undefined;
      await background.retrier.retryQueued(id, { automatic: 2 });
      const { attempts } = await stored(id);
      expect(attempts.map(({ kind: how, by }) => [how, by])).toEqual([
        ['first', 'elsewhere'],
        ['resume', { automatic: 2 }],
        ['restart', { automatic: 2 }],
      ]);
    });
  });

  describe('when the person presses Cancel', () => {
    it('cancels what is under way', async () => {
      const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
      await background.retrier.retry(id, 'person');
      await background.retrier.cancel(id);
      await background.settled();
      expect(await stateOfItem(item)).toBe('interrupted');
      expect((await stored(id)).reason).toBe('NETWORK_FAILED');
    });

    it('changes nothing of what is neither under way nor to come', async () => {
      const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
      const [before, told] = [await stored(id), background.changes.length];
      await background.retrier.cancel(id);
      expect(await stored(id)).toEqual(before);
      expect(background.changes).toHaveLength(told);
      expect((await fake.search({ id: item }))[0]).toMatchObject({ canResume: true });
    });

    it('takes it out of the queue', async () => {
      const { id } = await failed('NETWORK_FAILED', { bytes: 500 });
      await background.journal.change({ ids: [id] }, (failure) => ({ ...failure, next: { kind: 'turn' } }));
      await background.retrier.cancel(id);
      expect((await stored(id)).next).toBeNull();
    });

    it('has nothing to do for what is not there', async () => {
      await background.retrier.cancel('nothing');
      expect(background.changes).toEqual([]);
    });
  });

  describe('after the death of a background', () => {
    /** An attempt that was begun and never asked for. */
    async function begun(limit: number): Promise<string> {
      const { id } = await failed('SERVER_FAILED', { bytes: 0 });
      await background.journal.change({ ids: [id] }, (failure) =>
        beginAttempt(failure, 'restart', 'person', fake.clock, limit),
      );
      background = startBackground(fake);
      return id;
    }

    it('waits for the rest of the time that the browser has, and then ends it by itself', async () => {
      const id = await begun(50);
      await background.retrier.settleOverdue();
      expect(await attemptsOf(id)).toEqual(['first failed', 'restart starting']);
      fake.clock += 50;
      await expect.poll(() => attemptsOf(id)).toEqual(['first failed', 'restart not-started']);
    });

    it('waits as long as the slowest kind of attempt may', async () => {
      const id = await begun(1_000);
      const limits = { resume: 10, restart: 20, asPage: 1_000 };
      await startBackground(fake, undefined, undefined, undefined, undefined, limits).retrier.settleOverdue();
      expect(await attemptsOf(id)).toEqual(['first failed', 'restart starting']);
    });

    it('waits no longer than any attempt may', async () => {
      const id = await begun(51);
      await background.retrier.settleOverdue();
      expect(await attemptsOf(id)).toEqual(['first failed', 'restart not-started']);
    });

    it('leaves to an attempt of its own the time that this has', async () => {
      const { id } = await failed('SERVER_FAILED', { bytes: 0 });
      background.limits.restart = 400;
      fake.lostCalls = 9;
      const retried = background.retrier.retry(id, 'person');
      await expect.poll(() => attemptsOf(id), { interval: 2 }).toContain('restart starting');
      fake.clock += 60_000;
      await background.retrier.settleOverdue();
      expect(await attemptsOf(id)).toContain('restart starting');
      await retried;
    });
  });

  it('starts one download when Retry is pressed twice', async () => {
    for (const bytes of [0, 500]) {
      const { id } = await failed('NETWORK_FAILED', { bytes });
      const before = (await fake.search({})).length;
      await Promise.all([background.retrier.retry(id, 'person'), background.retrier.retry(id, 'person')]);
      expect(await attemptsOf(id)).toHaveLength(2);
      expect((await fake.search({})).length - before).toBe(bytes === 0 ? 1 : 0);
    }
  });

  it('notes what becomes of a resume while the background is not there', async () => {
    const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
    fake.clock += 3_600_000;
    await background.monitor.reconcile('recent');
    await background.retrier.retry(id, 'person');
    fake.quietly(() => fake.complete(item));
    await startBackground(fake).monitor.reconcile('recent');
    expect(await attemptsOf(id)).toEqual(['first failed', 'resume completed']);
  });

  it('says so when the browser never begins', async () => {
    const { id } = await failed('SERVER_FAILED', { bytes: 0 });
    fake.lostCalls = 9;
    await background.retrier.retry(id, 'person');
    const last = currentAttempt(await stored(id));
    expect(last).toMatchObject({ state: 'not-started', message: '' });
    expect(await counts()).toMatchObject({ open: { SERVER_FAILED: 1 } });
  });

  it('keeps the word of a browser that refuses', async () => {
    const { id } = await failed('SERVER_FAILED', { bytes: 0 });
    fake.download = () => Promise.reject(new Error('Invalid URL.'));
    await background.retrier.retry(id, 'person');
    expect(currentAttempt(await stored(id))).toMatchObject({ state: 'not-started', message: 'Invalid URL.' });
  });

  it('never retries what is permanent or chosen', async () => {
    for (const reason of ['SERVER_BAD_CONTENT', 'USER_CANCELED']) {
      const { id } = await failed(reason, { bytes: 0 });
      await background.retrier.retry(id, 'person');
      expect(await attemptsOf(id)).toEqual(['first failed']);
    }
  });

  it('ends an attempt that the death of the background left waiting', async () => {
    const { id } = await failed('SERVER_FAILED', { bytes: 0 });
    // It is to be dead before its time is over.
    background.limits.restart = 10_000;
    fake.lostCalls = 9;
    void background.retrier.retry(id, 'person');
    await expect.poll(() => attemptsOf(id), { interval: 5 }).toEqual(['first failed', 'restart starting']);
    const woken = startBackground(fake);
    fake.clock += 60_000;
    await woken.retrier.settleOverdue();
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart not-started']);
  });

  it('does not take the end of one attempt for the end of the next', async () => {
    const { id } = await failed('SERVER_FAILED', { bytes: 0 });
    const download = fake.download.bind(fake);
    let refuse = (): void => {};
    let calls = 0;
    fake.download = (request) => {
      calls += 1;
      if (calls > 1) return download(request);
      return new Promise((_resolve, reject) => {
        refuse = () => reject(new Error('Too late.'));
      });
    };
    await background.retrier.retry(id, 'person');
    refuse();
    await background.settled();
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart not-started', 'restart running']);
  });

  it('asks once when a resume loses what was kept', async () => {
    const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
    fake.onStart = (started) => {
      if (started === item) fake.fail(started, 'NETWORK_FAILED', { bytes: 0 });
    };
    await background.retrier.retry(id, 'person');
    await expect.poll(() => attemptsOf(id)).toEqual(['first failed', 'resume failed', 'restart running']);
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(fake.requests).toHaveLength(1);
  });

  it('never cancels a download that only has the id of an earlier one', async () => {
    const { id } = await failed('SERVER_FAILED', { bytes: 0 });
    await background.retrier.retry(id, 'person');
    const running = currentAttempt(await stored(id)).item?.id ?? 0;
    await background.journal.change({ ids: [id] }, (failure) => {
      const last = currentAttempt(failure);
      const item = last.item && { ...last.item, key: 'of another session', trace: null };
      return { ...failure, attempts: [failure.attempts[0], { ...last, item }] };
    });
    await background.retrier.cancel(id);
    expect((await fake.search({ id: running }))[0]).toMatchObject({ state: 'in_progress' });
  });

  it('ends an attempt that a clock set back would keep waiting', async () => {
    const { id } = await failed('SERVER_FAILED', { bytes: 0 });
    // It is to be dead before its time is over.
    background.limits.restart = 10_000;
    fake.lostCalls = 9;
    void background.retrier.retry(id, 'person');
    await expect.poll(() => attemptsOf(id)).toEqual(['first failed', 'restart starting']);
    fake.clock -= 86_400_000;
    await startBackground(fake).retrier.settleOverdue();
    expect((await attemptsOf(id))[1]).toBe('restart not-started');
  });

  if (kind === 'chrome') {
    it('starts anew when a resume runs for minutes without a byte, and leaves one alone that gets some', async () => {
      const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
      const other = await failed('NETWORK_FAILED', { url: 'http://other.example/b.zip', bytes: 500 });
      for (const one of [id, other.id]) await background.retrier.retry(one, 'person');
      fake.receive(other.item, 600);
      fake.clock += 299_000;
      await background.retrier.settleOverdue();
      expect(await attemptsOf(id)).toEqual(['first failed', 'resume running']);
      fake.clock += 1_000;
      await background.retrier.settleOverdue();
      await background.settled();
      await expect
        .poll(() => attemptsOf(id))
        .toEqual(['first failed', 'resume not-started', 'restart running']);
      expect(await stateOfItem(item)).toBe('interrupted');
      expect(await attemptsOf(other.id)).toEqual(['first failed', 'resume running']);
    });

    it('notices that a resume starts over, of which Chrome says nothing', async () => {
      const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
      await background.retrier.retry(id, 'person');
      expect(await attemptsOf(id)).toEqual(['first failed', 'resume running']);
      fake.receive(item, 20);
      await expect.poll(() => attemptsOf(id)).toEqual(['first failed', 'restart running']);
    });

    it('stops watching a resume that has ended', async () => {
      const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
      await background.retrier.retry(id, 'person');
      fake.complete(item);
      await background.settled();
      await new Promise((resolve) => setTimeout(resolve, 60));
      let looks = 0;
      const search = fake.search.bind(fake);
      fake.search = (query) => {
        looks += 1;
        return search(query);
      };
      await new Promise((resolve) => setTimeout(resolve, 120));
      expect(looks).toBe(0);
    });

    /** Minutes go by, and whoever wakes looks around. */
    async function lookAround(): Promise<void> {
      fake.clock += 300_000;
      await background.monitor.reconcile('recent');
      await background.retrier.settleOverdue();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await background.settled();
    }

    it('leaves alone a resume that the person paused for minutes', async () => {
      const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
      await background.retrier.retry(id, 'person');
      fake.receive(item, 600);
      fake.pause(item);
      await background.settled();
      await lookAround();
      fake.unpause(item);
      await background.settled();
      await background.retrier.settleOverdue();
      await background.settled();
      expect(await stateOfItem(item)).toBe('in_progress');
      expect(await attemptsOf(id)).toEqual(['first failed', 'resume running']);
    });

    it('leaves a resume its time again that the person paused before anything came, and lets go on', async () => {
      const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
      await background.retrier.retry(id, 'person');
      fake.pause(item);
      await background.settled();
      await lookAround();
      fake.quietly(() => fake.unpause(item));
      // The news of that wakes a new background, which looks around first of all.
      background = startBackground(fake);
      await background.monitor.reconcile('recent');
      await background.retrier.settleOverdue();
      await background.settled();
      expect(await stateOfItem(item)).toBe('in_progress');
      expect(await attemptsOf(id)).toEqual(['first failed', 'resume running']);
      await lookAround();
      expect(await attemptsOf(id)).toContain('resume not-started');
    });

    it('leaves alone a resume of what can not be got from the start', async () => {
      const item = fake.begin({ incognito: true });
      fake.fail(item, 'NETWORK_FAILED', { bytes: 500 });
      await background.settled();
      await background.retrier.retry(background.changes.at(-1)?.id ?? '', 'person');
      await lookAround();
      expect(await stateOfItem(item)).toBe('in_progress');
    });

    it('leaves alone a new download that gets nothing for a long time', async () => {
      const { id } = await failed('SERVER_FAILED', { bytes: 0 });
      await background.retrier.retry(id, 'person');
      for (let time = 0; time < 3; time += 1) await lookAround();
      expect(await attemptsOf(id)).toEqual(['first failed', 'restart running']);
    });

    it('leaves alone a resume for which the browser began anew late', async () => {
      const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
      await background.retrier.retry(id, 'person');
      // Nobody watches it closely any more.
      background = startBackground(fake);
      fake.receive(item, 300);
      await lookAround();
      expect(await stateOfItem(item)).toBe('in_progress');
      expect(fake.requests).toEqual([]);
    });

    it('ends what got nothing and starts anew, also when the background dies over it', async () => {
      const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
      await background.retrier.retry(id, 'person');
      fake.clock += 300_000;
      fake.cancel = () => new Promise(() => {});
      void background.retrier.settleOverdue();
      await expect.poll(() => attemptsOf(id)).toContain('resume not-started');
      Reflect.deleteProperty(fake, 'cancel');
      background = startBackground(fake);
      await background.scheduler.run();
      for (let time = 0; time < 2; time += 1) await lookAround();
      expect(await stateOfItem(item)).toBe('interrupted');
      expect(await attemptsOf(id)).toEqual(['first failed', 'resume not-started', 'restart running']);
    });

    it('notices a resume that does nothing and starts anew', async () => {
      const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
      fake.onStart = (started) => {
        if (started === item) fake.fail(started, 'NETWORK_FAILED', { bytes: 500 });
      };
      for (let time = 0; time < 5; time += 1) {
        await background.retrier.retry(id, 'person');
        await background.settled();
      }
      expect((await attemptsOf(id)).slice(-2)).toEqual(['resume not-started', 'restart running']);
    });
  }

  it.runIf(kind === 'firefox')(
    'throws nothing away when a resume finds no connection, and Firefox has counted nothing of it yet',
    async () => {
      const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
      fake.onStart = (resumed) => fake.fail(resumed, 'NETWORK_FAILED', { bytes: 0, canResume: true });
      await background.retrier.retry(id, 'person');
      await background.settled();
      await background.scheduler.run();
      expect(await attemptsOf(id)).toEqual(['first failed', 'resume failed']);
      expect(retryOffer(await stored(id), fake.clock)).toMatchObject({ kind: 'resume', bytes: 500 });
      fake.onStart = (resumed) => fake.complete(resumed);
      await background.retrier.retry(id, 'person');
      await background.settled();
      expect(await attemptsOf(id)).toEqual(['first failed', 'resume failed', 'resume completed']);
      expect([fake.completed().map((one) => one.id), fake.requests]).toEqual([[item], []]);
    },
  );

  it.runIf(kind === 'firefox')('leaves alone a resume of which Firefox tells no bytes for long', async () => {
    const { id, item } = await failed('NETWORK_FAILED', { bytes: 500 });
    await background.retrier.retry(id, 'person');
    fake.clock += 300_000;
    await background.retrier.settleOverdue();
    await background.settled();
    expect(await stateOfItem(item)).toBe('in_progress');
    expect(await attemptsOf(id)).toEqual(['first failed', 'resume running']);
  });
});
