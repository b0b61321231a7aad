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

/** The ms that a worker is busy during some work, by the browser's profiler. */
export async function busyTime({ client }: WebWorker, work: () => Promise<unknown>): Promise<number> {
  await client.send('Profiler.enable');
  await client.send('Profiler.start');
  await work();
  const { profile } = await client.send('Profiler.stop');
  const { nodes, samples = [], timeDeltas = [] } = profile;
  const idle = new Set(
    nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id),
  );
  const busy = timeDeltas.filter((_, index) => !idle.has(samples[index] ?? 0));
  return busy.reduce((sum, microseconds) => sum + microseconds, 0) / 1000;
}
