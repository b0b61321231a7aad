import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { DEFAULT_SIZE, sha256Of } from '../faults/body.ts';
import { type FaultServer, type LoggedRequest, startFaultServer } from '../faults/server.ts';
import {
  changeSettings,
  eraseDownloads,
  listDownloads,
  pressLink,
  read,
  readFailures,
} from './extension-page.ts';
import { isSettled, popupShows, pressInRow, readPopup } from './popup-page.ts';
import { allowInPrivate, openWhenReloaded } from './private-chrome.ts';
import { target } from './target.ts';
import { withPermissions } from './with-permissions.ts';

/** Takes cookies of the server, of which only what a page of its own asks for sends the first. */
const takeCookies = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const cookie of ['strict=1; SameSite=Strict', 'lax=1; SameSite=Lax', 'plain=1']) {
      // biome-ignore lint/suspicious/noDocumentCookie: as sites set theirs, in both browsers.
      document.cookie = cookie;
    }
  });

describe(`a new try that names the page, in ${target}`, () => {
  let faults: FaultServer;
  let folder: string;
  let session: BrowserSession;
  let popup: Page;
  let page: Page;

  beforeEach(async () => {
    faults = await startFaultServer();
    folder = await withPermissions(target);
    session = await launch(target, { extensionDir: folder, keepProfile: true });
    popup = await session.openExtensionPage('popup.html');
    page = await session.openPage(faults.url('/'));
    await takeCookies(page);
  });

  afterEach(async () => {
    await session?.close();
    await faults?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const asked = (file: string): readonly LoggedRequest[] =>
    faults.requests.filter(({ path }) => path.includes(file));

  /** A download that a press on the page began, and that broke off. Gives its failure's id. */
  async function fail(path: string): Promise<string> {
    const url = faults.url(path);
    await pressLink(page, url);
    await expect.poll(async () => (await readFailures(popup)).find((one) => one.url === url)).toBeTruthy();
    const found = (await readFailures(popup)).find((one) => one.url === url);
    return found?.id ?? '';
  }

  const attemptsOf = async (id: string): Promise<string[]> =>
    (await readFailures(popup))
      .filter((one) => one.id === id)
      .flatMap(({ attempts }) => attempts.map(({ kind, state }) => `${kind} ${state}`));

  async function isThere(seed: string): Promise<boolean> {
    const wanted = sha256Of(seed, DEFAULT_SIZE);
    for (const name of await readdir(session.downloadDir)) {
      const bytes = await readFile(join(session.downloadDir, name));
      if (createHash('sha256').update(bytes).digest('hex') === wanted) return true;
    }
    return false;
  }

  /** What is left of a try in the browser, once it is over. */
  const leftovers = () =>
    read(popup, async () => {
      const { chrome } = globalThis as unknown as {
        chrome: {
          declarativeNetRequest: { getSessionRules(): Promise<unknown[]> };
          runtime: { getContexts(filter: object): Promise<unknown[]> };
        };
      };
      return [
        (await chrome.declarativeNetRequest.getSessionRules()).length,
        (await chrome.runtime.getContexts({ contextTypes: ['OFFSCREEN_DOCUMENT'] })).length,
      ];
    });

  /** The file has come by one request, which was as a press on the page would have made it. */
  async function cameAsByPage(file: string, seed: string, before: number): Promise<void> {
    const requests = asked(file).slice(before);
    // After a restart Firefox goes on with what it kept, and finds out that this server can't.
    if (target === 'chrome') expect(requests).toHaveLength(1);
    expect(requests.filter(({ range }) => range === undefined)).toHaveLength(1);
    for (const { referer, cookie } of requests) {
      expect(referer).toBe(faults.url('/'));
      expect(cookie?.split('; ').sort()).toEqual(['lax=1', 'plain=1', 'strict=1']);
    }
    await expect.poll(() => isThere(seed)).toBe(true);
    if (target === 'chrome') await expect.poll(leftovers).toEqual([0, 0]);
  }

  it('gets the file with one press after the list was cleared', async () => {
    const path = '/referer-required/cleared.bin?fault=reset&key=cleared&seed=cleared&name=its%20own.bin#part';
    const id = await fail(path);
    await eraseDownloads(popup, faults.url(path));
    const before = asked('cleared.bin').length;
    await popup.bringToFront();
    await pressInRow(popup, id, 'retry');
    await popupShows(popup, (shown) => isSettled(shown, id));
    await cameAsByPage('cleared.bin', 'cleared', before);
    expect(await attemptsOf(id)).toEqual(['first failed', 'restart completed']);
    const names = (await listDownloads(popup)).map(({ filename }) => filename.replace(/^.*[\\/]/, ''));
    expect(names).toEqual([expect.stringMatching(/^its own.*\.bin$/)]);
  });

  it('gets the file with one press after a restart of the browser', async () => {
    const path = '/referer-required/restart.bin?fault=reset&key=restart&seed=restart&ranges=0';
    const id = await fail(path);
    // The browsers write their lists down a little later.
    await sleep(2_000);
    await session.close();
    session = await launch(target, { extensionDir: folder, profile: session.profile });
    popup = await session.openExtensionPage('popup.html');
    page = await session.openPage(faults.url('/'));
    await takeCookies(page);
    const before = asked('restart.bin').length;
    await popup.bringToFront();
    await pressInRow(popup, id, 'retry');
    await popupShows(popup, (shown) => isSettled(shown, id));
    await cameAsByPage('restart.bin', 'restart', before);
    expect((await attemptsOf(id)).at(-1)).toBe('restart completed');
  });

  it('gets the file by automatic retry with the popup closed and the background killed on the way', async () => {
    await changeSettings(popup, { automaticRetry: true, automaticFirstPause: 10, automaticLongestPause: 10 });
    const path = '/referer-required/auto.bin?fault=reset&key=auto&seed=auto&think=2000';
    const id = await fail(path);
    await eraseDownloads(popup, faults.url(path));
    const before = asked('auto.bin').length;
    // Only to read what is stored; it wakes nobody.
    const options = await session.openExtensionPage('options.html');
    await popup.close();
    popup = options;
    await expect.poll(() => asked('auto.bin').length, { timeout: 20_000 }).toBe(before + 1);
    await session.killBackground();
    await expect
      .poll(() => attemptsOf(id), { timeout: 40_000 })
      .toEqual(['first failed', 'restart completed']);
    await cameAsByPage('auto.bin', 'auto', before);
  }, 90_000);

  it('leaves a page in place of the file powerless, and says what the server answered', async () => {
    const path = '/greedy-page/gone.bin?key=gone';
    const id = await fail(path);
    await eraseDownloads(popup, faults.url(path));
    await popup.bringToFront();
    await pressInRow(popup, id, 'retry');
    await expect.poll(() => attemptsOf(id)).toEqual(['first failed', 'restart failed']);
    await expect
      .poll(() => popup.$eval(`[data-failure="${id}"]`, (row) => (row as HTMLElement).dataset.cause))
      .toBe('status-404');
    // For what it would ask for late.
    await sleep(1_000);
    expect(faults.requests.filter(({ path: wanted }) => wanted.startsWith('/wanted'))).toEqual([]);
    expect(asked('gone.bin').filter(({ status }) => status === 404)).toHaveLength(1);
    if (target === 'chrome') await expect.poll(leftovers).toEqual([0, 0]);
  });

  if (target === 'chrome') {
    it('finds what comes by way of another host again, and tells that one only the site', async () => {
      const file = `http://localhost:${new URL(faults.origin).port}/reset/moved.bin?key=moved&seed=moved&ranges=0`;
      const path = `/redirect?to=${encodeURIComponent(file)}`;
      const id = await fail(path);
      await eraseDownloads(popup, faults.url(path));
      const before = asked('moved.bin').length;
      await popup.bringToFront();
      await pressInRow(popup, id, 'retry');
      await popupShows(popup, (shown) => isSettled(shown, id));
      expect(await attemptsOf(id)).toEqual(['first failed', 'restart completed']);
      await expect.poll(() => isThere('moved')).toBe(true);
      const referers = asked('moved.bin')
        .slice(before)
        .map(({ referer }) => referer);
      expect(referers).toEqual([faults.url('/'), `${faults.origin}/`]);
    });

    it('saves nothing of a page in place of the file', async () => {
      const path = '/greedy-page/sign-in.zip?key=sign-in&status=200';
      const id = await fail(path);
      await eraseDownloads(popup, faults.url(path));
      await popup.bringToFront();
      await pressInRow(popup, id, 'retry');
      await expect.poll(() => attemptsOf(id)).toEqual(['first failed', 'restart failed']);
      await sleep(1_000);
      expect(faults.requests.filter(({ path: wanted }) => wanted.startsWith('/wanted'))).toEqual([]);
      expect(await listDownloads(popup)).toEqual([]);
      await popupShows(popup, ({ counts }) => counts['server/SUSPECT_PAGE'] === 1);
    });

    it('goes to the private window that is open, and nothing of it is stored', async () => {
      await allowInPrivate(session);
      popup = await openWhenReloaded(session);
      const secret = await openInPrivate(session, popup, faults.url('/'));
      await takeCookies(secret);
      const path = '/referer-required/secret.bin?fault=reset&key=secret&seed=secret';
      await pressLink(secret, faults.url(path));
      const { rows } = await popupShows(popup, (shown) => shown.rows.length === 1);
      const id = rows[0]?.id ?? '';
      await eraseDownloads(popup, faults.url(path));
      const before = asked('secret.bin').length;
      await popup.bringToFront();
      await lookAgain(popup);
      await pressInRow(popup, id, 'retry');
      await popupShows(popup, (shown) => shown.rows.every(({ state }) => state === 'recovered'));
      await cameAsByPage('secret.bin', 'secret', before);
      expect((await listDownloads(popup)).map(({ incognito, state }) => [incognito, state])).toEqual([
        [true, 'complete'],
      ]);
      expect(await readFailures(popup)).toEqual([]);
      expect(await onDisk(popup)).not.toContain('secret');

      await pressLink(secret, faults.url('/greedy-page/private.bin?key=private'));
      await popupShows(popup, (shown) => shown.rows.some(({ name }) => name === 'private.bin'));
      await eraseDownloads(popup, faults.url('/greedy-page/private.bin?key=private'));
      const left = (await readPopup(popup)).rows.find(({ name }) => name === 'private.bin');
      await popup.bringToFront();
      await pressInRow(popup, left?.id ?? '', 'retry');
      const row = `[data-failure="${left?.id}"]`;
      await expect
        .poll(() => popup.$eval(row, (shown) => (shown as HTMLElement).dataset.cause))
        .toBe('status-404');
      expect(faults.requests.filter(({ path: wanted }) => wanted.startsWith('/wanted'))).toEqual([]);
      await expect.poll(leftovers).toEqual([0, 0]);
      await expect
        .poll(async () => (await session.browser.pages()).map((one) => one.url()))
        .not.toContain(faults.url('/greedy-page/private.bin?key=private'));

      await pressLink(secret, faults.url('/referer-required/late.bin?fault=reset&key=late'));
      await popupShows(popup, (shown) => shown.rows.some(({ name }) => name === 'late.bin'));
      await eraseDownloads(popup, faults.url('/referer-required/late.bin?fault=reset&key=late'));
      await secret.close();
      await popup.bringToFront();
      const said = async (): Promise<string | null> => {
        // The window is gone a moment after its only page.
        await lookAgain(popup);
        return popup.evaluate(() => document.body.textContent);
      };
      await expect.poll(said).toContain('Open a private window first.');
      await session.screenshot(popup, 'artifacts/popup-private-window-chrome.png');
    }, 90_000);
  }
});

describe.skipIf(target === 'firefox')('without that permission', () => {
  it('a row whose new try was refused says what would help', async () => {
    const faults = await startFaultServer();
    const session = await launch(target);
    onTestFinished(async () => {
      await session.close();
      await faults.close();
    });
    const popup = await session.openExtensionPage('popup.html');
    const page = await session.openPage(faults.url('/'));
    const url = faults.url('/referer-required/refused.bin?fault=reset&key=refused');
    await pressLink(page, url);
    const { rows } = await popupShows(popup, (shown) => shown.rows.length === 1);
    await eraseDownloads(popup, url);
    await popup.bringToFront();
    await pressInRow(popup, rows[0]?.id ?? '', 'retry');
    await expect
      .poll(() => popup.evaluate(() => document.body.textContent))
      .toContain('The site may want to see which page this came from.');
    await session.screenshot(popup, 'artifacts/popup-unnamed-chrome.png');
  });
});

/** A page in a private window, with downloads that ask the person nothing. */
async function openInPrivate(
  { browser, downloadDir }: BrowserSession,
  page: Page,
  url: string,
): Promise<Page> {
  await page.evaluate((address) => {
    const { chrome } = globalThis as unknown as {
      chrome: { windows: { create(options: object): Promise<unknown> } };
    };
    return chrome.windows.create({ incognito: true, url: address });
  }, url);
  const found = async (): Promise<Page | undefined> => {
    for (const one of await browser.pages()) {
      const cookies = one.url() === url && (await one.evaluate(() => document.cookie).catch(() => 'none'));
      if (cookies === '') return one;
    }
    return undefined;
  };
  await expect.poll(async () => (await found()) !== undefined).toBe(true);
  const secret = await found();
  if (!secret) throw new Error('There is no private page.');
  // Where it may be saved, headless Chrome would ask in a dialog that nobody can answer.
  const cdp = await secret.createCDPSession();
  await cdp.send('Page.setDownloadBehavior', { behavior: 'allow', downloadPath: downloadDir });
  return secret;
}

/** Has a page look what is possible now, as it does when it gets the focus: without windows it gets none. */
const lookAgain = (page: Page): Promise<boolean> => page.evaluate(() => dispatchEvent(new Event('focus')));

/** All that the extension has on disk beside the journal. */
const onDisk = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const { chrome } = globalThis as unknown as {
      chrome: { storage: Record<'local' | 'sync', { get(): Promise<unknown> }> };
    };
    return JSON.stringify([await chrome.storage.local.get(), await chrome.storage.sync.get()]);
  });
