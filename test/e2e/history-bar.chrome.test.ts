import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { seedJournal } from '../fakes/seed-journal.ts';
import { historyShows } from './history-page.ts';
import { target } from './target.ts';

describe('the bar of the history', () => {
  let session: BrowserSession;

  beforeAll(async () => {
    session = await launch(target);
  });

  afterAll(async () => {
    await session?.close();
  });

  it('never hides the focused row under the bar at the top', async () => {
    const seeding = await session.openExtensionPage('options.html');
    await seedJournal(seeding, target, 60);
    await seeding.close();
    const page = await session.openExtensionPage('history.html');
    await page.setViewport({ width: 320, height: 800 });
    await historyShows(page, ({ word }) => word === '60 failures');
    await page.focus('[data-row][tabindex="0"]');
    for (let row = 0; row < 12; row += 1) await page.keyboard.press('ArrowDown');
    for (let row = 0; row < 8; row += 1) {
      await page.keyboard.press('ArrowUp');
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      const [top = 0, bar = 0] = await page.evaluate(() => [
        document.activeElement?.getBoundingClientRect().top ?? 0,
        document.querySelector('.toolbar')?.getBoundingClientRect().bottom ?? 0,
      ]);
      expect(top).toBeGreaterThanOrEqual(bar);
    }
  });
});
