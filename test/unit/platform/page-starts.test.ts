import { beforeEach, describe, expect, it } from 'vitest';
import { createPageStarts, type PageStart, type PageStarts } from '../../../src/platform/page-starts.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { FakePageStarts } from '../../fakes/page-starts.ts';

const url = 'https://host.example/a.zip';
const asked: PageStart = { url, finalUrl: url, referrer: 'https://host.example/list', incognito: false };

describe('what asks as a page does', () => {
  let pages: FakePageStarts;
  let starts: PageStarts;

  beforeEach(() => {
    pages = new FakePageStarts(new FakeDownloads('chrome'));
    pages.windowOpen = true;
    starts = createPageStarts(pages, 'ours');
  });

  it('stays if it began while others were being ended', async () => {
    const wanted: PageStart[] = [];
    const started = starts.start(asked, async () => []);
    const tidied = starts.keepOnly(async () => wanted);
    wanted.push(asked);
    await Promise.all([started, tidied]);
    expect(pages.pending).toEqual([url]);
    await starts.keepOnly(async () => []);
    expect([pages.pending, pages.standing]).toEqual([[], []]);
  });

  it.each([false, true])(
    'ends an earlier one for its address that nobody wants, private: %s',
    async (incognito) => {
      const again = { ...asked, incognito };
      await starts.start(again, async () => []);
      await starts.start(again, async () => []);
      expect(pages.pending).toEqual([url]);
      await starts.start(again, async () => [again]);
      expect(pages.pending).toEqual([url, url]);
      await starts.keepOnly(async () => [again]);
      expect(pages.pending).toEqual([url]);
    },
  );

  it('holds for its own address, and for nobody else', async () => {
    const whole = `${url}?a=1#part`;
    await starts.start({ ...asked, url: whole, finalUrl: whole }, async () => []);
    const naming = pages.standing.filter(({ action }) => action.requestHeaders);
    expect(naming.map(({ condition }) => condition)).toEqual([
      {
        resourceTypes: ['sub_frame'],
        initiatorDomains: ['ours'],
        urlFilter: `|${whole}|`,
        isUrlFilterCaseSensitive: true,
      },
    ]);
  });

  it('leaves out what the page and the tabs that are there ask for, until it knows the number of its tab', async () => {
    const seen: unknown[] = [];
    const openTab = pages.openTab.bind(pages);
    pages.openTab = (windowId, address) => {
      seen.push(...pages.standing.map(({ condition }) => condition));
      return openTab(windowId, address);
    };
    await starts.start({ ...asked, incognito: true }, async () => []);
    expect(seen).toHaveLength(3);
    for (const condition of seen) {
      expect(condition).toMatchObject({
        resourceTypes: ['main_frame'],
        urlFilter: `|${url}|`,
        excludedInitiatorDomains: ['host.example'],
        excludedTabIds: pages.othersTabs,
      });
    }
    expect(await starts.isOurTab(1)).toBe(true);
    expect(await starts.isOurTab(2)).toBe(false);
  });

  it('saves what is no page, also where the server only names it', async () => {
    await starts.start(asked, async () => []);
    const saving = pages.standing.filter(({ action }) =>
      action.responseHeaders?.some(({ header }) => header === 'content-disposition'),
    );
    expect(saving.map(({ condition }) => condition.excludedResponseHeaders)).toEqual([
      [
        { header: 'content-disposition', values: ['attachment*'] },
        { header: 'content-type', values: ['text/html*', 'application/xhtml+xml*'] },
      ],
    ]);
  });
});
