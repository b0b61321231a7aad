import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Failure } from '../../src/domain/failure.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { failedAttempt, failureWith } from '../fakes/failure.ts';
import { seedFailures, seedJournal } from '../fakes/seed-journal.ts';
import { enter, historyShows } from './history-page.ts';
import { target } from './target.ts';

const HOUR_MS = 3_600_000;

/** A failure of this address, so many hours ago. */
function failed(id: string, url: string, hours: number, fields: Record<string, unknown> = {}): Failure {
  const failedAt = Date.now() - hours * HOUR_MS;
  const item = { id: 1, session: null, key: `${id} then`, trace: null };
  return failureWith({
    id,
    browser: target,
    ...{ url, finalUrl: url, failedAt, filename: `/home/me/${id}.zip` },
    attempts: [failedAttempt({ item, endedAt: failedAt, startedAt: failedAt })],
    ...fields,
  });
}

describe(`what the history shows in ${target}`, () => {
  let session: BrowserSession;
  let page: Page;

  async function open(query = '', width = 1280): Promise<Page> {
    await page?.close();
    page = await session.openExtensionPage(`history.html${query}`);
    await page.setViewport({ width, height: 800 });
    // On a small screen the rows come first, and the page was one when it opened.
    await page.evaluate((roomy) => {
      const overview = document.querySelector<HTMLDetailsElement>('.overview');
      if (overview) overview.open = roomy;
    }, width > 1000);
    return page;
  }

  async function openWith(failures: readonly Failure[], query = ''): Promise<Page> {
    const seeding = await session.openExtensionPage('options.html');
    await seedFailures(seeding, failures);
    await seeding.close();
    return open(query);
  }

  beforeAll(async () => {
    session = await launch(target);
  });

  afterAll(async () => {
    await session?.close();
  });

  it('is of one cause alone, of those that the failures have, and the address says so', async () => {
    const asks = (evidence: object) => ({
      attempts: [
        failedAttempt({
          item: { id: 1, session: null, key: crypto.randomUUID(), trace: null },
          evidence: { status: null, error: null, type: null, length: null, waitUntil: null, ...evidence },
        }),
      ],
    });
    const error = target === 'chrome' ? 'net::ERR_NAME_NOT_RESOLVED' : 'NS_ERROR_UNKNOWN_HOST';
    await openWith([
      failed('plain', 'https://a.example/plain.zip', 1),
      failed('typo', 'https://a.exmaple/typo.zip', 2, asks({ error, endedAt: 1 })),
      failed('gone', 'https://a.example/gone.zip', 3, {
        ...asks({ status: 404, endedAt: 2 }),
        reason: 'SERVER_BAD_CONTENT',
      }),
    ]);
    const choice = 'select[name="cause"]';
    const choices = await page.$$eval(`${choice} option`, (all) => all.map((option) => option.textContent));
    expect(choices).toEqual(['All causes', 'No server is called …', 'The server answered 404 (Not Found)']);
    await page.select(choice, 'dns');
    const { names } = await historyShows(page, ({ query }) => query === '?cause=dns');
    expect(names).toEqual(['typo.zip']);

    // Where no cause is known there is nothing to choose.
    await openWith([failed('plain', 'https://a.example/plain.zip', 1)]);
    expect(await page.$(choice)).toBeNull();
  });

  it('is of one host alone after a press on its name in the chart', async () => {
    await openWith([
      failed('one', 'https://a.example/one.zip', 1),
      failed('two', 'https://a.example/two.zip', 2),
      failed('other', 'https://data.example/other.zip', 1),
      failed('port', 'https://a.example:8443/port.zip', 1),
    ]);
    await page.locator('.bar-table button').click();
    const { names } = await historyShows(page, ({ query }) => query === '?host=a.example');
    expect(names).toEqual(['one.zip', 'two.zip']);
  });

  it('names what can be done, in the details of a row', async () => {
    await openWith([failed('full', 'https://a.example/full.zip', 1, { reason: 'FILE_NO_SPACE' })]);
    await page.locator('[data-action="details"]').click();
    await page.locator('.details').wait();
    expect(await page.$eval('.details', ({ textContent }) => textContent)).toContain('Free some space');
  });

  it('is drawn by hours for the last 24, which move on', async () => {
    await openWith(
      [
        failed('new', 'https://a.example/new.zip', 0.1),
        failed('old', 'https://a.example/old.zip', 23.5),
        failed('older', 'https://a.example/older.zip', 50),
      ],
      '?days=1',
    );
    if (target === 'chrome') {
      // The page looks at the clock twice a minute: here thirty times as often. Nothing can be run before an
      // extension's page in Firefox.
      await page.evaluateOnNewDocument(() => {
        const { setInterval } = globalThis;
        Object.assign(globalThis, {
          setInterval: (look: () => void, ms: number) => setInterval(look, ms / 30),
        });
      });
      await page.reload();
    }
    const before = await historyShows(page, ({ names }) => names.length > 0);
    expect(before.names).toEqual(['new.zip', 'old.zip']);
    await page.locator('.bars rect').wait();
    const chart = () =>
      page.$eval('.overview figure', (figure) => ({
        title: figure.querySelector('h3')?.textContent,
        bars: figure.querySelectorAll('.bars g').length,
      }));
    expect(await chart()).toEqual({ title: 'Failures by hour', bars: 25 });
    await page.evaluate((ms) => {
      const now = Date.now;
      Date.now = () => now() + ms;
    }, HOUR_MS);
    const after = await historyShows(page, ({ names }) => names.length === 1, 45_000);
    expect(after.names).toEqual(['new.zip']);
    expect(after.word).toBe('1 of 3 failures shown');
  });

  it('selects a range with Shift beside the little box, and no text', async () => {
    await openWith([1, 2, 3, 4].map((hours) => failed(`file-${hours}`, 'https://a.example/x', hours)));
    // The charts come last, and move the rows down.
    await page.locator('.bars rect').wait();
    const beside = async (row: number): Promise<void> => {
      const label = (await page.$$('[data-row] .select label'))[row];
      await label?.click({ offset: { x: 3, y: 3 } });
    };
    await beside(0);
    await historyShows(page, ({ selected }) => selected.length === 1);
    await page.keyboard.down('Shift');
    await beside(2);
    await page.keyboard.up('Shift');
    const { selected } = await historyShows(page, (shown) => shown.selected.length > 1);
    expect(selected).toEqual(['file-1.zip', 'file-2.zip', 'file-3.zip']);
    expect(await page.evaluate(() => String(getSelection()))).toBe('');
    // The box itself does what it did.
    await page.locator('[data-row] input').click();
    await historyShows(page, (shown) => shown.selected.length === 2);
  });

  it('is one step back from a date that was typed', async () => {
    await open('?days=between');
    const steps = await page.evaluate(() => history.length);
    for (const date of ['0002-05-31', '0020-05-31', '0202-05-31', '2026-05-31'])
      await enter(page, 'from', date);
    await historyShows(page, ({ query }) => query.includes('from=2026-05-31'));
    expect(await page.evaluate(() => history.length)).toBe(steps + 1);
  });

  it('has its own title, as the other pages have', async () => {
    const titles = new Set<string>();
    for (const path of ['popup.html', 'history.html', 'options.html', 'welcome.html']) {
      const opened = await session.openExtensionPage(path);
      titles.add(await opened.title());
      await opened.close();
    }
    expect(titles.size).toBe(4);
  });

  it('leaves the addresses whole in a backup, and their secrets out of a table', async () => {
    await open();
    const boxes = await page.$$eval('.exchange input[type="checkbox"]', (inputs) =>
      inputs.map((input) => [(input as HTMLInputElement).name, (input as HTMLInputElement).checked]),
    );
    expect(boxes).toEqual([
      ['without-secrets-csv', true],
      ['without-secrets-json', false],
    ]);
  });

  it('keeps its columns from 900 pixels on, with the main buttons in line', async () => {
    const seeding = await session.openExtensionPage('options.html');
    await seedJournal(seeding, target, 60);
    await seeding.close();
    for (const width of [900, 1280]) {
      await open('', width);
      await historyShows(page, ({ word, names }) => word === '60 failures' && names.length > 10);
      const { heads, starts, overflow } = await page.evaluate(() => ({
        heads: [...document.querySelectorAll('.history-heads > .head')].filter(
          (head) => head.getClientRects().length > 0,
        ).length,
        starts: [...document.querySelectorAll('.row-buttons > .primary:first-child')].map(
          (button) => button.getBoundingClientRect().left,
        ),
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      }));
      expect(heads, `${width}`).toBe(6);
      expect(starts.length).toBeGreaterThan(5);
      expect(new Set(starts).size, `${width}: ${starts}`).toBe(1);
      expect(overflow, `${width}`).toBeLessThanOrEqual(0);
    }
  });
});
