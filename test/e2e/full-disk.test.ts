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
   * Fails downloads until one finds no room, and gives how many did. The first may still fit into what the browser has:
   * then it is on disk, where Chrome can't read it again before there is room.
   */
  async function failUntilFull(): Promise<number> {
    for (let failed = 1; ; failed += 1) {
      await fail(`full-${failed}.bin`);
      const isNamed = await vi
        .waitUntil(async () => (await badge(popup)) === '!', { timeout: 3_000, interval: 100 })
        .catch(() => false);
      if (isNamed || failed === 20) return failed;
    }
  }

  async function failOnFullDisk(profile: string): Promise<void> {
    faults = await startFaultServer();
    onTestFinished(() => faults.close());
    const downloadDir = mkdtempSync(join(tmpdir(), 'dfm-downloads-'));
    onTestFinished(() => rmSync(downloadDir, { recursive: true, force: true }));
    session = await launch(target, { profile, downloadDir });
    try {
      popup = await session.openExtensionPage('popup.html');
      for (const name of ['one.bin', 'two.bin', 'three.bin']) await fail(name);
      await popupShows(popup, ({ counts }) => counts.server === 3);

      const makeRoom = keepFull(join(profile, 'filler'));
      onTestFinished(makeRoom);
      const before = await failUntilFull();
      await namesTheDisk();

      // The browser says something else to each background and to each page.
      for (const name of ['five.bin', 'six.bin']) {
        await session.killBackground();
        await fail(name);
        await popup.close();
        popup = await session.openExtensionPage('popup.html');
        await popupShows(popup, ({ rows }) => rows.some((row) => row.name === name));
        await namesTheDisk();
      }

      makeRoom();
      await fail('seven.bin');
      await shows('seven.bin', before + 6);
      await expect.poll(() => notices(popup)).toEqual([]);
      expect((await readDatabase(popup)).urls).toHaveLength(before + 6);
    } finally {
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
