import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SeenRequest } from '../../../src/domain/evidence.ts';
import { FakeRequests } from '../../fakes/requests.ts';

const PAGE = 'https://host.example/downloads';
const FILE = 'https://host.example/archive.zip';
const EXPORT = 'https://host.example/export';

describe.each(['chrome', 'firefox'] as const)('the evidence of requests in %s', (kind) => {
  let fake: FakeRequests;
  /** How often the background was told of something that it kept. */
  let told: number;
  let evidence: typeof import('../../../src/platform/evidence.ts');
  const reset = kind === 'chrome' ? 'net::ERR_CONNECTION_RESET' : 'NS_ERROR_NET_RESET';
  const refused = kind === 'chrome' ? 'net::ERR_CONNECTION_REFUSED' : 'NS_ERROR_CONNECTION_REFUSED';

  /** Begins a background, of which the one before is gone with all that it had in memory. */
  async function startBackground(): Promise<void> {
    vi.resetModules();
    vi.doMock('../../../src/platform/target.ts', () => ({ target: kind }));
    vi.doMock('../../../src/platform/browser.ts', () => ({ default: fake.browser }));
    vi.doMock('../../../src/platform/connection.ts', () => ({ isOnline: () => true }));
    fake.forgetListeners();
    evidence = await import('../../../src/platform/evidence.ts');
    evidence.watchRequests(() => {
      told += 1;
    });
  }

  beforeEach(async () => {
    fake = new FakeRequests(kind);
    fake.tabs.set(1, { url: PAGE });
    told = 0;
    await startBackground();
  });

  /** The remembered requests, and that they are in session storage. */
  async function kept(): Promise<readonly SeenRequest[]> {
    const seen = (await evidence.seenRequests()).filter((one) => one.endedAt !== null);
    // Writing takes some turns.
    await new Promise((resolve) => setTimeout(resolve));
    return seen;
  }

  it('is what was seen of a request that broke off', async () => {
    const request = fake.begin({ url: EXPORT, page: PAGE });
    request.answer(200, { 'Content-Type': 'application/zip', 'Content-Length': '2000' });
    request.fail(reset);
    expect(await kept()).toMatchObject([
      {
        steps: [{ url: EXPORT, method: 'GET' }],
        ...{ status: 200, error: reset, type: 'application/zip', length: 2000, incognito: false },
      },
    ]);
    expect(told).toBe(1);
  });

  it('has no length where the body comes in chunks, as browsers ignore it then', async () => {
    const request = fake.begin({ url: EXPORT, page: PAGE });
    request.answer(200, { 'Content-Length': '2000', 'Transfer-Encoding': 'chunked' });
    request.fail(reset);
    expect(await kept()).toMatchObject([{ length: null }]);
  });

  it.each([
    ['inline; filename="a.pdf"', true],
    ['inline', false],
  ])('says of the disposition %s whether it names a file', async (disposition, attachment) => {
    fake.begin({ url: EXPORT, page: PAGE }).answer(200, { 'Content-Disposition': disposition }).fail(reset);
    expect(await kept()).toMatchObject([{ attachment }]);
  });

  it('has all redirects of a request, which keep its number, and the last answer', async () => {
    const request = fake.begin({ url: EXPORT, method: 'POST', page: PAGE });
    request
      .redirect('https://cdn.example/1')
      .redirect('https://cdn.example/2')
      .answer(503, { 'Retry-After': '60' });
    request.complete(503);
    expect(await kept()).toMatchObject([
      {
        steps: [
          { url: EXPORT, method: 'POST' },
          { url: 'https://cdn.example/1', method: 'GET' },
          { url: 'https://cdn.example/2', method: 'GET' },
        ],
        status: 503,
        waitUntil: expect.any(Number),
      },
    ]);
  });

  it('keeps two requests of one address apart', async () => {
    const one = fake.begin({ url: FILE, type: 'other' });
    const other = fake.begin({ url: FILE, type: 'other' });
    one.answer(200);
    other.answer(404);
    other.complete(404);
    one.fail(reset);
    expect((await kept()).map(({ status, error }) => [status, error])).toEqual([
      [404, null],
      [200, reset],
    ]);
  });

  it('has only address and error of a redirect that led to nobody', async () => {
    fake.begin({ url: EXPORT, type: 'other' }).redirect('https://cdn.example/1').fail(refused);
    const [one] = await kept();
    expect(one).toMatchObject({ status: null, error: refused });
    expect(one?.steps).toHaveLength(2);
  });

  it('has what its answer said when the background died before its end', async () => {
    const request = fake.begin({ url: FILE, type: 'other' });
    request.answer(404, { 'Content-Type': 'text/html' });
    await kept();
    await startBackground();
    request.complete(404);
    expect(await kept()).toMatchObject([{ status: 404, type: 'text/html', endedAt: expect.any(Number) }]);
  });

  it('has address and error when the background died after an answer that told nothing', async () => {
    const request = fake.begin({ url: FILE, type: 'other' });
    request.answer(200);
    await startBackground();
    request.fail(reset);
    expect(await kept()).toMatchObject([{ steps: [{ url: FILE }], status: null, error: reset }]);
  });

  it('outlives the background', async () => {
    fake.begin({ url: FILE, type: 'other' }).fail(reset);
    await kept();
    await startBackground();
    expect(await kept()).toMatchObject([{ error: reset }]);
  });

  it('is of a private window if its tab is, and of none that is not known', async () => {
    fake.tabs.set(2, { incognito: true });
    fake.begin({ url: FILE, type: 'other', tabId: 2, incognito: true }).fail(reset);
    expect(await kept()).toMatchObject([{ incognito: true }]);
    fake.begin({ url: EXPORT, type: 'other', tabId: 3, incognito: true }).fail(reset);
    // Chrome tells it only by the tab.
    expect((await kept()).map(({ incognito }) => incognito)).toEqual(
      kind === 'chrome' ? [true] : [true, true],
    );
  });

  it('needs no tab where the extension sees no private windows', async () => {
    fake.privateAllowed = false;
    fake.begin({ url: FILE, type: 'other', tabId: 3 }).fail(reset);
    expect(await kept()).toMatchObject([{ incognito: false }]);
  });

  it('is heard again after the permission was taken back and given', async () => {
    fake.forbid();
    fake.begin({ url: FILE, type: 'other' }).fail(reset);
    expect(await kept()).toEqual([]);
    fake.allow();
    fake.begin({ url: FILE, type: 'other' }).fail(reset);
    expect(await kept()).toHaveLength(1);
    expect(told).toBe(1);
  });

  it('is forgotten when the permission is taken back', async () => {
    fake.begin({ url: FILE, page: PAGE }).fail(refused);
    fake.begin({ url: EXPORT, type: 'other' }).answer(200).complete();
    fake.begin({ url: EXPORT, type: 'other', method: 'POST' }).answer(200);
    expect((await kept()).length).toBeGreaterThan(1);
    fake.forbid();
    await kept();
    expect(await evidence.seenRequests()).toEqual([]);
    expect(fake.session.get('evidence')).toEqual([]);
  });

  it('of pages is not written down, whether they come or fail', async () => {
    for (const type of ['main_frame', 'sub_frame']) {
      fake.begin({ url: EXPORT, type, page: PAGE }).answer(200).complete();
      fake.begin({ url: EXPORT, type, page: PAGE }).answer(404).complete(404);
      fake.begin({ url: EXPORT, type, page: PAGE }).fail(refused);
    }
    await kept();
    expect({ writes: fake.writes, told }).toEqual({ writes: 0, told: 0 });
  });

  const waiting = async () => (await kept()).flatMap(({ navigation }) => navigation ?? []);

  it('of a page that may be a file waits until that is clear', async () => {
    const request = fake.begin({ url: EXPORT, page: PAGE });
    request.answer(404, { 'Content-Disposition': 'attachment; filename=report.xlsx' });
    request.complete(404);
    fake.begin({ url: FILE, type: 'sub_frame', page: PAGE }).fail(refused);
    expect(await waiting()).toMatchObject([
      { page: PAGE, framed: false, attachment: 'report.xlsx', asksPassword: false },
      { page: PAGE, framed: true, attachment: null },
    ]);
    await evidence.settleRequests((await kept()).map(({ id }) => id));
    await startBackground();
    expect(await waiting()).toEqual([]);
    expect(await kept()).toHaveLength(2);
  });

  it('does not make one wait that the person stopped, or that asked for a password', async () => {
    const stopped = fake.begin({ url: FILE, page: PAGE });
    stopped.answer(404);
    stopped.fail(kind === 'chrome' ? 'net::ERR_ABORTED' : 'NS_BINDING_ABORTED');
    const prompted = fake.begin({ url: `${FILE}?2`, page: PAGE });
    prompted.answer(401, { 'WWW-Authenticate': 'Basic' });
    prompted.complete(401);
    expect(await waiting()).toEqual([]);
  });

  it('has of its page and its name no more than a record needs', async () => {
    const pageOf = async (page: string) => {
      fake.tabs.set(1, { url: page });
      const request = fake.begin({ url: `${FILE}?${Math.random()}`, page });
      request.answer(404, { 'Content-Disposition': `attachment; filename=${'n'.repeat(9_000)}.zip` });
      request.complete(404);
      return (await waiting()).at(-1);
    };
    expect((await pageOf(`${PAGE}#token=secret`))?.page).toBe(PAGE);
    const long = await pageOf(`${PAGE}?${'q'.repeat(9_000)}`);
    expect(long?.page).toBe('https://host.example/');
    expect(long?.attachment?.length).toBeLessThan(1_000);
  });

  if (kind === 'chrome') {
    it('names the page of the tab, of the tab that opened it, or else the origin', async () => {
      const pageFor = async (tab: { url?: string; openerTabId?: number }): Promise<string | undefined> => {
        fake.tabs.set(5, tab);
        const url = `${FILE}?${Math.random()}`;
        fake.begin({ url, tabId: 5, page: PAGE }).fail(refused);
        return (await waiting()).at(-1)?.page;
      };
      expect(await pageFor({ url: `${PAGE}/2` })).toBe(`${PAGE}/2`);
      expect(await pageFor({ url: '', openerTabId: 1 })).toBe(PAGE);
      // What failed may be shown already.
      fake.tabs.set(5, { url: `${FILE}#part` });
      fake.begin({ url: FILE, tabId: 5, page: PAGE }).fail(refused);
      expect((await waiting()).at(-1)?.page).toBe('https://host.example/');
      expect(await pageFor({})).toBe('https://host.example/');
      // The person came to the page from a tab that shows another.
      fake.tabs.set(1, { url: 'https://other.example/' });
      expect(await pageFor({ url: '', openerTabId: 1 })).toBe('https://host.example/');
    });
  }
});
