import type { Page } from 'puppeteer-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { listDownloads, readDatabase } from './extension-page.ts';
import { popupShows, pressInRow } from './popup-page.ts';

let faults: FaultServer;
let session: BrowserSession | undefined;

beforeEach(async () => {
  faults = await startFaultServer();
});

afterEach(async () => {
  await session?.close();
  await faults.close();
});

/** Allows the extension in Chrome's private windows, as a person does on chrome://extensions. */
async function allowInPrivate(chrome: BrowserSession): Promise<void> {
  const extensions = await chrome.openPage('chrome://extensions');
  await extensions.evaluate(async (extensionId) => {
    const { chrome: api } = globalThis as unknown as {
      chrome: {
        developerPrivate: Record<
          'updateProfileConfiguration' | 'updateExtensionConfiguration',
          (change: object) => Promise<void>
        >;
      };
    };
    // Without developer mode the reload that follows would disable the extension.
    await api.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true });
    await api.developerPrivate.updateExtensionConfiguration({ extensionId, incognitoAccess: true });
  }, chrome.extensionId);
  await extensions.close();
}

describe('a private window', () => {
  it('of Chrome leaves no trace on disk', async () => {
    session = await launch('chrome');
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

  it('of Firefox leaves no trace on disk and is retried in private', async () => {
    session = await launch('firefox', { allowPrivate: true });
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
    await popupShows(page, (shown) => shown.rows.length === 0);
    const items = await listDownloads(page);
    expect(items.map(({ incognito, state }) => [incognito, state])).toContainEqual([true, 'complete']);
    expect(items.every(({ incognito }) => incognito)).toBe(true);
    expect((await readDatabase(page)).urls).toEqual([]);
  });
});

/** The popup, once Chrome has reloaded the extension. */
async function openWhenReloaded({ extensionUrl, browser }: BrowserSession): Promise<Page> {
  const page = await browser.newPage();
  await expect
    .poll(
      async () => {
        await page.goto(extensionUrl('popup.html')).catch(() => undefined);
        return page
          .evaluate(() => {
            const { chrome } = globalThis as unknown as {
              chrome: { extension: { isAllowedIncognitoAccess(): Promise<boolean> } };
            };
            return chrome.extension.isAllowedIncognitoAccess();
          })
          .catch(() => false);
      },
      { timeout: 10_000 },
    )
    .toBe(true);
  return page;
}

async function findPage({ browser }: BrowserSession, origin: string): Promise<Page> {
  let found: Page | undefined;
  await expect
    .poll(async () => {
      found = (await browser.pages()).find((page) => page.url().startsWith(origin));
      return found !== undefined;
    })
    .toBe(true);
  if (!found) throw new Error(`There is no page of ${origin}.`);
  return found;
}
