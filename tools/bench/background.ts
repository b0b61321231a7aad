/** What downloads that succeed cost the background: real ones, in the real browser. */
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import type { Page } from 'puppeteer-core';
import { listenOnLoopback } from '../../test/faults/loopback.ts';
import { until } from '../browser/engine.ts';
import { bundleForBrowser } from '../bundle.ts';
import { type BrowserSession, launch } from '../launch.ts';
import { backgroundWorker, timeSpent, watchAwake } from './background-worker.ts';
import { profileWithFailures } from './popup-ratio.ts';
import { readNumber } from './read-number.ts';
import type { Asked, BackgroundResult } from './results.ts';
import { median } from './statistics.ts';

/** Downloads whose processor time is measured. */
const DOWNLOADS = 1_000;
/** Downloads that one page begins at once, which are a turn. */
const IN_TURN = 100;
/** Open failures meanwhile. */
const FAILURES = 100;
/** What downloads lead to is done by then, in ms. */
const AFTERMATH_MS = 1_000;
/** How often a background that sleeps is woken by one. */
const WAKES = 7;
/** How long what was asleep is watched, in ms: Chrome ends a background after 30 s, and its alarms come 30 s late. */
const WATCHED_MS = 75_000;

const FILE = Buffer.alloc(20_000, 'a small file');

function answer({ url = '/' }: IncomingMessage, response: ServerResponse): void {
  const name = /^\/file\/(\d+)$/.exec(url)?.[1];
  if (name === undefined) {
    response
      .writeHead(200, { 'Content-Type': 'text/html' })
      .end('<!doctype html><link rel="icon" href="data:,">');
    return;
  }
  const headers = {
    'Content-Type': 'application/zip',
    'Content-Disposition': `attachment; filename="file-${name}.zip"`,
    'Content-Length': FILE.length,
  };
  response.writeHead(200, headers).end(FILE);
}

/** A browser with one of the builds. */
interface Side {
  build: BackgroundResult['build'];
  session: BrowserSession;
  /** A page of the web, which begins the downloads. */
  web: Page;
  /** A file of the extension in a tab, with no script: it shares the extension's process, and may ask what it may. */
  own: Page;
  /** How many downloads have begun. */
  begun: number;
  /** In all turns that count. */
  taken: Taken;
  /** Processor time of the extension's process for one download while the background sleeps, in ms. */
  wakes: number[];
}

/** Lets every page begin as many downloads as it likes, for which the browser asks otherwise. */
async function allowMany(profile: string): Promise<void> {
  const file = join(profile, 'Default', 'Preferences');
  const preferences = JSON.parse(await readFile(file, 'utf8'));
  preferences.profile ??= {};
  preferences.profile.default_content_setting_values = { automatic_downloads: 1 };
  await writeFile(file, JSON.stringify(preferences));
}

/** Begins downloads, and waits until all their files are there and nothing more comes of them. */
async function download(side: Side, count: number): Promise<void> {
  const { web, session } = side;
  const [from, to] = [side.begun, side.begun + count];
  side.begun = to;
  await web.evaluate(`
    for (let number = ${from}; number < ${to}; number += 1)
      document.body.append(Object.assign(document.createElement('iframe'), { src: '/file/' + number, hidden: true }));
  `);
  await until(
    async () => (await readdir(session.downloadDir)).filter((name) => name.endsWith('.zip')).length >= to,
    { milliseconds: 60_000, expecting: `${to} files` },
  );
  await web.evaluate('document.body.replaceChildren()');
  await new Promise((done) => setTimeout(done, AFTERMATH_MS));
}

/** Processor time of the extension's process and of the browser's own, in ms. */
interface Taken {
  processor: number;
  browser: number;
}

async function takenSoFar({ own, session }: Side): Promise<Taken> {
  const page = await own.createCDPSession();
  await page.send('Performance.enable');
  const { metrics } = await page.send('Performance.getMetrics');
  await page.detach();
  const whole = await session.browser.target().createCDPSession();
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  await whole.detach();
  const [processor, browser] = [
    metrics.find(({ name }) => name === 'ProcessTime')?.value,
    processInfo.find(({ type }) => type === 'browser')?.cpuTime,
  ];
  if (processor === undefined || browser === undefined)
    throw new Error('The browser tells no processor time.');
  return { processor: processor * 1000, browser: browser * 1000 };
}

