import type { Page } from 'puppeteer-core';

interface Api {
  downloads: Record<'cancel' | 'resume', (id: number) => Promise<void>>;
  action: { getTitle(details: object): Promise<string> };
}

/** Cancels a download as the person would in the browser's own list. */
export async function cancel(page: Page, id: number): Promise<void> {
  await page.evaluate(async (download) => {
    const { browser, chrome } = globalThis as unknown as Record<'browser' | 'chrome', Api>;
    await (browser ?? chrome).downloads.cancel(download);
  }, id);
}

/** Asks Chromium to go on with a download. */
export async function resume(page: Page, id: number): Promise<void> {
  await page.evaluate(async (download) => {
    const { chrome } = globalThis as unknown as Record<'chrome', Api>;
    await chrome.downloads.resume(download);
  }, id);
}

/** What Chromium shows when the pointer rests on the extension's button. */
export function buttonTitle(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { chrome } = globalThis as unknown as Record<'chrome', Api>;
    return chrome.action.getTitle({});
  });
}
