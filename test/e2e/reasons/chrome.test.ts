import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../tools/browser/engine.ts';
import { download } from '../../../tools/download.ts';
import { type BrowserSession, launch } from '../../../tools/launch.ts';
import { historyFile, insertDownloads } from '../../fakes/history-database.ts';
import { type FaultServer, startFaultServer } from '../../faults/server.ts';
import { badge } from '../extension-page.ts';
import { popupShows, readPopup } from '../popup-page.ts';
import { buttonTitle } from './browser-calls.ts';
import { chromeFaults } from './chrome-faults.ts';
import { Coverage } from './coverage.ts';
import { expectedCounts, expectedReasons, message } from './expected-reasons.ts';
import type { Bench } from './live-fault.ts';
import { Refused } from './obstacles.ts';
import { expectRowOf, fileNameFor } from './shown-row.ts';

const all = expectedReasons.map(({ reason }) => reason);
const coverage = new Coverage(
  'Chromium',
  (reason) => expectedReasons.find((one) => one.reason === reason)?.notLive,
);

afterAll(() => console.log(coverage.report()));

/** A document of the extension that, unlike the popup, does not mark anything as seen. */
const openQuietPage = (session: BrowserSession): Promise<Page> =>
  session.openExtensionPage('manifest.json', { ready: 'html' });

/** Waits until the background has looked at the browser's list, and found nothing new. */
const foundNothingNew = (page: Page): Promise<void> =>
  until(async () => (await buttonTitle(page)) === message('button_none'), {
    milliseconds: 15_000,
    expecting: 'the button to say that there is nothing new',
  });

describe("all reasons out of Chromium's own history", () => {
  let session: BrowserSession;
  let popup: Page;
  /** A profile that has the same history and has never had the extension. */
  let otherProfile: string;

  beforeAll(async () => {
    otherProfile = await mkdtemp(join(tmpdir(), 'dfm-other-profile-'));
    const before = await launch('chrome', { keepProfile: true });
    try {
      await foundNothingNew(await openQuietPage(before));
    } finally {
      await before.close();
    }
    const failed = expectedReasons.map(({ reason, code }) => ({
      url: `https://files.example/${fileNameFor(reason)}`,
      path: join(before.downloadDir, fileNameFor(reason)),
      code,
    }));
    insertDownloads(before.profile, failed);
    await mkdir(dirname(historyFile(otherProfile)));
    await copyFile(historyFile(before.profile), historyFile(otherProfile));
    session = await launch('chrome', { profile: before.profile });
  });

  afterAll(async () => {
    await session?.close();
    await rm(otherProfile, { recursive: true, force: true });
  });

  it('are news, except for what the person cancelled, to an extension that was there before', async () => {
    const quiet = await openQuietPage(session);
    const news = expectedReasons.filter(({ prognosis }) => prognosis !== 'chosen');
    await expect.poll(() => badge(quiet)).toBe(String(news.length));
    popup = await session.openExtensionPage('popup.html');
    // Now they have been seen.
    await expect.poll(() => badge(quiet)).toBe('');
  });

  /** The popup says so; what is below its edge comes a moment after it is ready. */
  const showsAll = (shown: Page): Promise<void> =>
    expect.poll(async () => (await readPopup(shown)).counts).toEqual(expectedCounts(all));

  it('are all there, and nothing else is', () => showsAll(popup));

  it.each(all)('show %s in its group, in its own words, with Retry where that can help', async (reason) => {
    await expectRowOf(popup, reason, 'chrome');
    coverage.sawHistoryRow(reason);
  });

  it('are shown, but are no news, to an extension that comes later', async () => {
    const later = await launch('chrome', { profile: otherProfile });
    try {
      const quiet = await openQuietPage(later);
      await foundNothingNew(quiet);
      expect(await badge(quiet)).toBe('');
      await showsAll(await later.openExtensionPage('popup.html'));
    } finally {
      await later.close();
    }
  });
});

describe('what really goes wrong in Chromium', () => {
  let faults: FaultServer;
  let bench: Bench;
  let popup: Page;

  beforeAll(async () => {
    faults = await startFaultServer();
    const session = await launch('chrome', { keepProfile: true });
    bench = { faults, session, starter: await session.openExtensionPage('popup.html') };
    // Begun now, so that it is well under way when the browser is killed in the end.
    const file = fileNameFor('CRASH');
    await download(bench.starter, { url: faults.url(`/slow/${file}`), filename: file });
    popup = await session.openExtensionPage('popup.html');
  });

  afterAll(async () => {
    await bench?.session.close();
    await faults?.close();
  });

  for (const { reason, how, bringAbout } of chromeFaults) {
    it(`is ${reason} when ${how}`, async ({ skip }) => {
      try {
        await bringAbout(bench, fileNameFor(reason));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        coverage.refuse(reason, error.message);
        skip(error.message);
      }
      await expectRowOf(popup, reason, 'chrome');
      coverage.sawLive(reason, how);
    });
  }

  it('is CRASH when the browser is killed, and all before it is still there', async () => {
    const { session } = bench;
    const before = await readPopup(popup);
    await session.crash();
    bench.session = await launch('chrome', { profile: session.profile });
    popup = await bench.session.openExtensionPage('popup.html');
    await expectRowOf(popup, 'CRASH', 'chrome');
    coverage.sawLive('CRASH', 'the browser is killed');
    const { rows } = await popupShows(popup, (shown) => shown.rows.length > before.rows.length);
    const others = rows.filter(({ name }) => name !== fileNameFor('CRASH'));
    expect(others.map(({ id }) => id).sort()).toEqual(before.rows.map(({ id }) => id).sort());
  });

  it('has one failure in each of the groups, of 17 different reasons', async () => {
    const { live, refused } = coverage;
    // What only the system can refuse is what needs a disk of our own or a folder that nobody may write to.
    expect(['FILE_NO_SPACE', 'FILE_ACCESS_DENIED']).toEqual(expect.arrayContaining([...refused]));
    expect(live).toHaveLength(17 - refused.length);
    expect((await readPopup(popup)).counts).toEqual(expectedCounts(live));
  });
});
