import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { download } from '../../tools/download.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { badge, changeSettings } from './extension-page.ts';
import { historyShows } from './history-page.ts';
import { target } from './target.ts';

describe(`the button in the toolbar of ${target}`, () => {
  let faults: FaultServer;
  let session: BrowserSession;
  let page: Page;

  const title = (): Promise<unknown> => page.evaluate('(globalThis.browser ?? chrome).action.getTitle({})');

  beforeAll(async () => {
    faults = await startFaultServer();
    session = await launch(target);
    page = await session.openExtensionPage('options.html');
  });

  afterAll(async () => {
    await session?.close();
    await faults?.close();
  });

  it('says in words how many failures are new, even without the number', async () => {
    await download(page, { url: faults.url('/status/404/one.bin') }).catch(() => undefined);
    await expect.poll(title).toBe('Download Failure Monitor: 1 new failed download');
    expect(await badge(page)).toBe('1');
    await changeSettings(page, { badge: false });
    await expect.poll(() => badge(page)).toBe('');
    expect(await title()).toBe('Download Failure Monitor: 1 new failed download');
    await changeSettings(page, { badge: true });
    await expect.poll(() => badge(page)).toBe('1');
  });

  it('has nothing new to say once the history was looked at', async () => {
    const history = await session.openExtensionPage('history.html');
    await historyShows(history, ({ names }) => names.join() === 'one.bin');
    await expect.poll(() => badge(page)).toBe('');
    await page.bringToFront();
    await download(page, { url: faults.url('/status/404/two.bin') }).catch(() => undefined);
    await expect.poll(() => badge(page)).toBe('1');
    // It is shown there, but nobody looks.
    await historyShows(history, ({ names }) => names.length === 2);
    expect(await badge(page)).toBe('1');
    await history.bringToFront();
    await expect.poll(() => badge(page)).toBe('');
  });

  it('calls nothing a failed download that may only not be the file', async () => {
    await page.bringToFront();
    await download(page, { url: faults.url('/ok/empty.zip?size=0') });
    await expect
      .poll(title)
      .toBe('Download Failure Monitor: 1 new download that failed or may not be the file');
  });
});
