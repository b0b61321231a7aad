import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { seedJournal } from '../fakes/seed-journal.ts';
import { target } from './target.ts';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe-core, which is loaded there, finds on a page as it stands, each with the places where it does. */
const findings = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(context: Document): Promise<AxeResults> } };
    const { violations } = await axe.run(document);
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target: places }) => places.join(' ')).join(', ')}`,
    );
  });

describe(`the pages in ${target}`, () => {
  let session: BrowserSession;
  let axe: string;

  beforeAll(async () => {
    axe = await readFile(axeFile, 'utf8');
    session = await launch(target);
  });

  afterAll(() => session?.close());

  const looks: [name: string, scheme: 'light' | 'dark', direction: 'ltr' | 'rtl'][] = [
    ['light', 'light', 'ltr'],
    ['dark', 'dark', 'ltr'],
    ['right-to-left', 'light', 'rtl'],
  ];

  for (const count of [0, 6, 400]) {
    it(`have nothing that axe-core finds fault with, with ${count} failures`, async () => {
      const seeding = await session.openExtensionPage('options.html');
      await seedJournal(seeding, target, count);
      await seeding.close();
      for (const file of ['popup.html', 'history.html', 'options.html', 'welcome.html']) {
        const page = await session.openExtensionPage(file);
        // Not as a script of the page, which its own policy forbids.
        await page.evaluate(axe);
        const rows = await page.$$eval('[data-failure]', ({ length }) => length);
        expect(rows > 0, `${file} shows rows`).toBe(
          count > 0 && ['popup.html', 'history.html'].includes(file),
        );
        if (file === 'popup.html' && count === 400) {
          const offer = await page.waitForSelector('.watch-offer');
          await offer?.evaluate((element) => element.toggleAttribute('open', true));
        }
        if (file === 'history.html') {
          await page.$eval('[data-action="whats-new"]', (button) => (button as HTMLElement).click());
          await page.waitForSelector('#release-notes li');
        }
        for (const [name, scheme, direction] of looks) {
          await setScheme(session, page, scheme);
          await page.evaluate((dir) => {
            document.documentElement.dir = dir;
          }, direction);
          for (const button of (await page.$$('[data-action="details"]')).slice(0, 2)) {
            if (direction === 'rtl') await button.evaluate((element) => (element as HTMLElement).click());
          }
          expect(await findings(page), `${file}, ${name}, ${count}`).toEqual([]);
        }
        await page.close();
      }
    }, 180_000);
  }
});

/** Shows a page in light or dark; Firefox does it for all pages at once. */
async function setScheme(session: BrowserSession, page: Page, scheme: 'light' | 'dark'): Promise<void> {
  if (session.target === 'chrome') {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  } else {
    const value = scheme === 'dark' ? 0 : 1;
    await session.evaluateInBrowser(
      `void Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', ${value})`,
    );
  }
  await page.waitForFunction(
    (dark) => matchMedia('(prefers-color-scheme: dark)').matches === dark,
    {},
    scheme === 'dark',
  );
}
