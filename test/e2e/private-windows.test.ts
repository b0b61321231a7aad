import type { Page } from 'puppeteer-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download } from '../../tools/download.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { listDownloads, readDatabase } from './extension-page.ts';
import { historyShows } from './history-page.ts';
import { popupShows, pressInRow } from './popup-page.ts';
import { allowInPrivate, openWhenReloaded } from './private-chrome.ts';
import { target } from './target.ts';

let faults: FaultServer;
let session: BrowserSession | undefined;

beforeEach(async () => {
  faults = await startFaultServer();
});

afterEach(async () => {
  await session?.close();
  await faults.close();
});

describe('a private window', () => {
  if (target === 'chrome') {
    it('of Chrome leaves no trace on disk', async () => {
      session = await launch(target);
      await allowInPrivate(session);
      const page = await openWhenReloaded(session);
      await page.evaluate((url) => {
        const { chrome } = globalThis as unknown as {
          chrome: { windows: { create(options: object): Promise<unknown> } };
        };
        return chrome.windows.create({ incognito: true, url });
      }, faults.origin);
      const secret = await findPage(session, faults.origin);
      await secret.evaluate(() => {
        const link = document.createElement('a');
        link.href = '/status/503/secret.bin';
        link.download = '';
        document.body.append(link);
        link.click();
      });
      // Without a window of its own Chrome ends a private download at once, as cancelled.
      const { rows } = await popupShows(page, (shown) => shown.rows.length === 1);
      expect(rows[0]?.name).toBe('secret.bin');
      expect((await listDownloads(page)).map(({ incognito }) => incognito)).toEqual([true]);
      expect((await readDatabase(page)).urls).toEqual([]);
      expect(await page.evaluate(() => document.body.textContent)).toContain('private window');
    });
  } else {
    it('of Firefox leaves no trace on disk and is retried in private', async () => {
      session = await launch(target, { allowPrivate: true });
      const page = await session.openExtensionPage('popup.html');
      const url = faults.url('/recover?after=1&key=secret');
      await page.evaluate((address) => {
        const { browser } = globalThis as unknown as {
          browser: { downloads: { download(options: object): Promise<number> } };
        };
        browser.downloads.download({ url: address, incognito: true, filename: 'secret.bin' }).catch(() => {});
      }, url);
      const { rows } = await popupShows(page, (shown) => shown.rows.length === 1);
      expect((await readDatabase(page)).urls).toEqual([]);

      await pressInRow(page, rows[0]?.id ?? '', 'retry');
      await popupShows(page, (shown) => shown.rows.every(({ state }) => state === 'recovered'));
      const items = await listDownloads(page);
      expect(items.map(({ incognito, state }) => [incognito, state])).toContainEqual([true, 'complete']);
      expect(items.every(({ incognito }) => incognito)).toBe(true);
      expect((await readDatabase(page)).urls).toEqual([]);
    });
  }
});

if (target === 'firefox') {
  describe('the popup in a private window of Firefox', () => {
    it('shows all failures and follows what happens', async () => {
      session = await launch(target, { allowPrivate: true });
      const ordinary = await session.openExtensionPage('popup.html');
      await download(ordinary, { url: faults.url('/status/404/ordinary.bin') }).catch(() => {});
      await popupShows(ordinary, ({ rows }) => rows.length === 1);

      const popup = await openInPrivateWindow(session, session.extensionUrl('popup.html'));
      await popupShows(popup, ({ rows }) => rows.length === 1);
      await download(ordinary, { url: faults.url('/status/403/secret.bin'), incognito: true }).catch(
        () => {},
      );
      const { counts } = await popupShows(popup, ({ rows }) => rows.length === 2);
      expect(counts).toMatchObject({ 'server/SERVER_BAD_CONTENT': 1, 'server/SERVER_FORBIDDEN': 1 });
      expect(await popup.$('.notice')).toBeNull();
      expect((await readDatabase(ordinary)).urls).toEqual([faults.url('/status/404/ordinary.bin')]);
    });
  });

  describe('the history in a private window of Firefox', () => {
    it('shows those of all windows', async () => {
      session = await launch(target, { allowPrivate: true });
      const ordinary = await session.openExtensionPage('popup.html');
      await download(ordinary, { url: faults.url('/status/404/ordinary.bin') }).catch(() => {});
      await download(ordinary, { url: faults.url('/status/403/secret.bin'), incognito: true }).catch(
        () => {},
      );
      await popupShows(ordinary, ({ rows }) => rows.length === 2);

      const history = await openInPrivateWindow(session, session.extensionUrl('history.html'));
      const { names } = await historyShows(history, (shown) => shown.names.length === 2);
      expect(names.toSorted()).toEqual(['ordinary.bin', 'secret.bin']);
    });
  });
}

/** Opens an address in a private window, which only Firefox's own code can. */
async function openInPrivateWindow(firefox: BrowserSession, url: string): Promise<Page> {
  await firefox.evaluateInBrowser(`(async () => {
    const opened = window.OpenBrowserWindow({ private: true });
    await new Promise((resolve) => opened.addEventListener('load', resolve, { once: true }));
    await opened.delayedStartupPromise;
    opened.gBrowser.selectedTab = opened.gBrowser.addTab(${JSON.stringify(url)}, {
      triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal(),
    });
  })()`);
  let found: Page | undefined;
  await expect
    .poll(
      async () => {
        for (const page of await firefox.browser.pages()) {
          const here = await page
            .evaluate(() => {
              const { browser } = globalThis as unknown as {
                browser?: { extension?: { inIncognitoContext: boolean } };
              };
              return browser?.extension?.inIncognitoContext === true && document.readyState === 'complete';
            })
            .catch(() => false);
          if (here) found = page;
        }
        return found !== undefined;
      },
      { timeout: 15_000 },
    )
    .toBe(true);
  if (!found) throw new Error('There is no private popup.');
  return found;
}

async function findPage({ browser }: BrowserSession, origin: string): Promise<Page> {
  let found: Page | undefined;
  await expect
    .poll(async () => {
      found = (await browser.pages()).find((page) => page.url().startsWith(origin));
      // Its address is told before it is there.
      return found?.evaluate(() => location.origin + document.readyState);
    })
    .toBe(`${origin}complete`);
  if (!found) throw new Error(`There is no page of ${origin}.`);
  return found;
}
