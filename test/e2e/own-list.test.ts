/** What a person does in the browser's own list, and when they close the browser, leaves the record true. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import {
  changeSettings,
  eraseDownloads,
  failDownloads,
  listDownloads,
  readFailures,
  sendCommand,
} from './extension-page.ts';
import { isSettled, popupShows, pressInRow } from './popup-page.ts';
import { target } from './target.ts';

describe(`with the own list of ${target}`, () => {
  let faults: FaultServer;
  let session: BrowserSession;
  let popup: Page;

  beforeEach(async () => {
    faults = await startFaultServer();
    session = await launch(target);
    popup = await session.openExtensionPage('popup.html');
  });

  afterEach(async () => {
    await session?.close();
    await faults?.close();
  });

  const requestsFor = (name: string) => faults.requests.filter(({ path }) => path.includes(name));

  /** Fails the download of an address, and gives its row's id once the popup shows it. */
  async function fail(path: string, filename: string): Promise<string> {
    await failDownloads(popup, [{ url: faults.url(path), filename }]);
    const { rows } = await popupShows(popup, (shown) => shown.rows.length === 1);
    return rows[0]?.id ?? '';
  }

  const attempts = async (): Promise<string[]> => {
    const [failure] = await readFailures(popup);
    return failure?.attempts.map(({ kind, state }) => `${kind} ${state}`) ?? [];
  };

  const retryButton = (id: string) => `[data-failure="${id}"] [data-action="retry"]`;
  const labelOf = (id: string): Promise<string> =>
    popup.$eval(retryButton(id), (button) => button.textContent ?? '');

  /** The person presses a button of the browser's own list, which `downloads.cancel` does as well. */
  const cancelInList = (url: string): Promise<void> =>
    popup.evaluate(async (address) => {
      const { browser, chrome } = globalThis as unknown as Record<
        'browser' | 'chrome',
        {
          downloads: {
            search(query: object): Promise<{ id: number; url: string }[]>;
            cancel(id: number): Promise<void>;
          };
        }
      >;
      const { downloads } = browser ?? chrome;
      for (const { id, url: listed } of await downloads.search({})) {
        if (listed === address) await downloads.cancel(id);
      }
    }, url);

  it.each(['removed', 'cancelled'])('promises no resume of what was %s there', async (how) => {
    const path = `/reset/${how}.bin?key=${how}`;
    const id = await fail(path, `${how}.bin`);
    await expect.poll(() => labelOf(id)).toContain('Resume');
    if (how === 'removed') await eraseDownloads(popup, faults.url(path));
    else await cancelInList(faults.url(path));
    // Chrome cancels only what is under way, and keeps the bytes of what has failed.
    const kept = how === 'cancelled' && target === 'chrome';
    const [item] = (await listDownloads(popup)).filter(({ url }) => url === faults.url(path));
    expect(item?.canResume ?? false).toBe(kept);
    await expect.poll(async () => (await labelOf(id)).includes('Resume')).toBe(kept);
    await pressInRow(popup, id, 'retry');
    await popupShows(popup, (shown) => isSettled(shown, id));
    const again = requestsFor(`${how}.bin`).slice(1);
    expect(again.map(({ range }) => range !== undefined)).toEqual([kept]);
  });

  /** The person presses Resume in Chrome's own list: to Chrome what a press leads to is their wish. */
  async function resumeByPress(url: string): Promise<void> {
    await popup.evaluate((address) => {
      const { downloads } = (
        globalThis as unknown as {
          chrome: {
            downloads: {
              search(query: object): Promise<{ id: number; url: string }[]>;
              resume(id: number): Promise<void>;
            };
          };
        }
      ).chrome;
      const button = document.createElement('button');
      button.id = 'resume-in-list';
      button.style.cssText = 'position: fixed; inset: 0 auto auto 0; z-index: 9';
      button.addEventListener('click', async () => {
        const [item] = (await downloads.search({})).filter((listed) => listed.url === address);
        if (item) await downloads.resume(item.id);
      });
      document.body.append(button);
    }, url);
    await popup.click('#resume-in-list');
  }

  if (target === 'firefox') {
    /** The person presses Retry in Firefox's own panel. */
    const retryInPanel = (url: string): Promise<boolean> =>
      session.evaluateInBrowser<boolean>(`(async () => {
        const { Downloads } = ChromeUtils.importESModule('resource://gre/modules/Downloads.sys.mjs');
        const list = await Downloads.getList(Downloads.ALL);
        const found = (await list.getAll()).find(({ source }) => source.url === ${JSON.stringify(url)});
        found.start().catch(() => undefined);
        return true;
      })()`);

    /** Pauses what was started last for an address. */
    const pauseOurs = (url: string): Promise<void> =>
      popup.evaluate(async (address) => {
        const { browser } = globalThis as unknown as {
          browser: {
            downloads: {
              search(query: object): Promise<{ id: number; url: string }[]>;
              pause(id: number): Promise<void>;
            };
          };
        };
        const items = (await browser.downloads.search({})).filter((item) => item.url === address);
        await browser.downloads.pause(Math.max(...items.map(({ id }) => id)));
      }, url);

    it('gets a file once when the person retries in the panel what is being tried again here', async () => {
      const path = '/recover/panel.bin?key=panel&after=1&rate=200000&size=1000000';
      const id = await fail(path, 'panel.bin');
      await pressInRow(popup, id, 'retry');
      await expect.poll(attempts).toEqual(['first failed', 'restart running']);
      // Firefox ends what is paused before any of it has come.
      const arrived = async () => Math.max(...(await listDownloads(popup)).map((item) => item.bytesReceived));
      await expect.poll(arrived).toBeGreaterThan(0);
      await retryInPanel(faults.url(path));
      // So that the other one has the file first.
      await pauseOurs(faults.url(path));
      await popupShows(popup, (shown) => isSettled(shown, id), 25_000);
      await expect.poll(attempts).toContain('restart cancelled');
      expect((await attempts()).at(-1)).toMatch(/completed$/);
      const complete = (await listDownloads(popup)).filter(({ state }) => state === 'complete');
      expect(complete).toHaveLength(1);
      expect(requestsFor('panel.bin')).toHaveLength(3);
    });

    it('goes on with automatic retry when it was closed during a try', async () => {
      await changeSettings(popup, { automaticRetry: true, automaticTries: 4, automaticFirstPause: 1 });
      const path = '/recover/closed.bin?key=closed&after=1&rate=50000&size=600000';
      await failDownloads(popup, [{ url: faults.url(path), filename: 'closed.bin' }]);
      await expect.poll(attempts, { timeout: 30_000 }).toEqual(['first failed', 'restart running']);
      const { profile } = session;
      await session.crash();
      session = await launch(target, { profile });
      popup = await session.openExtensionPage('popup.html');
      await expect
        .poll(attempts, { timeout: 45_000 })
        .toEqual(['first failed', 'restart vanished', 'restart completed']);
    }, 120_000);
  }

  if (target === 'chrome') {
    it('leaves alone what the person resumes there right after pressing Cancel here', async () => {
      const path = '/reset/mine.bin?key=mine&resets=always&rate=500000&size=1000000';
      const id = await fail(path, 'mine.bin');
      // Without a press of the person Chrome soon only pretends to resume.
      const isPretending = async (): Promise<boolean> => {
        const before = (await attempts()).length;
        void sendCommand(popup, { command: 'retry', id });
        await expect.poll(async () => (await attempts()).length).toBeGreaterThan(before);
        // Well before the extension gives the resume up, three seconds after it.
        for (const until = Date.now() + 1_000; Date.now() < until; await sleep(50)) {
          if ((await attempts()).at(-1) !== 'resume starting') return false;
        }
        return true;
      };
      while (!(await isPretending())) {
        await expect.poll(async () => (await attempts()).at(-1)).toBe('resume failed');
      }
      await sendCommand(popup, { command: 'cancel', id });
      faults.heal('mine');
      await resumeByPress(faults.url(path));
      await popupShows(popup, (shown) => isSettled(shown, id), 25_000);
      expect((await attempts()).slice(-2)).toEqual(['resume cancelled', 'resume completed']);
    }, 120_000);

    it('keeps a failure as it was seen when Chrome is closed right after it', async () => {
      await fail('/reset/soon.bin?key=soon', 'soon.bin');
      const before = await readFailures(popup);
      // Opening the popup has marked it as seen.
      await expect.poll(async () => (await readFailures(popup))[0]?.seen).toBe(true);
      const { profile } = session;
      await session.crash();
      session = await launch(target, { profile });
      popup = await session.openExtensionPage('icons/icon-16.png', { ready: 'img' });
      await sleep(2_000);
      expect(await readFailures(popup)).toEqual(before.map((failure) => ({ ...failure, seen: true })));
    }, 120_000);
  }
});
