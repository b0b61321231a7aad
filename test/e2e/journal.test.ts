import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download } from '../../tools/download.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import {
  badge,
  listDownloads,
  makeNewer,
  readDatabase,
  readFailures,
  sendCommand,
  startDownloads,
} from './extension-page.ts';
import { popupShows } from './popup-page.ts';
import { target } from './target.ts';

const BURST = 1000;
/** Downloads started at one moment. */
const WAVE = 100;
/** A wave in which nothing has failed for this long is over; what Chromium has lost is made up for in the next. */
const QUIET_MS = 1_500;

const total = (counts: Record<string, number>): number =>
  Object.entries(counts).reduce((sum, [name, count]) => (name.includes('/') ? sum : sum + count), 0);

describe(`the journal in ${target}`, () => {
  let faults: FaultServer;
  let session: BrowserSession;
  let page: Page;

  beforeEach(async () => {
    faults = await startFaultServer();
    session = await launch(target);
    page = await session.openExtensionPage('popup.html');
  });

  afterEach(async () => {
    await session?.close();
    await faults?.close();
  });

  const failed = async (): Promise<string[]> =>
    (await listDownloads(page)).filter(({ state }) => state === 'interrupted').map(({ url }) => url);

  /** Makes at least `count` downloads fail, wave after wave, with `meanwhile` done in each. */
  async function burst(count: number, meanwhile: (wave: number) => Promise<void>): Promise<void> {
    let started = 0;
    // Chromium loses a call now and then, so what counts is what the browser lists.
    for (let wave = 0, before = 0; before < count; wave += 1) {
      const requests = Array.from({ length: Math.min(WAVE, count - before) }, () => {
        started += 1;
        return { url: faults.url(`/status/404/file-${started}.bin`), filename: `file-${started}.bin` };
      });
      await startDownloads(page, requests);
      await meanwhile(wave);
      const awaited = before + requests.length;
      for (let last = Date.now(); before < awaited && Date.now() < last + QUIET_MS; await sleep(50)) {
        const now = (await failed()).length;
        if (now > before) last = Date.now();
        before = now;
      }
    }
  }

  /** What the browser lists as failed, once the journal has just that; fails when it doesn't come to that. */
  async function recorded(milliseconds: number): Promise<string[]> {
    let listed: string[] = [];
    await expect
      .poll(
        async () => {
          listed = (await failed()).toSorted();
          const { urls } = await readDatabase(page);
          return { missing: listed.filter((url) => !urls.includes(url)), records: urls.length };
        },
        { timeout: milliseconds, interval: 500 },
      )
      .toEqual({ missing: [], records: expect.any(Number) });
    return listed;
  }

  it('has each of 1,000 failures once, though the background is killed again and again', async () => {
    let kills = 0;
    await burst(BURST, async () => {
      for (let time = 0; time < 2; time += 1) {
        await sleep(100);
        await session.killBackground();
        kills += 1;
      }
    });
    // The last kill may have come after the last event: then an alarm is what wakes the background.
    const listed = await recorded(60_000);
    const { urls } = await readDatabase(page);
    expect(urls.toSorted()).toEqual(listed);
    const { counts } = await popupShows(page, (shown) => total(shown.counts) >= listed.length);
    expect(counts).toEqual({ server: listed.length, 'server/SERVER_BAD_CONTENT': listed.length });
    console.log(
      `${target}: ${listed.length} failures, background killed ${kills} times, ${urls.length} records`,
    );
  }, 180_000);

  it('misses nothing that the browser still lists after it was killed in the middle', async () => {
    await burst(300, async (wave) => {
      if (wave === 0) await session.killBackground();
    });
    await startDownloads(
      page,
      Array.from({ length: WAVE }, (_, index) => ({ url: faults.url(`/status/404/last-${index}.bin`) })),
    );
    const before = await readDatabase(page);
    await session.crash();
    session = await launch(target, { profile: session.profile });
    page = await session.openExtensionPage('popup.html');
    const listed = await recorded(20_000);
    const { urls } = await readDatabase(page);
    expect(urls).toHaveLength(new Set(urls).size);
    expect(before.urls.filter((url) => !urls.includes(url))).toEqual([]);
    await popupShows(page, ({ counts }) => total(counts) === urls.length);
    console.log(`${target}: ${listed.length} listed after SIGKILL, ${urls.length} records`);
  }, 180_000);

  it('does not bring back what was deleted, though the browser still lists it', async () => {
    await download(page, { url: faults.url('/status/404/deleted.bin') }).catch(() => {});
    await popupShows(page, ({ rows }) => rows.length === 1);
    const ids = (await readFailures(page)).map(({ id }) => id);
    // So that the background wakes with this, and looks at the list at the same time.
    await session.killBackground();
    await sendCommand(page, { command: 'delete', ids });
    await popupShows(page, ({ rows }) => rows.length === 0);
    await session.killBackground();
    await download(page, { url: faults.url('/status/404/next.bin') }).catch(() => {});
    await popupShows(page, ({ rows }) => rows.length === 1);
    expect(await failed()).toHaveLength(2);
    expect((await readDatabase(page)).urls).toEqual([faults.url('/status/404/next.bin')]);
  });

  it('says plainly that it can not be written, carries on, and begins anew when told to', async () => {
    await download(page, { url: faults.url('/status/404/before.bin') }).catch(() => {});
    await popupShows(page, ({ rows }) => rows.length === 1);
    await makeNewer(page);
    for (const name of ['popup.html', 'history.html']) {
      const other = await session.openExtensionPage(name);
      const words = () => other.evaluate(() => document.body.textContent);
      await expect.poll(words).toContain('newer version');
      expect(await words()).not.toContain('No failed downloads');
      await other.close();
    }
    await page.bringToFront();
    await download(page, { url: faults.url('/status/403/meanwhile.bin') }).catch(() => {});
    await popupShows(page, ({ counts }) => counts['server/SERVER_FORBIDDEN'] === 1);
    await expect.poll(() => page.evaluate(() => document.body.textContent)).toContain('newer version');
    await expect.poll(() => badge(page)).toBe('!');
    await session.screenshot(page, `artifacts/popup-broken-journal-${target}.png`);
    expect((await readDatabase(page)).urls).toEqual([faults.url('/status/404/before.bin')]);

    await page.locator('[data-action="save-record"]').click();
    const copy = join(session.downloadDir, 'download-failures-copy.json');
    await expect.poll(() => readFile(copy, 'utf8').catch(() => '')).toMatch(/\n\}\s*$/);
    const text = await readFile(copy, 'utf8');
    expect(text).toContain('/status/404/before.bin');
    expect(JSON.parse(text)).toMatchObject({ database: 'journal', version: 99 });

    await page.locator('[data-action="reset-record"]').click();
    await page.locator('[data-action="confirm-reset"]').click();
    const { counts } = await popupShows(page, (shown) => shown.counts.server === 2);
    expect(counts).toEqual({ server: 2, 'server/SERVER_BAD_CONTENT': 1, 'server/SERVER_FORBIDDEN': 1 });
    expect(await page.$('[data-action="reset-record"]')).toBeNull();
    await expect.poll(() => badge(page)).not.toBe('!');
    expect((await readDatabase(page)).urls).toHaveLength(2);
  });
});
