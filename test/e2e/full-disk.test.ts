import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { download } from '../../tools/download.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { badge, readDatabase } from './extension-page.ts';
import { popupShows } from './popup-page.ts';
import { Refused, withTinyDisk } from './reasons/obstacles.ts';
import { target } from './target.ts';

/** Room for a browser's profile. */
const DISK_KB = 200_000;

/** Writes to a file until the disk takes not a single byte more. */
function fillUp(file: string): void {
  for (const bytes of [1_000_000, 1_000, 1]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }
}

/** Fills the disk, and again whatever the browser frees. Returns what ends that and makes room. */
function keepFull(file: string): () => void {
  fillUp(file);
  const again = setInterval(() => fillUp(file), 20);
  return () => {
    clearInterval(again);
    rmSync(file, { force: true });
  };
}

/** Texts of the popup's notices. */
const notices = (popup: Page): Promise<string[]> =>
  popup.$$eval('.notice', (found) => found.map(({ textContent }) => textContent ?? ''));

describe(`on a full disk ${target}`, () => {
  let faults: FaultServer;
  let session: BrowserSession;
  let popup: Page;

  const fail = (name: string): Promise<unknown> =>
    download(popup, { url: faults.url(`/status/403/${name}`), filename: name }).catch(() => undefined);

  /** What the popup shows once a row is there, which is all that failed so far, each once. */
  async function shows(name: string, total: number): Promise<void> {
    const { rows, counts } = await popupShows(popup, (shown) => shown.rows.some((row) => row.name === name));
    expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
    expect(counts.server).toBe(total);
  }

  /** The popup names the disk, and offers nothing that would destroy the record. */
  async function namesTheDisk(): Promise<void> {
    await expect.poll(() => badge(popup)).toBe('!');
    await expect.poll(() => notices(popup)).toEqual([expect.stringContaining('Free some space')]);
    expect(await popup.$('[data-action="reset-record"]')).toBeNull();
  }

  /**
   * Fails downloads until one finds no room, and gives how many did. What the browser has free in its own files takes
   * some of them: they are on disk, where Chrome can't read them again before there is room.
   */
  async function failUntilFull(round: string): Promise<number> {
    const isNamed = () =>
      vi
        .waitUntil(async () => (await notices(popup)).length > 0, { timeout: 3_000, interval: 100 })
        .catch(() => false);
    let failed = 0;
    while (failed < 20 && !(await isNamed())) {
      failed += 1;
      await fail(`${round}-${failed}.bin`);
    }
    return failed;
  }

  async function failOnFullDisk(profile: string): Promise<void> {
    faults = await startFaultServer();
    onTestFinished(() => faults.close());
    const downloadDir = mkdtempSync(join(tmpdir(), 'dfm-downloads-'));
    onTestFinished(() => rmSync(downloadDir, { recursive: true, force: true }));
    session = await launch(target, { profile, downloadDir });
    // Ended before the small disk is taken away: it would go on filling the one below.
    let makeRoom = () => {};
    try {
      popup = await session.openExtensionPage('popup.html');
      for (const name of ['one.bin', 'two.bin', 'three.bin']) await fail(name);
      await popupShows(popup, ({ counts }) => counts.server === 3);

      makeRoom = keepFull(join(profile, 'filler'));
      await fail('four.bin');
      let failed = 4 + (await failUntilFull('four'));
      await namesTheDisk();

      // The browser says something else to each background and to each page.
      for (const round of ['five', 'six']) {
        await session.killBackground();
        await fail(`${round}.bin`);
        await popup.close();
        popup = await session.openExtensionPage('popup.html');
        await popupShows(popup, ({ rows }) => rows.some((row) => row.name === `${round}.bin`));
        failed += 1 + (await failUntilFull(round));
        await namesTheDisk();
      }

      makeRoom();
      await fail('seven.bin');
      await shows('seven.bin', failed + 1);
      await expect.poll(() => notices(popup)).toEqual([]);
      expect((await readDatabase(popup)).urls).toHaveLength(failed + 1);
    } finally {
      makeRoom();
      await session.close();
    }
  }

  it('is told as what it is, and everything is there once it has room', async ({ skip }) => {
    const folder = mkdtempSync(join(tmpdir(), 'dfm-disk-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const profile = join(folder, 'profile');
    try {
      await withTinyDisk(profile, () => failOnFullDisk(profile), DISK_KB);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      skip(error.message);
    }
  }, 180_000);
});
