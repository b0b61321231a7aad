import type { WebWorker } from 'puppeteer-core';
import type { BrowserSession } from '../launch.ts';

/**
 * The extension's service worker. It does not end by itself from here on, since the browser lets one live that is
 * looked into.
 */
export async function backgroundWorker({ browser, extensionId }: BrowserSession): Promise<WebWorker> {
  const target = await browser.waitForTarget(
    (one) => one.type() === 'service_worker' && one.url().startsWith(`chrome-extension://${extensionId}/`),
  );
  const worker = await target.worker();
  if (!worker) throw new Error('The background can not be reached.');
  return worker;
}
