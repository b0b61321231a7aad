import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyInput, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { download } from '../../tools/download.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { seedJournal } from '../fakes/seed-journal.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { makeNewer } from './extension-page.ts';
import { isReady } from './history-page.ts';
import { popupShows } from './popup-page.ts';
import { target } from './target.ts';

/** What has the focus: its `data-action`, or else its kind. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    return element?.dataset.action ?? element?.getAttribute('type') ?? element?.tagName.toLowerCase() ?? '';
  });

/** Presses a key until something has the focus, as a person does who looks at the outline. */
async function reach(page: Page, key: KeyInput, wanted: string, most = 60): Promise<void> {
  for (let time = 0; time < most; time += 1) {
    if ((await focused(page)) === wanted) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${wanted} can't be reached with ${key}; the focus is on ${await focused(page)}.`);
}

const rowOfFocus = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-failure]')?.dataset.failure ?? '');

describe(`with nothing but the keyboard, in ${target}`, () => {
  let faults: FaultServer;
  let session: BrowserSession;
  let popup: Page;

  beforeAll(async () => {
    faults = await startFaultServer();
    session = await launch(target);
    popup = await session.openExtensionPage('popup.html');
    for (let index = 0; index < 11; index += 1) {
      const path = index === 4 ? '/status/404/gone.bin' : `/status/503/file-${index}.bin?key=key-${index}`;
      await download(popup, { url: faults.url(path) }).catch(() => {});
    }
    await popupShows(popup, ({ rows }) => rows.length === 11);
  });

  afterAll(async () => {
    await session?.close();
    await faults?.close();
  });

  it('a group is found, folded and unfolded', async () => {
    const unfolded = () => popup.$$eval('.fold[aria-expanded="true"]', ({ length }) => length);
    const rows = () => popup.$$eval('.row', (all) => all.filter((row) => row.checkVisibility()).length);
    await popup.focus('[data-action="retry-all"]');
    await reach(popup, 'Tab', 'fold');
    await popup.keyboard.press('Enter');
    expect([await unfolded(), await rows()]).toEqual([1, 1]);
    await popup.keyboard.press('Enter');
    expect([await unfolded(), await rows()]).toEqual([2, 11]);
  });

  it('the arrow keys go from row to row, and details can be read', async () => {
    await popup.keyboard.press('ArrowDown');
    const first = await rowOfFocus(popup);
    await popup.keyboard.press('ArrowDown');
    const second = await rowOfFocus(popup);
    expect(second).not.toBe(first);
    await popup.keyboard.press('ArrowUp');
    expect(await rowOfFocus(popup)).toBe(first);
    await reach(popup, 'Tab', 'details');
    await popup.keyboard.press('Enter');
    expect(
      await popup.$eval(`[data-failure="${first}"] .details`, (details) => details.textContent),
    ).toContain('SERVER_FAILED');
    await popup.keyboard.press('Enter');
    expect(await popup.$(`[data-failure="${first}"] .details`)).toBeNull();
  });

  it('a download is tried again, and the focus stays in its row', async () => {
    const id = await rowOfFocus(popup);
    const name = await popup.$eval(
      `[data-failure="${id}"] .row-name`,
      (element) => element.textContent ?? '',
    );
    faults.heal(`key-${/\d+/.exec(name)?.[0]}`);
    await popup.keyboard.down('Shift');
    await reach(popup, 'Tab', 'retry');
    await popup.keyboard.up('Shift');
    expect(await rowOfFocus(popup)).toBe(id);
    await popup.keyboard.press('Enter');
    expect(await rowOfFocus(popup)).toBe(id);
    await popupShows(popup, ({ rows }) => rows.some((row) => row.id === id && row.state === 'recovered'));
    expect(await rowOfFocus(popup)).toBe(id);
  });

  it('a row is taken out of the list and put back', async () => {
    await popup.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await reach(popup, 'Tab', 'dismiss');
    const id = await rowOfFocus(popup);
    await popup.keyboard.press('Enter');
    await popupShows(popup, ({ rows }) => rows.every((row) => row.id !== id));
    expect(await focused(popup)).toBe('undo');
    // The search field stays, though what is left would not need it.
    expect(await popup.$('input[type="search"]')).not.toBeNull();
    await popup.keyboard.press('Enter');
    await expect.poll(() => rowOfFocus(popup)).toBe(id);
  });

  it('what is put back does not call away who has begun to search', async () => {
    await popup.focus('[data-failure] [data-action="dismiss"]');
    const id = await rowOfFocus(popup);
    await popup.keyboard.press('Enter');
    await popup.locator('[data-action="undo"]').wait();
    expect(await focused(popup)).toBe('undo');
    await popup.keyboard.press('Enter');
    await popup.focus('input[type="search"]');
    await popup.keyboard.type('gone');
    await popupShows(popup, ({ rows }) => rows.length === 1);
    for (const _letter of 'gone') await popup.keyboard.press('Backspace');
    await popupShows(popup, ({ rows }) => rows.some((row) => row.id === id));
    expect(await focused(popup)).toBe('search');
  });

  it('a row is found by its name', async () => {
    await popup.evaluate(() => window.scrollTo(0, 0));
    await popup.keyboard.down('Shift');
    await reach(popup, 'Tab', 'search');
    await popup.keyboard.up('Shift');
    await popup.keyboard.type('gone');
    const { rows } = await popupShows(popup, (shown) => shown.rows.length === 1);
    expect(rows[0]?.name).toBe('gone.bin');
  });

  it('the history is exported', async () => {
    const history = await session.openExtensionPage('history.html');
    await reach(history, 'Tab', 'export-csv');
    await isReady(history, 'export-csv');
    await history.keyboard.press('Enter');
    await expect
      .poll(() => readFile(join(session.downloadDir, 'download-failures.csv'), 'utf8').catch(() => ''))
      .toContain('gone.bin');
    await history.close();
  });

  it('the focus goes along with a row that fails again for another reason', async () => {
    const elsewhere = await startFaultServer();
    await download(popup, { url: elsewhere.url('/status/503/moves.bin') }).catch(() => {});
    const page = await session.openExtensionPage('popup.html');
    const { rows } = await popupShows(page, (shown) => shown.rows.some(({ name }) => name === 'moves.bin'));
    const id = rows.find(({ name }) => name === 'moves.bin')?.id ?? '';
    await elsewhere.close();
    await page.focus(`[data-failure="${id}"] [data-action="details"]`);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.details');
    await page.focus(`[data-failure="${id}"] [data-action="retry"]`);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`[data-reason="NETWORK_FAILED"] [data-failure="${id}"]`);
    await expect.poll(() => rowOfFocus(page)).toBe(id);
    expect(await focused(page)).toBe('details');
    await page.waitForSelector(`[data-failure="${id}"] .details`);
    await page.close();
  });

  it('the last "Show more" leads to the first of the rows that it brings', async () => {
    const seeding = await session.openExtensionPage('options.html');
    await seedJournal(seeding, target, 400);
    await seeding.close();
    const page = await session.openExtensionPage('popup.html');
    // A group of which one press shows the rest.
    const reason = await page.$$eval('[data-reason]', (groups) => {
      const last = groups.find((group) => {
        const shown = group.querySelectorAll('.row').length;
        const left = Number((group as HTMLElement).dataset.count) - shown;
        return left > 0 && left <= 20;
      });
      return (last as HTMLElement | undefined)?.dataset.reason;
    });
    const rows = `[data-reason="${reason}"] .row`;
    const shown = await page.$$eval(rows, ({ length }) => length);
    await page.focus(`[data-reason="${reason}"] [data-action="show-more"]`);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.$$eval(rows, ({ length }) => length)).toBeGreaterThan(shown);
    const ids = await page.$$eval(rows, (all) => all.map((row) => (row as HTMLElement).dataset.failure));
    expect(await rowOfFocus(page)).toBe(ids[shown]);
    await page.close();
  });

  it('a journal that can not be read is begun anew, and a press too many destroys nothing', async () => {
    await makeNewer(popup);
    const page = await session.openExtensionPage('popup.html');
    await reach(page, 'Tab', 'reset-record');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-action="confirm-reset"]');
    expect(await focused(page)).toBe('cancel-reset');
    await expect
      .poll(() => page.$eval('[role="status"]', ({ textContent }) => textContent))
      .toContain('will be deleted');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-action="reset-record"]');
    expect(await focused(page)).toBe('reset-record');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-action="confirm-reset"]');
    await page.keyboard.down('Shift');
    await reach(page, 'Tab', 'confirm-reset');
    await page.keyboard.up('Shift');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.notice', { hidden: true });
    await expect.poll(() => focused(page)).toBe('h1');
    await page.close();
  });
});