/** Has one download succeed while the background sleeps, and gives the processor time that the extension's process takes. */
async function wakeOnce(side: Side): Promise<number> {
  await side.session.killBackground();
  const before = await takenSoFar(side);
  await download(side, 1);
  return (await takenSoFar(side)).processor - before.processor;
}

/** Has one download succeed while the background sleeps, and watches what wakes. */
async function watchAsleep(side: Side): Promise<Pick<BackgroundResult, 'starts' | 'awake' | 'alarms'>> {
  await side.session.killBackground();
  void download(side, 1);
  const { starts, awake } = await watchAwake(side.session, WATCHED_MS);
  const alarms = await readNumber(side.own, 'chrome.alarms.getAll().then((all) => all.length)');
  return { starts, awake: awake / 1000, alarms };
}

/** What the background hears, asks for and spends its time on, for each of so many downloads. */
async function lookInto(side: Side, code: string): Promise<Pick<BackgroundResult, 'spent' | 'asked'>> {
  await side.own.evaluate("chrome.runtime.sendMessage({ command: 'mark-all-seen' })");
  const worker = await backgroundWorker(side.session.browser, side.session.extensionId);
  // It has just begun, and looks at all that came meanwhile.
  await download(side, IN_TURN);
  const spent = await timeSpent(worker, () => download(side, IN_TURN), IN_TURN);
  await worker.evaluate(code);
  await download(side, IN_TURN);
  const asked: Asked = JSON.parse(String(await worker.evaluate(`JSON.stringify(asked.forEach(${IN_TURN}))`)));
  return { spent, asked };
}

/**
 * Measures what 1,000 downloads that succeed cost the background of one or two builds, in browsers of their own by turns,
 * and what wakes it when it sleeps. Automatic retry is on, and there are open failures.
 */
export async function measureBackground(
  folder: string,
  builds: { now: string; there: string | undefined },
): Promise<BackgroundResult[]> {
  const code = await bundleForBrowser(join(import.meta.dirname, 'asked-in-worker.ts'), 'asked');
  const server = await listenOnLoopback(() => createServer(answer));
  const sides: Side[] = [];
  try {
    await mkdir(folder);
    const made = await profileWithFailures(folder, builds.now, FAILURES);
    await allowMany(made);
    for (const build of ['now', 'there'] as const) {
      const extensionDir = builds[build];
      if (extensionDir === undefined) continue;
      const profile = join(folder, build);
      await cp(made, profile, { recursive: true });
      const session = await launch('chrome', { extensionDir: resolve(extensionDir), profile });
      const own = await session.openExtensionPage('manifest.json', { ready: 'body' });
      await own.evaluate('chrome.storage.sync.set({ automaticRetry: true })');
      sides.push({
        build,
        session,
        own,
        web: await session.openPage(`http://127.0.0.1:${server.port}/`),
        begun: 0,
        taken: { processor: 0, browser: 0 },
        wakes: [],
      });
    }
    for (let turn = 0; turn <= DOWNLOADS / IN_TURN; turn += 1) {
      for (const side of turn % 2 === 0 ? sides : sides.toReversed()) {
        const before = await takenSoFar(side);
        await download(side, IN_TURN);
        const after = await takenSoFar(side);
        // The first turn meets code that has not run yet.
        if (turn === 0) continue;
        side.taken.processor += after.processor - before.processor;
        side.taken.browser += after.browser - before.browser;
      }
    }
    const watched = await Promise.all(sides.map(async (side) => ({ side, woken: await watchAsleep(side) })));
    // As it begins, the background looks at all that came in the last minute, which is nothing by now.
    for (let wake = 0; wake < WAKES; wake += 1)
      for (const side of sides) side.wakes.push(await wakeOnce(side));
    const results: BackgroundResult[] = [];
    for (const { side, woken } of watched) {
      results.push({
        build: side.build,
        processor: side.taken.processor / DOWNLOADS,
        browser: side.taken.browser / DOWNLOADS,
        wake: median(side.wakes),
        ...(await lookInto(side, code)),
        ...woken,
      });
    }
    return results;
  } finally {
    await Promise.allSettled(sides.map(({ session }) => session.close()));
    await server.close();
  }
}
