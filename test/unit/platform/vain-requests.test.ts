import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { VainRequest } from '../../../src/platform/chrome-page-starts.ts';
import { FakeRequests } from '../../fakes/requests.ts';

const URL_A = 'https://host.example/a.zip';
const OURS = 1;
const THEIRS = 2;

describe('a request that asks as a page does', () => {
  let fake: FakeRequests;
  let heard: VainRequest[];

  beforeEach(async () => {
    fake = new FakeRequests('chrome');
    heard = [];
    vi.resetModules();
    vi.doMock('../../../src/platform/browser.ts', () => ({
      default: Object.assign(fake.browser, { runtime: { getURL: () => 'chrome-extension://ours/' } }),
    }));
    vi.doMock('../../../src/platform/connection.ts', () => ({ isOnline: () => true }));
    const { watchPageStarts } = await import('../../../src/platform/chrome-page-starts.ts');
    const { noPageStarts } = await import('../../../src/platform/page-starts.ts');
    const isOurTab = async (id: number): Promise<boolean> => id === OURS;
    watchPageStarts({ ...noPageStarts, isOurTab }, (request) => heard.push(request));
  });

  const answered = async (headers: Record<string, string>, status = 200, tabId = OURS) => {
    fake.begin({ url: URL_A, tabId }).answer(status, headers).complete(status);
    await new Promise((resolve) => setImmediate(resolve));
    return heard.map(({ evidence }) => evidence.status);
  };

  it.each([
    { 'Content-Type': 'text/html' },
    // Chrome shows these, whatever name they have.
    { 'Content-Type': 'text/html', 'Content-Disposition': 'inline; filename="a.html"' },
    { 'Content-Type': 'text/html', 'Content-Disposition': 'filename="a.html"' },
  ])('comes to nothing with %j', async (headers) => {
    expect(await answered(headers)).toEqual([200]);
  });

  it.each([
    { 'Content-Type': 'application/zip' },
    { 'Content-Type': 'text/html', 'Content-Disposition': 'attachment; filename="a.html"' },
  ])('is left to its download with %j', async (headers) => {
    expect(await answered(headers)).toEqual([]);
  });

  it('comes to nothing with the first address that was asked for', async () => {
    fake
      .begin({ url: `${URL_A}#part`, tabId: OURS })
      .redirect('https://cdn.example/b')
      .answer(404)
      .complete(404);
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toMatchObject([{ url: URL_A, incognito: true, evidence: { status: 404 } }]);
  });

  it('is none of another tab', async () => {
    expect(await answered({ 'Content-Type': 'text/html' }, 404, THEIRS)).toEqual([]);
  });
});
