import type { Browser, WebWorker } from 'puppeteer-core';

/**
 * The service worker of an extension. It does not end by itself from here on, since the browser lets one live that is
 * looked into.
 */
export async function backgroundWorker(browser: Browser, extensionId: string): Promise<WebWorker> {
  const target = await browser.waitForTarget(
    (one) => one.type() === 'service_worker' && one.url().startsWith(`chrome-extension://${extensionId}/`),
  );
  const worker = await target.worker();
  if (!worker) throw new Error('The background can not be reached.');
  return worker;
}
