import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Evidence, Failure } from '../../../src/domain/failure.ts';
import { beginAttempt, causeOf, stateOf } from '../../../src/domain/failure.ts';
import { FakeSession, type FakeWorld, Life, startBackground } from '../../fakes/background.ts';
import { storedFailure } from '../../fakes/database.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { FakePageStarts } from '../../fakes/page-starts.ts';

const PAGE = 'https://host.example/list?page=2';
const URL_A = 'https://host.example/a.zip';
/** How long (ms) the browser has where a test waits until its time is over. */
const SOON = 400;

describe('a new try that asks as the page does', () => {
  let fake: FakeDownloads;
  let pages: FakePageStarts;
  let session: FakeSession;
  let world: FakeWorld;
  let background: ReturnType<typeof startBackground>;

  function start(life = new Life()): ReturnType<typeof startBackground> {
    background = startBackground(fake, session, world, life, pages);
    return background;
  }

  beforeEach(async () => {
    await emptyJournal();
    fake = new FakeDownloads('chrome');
    pages = new FakePageStarts(fake);
    session = new FakeSession();
    world = { rules: null, online: true, random: 0.5, requests: [] };
    await start().monitor.reconcile('recent');
    // However busy the machine is, an answer comes in time.
    background.limits.asPage = 10_000;
  });

  /** Fails a download that a page began, of which nothing is kept. */
  async function fail(
    options: { url?: string; incognito?: boolean; filename?: string } = {},
  ): Promise<string> {
    const item = fake.begin({ url: URL_A, referrer: PAGE, ...options });
    fake.fail(item, 'NETWORK_FAILED', { bytes: 100, canResume: false });
    await background.settled();
    return background.changes.at(-1)?.id ?? '';
  }

  async function failureOf(id: string): Promise<Failure> {
    const failure = (await storedFailure(id)) ?? (await background.journal.failure(id));
    if (!failure) throw new Error(`There is no failure ${id}.`);
    return failure;
  }
  const attemptsOf = async (id: string): Promise<string[]> =>
    (await failureOf(id)).attempts.map(({ kind, state }) => `${kind} ${state}`);

  const isSent = (count = 1) => expect.poll(() => pages.sent.length, { interval: 2 }).toBe(count);
  /** A background asks for these and dies over it. */
  async function askedBeforeDeath(...ids: readonly string[]): Promise<void> {
    const life = new Life();
    start(life);
    for (const [index, id] of ids.entries()) {
      void background.retrier.retry(id, 'person');
      await isSent(index + 1);
    }
    life.endAfter(0);
  }
  const nothingLeft = () => expect.poll(() => [pages.standing, pages.pending]).toEqual([[], []]);

  const evidence = (fields: Partial<Evidence> = {}): Evidence => ({
    ...{ status: null, error: null, type: null, length: null, waitUntil: null, endedAt: fake.clock },
    ...fields,
  });

  it('names the page, is known again by its item and leaves nothing behind', async () => {
    const id = await fail();
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    expect(pages.sent).toEqual([{ url: URL_A, referer: PAGE }]);
    const item = pages.answer(URL_A);
    await retried;
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart running']);
    await nothingLeft();
    fake.complete(item);
    await background.settled();
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart completed']);
    expect(fake.requests).toEqual([]);
  });

  it('keeps the name that the browser gives the file', async () => {
    const id = await fail({ filename: '/home/me/Downloads/another name.zip' });
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    fake.complete(pages.answer(URL_A));
    await retried;
    await background.settled();
    expect((await failureOf(id)).filename).toBe('/home/me/Downloads/a.zip');
  });

  it('ends at once with what the server answered', async () => {
    const id = await fail();
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    pages.refuse(URL_A);
    await retried;
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart failed']);
    const failure = await failureOf(id);
    expect([failure.reason, causeOf(failure)]).toEqual(['SERVER_BAD_CONTENT', 'status-404']);
    await nothingLeft();
    expect(fake.requests).toEqual([]);
  });

  it.each([
    [{ status: 503 }, 'SERVER_FAILED', 'status-503'],
    [{ status: 403 }, 'SERVER_FORBIDDEN', 'status-403'],
    [{ error: 'net::ERR_NAME_NOT_RESOLVED' }, 'NETWORK_FAILED', 'dns'],
    [{ status: 200, type: 'text/html' }, 'SUSPECT_PAGE', null],
  ])('says of %j that it is %s', async (told, reason, cause) => {
    const id = await fail();
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    await background.retrier.cameToNothing({ url: URL_A, incognito: false, evidence: evidence(told) });
    await retried;
    const failure = await failureOf(id);
    expect([failure.reason, causeOf(failure)]).toEqual([reason, cause]);
  });

  it('is not ended by what came of another request', async () => {
    const id = await fail();
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    const gone = { incognito: false, evidence: evidence({ status: 404 }) };
    await background.retrier.cameToNothing({ url: 'https://other.example/b.zip', ...gone });
    pages.answer(URL_A);
    await retried;
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart running']);
  });

  it('is not ended by what came of a request from the other kind of window', async () => {
    const id = await fail();
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    const gone = evidence({ status: 404 });
    await background.retrier.cameToNothing({ url: URL_A, incognito: true, evidence: gone });
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart starting']);
    pages.answer(URL_A);
    await retried;
  });

  it('is ended by what came of its address, of which a request has no fragment', async () => {
    const id = await fail({ url: `${URL_A}#page=2` });
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    const gone = evidence({ status: 404 });
    await background.retrier.cameToNothing({ url: URL_A, incognito: false, evidence: gone });
    await retried;
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart failed']);
  });

  it('is not ended by a request of an earlier background that may have been for another try', async () => {
    const ids = [await fail(), await fail({ url: 'https://other.example/b.zip' })];
    await askedBeforeDeath(...ids);
    const gone = { incognito: false, evidence: evidence({ status: 404 }) };
    await start().retrier.cameToNothing({ url: 'https://cdn.example/c.zip', ...gone });
    for (const id of ids) expect(await attemptsOf(id)).toEqual(['first failed', 'restart starting']);
  });

  it('has the browser asked for nothing more once nothing of it is left', async () => {
    const id = await fail();
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    pages.answer(URL_A);
    await retried;
    await nothingLeft();
    await background.retrier.settleOverdue();
    const asked = vi.spyOn(pages, 'rules');
    fake.complete(fake.running()[0]?.id ?? 0);
    await background.settled();
    await background.retrier.settleOverdue();
    expect(asked).not.toHaveBeenCalled();
  });

  it('has the browser asked by each background that begins, as one before may have left something', async () => {
    pages.standing = [{ condition: { initiatorDomains: [fake.ownId] }, action: { type: 'modifyHeaders' } }];
    await start().retrier.settleOverdue();
    await nothingLeft();
  });

  it('is ended by what came of a redirect that an earlier background had seen', async () => {
    const id = await fail();
    await askedBeforeDeath(id);
    const gone = { incognito: false, evidence: evidence({ status: 404 }) };
    await start().retrier.cameToNothing({ url: 'https://cdn.example/b.zip', ...gone });
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart failed']);
  });

  it('leaves alone what the person starts soon after they cancelled it', async () => {
    const id = await fail();
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    fake.clock += 1_000;
    await background.retrier.cancel(id);
    await retried;
    fake.clock += 3_000;
    // As from the address bar, or a page that names itself to nobody.
    fake.begin({ url: URL_A });
    await background.settled();
    await background.monitor.caughtUp();
    expect(fake.running()).toHaveLength(1);
  });

  it('is not ended by what came of one that the person has cancelled since', async () => {
    const id = await fail();
    await askedBeforeDeath(id);
    start().limits.asPage = 10_000;
    const url = 'https://other.example/b.zip';
    const other = await fail({ url });
    const retried = background.retrier.retry(other, 'person');
    await isSent(2);
    // The monitor is busy meanwhile.
    const search = fake.search.bind(fake);
    const held: (() => void)[] = [];
    fake.search = async (query) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return search(query);
    };
    void background.monitor.look(1);
    await expect.poll(() => held.length).toBe(1);
    fake.search = search;
    const told = background.retrier.cameToNothing({
      ...{ url, incognito: false, evidence: evidence({ status: 404 }) },
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await background.retrier.cancel(other);
    held[0]?.();
    await Promise.all([told, retried]);
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart starting']);
  });

  it('takes the request back before the time is over, and asks nobody else', async () => {
    background.limits.asPage = SOON;
    const id = await fail();
    await background.retrier.retry(id, 'person');
    expect(pages.sent).toHaveLength(1);
    await nothingLeft();
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart not-started']);
    expect(fake.requests).toEqual([]);
  });

  it('finds what began in the last moment, of which no event has told', async () => {
    background.limits.asPage = SOON;
    const id = await fail();
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    fake.quietly(() => pages.answer(URL_A));
    await retried;
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart running']);
  });

  it('is not taken for the press of the person on the page', async () => {
    const id = await fail();
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    fake.clock += 1_000;
    const pressed = fake.begin({ url: URL_A, referrer: PAGE });
    await background.settled();
    const item = pages.answer(URL_A);
    await retried;
    await background.settled();
    fake.complete(pressed);
    await background.settled();
    await expect.poll(async () => stateOf(await failureOf(id))).toBe('recovered');
    await expect
      .poll(async () => (await fake.search({ id: item }))[0])
      .toMatchObject({ state: 'interrupted', error: 'USER_CANCELED' });
  });

  it('is taken back when the person cancels it', async () => {
    const id = await fail();
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    await background.retrier.cancel(id);
    await nothingLeft();
    await retried;
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart cancelled']);
  });

  it('is taken back when the file has come in another way', async () => {
    background.limits.asPage = SOON;
    const id = await fail();
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    fake.complete(fake.begin({ url: URL_A, referrer: PAGE }));
    await background.settled();
    await retried;
    await nothingLeft();
    expect(stateOf(await failureOf(id))).toBe('recovered');
  });

  it('keeps two of one address apart', async () => {
    const ids = [await fail({ filename: '/home/me/one.zip' }), await fail({ filename: '/home/me/two.zip' })];
    const retried = ids.map((id) => background.retrier.retry(id, 'person'));
    await isSent(2);
    const items = [pages.answer(URL_A), pages.answer(URL_A)];
    await Promise.all(retried);
    await background.settled();
    for (const id of ids) expect(await attemptsOf(id)).toEqual(['first failed', 'restart running']);
    for (const item of items) fake.complete(item);
    await background.settled();
    for (const id of ids) expect((await attemptsOf(id)).at(-1)).toBe('restart completed');
    await nothingLeft();
  });

  it('keeps what another try still asks for', async () => {
    const other = 'https://other.example/b.zip';
    const ids = [await fail(), await fail({ url: other })];
    const retried = ids.map((id) => background.retrier.retry(id, 'person'));
    await isSent(2);
    pages.answer(URL_A);
    await retried[0];
    await expect
      .poll(() => pages.standing.some(({ condition }) => condition.urlFilter === `|${URL_A}|`))
      .toBe(false);
    expect(pages.pending).toEqual([other]);
    expect(pages.standing).not.toEqual([]);
    pages.answer(other);
    await retried[1];
    await nothingLeft();
  });

  it('is asked for once if the person cancels it and presses again at once', async () => {
    const id = await fail();
    const first = background.retrier.retry(id, 'person');
    await isSent();
    void background.retrier.cancel(id);
    await first;
    const second = background.retrier.retry(id, 'person');
    await isSent(2);
    expect(pages.pending).toEqual([URL_A]);
    pages.answer(URL_A);
    await second;
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart cancelled', 'restart running']);
    await nothingLeft();
  });

  it.each([false, true])(
    'is taken back though another asks for the same address, private: %s',
    async (incognito) => {
      pages.windowOpen = true;
      const [one = '', other = ''] = [
        await fail({ incognito, filename: '/home/me/one.zip' }),
        await fail({ incognito, filename: '/home/me/two.zip' }),
      ];
      const retried = [one, other].map((id) => background.retrier.retry(id, 'person'));
      await isSent(2);
      await background.retrier.cancel(one);
      await expect.poll(() => pages.pending, { interval: 2 }).toEqual([URL_A]);
      pages.answer(URL_A);
      await Promise.all(retried);
      expect(await attemptsOf(one)).toEqual(['first failed', 'restart cancelled']);
      expect(await attemptsOf(other)).toEqual(['first failed', 'restart running']);
      await nothingLeft();
    },
  );

  it('is taken back when its record is deleted', async () => {
    background.limits.asPage = SOON;
    const id = await fail();
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    await background.journal.remove([id]);
    await retried;
    await nothingLeft();
  });

  it('is taken back later if the browser refuses that at first', async () => {
    const id = await fail();
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    const refused = vi
      .spyOn(pages, 'keepFrames')
      .mockRejectedValue(new Error('Receiving end does not exist.'));
    const told = vi.spyOn(console, 'error').mockReturnValue();
    await background.retrier.cancel(id);
    await retried;
    await expect.poll(() => told.mock.calls.length).toBeGreaterThan(0);
    refused.mockRestore();
    told.mockRestore();
    await background.retrier.settleOverdue();
    await nothingLeft();
  });

  it('is ended later if it could not be taken back when its time was over', async () => {
    background.limits.asPage = SOON;
    const id = await fail();
    const refused = vi.spyOn(pages, 'keepFrames').mockRejectedValue(new Error('No frames.'));
    const told = vi.spyOn(console, 'error').mockReturnValue();
    await expect(background.retrier.retry(id, 'person')).rejects.toThrow('No frames.');
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart starting']);
    refused.mockRestore();
    told.mockRestore();
    fake.clock += 120_000;
    await background.retrier.settleOverdue();
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart not-started']);
    await nothingLeft();
  });

  it('keeps no other from its end if it can not be taken back', async () => {
    const ids = [await fail(), await fail({ url: 'https://other.example/b.zip' })];
    // Begun by a background that died before it had asked.
    for (const id of ids)
      await background.journal.change({ ids: [id] }, (failure) =>
        beginAttempt(failure, 'restart', 'person', fake.clock, 50, id === ids[0]),
      );
    fake.clock += 120_000;
    pages.standing = [{ condition: { initiatorDomains: [fake.ownId] }, action: { type: 'modifyHeaders' } }];
    vi.spyOn(pages, 'keepFrames').mockRejectedValue(new Error('Receiving end does not exist.'));
    const told = vi.spyOn(console, 'error').mockReturnValue();
    await start()
      .retrier.settleOverdue()
      .catch(() => undefined);
    told.mockRestore();
    expect(await attemptsOf(ids[1] ?? '')).toEqual(['first failed', 'restart not-started']);
  });

  it('falls back on the ordinary way where the browser is too old', async () => {
    pages.old = true;
    const id = await fail();
    await background.retrier.retry(id, 'person');
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart not-started', 'restart running']);
    expect(fake.requests.map(({ url }) => url)).toEqual([URL_A]);
  });

  it('is not made without the permission', async () => {
    pages.allowed = false;
    const id = await fail();
    await background.retrier.retry(id, 'person');
    expect(pages.sent).toEqual([]);
    expect(fake.requests.map(({ url }) => url)).toEqual([URL_A]);
  });

  it.each([false, true])('is taken back with the permission, private: %s', async (incognito) => {
    pages.windowOpen = true;
    const id = await fail({ incognito });
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    await background.retrier.followReach();
    expect(pages.pending).toEqual([URL_A]);
    pages.allowed = false;
    await background.retrier.followReach();
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart not-started']);
    await retried;
    await nothingLeft();
    expect(fake.requests).toEqual([]);
  });

  it('names to the address after redirects only the site', async () => {
    const id = await fail();
    await background.journal.change({ ids: [id] }, (failure) => ({
      ...failure,
      finalUrl: 'https://cdn.example/a.zip',
    }));
    const retried = background.retrier.retry(id, 'person');
    await isSent();
    const referers = pages.standing.flatMap(({ condition, action }) =>
      (action.requestHeaders ?? []).map(({ value }) => [condition.urlFilter, value]),
    );
    expect(referers).toEqual([
      [`|${URL_A}|`, PAGE],
      ['|https://cdn.example/a.zip|', 'https://host.example/'],
    ]);
    for (const { condition } of pages.standing) expect(condition.initiatorDomains).toEqual([fake.ownId]);
    pages.answer(URL_A);
    await retried;
  });

  describe('in a private window', () => {
    beforeEach(() => {
      pages.windowOpen = true;
    });

    it('goes there in a tab of its own, and nothing of it is on disk', async () => {
      const id = await fail({ incognito: true });
      const retried = background.retrier.retry(id, 'person');
      await isSent();
      expect(pages.sent).toEqual([{ url: URL_A, referer: PAGE }]);
      await expect
        .poll(() => pages.standing.map(({ condition }) => condition.tabIds?.[0] ?? 'any'), { interval: 2 })
        .toEqual([1, 1, 1]);
      fake.complete(pages.answer(URL_A));
      await retried;
      await background.settled();
      expect(await attemptsOf(id)).toEqual(['first failed', 'restart completed']);
      expect(await storedFailure(id)).toBeUndefined();
      await nothingLeft();
    });

    it('closes the tab of a server that does not answer', async () => {
      background.limits.asPage = SOON;
      const id = await fail({ incognito: true });
      await background.retrier.retry(id, 'person');
      await nothingLeft();
      expect(await attemptsOf(id)).toEqual(['first failed', 'restart not-started']);
    });

    it('stays apart from another for the same address', async () => {
      background.limits.asPage = SOON;
      const ids = [
        await fail({ incognito: true, filename: '/home/me/one.zip' }),
        await fail({ incognito: true, filename: '/home/me/two.zip' }),
      ];
      await Promise.all(ids.map((id) => background.retrier.retry(id, 'person')));
      for (const id of ids) expect(await attemptsOf(id)).toEqual(['first failed', 'restart not-started']);
    });

    it('asks for nothing without one', async () => {
      pages.windowOpen = false;
      const id = await fail({ incognito: true });
      await background.retrier.retry(id, 'person');
      expect(await attemptsOf(id)).toEqual(['first failed']);
      expect([pages.sent, fake.requests]).toEqual([[], []]);
    });
  });
});
