import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { seedJournal } from '../fakes/seed-journal.ts';
import { historyShows } from './history-page.ts';
import { target } from './target.ts';

describe(`the bar of the history in ${target}`, () => {
  let session: BrowserSession;
  let page: Page;

  beforeAll(async () => {
    session = await launch(target);
    const seeding = await session.openExtensionPage('options.html');
    await seedJournal(seeding, target, 60);
    await seeding.close();
    page = await session.openExtensionPage('history.html');
    await page.setViewport({ width: 320, height: 800 });
    await historyShows(page, ({ word }) => word === '60 failures');
  });

  afterAll(async () => {
    await session?.close();
  });

  /** How much of what has the focus is under the bar, after each of many presses of a key. */
  async function hiddenBy(key: 'ArrowUp' | 'Tab', presses: number): Promise<number[]> {
    const hidden: number[] = [];
    for (let press = 0; press < presses; press += 1) {
      await page.keyboard.press(key);
      hidden.push(
        await page.evaluate(async () => {
          await new Promise((resolve) => requestAnimationFrame(resolve));
          const { top = 0 } = document.activeElement?.getBoundingClientRect() ?? {};
          const { bottom = 0 } = document.querySelector('.toolbar')?.getBoundingClientRect() ?? {};
          return Math.max(0, bottom - top);
        }),
      );
    }
    return hidden;
  }

  it('never hides the focused row, or a button in it', async () => {
    await page.focus('[data-row][tabindex="0"]');
    for (let row = 0; row < 12; row += 1) await page.keyboard.press('ArrowDown');
    expect(await hiddenBy('ArrowUp', 8)).toEqual(Array(8).fill(0));
    await page.keyboard.down('Shift');
    const hidden = await hiddenBy('Tab', 8);
    await page.keyboard.up('Shift');
    expect(hidden).toEqual(Array(8).fill(0));
  });
});
