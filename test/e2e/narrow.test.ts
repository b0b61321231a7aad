import { describe, expect, it } from 'vitest';
import { inLanguage } from '../../tools/in-language.ts';
import { launch } from '../../tools/launch.ts';
import { seedJournal } from '../fakes/seed-journal.ts';
import { historyShows } from './history-page.ts';
import { target } from './target.ts';

/** The languages with the longest words, and one that is written from the right. */
const languages = ['de', 'fr', 'ru', 'uk', 'ar'];

describe(`a page of 320 pixels in ${target}`, () => {
  it.each(languages)('scrolls only down in %s', async (language) => {
    await inLanguage(target, language, async (extensionDir) => {
      const session = await launch(target, { extensionDir });
      try {
        const seeding = await session.openExtensionPage('options.html');
        await seedJournal(seeding, target, 60);
        await seeding.close();
        for (const path of ['history.html', 'options.html', 'welcome.html']) {
          const page = await session.openExtensionPage(path);
          await page.setViewport({ width: 320, height: 640 });
          if (path === 'history.html') {
            await historyShows(page, ({ names }) => names.length > 5);
            await page.$eval('[data-action="whats-new"]', (button) => (button as HTMLElement).click());
            await page.waitForSelector('#release-notes li');
          }
          const size = () =>
            page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
          const [wanted = 0, there = 0] = await size();
          expect(wanted, path).toBeLessThanOrEqual(there);
          await page.close();
        }
      } finally {
        await session.close();
      }
    });
  });
});
