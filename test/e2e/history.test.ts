import type { ElementHandle, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { failureOf } from '../fakes/failures.ts';
import { seedJournal } from '../fakes/seed-journal.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { failDownloads, sendCommand } from './extension-page.ts';
import { enter, exportedBackup, historyShows, press, readHistory } from './history-page.ts';
import { target } from './target.ts';

const COUNT = 60;
const MANY = 20_000;

describe(`the history in ${target}`, () => {
  let session: BrowserSession;
  let faults: FaultServer;
  let page: Page;
  let complaints: string[];

  async function open(query = ''): Promise<Page> {
    const opened = await session.openExtensionPage(`history.html${query}`);
    opened.on('pageerror', (error) => complaints.push(String(error)));
    return opened;
  }

  async function openSeeded(count: number): Promise<void> {
    const seeding = await session.openExtensionPage('options.html');
    await seedJournal(seeding, target, count);
    await seeding.close();
    page = await open();
    await page.setViewport({ width: 1280, height: 800 });
  }

  beforeAll(async () => {
    faults = await startFaultServer();
    session = await launch(target);
  });

  beforeEach(() => {
    complaints = [];
  });

  afterEach(async () => {
    for (const opened of await session.browser.pages()) {
      if (opened.url().startsWith(session.extensionUrl(''))) await opened.close();
    }
    expect(complaints).toEqual([]);
  });

  afterAll(async () => {
    await session?.close();
    await faults?.close();
  });

  const newest = failureOf(0, COUNT, 0).filename.split('/').at(-1) ?? '';

  it('says so when nothing failed, and shows a failure as it comes', async () => {
    page = await open();
    expect(await page.$eval('.empty h2', ({ textContent }) => textContent)).toBe('No failed downloads');
    await failDownloads(page, [{ url: faults.url('/status/404/late.bin') }]);
    const { ids, names } = await historyShows(page, ({ states }) => states.join() === 'failed');
    expect(names).toEqual(['late.bin']);
    // So that no later look at the browser's list finds it.
    await sendCommand(page, { command: 'delete', ids });
  });

  it('finds, filters and sorts, and its address brings that back', async () => {
    await openSeeded(COUNT);
    const all = await historyShows(page, ({ word }) => word === '60 failures');
    expect(all.names[0]).toBe(newest);

    await enter(page, 'q', 'disk FULL');
    const found = await historyShows(page, ({ query }) => query === '?q=disk+FULL');
    expect(found.names).toHaveLength(Number(/^\d+/.exec(found.word)?.[0]));
    expect(found.word).toContain('of 60 failures shown');

    await enter(page, 'q', '');
    await enter(page, 'state', 'dismissed');
    const dismissed = await historyShows(page, ({ query }) => query === '?state=dismissed');
    expect(dismissed.names.length).toBeGreaterThan(0);
    expect(dismissed.names.length).toBeLessThan(20);

    await page.locator('[data-sort="name"]').click();
    const sorted = await historyShows(page, ({ query }) => query === '?state=dismissed&sort=name');
    expect(sorted.names).toEqual(
      dismissed.names.toSorted(new Intl.Collator('en', { numeric: true }).compare),
    );
    await page.locator('[data-sort="name"]').click();
    const reversed = await historyShows(page, ({ query }) => query.endsWith('&order=down'));
    expect(reversed.names).toEqual(sorted.names.toReversed());

    const bookmarked = await open(reversed.query);
    expect((await historyShows(bookmarked, ({ names }) => names.length > 0)).names).toEqual(reversed.names);
    await bookmarked.close();

    await page.evaluate(() => history.go(-2));
    expect((await historyShows(page, ({ query }) => query === '?state=dismissed')).names).toEqual(
      dismissed.names,
    );

    await enter(page, 'q', 'nothing is called this');
    await page.locator('[data-action="clear-filter"]').click();
    await historyShows(page, ({ word, query }) => word === '60 failures' && query === '');

    const hostile = await open('?category=__proto__&state=x&sort=constructor&days=NaN&from=2026-02-31');
    await historyShows(hostile, ({ names, word }) => names.length > 0 && word === '60 failures');
  });

  it('shows each row whole from the first moment on', async () => {
    await openSeeded(2_000);
    await historyShows(page, ({ word }) => word === '2,000 failures');
    // In a frame it can be watched from its very beginning.
    const most = await page.evaluate(async () => {
      const frame = document.createElement('iframe');
      frame.src = location.href;
      frame.width = '1200';
      frame.height = '800';
      document.body.append(frame);
      const seen = { rows: 0, empty: 0 };
      let watched: Document | null = null;
      const look = (): void => {
        const rows = [...(watched?.querySelectorAll('[data-row]') ?? [])];
        seen.rows = Math.max(seen.rows, rows.length);
        const empty = rows.filter((row) => !row.querySelector('[data-failure]'));
        seen.empty = Math.max(seen.empty, empty.length);
      };
      while (watched?.querySelector('.toolbar .outcome')?.textContent !== '2,000 failures') {
        if (watched !== frame.contentDocument) {
          watched = frame.contentDocument;
          if (watched) new MutationObserver(look).observe(watched, { childList: true, subtree: true });
        }
        await new Promise((resolve) => setTimeout(resolve));
      }
      return seen;
    });
    expect(most.rows).toBeGreaterThan(10);
    expect(most.empty).toBe(0);
  });

  it('draws what it shows, and says it in tables', async () => {
    await openSeeded(COUNT);
    await historyShows(page, ({ word }) => word === '60 failures');
    // On a small screen the rows come first.
    await page.$eval('.overview', (overview) => {
      (overview as HTMLDetailsElement).open = true;
    });
    await page.locator('.bars rect').wait();
    const drawn = await page.$$eval('.bars rect', (bars) => bars.length);
    expect(drawn).toBeGreaterThan(20);
    await page.locator('.as-table summary').click();
    await page.locator('.as-table table').wait();
    const sum = await page.$$eval('.as-table tbody tr td:last-child', (cells) =>
      cells.reduce((total, { textContent }) => total + Number(textContent), 0),
    );
    expect(sum).toBe(COUNT);
    const worst = await page.$eval('.bar-table button', ({ textContent }) => textContent ?? '');
    await page.locator('.bar-table button').click();
    await historyShows(page, ({ query }) => query === `?host=${worst}`);
  });

  it('has no longer selected what a filter has hidden', async () => {
    await openSeeded(COUNT);
    const { names } = await historyShows(page, ({ word }) => word === '60 failures');
    await page.focus('[data-row][tabindex="0"]');
    await page.keyboard.press(' ');
    await historyShows(page, ({ word }) => word === '60 failures, 1 selected');
    await enter(page, 'q', names[1] ?? '');
    await historyShows(page, ({ word }) => word === '1 of 60 failures shown');
    await enter(page, 'q', '');
    await historyShows(page, ({ word }) => word === '60 failures');
  });

  it('is walked through, selected and opened with the keyboard', async () => {
    await openSeeded(COUNT);
    const { names } = await historyShows(page, ({ word }) => word === '60 failures');
    await page.focus('[data-row][tabindex="0"]');
    await page.keyboard.press('ArrowDown');
    await historyShows(page, ({ focused }) => focused === names[1]);
    await page.keyboard.press(' ');
    await page.keyboard.down('Shift');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.up('Shift');
    const three = await historyShows(page, ({ selected }) => selected.length === 3);
    expect(three).toMatchObject({
      selected: names.slice(1, 4),
      focused: names[3],
      word: '60 failures, 3 selected',
    });

    await page.keyboard.press('Enter');
    await page.locator('[data-row]:focus .details').wait();

    await page.keyboard.press('End');
    const end = await historyShows(
      page,
      ({ names: last, focused }) => focused !== null && focused === last.at(-1),
    );
    expect(end.focused).toMatch(/-1\.[a-z0-9.]+$/);
    await page.keyboard.press('Home');
    await historyShows(page, ({ focused }) => focused === names[0]);
    // It was out of sight meanwhile.
    expect(await page.$$eval('.details', (details) => details.length)).toBe(1);

    await page.keyboard.press('Escape');
    await historyShows(page, ({ word }) => word === '60 failures');
    await page.keyboard.down('Control');
    await page.keyboard.press('a');
    await page.keyboard.up('Control');
    await historyShows(page, ({ word }) => word === '60 failures, 60 selected');
  });

  it('leaves the focus where it went, after a key that led no further', async () => {
    await openSeeded(COUNT);
    const { names } = await historyShows(page, ({ word }) => word === '60 failures');
    await page.focus('[data-row][tabindex="0"]');
    await page.keyboard.press('ArrowUp');
    expect((await readHistory(page)).focused).toBe(names[0]);
    await page.focus('[name="q"]');
    await page.keyboard.type('zip');
    await historyShows(page, ({ query }) => query === '?q=zip');
  });

  it('keeps the focus near, when a button leaves with its press', async () => {
    const inRow = (id: string, action: string): string => `[data-row="${id}"] [data-action="${action}"]`;
    const pressEnterOn = async (button: string): Promise<void> => {
      await page.locator(button).wait();
      await page.focus(button);
      await page.keyboard.press('Enter');
    };
    const headingHasFocus = (): Promise<boolean> =>
      page.evaluate(() => document.activeElement?.tagName === 'H1');

    await openSeeded(COUNT);
    await enter(page, 'state', 'failed');
    const { ids, names } = await historyShows(page, ({ query }) => query === '?state=failed');
    const [id = '', other = ''] = ids;
    await pressEnterOn(inRow(id, 'dismiss'));
    const without = await historyShows(page, (shown) => !shown.ids.includes(id));
    expect(without.focused).toBe(names[1]);

    await enter(page, 'state', '');
    await pressEnterOn(inRow(id, 'undo'));
    await page.locator(inRow(id, 'dismiss')).wait();
    expect((await readHistory(page)).focused).toBe(names[0]);
    await pressEnterOn(inRow(id, 'dismiss'));
    await page.locator(inRow(id, 'undo')).wait();
    expect((await readHistory(page)).focused).toBe(names[0]);

    await enter(page, 'state', 'failed');
    await enter(page, 'q', names[1] ?? '');
    await historyShows(page, (shown) => shown.ids.join() === other);
    await pressEnterOn(inRow(other, 'dismiss'));
    await page.locator('[data-action="clear-filter"]').wait();
    expect(await headingHasFocus()).toBe(true);
    await pressEnterOn('[data-action="clear-filter"]');
    await historyShows(page, ({ word }) => word === '60 failures');
    expect(await headingHasFocus()).toBe(true);

    await page.locator('[name="select-all"]').click();
    await pressEnterOn('[data-action="delete"]');
    await pressEnterOn('[data-action="confirm-delete"]');
    await historyShows(page, ({ word }) => word === '60 failures deleted.');
    expect(await headingHasFocus()).toBe(true);
  });

  it('loses no key that comes before the next picture', async () => {
    await openSeeded(COUNT);
    await historyShows(page, ({ word }) => word === '60 failures');
    const selected = await page.$eval('[data-row][tabindex="0"]', async (row) => {
      const count = () => document.querySelectorAll('[aria-selected="true"]').length;
      const press = (key: string, ctrlKey = false) =>
        row.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }));
      const rendered = async (): Promise<void> => {
        for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      };
      press(' ');
      await rendered();
      const one = count();
      press('Escape');
      await rendered();
      const none = count();
      press('a', true);
      return { one, none };
    });
    expect(selected).toEqual({ one: 1, none: 0 });
    await historyShows(page, ({ word }) => word === '60 failures, 60 selected');
  });

  it('dismisses, brings back and deletes what is selected, after a question', async () => {
    await openSeeded(COUNT);
    await enter(page, 'state', 'failed');
    const { ids: before, word } = await historyShows(page, ({ query }) => query === '?state=failed');
    const failed = Number(/^\d+/.exec(word)?.[0]);
    await page.locator(`[data-row="${before[0]}"] input`).click();
    await page.keyboard.down('Shift');
    await page.locator(`[data-row="${before[2]}"] input`).click();
    await page.keyboard.up('Shift');
    await historyShows(page, (shown) => shown.word.endsWith('3 selected'));

    await press(page, 'dismiss-selection');
    await historyShows(page, (shown) => shown.word.includes('3 failures dismissed.'));
    await historyShows(page, (shown) => shown.word.startsWith(`${failed - 3} of`));

    await enter(page, 'state', 'dismissed');
    await historyShows(page, ({ ids }) => ids.includes(before[0] ?? ''));
    await page.locator(`[data-row="${before[0]}"] [data-action="undo"]`).click();
    await historyShows(page, ({ ids }) => ids.length > 0 && !ids.includes(before[0] ?? ''));

    await page.locator(`[data-row="${before[1]}"] input`).click();
    await press(page, 'delete');
    await page.locator('dialog [data-action="cancel"]').click();
    expect((await readHistory(page)).ids).toContain(before[1]);
    await press(page, 'delete');
    await press(page, 'confirm-delete');
    await historyShows(page, (shown) => shown.word.includes('1 failure deleted.'));
    const after = await historyShows(page, ({ ids }) => !ids.includes(before[1] ?? ''));
    expect(after.word).toContain('of 59 failures');
  });

  it('says how many failures a command changed, and when it changed none', async () => {
    await openSeeded(COUNT);
    const selectFirst = async (state: string): Promise<void> => {
      await enter(page, 'state', state);
      await historyShows(page, ({ query, ids }) => query === `?state=${state}` && ids.length > 0);
      await page.locator('[data-row] input').click();
    };
    await selectFirst('recovered');
    await press(page, 'dismiss-selection');
    await historyShows(page, ({ word }) => word.endsWith('Nothing has changed.'));
    await page.locator('[data-row] input').click();

    await enter(page, 'state', '');
    await historyShows(page, ({ word }) => word === '60 failures');
    // Near each other, as only rows near the screen exist.
    const pair = await page.$$eval('[data-row]', (rows) => {
      const isDismissed = (row: Element | undefined): boolean =>
        row?.querySelector('[data-action="undo"]') != null;
      const isFailed = (row: Element | undefined): boolean =>
        row?.querySelector('[data-state="failed"] [data-action="dismiss"]') != null;
      const at = rows.findIndex((row, index) => isDismissed(row) && isFailed(rows[index + 1]));
      return rows.slice(at, at + 2).map((row) => (row as HTMLElement).dataset.row);
    });
    expect(pair).toHaveLength(2);
    for (const id of pair) await page.locator(`[data-row="${id}"] input`).click();
    await press(page, 'dismiss-selection');
    await historyShows(page, ({ word }) => word.endsWith('1 failure dismissed.'));
  });

  it('says each outcome, also the same again, and how many are selected', async () => {
    await openSeeded(COUNT);
    await historyShows(page, ({ word }) => word === '60 failures');
    const said = async (): Promise<string[]> =>
      page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
    await page.evaluate(() => {
      const all: string[] = [];
      Object.assign(globalThis, { said: all });
      const region = document.querySelector('[role="status"]');
      new MutationObserver(() => region?.textContent && all.push(region.textContent)).observe(
        region as Element,
        { childList: true },
      );
    });
    const exported = async (): Promise<number> =>
      (await said()).filter((words) => words === '60 failures exported.').length;
    for (const times of [1, 2]) {
      await press(page, 'export-csv');
      await expect.poll(exported).toBe(times);
    }
    await page.locator('[data-row] input').click();
    await expect.poll(said).toContain('60 failures, 1 selected');
    await press(page, 'delete');
    await press(page, 'confirm-delete');
    await historyShows(page, ({ word }) => word === '59 failures1 failure deleted.');
    await expect.poll(async () => (await said()).at(-1)).toBe('1 failure deleted.');
  });

  it('takes a double-click on a button of the selection for one click', async () => {
    await openSeeded(COUNT);
    const { ids, states } = await historyShows(page, ({ word }) => word === '60 failures');
    const id = ids[states.indexOf('failed')] ?? '';
    await page.locator(`[data-row="${id}"] input`).click();
    await page.locator('[data-action="dismiss-selection"]').click({ count: 2, delay: 100 });
    await page.locator(`[data-row="${id}"] [data-action="undo"]`).wait();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await readHistory(page)).word).toContain('1 failure dismissed.');
    expect(await page.$(`[data-row="${id}"] [data-action="undo"]`)).not.toBeNull();
    // One more press, alone.
    await press(page, 'restore-selection');
    await historyShows(page, ({ word }) => word.includes('1 failure is back in the lists.'));
  });

  it('stops what is done to many when the person says so, and tells what was done by then', async () => {
    await openSeeded(5_000);
    await historyShows(page, ({ word }) => word === '5,000 failures');
    await page.locator('[name="select-all"]').click();
    await historyShows(page, ({ word }) => word === '5,000 failures, 5,000 selected');
    // As soon as the button is there, as all may soon be done.
    await page.evaluate(() => {
      const stop = (): void => document.querySelector<HTMLElement>('[data-action="stop"]')?.click();
      new MutationObserver(stop).observe(document.body, { childList: true, subtree: true });
    });
    await press(page, 'dismiss-selection');
    await historyShows(page, ({ word }) => /\d failures dismissed\.$/.test(word), 30_000);
    await enter(page, 'state', 'failed');
    const { word } = await historyShows(page, ({ query }) => query === '?state=failed');
    expect(Number(/^[\d,]+/.exec(word)?.[0].replace(',', ''))).toBeGreaterThan(100);
  }, 120_000);

  it('says how far an export and an import of many are', async () => {
    await openSeeded(5_000);
    await historyShows(page, ({ word }) => word === '5,000 failures');
    /** What was said on the way, each with the part that the bar showed. */
    const onTheWay = async (): Promise<[word: string, part: number][]> => {
      const said = (await page.evaluate('said.splice(0)')) as [string, number][];
      return said.filter(([word, part]) => /[1-9][\d,]* of 5,000 done$/.test(word) && part > 0 && part < 1);
    };
    await page.evaluate(`globalThis.said = [];
      new MutationObserver(() => {
        said.push([document.querySelector('.toolbar .outcome').textContent, document.querySelector('.toolbar progress')?.position]);
      }).observe(document.querySelector('.toolbar'), { subtree: true, childList: true, attributes: true, characterData: true })`);
    await press(page, 'export-json');
    await historyShows(page, ({ word }) => word.endsWith('5,000 failures exported.'));
    expect(await onTheWay()).not.toEqual([]);

    const file = await exportedBackup(session);
    const field = (await page.$('[data-action="import"]')) as ElementHandle<HTMLInputElement>;
    await field.uploadFile(file);
    await historyShows(page, ({ word }) => word.includes('Imported: 0 failures new'), 60_000);
    expect(await onTheWay()).not.toEqual([]);
    expect(await page.$('.toolbar progress')).toBeNull();

    // A file that is chosen while something else is done comes after that.
    await press(page, 'export-csv');
    await field.uploadFile(file);
    await historyShows(page, ({ word }) => word.includes('Imported: 0 failures new'), 60_000);
  }, 120_000);

  it(`scrolls through ${MANY} failures to the oldest`, async () => {
    await openSeeded(MANY);
    // The first ones are there before all are read.
    expect((await readHistory(page)).names.length).toBeGreaterThan(5);
    await historyShows(page, ({ word }) => word === '20,000 failures', 60_000);
    const shown = await historyShows(page, () => true);
    expect(shown.names.length).toBeLessThan(80);
    await expect
      .poll(
        async () => {
          await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
          const { last, rows, above } = await page.evaluate(() => {
            const all = [...document.querySelectorAll<HTMLElement>('[data-row]')];
            const bottom = all.filter((row) => row.getBoundingClientRect().top < innerHeight).at(-1);
            return {
              last: bottom?.querySelector('.row-name')?.textContent,
              rows: all.length,
              above: all.filter((row) => row.getBoundingClientRect().bottom < 0).length,
            };
          });
          return rows < 80 && above > 8 && /-1\.[a-z0-9.]+$/.test(last ?? '');
        },
        { timeout: 15_000 },
      )
      .toBe(true);
    await session.screenshot(page, `artifacts/history-end-${target}.png`);
  }, 180_000);
});
