/** Real presses on real links: whoever downloads a file again, it is the same failure. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import {
  badge,
  changeSettings,
  eraseDownload,
  keptInSession,
  listDownloads,
  pressLink,
  readFailures,
} from './extension-page.ts';
import { popupShows, pressInRow, readPopup, type ShownRow } from './popup-page.ts';
import { target } from './target.ts';

describe(`a file behind a link in ${target}`, () => {
  let faults: FaultServer;
  let session: BrowserSession;
  let popup: Page;
  let page: Page;

  beforeEach(async () => {
    faults = await startFaultServer();
    session = await launch(target);
    popup = await session.openExtensionPage('popup.html');
    page = await session.openPage(faults.url('/'));
  });

  afterEach(async () => {
    await session?.close();
    await faults?.close();
  });

  const press = (path: string): Promise<void> => pressLink(page, faults.url(path));
  const requestsFor = (name: string) => faults.requests.filter(({ path }) => path.includes(name)).length;
  /** How each record stands: its attempts' states. */
  const records = async (): Promise<string[]> =>
    (await readFailures(popup)).map(({ attempts }) => attempts.map(({ state }) => state).join(', ')).sort();

  /** Presses a link whose download breaks off, and gives the id of its row. */
  async function fail(path: string): Promise<string> {
    const before = (await records()).join().split('failed').length;
    await press(path);
    await expect.poll(async () => (await records()).join().split('failed').length).toBe(before + 1);
    const isThere = ({ state }: ShownRow): boolean => state === 'failed' || state === 'scheduled';
    const { rows } = await popupShows(popup, (shown) => shown.rows.some(isThere));
    return rows.find(isThere)?.id ?? '';
  }

  it('that failed and was then downloaded by hand leaves an empty popup, an empty badge and one record', async () => {
    const path = '/reset/by-hand.bin?key=by-hand&resets=always';
    // Nothing counts as seen by it.
    await popup.close();
    popup = await session.openExtensionPage('icons/icon-16.png', { ready: 'img' });
    await press(path);
    await expect.poll(() => badge(popup)).toBe('1');
    faults.heal('by-hand');
    await press(path);
    await expect.poll(records).toEqual(['failed, completed']);
    await expect.poll(() => badge(popup)).toBe('');
    const again = await session.openExtensionPage('popup.html');
    expect(await readPopup(again)).toEqual({ counts: {}, rows: [] });
  });

  it('that failed three times is one failure', async () => {
    const path = '/reset/thrice.bin?key=thrice&resets=always';
    for (const times of [1, 2, 3]) {
      await fail(path);
      await expect.poll(records).toEqual([Array(times).fill('failed').join(', ')]);
    }
    await popupShows(popup, ({ counts, rows }) => counts.network === 1 && rows.length === 1);
    await expect.poll(() => badge(popup)).toBe('1');
  });

  it('whose link was pressed twice is not missing when one press brought it, which the list no longer shows', async () => {
    // Long enough for all that is to happen while the first is under way.
    const path = '/reset/twice.zip?key=twice&wait=10000';
    await press(path);
    // Before the browser has made a download of the first press, another one would take its place.
    await expect.poll(async () => (await listDownloads(popup)).length).toBe(1);
    await press(path);
    const complete = async () => (await listDownloads(popup)).filter(({ state }) => state === 'complete');
    await expect.poll(async () => (await complete()).length).toBe(1);
    await expect.poll(() => keptInSession(popup, 'came-beside')).toHaveLength(1);
    for (const { id } of await complete()) await eraseDownload(popup, id);
    expect(await records()).toEqual([]);
    await expect.poll(records, { timeout: 30_000 }).toEqual(['failed, completed']);
    await expect.poll(() => badge(popup)).toBe('');
    await popupShows(popup, ({ rows }) => rows.every(({ state }) => state === 'recovered'));
  });

  it('is closed by a link that was signed anew', async () => {
    const path = (signature: string) =>
      `/reset/signed.bin?key=signed&resets=always&X-Amz-Signature=${signature}`;
    await fail(path('old'));
    faults.heal('signed');
    await press(path('new'));
    await expect.poll(records).toEqual(['failed, completed']);
    await popupShows(popup, ({ counts }) => !counts.network);
  });

  it('is not closed by another file of its name and another size', async () => {
    await fail('/reset/namesake.bin?key=namesake&resets=always');
    await press('/file/other/namesake.bin?key=other&size=1234');
    await expect.poll(() => requestsFor('/other/')).toBe(1);
    // What came leaves no trace to wait for; the next failure is seen after it.
    await fail('/reset/later.bin?key=later&resets=always');
    expect(await records()).toEqual(['failed', 'failed']);
  });

  it('is another file where one address of a program gives another name', async () => {
    const path = (number: number) =>
      `/name?name=${number}.bin&id=${number}&fault=reset&key=program-${number}&resets=always`;
    await fail(path(1));
    await fail(path(2));
    expect(await records()).toEqual(['failed', 'failed']);
    faults.heal('program-2');
    await press(path(2));
    await expect.poll(records).toEqual(['failed', 'failed, completed']);
  });

  it('shows that it is under way when it is pressed again, and is as before when that is cancelled', async () => {
    const path = '/reset/again.bin?key=again&resets=always&size=4000000&rate=400000&at=0.1';
    const id = await fail(path);
    faults.heal('again');
    await press(path);
    await popupShows(popup, ({ rows }) => rows[0]?.state === 'retrying' && !rows[0].canRetry);
    expect(await popup.$eval(`[data-failure="${id}"]`, (row) => row.textContent)).toContain('In the browser');
    await session.screenshot(popup, `artifacts/popup-under-way-${target}.png`);
    await popup.bringToFront();
    await pressInRow(popup, id, 'cancel');
    await popupShows(popup, ({ rows }) => rows[0]?.state === 'failed' && rows[0].canRetry);
    expect(await records()).toEqual(['failed']);
    await press(path);
    await expect.poll(records, { timeout: 30_000 }).toEqual(['failed, completed']);
  });

  it('is open again for good when the person says that another file came', async () => {
    // Slow enough that Firefox has seen how large the file is.
    await fail('/reset/one/wrong.bin?key=one&resets=always&rate=3000000');
    await press('/file/two/wrong.bin?key=two');
    await expect.poll(records).toEqual(['failed, completed']);
    const history = await session.openExtensionPage('history.html');
    await history.locator('[data-action="details"]').click();
    expect(await history.$eval('.details', (details) => details.textContent)).toContain(
      '/file/two/wrong.bin',
    );
    await session.screenshot(history, `artifacts/history-closed-by-${target}.png`);
    await history.locator('[data-action="not-this-file"]').click();
    await popupShows(popup, ({ counts }) => counts.network === 1);
    await press('/file/two/wrong.bin?key=two');
    await expect.poll(() => requestsFor('/two/')).toBe(2);
    await sleep(1_000);
    expect(await records()).toEqual(['failed, another-file']);
  });

  it('waits for a new link once the person has gone to its page, and is closed by that', async () => {
    const expired = Math.floor(Date.now() / 1_000) - 60;
    const id = await fail(`/reset/old/link.bin?key=old&resets=always&expires=${expired}`);
    await popup.bringToFront();
    await pressInRow(popup, id, 'open-source');
    await expect
      .poll(async () => (await readFailures(popup)).map(({ next }) => next?.kind))
      .toEqual(['link']);
    popup = await session.openExtensionPage('popup.html');
    expect(await popup.$eval(`[data-failure="${id}"]`, (row) => row.textContent)).toContain(
      'Waiting for a new link',
    );
    await session.screenshot(popup, `artifacts/popup-awaits-link-${target}.png`);
    await press('/file/new/link.bin?key=new&ranges=0');
    await expect.poll(records).toEqual(['failed, completed']);
  });

  it.each(['before it is pressed', 'while it comes', 'when it has come'])(
    'is not fetched again by what was planned, though the background is killed %s',
    async (when) => {
      // Anything from one to ten seconds: what lies between the failure and the next press has to be over by then.
      await changeSettings(popup, { automaticRetry: true, automaticFirstPause: 10 });
      const path = '/reset/planned.bin?key=planned&resets=always&size=600000&rate=300000&at=0.1';
      await press(path);
      let due = 0;
      const planned = async (): Promise<string | undefined> => {
        const next = (await readFailures(popup))[0]?.next;
        due = next?.at ?? 0;
        return next?.kind;
      };
      await expect.poll(planned).toBe('planned');
      const asked = requestsFor('planned');
      faults.heal('planned');
      if (when === 'before it is pressed') await session.killBackground();
      await press(path);
      if (when === 'while it comes') {
        await expect.poll(() => requestsFor('planned')).toBeGreaterThan(asked);
        await session.killBackground();
      }
      await expect.poll(() => faults.inFlight.open === 0 && requestsFor('planned') > asked).toBe(true);
      if (when === 'when it has come') await session.killBackground();
      // A page that opens wakes it, as would its alarm.
      await (await session.openExtensionPage('popup.html')).close();
      await expect.poll(records).toEqual(['failed, completed']);
      // Until the planned try would have been made.
      await sleep(Math.max(0, due - Date.now()) + 2_000);
      expect(requestsFor('planned')).toBe(asked + 1);
    },
  );
});
