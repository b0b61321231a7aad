import type { Page } from 'puppeteer-core';
import type { BrowserSession } from '../launch.ts';
import type { ComparedPage } from './pages.ts';
import { readNumber } from './read-number.ts';
import type { Opening } from './results.ts';

/** A page rests once its main thread works less than BUSY_MS in each of so many pauses of PAUSE_MS. */
const PAUSE_MS = 100;
const PAUSES = 2;
const BUSY_MS = 2;
/** In ms; a page that works on after that is measured as it is then. */
const LONGEST_WORK_MS = 30_000;

/** Looks at each frame for the content, and takes the time when the page has handed that frame over to be shown. */
const watch = (content: string): string => `globalThis.contentPainted = new Promise((done) => {
  requestAnimationFrame(function look() {
    if (!(${content})) return requestAnimationFrame(look);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(null);
  });
})`;

const firstPaint = `new Promise((done) => new PerformanceObserver((list) => {
  for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') done(startTime);
}).observe({ type: 'paint', buffered: true }))`;

/** What the main thread has worked so far, in ms. */
async function workOf(page: Page): Promise<number> {
  const { TaskDuration = 0 } = await page.metrics();
  return TaskDuration * 1000;
}

/** Waits until the page rests, and gives what its main thread has worked by then, in ms. */
export async function workUntilRest(page: Page): Promise<number> {
  const deadline = performance.now() + LONGEST_WORK_MS;
  let work = await workOf(page);
  for (let pauses = 0; pauses < PAUSES && performance.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const before = work;
    work = await workOf(page);
    pauses = work - before < BUSY_MS ? pauses + 1 : 0;
  }
  return work;
}

/** Opens a page without measuring anything: a browser that did nothing for a while is slow at first. */
export async function warmUp(session: BrowserSession, { address }: ComparedPage): Promise<void> {
  const page = await session.openPage(session.extensionUrl(address));
  await page.close();
}

/**
 * Opens a page in a new tab and gives the time, in ms, until its content is on it. The tab stays open. A script can run
 * there `before` those of the page.
 */
export async function openTimed(
  session: BrowserSession,
  { address, content, viewport }: ComparedPage,
  before = '',
): Promise<{ page: Page; content: number }> {
  const page = await session.browser.newPage();
  await page.setViewport(viewport);
  await page.evaluateOnNewDocument(`${watch(content)};${before}`);
  await page.goto(session.extensionUrl(address), { waitUntil: 'domcontentloaded' });
  return { page, content: await readNumber(page, 'globalThis.contentPainted') };
}

/** Opens a page in a new tab, measures it, and closes it again. */
export async function openOnce(session: BrowserSession, compared: ComparedPage): Promise<Opening> {
  const { page, content } = await openTimed(session, compared);
  const mainThread = await workUntilRest(page);
  const cdp = await page.createCDPSession();
  await cdp.send('HeapProfiler.collectGarbage');
  const { JSHeapUsedSize: heap = 0, Nodes: nodes = 0 } = await page.metrics();
  const opening = { firstPaint: await readNumber(page, firstPaint), content, mainThread, heap, nodes };
  await page.close();
  return opening;
}
