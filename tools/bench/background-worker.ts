import type { Browser, WebWorker } from 'puppeteer-core';
import type { BrowserSession } from '../launch.ts';
import type { Spent } from './results.ts';

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

/** In microseconds, between two looks of the profiler. */
const SAMPLING = 200;

const ofDatabase = new Set([
  'transaction',
  'objectStore',
  'index',
  'get',
  'getAll',
  'put',
  'delete',
  'openCursor',
]);

/** What a worker's thread does during some work for each of so many, in ms, by the browser's profiler. */
export async function timeSpent(
  { client }: WebWorker,
  work: () => Promise<unknown>,
  many: number,
): Promise<Spent> {
  await client.send('Profiler.enable');
  await client.send('Profiler.setSamplingInterval', { interval: SAMPLING });
  await client.send('Profiler.start');
  await work();
  const { profile } = await client.send('Profiler.stop');
  const { nodes, samples = [], timeDeltas = [] } = profile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const spent: Spent = { ours: 0, database: 0, garbage: 0, others: 0 };
  for (const [index, microseconds] of timeDeltas.entries()) {
    const { functionName: name = '', url = '' } = frames.get(samples[index] ?? 0) ?? {};
    if (name === '(idle)') continue;
    const on =
      url !== '' ? 'ours' : ofDatabase.has(name) ? 'database' : /garbage/.test(name) ? 'garbage' : 'others';
    spent[on] += microseconds / 1000 / many;
  }
  return spent;
}

/** The ms that a worker is busy during some work. */
export async function busyTime(worker: WebWorker, work: () => Promise<unknown>): Promise<number> {
  const { ours, database, garbage, others } = await timeSpent(worker, work, 1);
  return ours + database + garbage + others;
}

/** Whether the background runs. */
export async function isAwake({
  target,
  browser,
  extensionId,
  evaluateInBrowser,
}: BrowserSession): Promise<boolean> {
  if (target === 'firefox')
    return await evaluateInBrowser<boolean>(
      `WebExtensionPolicy.getByID(${JSON.stringify(extensionId)}).extension.backgroundState === 'running'`,
    );
  return browser
    .targets()
    .some(
      (one) => one.type() === 'service_worker' && one.url().startsWith(`chrome-extension://${extensionId}/`),
    );
}

/** How often a background began, and how many ms it was awake in all. */
export interface Awake {
  starts: number;
  awake: number;
}

/** Watches a background that sleeps for so many ms, without keeping it awake. */
export async function watchAwake(session: BrowserSession, milliseconds: number): Promise<Awake> {
  let [starts, awake, was] = [0, 0, false];
  const begun = performance.now();
  for (let last = begun; last - begun < milliseconds; ) {
    await new Promise((done) => setTimeout(done, 100));
    const is = await isAwake(session);
    const now = performance.now();
    if (is && !was) starts += 1;
    if (is) awake += now - last;
    [was, last] = [is, now];
  }
  return { starts, awake };
}
