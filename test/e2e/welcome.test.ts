import type { Page } from 'puppeteer-core';
import { afterEach, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { target } from './target.ts';

let session: BrowserSession;

afterEach(async () => {
  await session?.close();
});

async function welcomePages(): Promise<Page[]> {
  const pages = await session.browser.pages();
  // Firefox's driver tells no address of an extension's page.
  const addresses = await Promise.all(
    pages.map((page) => page.evaluate(() => location.href).catch(() => '')),
  );
  return pages.filter((_page, index) => addresses[index] === session.extensionUrl('welcome.html'));
}

const automaticRetry = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    const { browser, chrome } = globalThis as unknown as Record<
      'browser' | 'chrome',
      { storage: { sync: { get(): Promise<Record<string, unknown>> } } }
    >;
    return (await (browser ?? chrome).storage.sync.get()).automaticRetry;
  });

it(`opens once after installing in ${target}, and not after an update`, async () => {
  session = await launch(target);
  await expect.poll(async () => (await welcomePages()).length).toBe(1);
  const [page] = await welcomePages();
  if (!page) throw new Error('It has closed.');
  await page.waitForSelector('html[data-ready="true"]');
  // Firefox's toolbar has the button from the start.
  const words = await page.$eval('figure', (figure) => figure.textContent);
  expect(words === '').toBe(target === 'firefox');
  await page.bringToFront();
  await page.locator('input[name="automaticRetry"]').click();
  await expect.poll(() => automaticRetry(page)).toBe(true);
  await session.screenshot(page, `artifacts/welcome-${target}.png`);
  await page.close();

  await session.reinstall();
  // By then the background has run.
  await session.openExtensionPage('popup.html');
  expect(await welcomePages()).toHaveLength(0);
}, 60_000);

it.runIf(target === 'firefox' && process.platform === 'linux')(
  'does not open where an administrator has switched it off',
  async () => {
    session = await launch(target, { managed: { welcome: false, badge: false } });
    const options = await session.openExtensionPage('options.html');
    const isSet = () => options.$eval('input[name="badge"]', (input) => (input as HTMLInputElement).disabled);
    expect(await isSet()).toBe(true);
    await options.evaluate(() => new Promise((resolve) => setTimeout(resolve, 2000)));
    expect(await welcomePages()).toHaveLength(0);
  },
);
