import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Target } from '../../src/platform/target.ts';
import { download } from '../../tools/download.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { extensionFolder } from '../../tools/paths.ts';
import { startFaultServer } from '../faults/server.ts';
import { popupShows, pressInRow } from './popup-page.ts';
import { target } from './target.ts';

let session: BrowserSession;

afterEach(async () => {
  await session?.close();
});

const pages = (target: Target): string[] =>
  readdirSync(extensionFolder(target)).filter((name) => name.endsWith('.html'));

/** What Chrome's own page of extensions holds against this one. */
async function extensionsPageOf({ browser, extensionId, openPage }: BrowserSession): Promise<unknown[]> {
  const known = (await browser.pages()).find((page) => page.url().startsWith('chrome://extensions'));
  const page = known ?? (await openPage('chrome://extensions'));
  return await page.evaluate(async (id) => {
    interface Info {
      errorCollection: { isActive: boolean };
      manifestErrors: unknown[];
      runtimeErrors: unknown[];
      installWarnings: unknown[];
      runtimeWarnings: unknown[];
    }
    const { chrome } = globalThis as unknown as {
      chrome: {
        developerPrivate: {
          updateProfileConfiguration(change: object): Promise<void>;
          getExtensionInfo(id: string): Promise<Info>;
        };
      };
    };
    // Otherwise Chrome collects nothing.
    await chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true });
    const info = await chrome.developerPrivate.getExtensionInfo(id);
    if (!info.errorCollection.isActive) throw new Error('Chrome collects no errors.');
    return [info.manifestErrors, info.runtimeErrors, info.installWarnings, info.runtimeWarnings].flat();
  }, extensionId);
}

/** What the browser wrote into the consoles of the extension's open pages. */
async function consolesOf({ browser, extensionUrl }: BrowserSession): Promise<unknown[]> {
  const entries: unknown[] = [];
  for (const page of await browser.pages()) {
    if (!page.url().startsWith(extensionUrl(''))) continue;
    const log = await page.createCDPSession();
    log.on('Log.entryAdded', ({ entry }) => entries.push(entry));
    // Gives what was written before, too.
    await log.send('Log.enable');
    await log.detach();
  }
  return entries;
}

const chromeComplaints = async (chrome: BrowserSession): Promise<unknown[]> => [
  ...(await extensionsPageOf(chrome)),
  ...(await consolesOf(chrome)),
];

/** All that Firefox's console says of the extension's files. */
const firefoxComplaints = (firefox: BrowserSession): Promise<unknown[]> =>
  firefox.evaluateInBrowser(
    `Services.console.getMessageArray().map(({ message }) => message).filter((message) => message.includes(
      ${JSON.stringify(firefox.extensionUrl(''))}))`,
  );

/** Has one download fail and tries it again in the popup. */
async function failAndRetry(browser: BrowserSession): Promise<void> {
  const faults = await startFaultServer();
  onTestFinished(() => faults.close());
  const popup = await browser.openExtensionPage('popup.html');
  const url = `${faults.origin}/recover/again.bin?after=1&key=again`;
  await download(popup, { url, filename: 'again.bin' }).catch(() => {});
  const { rows } = await popupShows(popup, (shown) => shown.rows.length === 1);
  await pressInRow(popup, rows[0]?.id ?? '', 'details');
  await pressInRow(popup, rows[0]?.id ?? '', 'retry');
  await popupShows(popup, (shown) => shown.rows.every(({ state }) => state === 'recovered'));
}

describe(`the extension as installed in ${target}`, () => {
  const complaints = target === 'chrome' ? chromeComplaints : firefoxComplaints;

  it('gives the browser nothing to complain of, and would not get away with it', async () => {
    session = await launch(target);
    expect(await complaints(session)).toEqual([]);
    for (const page of pages(target)) await session.openExtensionPage(page);
    await failAndRetry(session);
    const page = await session.openExtensionPage('options.html');
    expect(await complaints(session)).toEqual([]);

    // What the content security policy is there for.
    const inline = () => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "hijacked"';
      document.body.append(script);
    };
    await page.evaluate(inline);
    await expect.poll(async () => JSON.stringify(await complaints(session))).toContain('Content');
    expect(await page.title()).not.toBe('hijacked');
    const sent = page.evaluate((url) => fetch(url, { mode: 'no-cors' }), 'http://127.0.0.1:1/');
    await expect(sent).rejects.toThrow();
    await expect.poll(async () => JSON.stringify(await complaints(session))).toContain('127.0.0.1:1');
  });
});

if (target === 'chrome') {
  describe('the extension', () => {
    it('works in a Chrome that has no `browser` yet, as before version 148', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'chrome-without-browser-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      cpSync(extensionFolder('chrome'), folder, { recursive: true });
      const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.js'),
      );
      expect(scripts.length).toBeGreaterThan(2);
      for (const name of scripts) {
        const path = join(folder, name);
        writeFileSync(path, `delete globalThis.browser;\n${readFileSync(path, 'utf8')}`);
      }
      session = await launch(target, { extensionDir: folder });
      await failAndRetry(session);
      const popup = await session.openExtensionPage('popup.html');
      expect(await popup.evaluate(() => 'browser' in globalThis)).toBe(false);
    });
  });
}
