import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import type { Target } from '../../src/platform/target.ts';
import { withPermissions } from '../../test/e2e/with-permissions.ts';
import { listenOnLoopback } from '../../test/faults/loopback.ts';
import { build } from '../build.ts';
import { withTemporaryFolder } from '../cleanup.ts';
import { type BrowserSession, launch } from '../launch.ts';
import { backgroundWorker, busyTime, isAwake } from './background-worker.ts';
import { readNumber } from './read-number.ts';
import { median } from './statistics.ts';

/** Pages that are loaded with each of the two. */
const PAGES = 300;
/** Pages in one turn. */
const IN_TURN = 10;
/** Pages during which the work of the background is measured. */
const MEASURED = 60;
/** Pages that are loaded while the background sleeps. */
const ASLEEP = 10;

const PARAGRAPHS =
  '<p>A page has text, and this is some of it: enough for a page of an ordinary size.</p>'.repeat(150);

/** A page with a style, a script, pictures and two frames, of which every tenth is missing; every tenth page is, too. */
function contentOf(url: string): [type: string, body: string, status?: number] {
  const [, kind, number = '0'] = url.split('/');
  const missing = Number(number) % 10;
  switch (kind) {
    case 'page': {
      const pictures = [1, 2, 3].map((one) => `<img src="/picture/${number}/${one}">`).join('');
      const frames = [1, 2].map((one) => `<iframe src="/frame/${number}/${one}"></iframe>`).join('');
      const head = `<link rel="icon" href="data:,"><link rel="stylesheet" href="/style/${number}">`;
      const page = `${head}<script src="/script/${number}"></script>${pictures}${frames}${PARAGRAPHS}`;
      return ['text/html', `<!doctype html><title>${number}</title>${page}`, missing === 9 ? 404 : 200];
    }
    case 'frame':
      return ['text/html', '<!doctype html><p>A frame.</p>', missing === 4 && url.endsWith('1') ? 404 : 200];
    case 'style':
      return ['text/css', 'body { font: 16px sans-serif; }'];
    case 'script':
      return ['text/javascript', 'document.documentElement.dataset.script = "ran";'];
    default:
      return ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"/>'];
  }
}

function answer({ url = '/' }: IncomingMessage, response: ServerResponse): void {
  const [type, body, status = 200] = contentOf(url);
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
}

/** A browser in which requests are seen, or not. */
interface Browser {
  seeing: boolean;
  session: BrowserSession;
  page: Page;
}

/** Loads a page, and gives the ms until it and its frames are there. */
async function load({ page }: Browser, url: string): Promise<number> {
  await page.goto(url, { waitUntil: 'load' });
  return await readNumber(page, "performance.getEntriesByType('navigation')[0].loadEventStart");
}

/** The ms of processor time that Firefox's process for extensions has taken since it began. */
const processTime = (session: BrowserSession): Promise<number> =>
  session.evaluateInBrowser<number>(
    `ChromeUtils.requestProcInfo().then(({ children }) =>
      children.filter(({ type }) => type === 'extension').reduce((sum, { cpuTime }) => sum + cpuTime, 0) / 1e6)`,
  );

/** The ms that the background, or in Firefox its process, works during some work. */
async function backgroundTime(session: BrowserSession, work: () => Promise<void>): Promise<number> {
  if (session.target === 'chrome')
    return await busyTime(await backgroundWorker(session.browser, session.extensionId), work);
  const before = await processTime(session);
  await work();
  return (await processTime(session)) - before;
}

/** Has the background begin, if it sleeps. */
async function wake(session: BrowserSession): Promise<void> {
  const page = await session.openExtensionPage('popup.html');
  await page.evaluate("(globalThis.browser ?? chrome).runtime.sendMessage({ command: 'mark-all-seen' })");
  await page.close();
}

async function measure(
  target: Target,
  builds: Record<'on' | 'off', string>,
  origin: string,
): Promise<string> {
  const browsers: Browser[] = [];
  try {
    for (const [name, extensionDir] of Object.entries(builds)) {
      const session = await launch(target, { extensionDir });
      browsers.push({ seeing: name === 'on', session, page: await session.openPage(`${origin}/page/0`) });
    }
    const times = { on: [] as number[], off: [] as number[] };
    const of = ({ seeing }: Browser): number[] => (seeing ? times.on : times.off);
    const turns: number[] = [];
    const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
    // The first turn meets a browser that has not loaded anything yet.
    for (let turn = 0; turn <= PAGES / IN_TURN; turn += 1) {
      if (turn === 1) Object.assign(times, { on: [], off: [] });
      for (const browser of turn % 2 === 0 ? browsers : browsers.toReversed())
        for (let number = 0; number < IN_TURN; number += 1)
          of(browser).push(await load(browser, `${origin}/page/${turn * IN_TURN + number}`));
      if (turn > 0) turns.push(sum(times.on.slice(-IN_TURN)) / sum(times.off.slice(-IN_TURN)));
    }
    const work: string[] = [];
    const wakes: string[] = [];
    for (const browser of browsers.toReversed()) {
      const { session, seeing } = browser;
      let woken = 0;
      for (let number = 0; number < ASLEEP; number += 1) {
        await session.killBackground();
        await load(browser, `${origin}/page/${number}`);
        await new Promise((resolve) => setTimeout(resolve, 300));
        if (await isAwake(session)) woken += 1;
      }
      wakes.push(`${woken} of ${ASLEEP} ${seeing ? 'on' : 'off'}`);
      await wake(session);
      const time = await backgroundTime(session, async () => {
        for (let number = 0; number < MEASURED; number += 1) await load(browser, `${origin}/page/${number}`);
      });
      work.push(`${(time / MEASURED).toFixed(2)} ms ${seeing ? 'on' : 'off'}`);
    }
    return [
      `${await browsers[0]?.session.browser.version()}, ${PAGES} pages with two frames each, ${IN_TURN} at a turn:`,
      `  until a page is there: ${median(times.off).toFixed(1)} ms off, ${median(times.on).toFixed(1)} ms on;` +
        ` all of them ${(sum(times.on) / sum(times.off)).toFixed(3)} times as long,` +
        ` median of the turns ${median(turns).toFixed(3)}`,
      `  work of the background for a page: ${work.join(', ')}`,
      `  pages for which a sleeping background woke: ${wakes.join(', ')}`,
    ].join('\n');
  } finally {
    await Promise.allSettled(browsers.map(({ session }) => session.close()));
  }
}

/**
 * Measures what seeing requests costs a person who browses: two browsers, in one of which the person allowed it, load
 * the same pages by turns.
 */
export async function measureBrowsing(): Promise<string> {
  return await withTemporaryFolder(async (folder) => {
    const server = await listenOnLoopback(() => createServer(answer));
    const said: string[] = [];
    try {
      for (const target of ['chrome', 'firefox'] as const) {
        const off = join(folder, target);
        await build(target, off);
        const on = await withPermissions(target, off);
        try {
          said.push(await measure(target, { on, off }, `http://127.0.0.1:${server.port}`));
        } finally {
          await rm(on, { recursive: true });
        }
      }
    } finally {
      await server.close();
    }
    return said.join('\n');
  });
}
