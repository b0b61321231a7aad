/** How the history's page bears a long history: what opening and searching cost, and whether it stays responsive. */
import { join } from 'node:path';
import type { ElementHandle, Page } from 'puppeteer-core';
import { until } from '../browser/engine.ts';
import type { BrowserSession } from '../launch.ts';
import { backgroundWorker } from './background-worker.ts';
import type { Browser } from './compare-pages.ts';
import { openTimed, warmUp, workUntilRest } from './opening.ts';
import { comparedPages, emptyPage } from './pages.ts';
import type { ProfileContent } from './profiles.ts';
import { readNumber } from './read-number.ts';
import type { CommandResult, HistoryOpening } from './results.ts';
import { median } from './statistics.ts';

const MANY = 100_000;
const FEW = 100;
const SIZES = [FEW, 1_000, MANY];
const TURNS = 4;
/** How long (ms) anything may take. */
const LONGEST = 240_000;
/** After so long (ms) a command on all is stopped: it goes on in steps that are all alike. */
const COMMAND = 15_000;

const historyPage = comparedPages.find(({ name }) => name === 'history') ?? emptyPage;

/** What the toolbar says; empty until all is read. */
const word = `(document.querySelector('.toolbar .outcome')?.textContent ?? '')`;

type Measured = Omit<HistoryOpening, 'failures'>;

async function usedHeap({ client }: { client: Pick<Awaited<ReturnType<Page['createCDPSession']>>, 'send'> }) {
  await client.send('HeapProfiler.collectGarbage');
  return (await client.send('Runtime.getHeapUsage')).usedSize;
}

/** Enters a word that one of fifteen failures has in its name, and gives the ms until only such rows are there. */
const searchTime = `new Promise((done) => {
  const field = document.querySelector('[name="q"]');
  const begun = performance.now();
  field.value = 'holiday-photos';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  (function look() {
    const names = [...document.querySelectorAll('.row-name')];
    const there = names.length > 0 && names.every(({ textContent }) => textContent.includes('holiday-photos'));
    if (!there) return requestAnimationFrame(look);
    done(performance.now() - begun);
  })();
})`;

const untilRead = (page: Page): Promise<void> =>
  until(async () => (await page.evaluate(word)) !== '', {
    milliseconds: LONGEST,
    expecting: 'the whole history',
  });

async function measureOnce(session: BrowserSession): Promise<Measured> {
  await warmUp(session, emptyPage);
  const { page, content } = await openTimed(session, historyPage);
  await untilRead(page);
  const mainThread = await workUntilRest(page);
  const heap = await usedHeap({ client: await page.createCDPSession() });
  const workers = await Promise.all(page.workers().map((worker) => usedHeap(worker)));
  const search = await readNumber(page, searchTime);
  await page.close();
  return { content, mainThread, heap, workerHeap: workers.reduce((sum, one) => sum + one, 0), search };
}

/** Does something in a page, and gives how long it took and its longest task, in ms. */
async function watched(
  page: Page,
  work: () => Promise<unknown>,
  expected: string,
): Promise<{ took: number; longest: number }> {
  await page.evaluate(`globalThis.tasks = []; globalThis.watcher?.disconnect();
    globalThis.watcher = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
    watcher.observe({ type: 'longtask' });`);
  const begun = performance.now();
  await work();
  await until(async () => (await page.evaluate(expected)) === true, {
    milliseconds: LONGEST,
    expecting: expected,
  });
  const took = performance.now() - begun;
  // What it leads to belongs to it.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return { took, longest: await readNumber(page, 'Math.max(0, ...tasks)') };
}

const click = (page: Page, selector: string) => (): Promise<unknown> =>
  page.evaluate(`document.querySelector('${selector}').click()`);

/** Measures commands for all of many failures, and an export that another browser imports. */
export async function measureCommands(browsers: readonly Browser[]): Promise<CommandResult[]> {
  const [many, few] = [having(browsers, MANY), having(browsers, FEW)];
  const page = await many.openExtensionPage('history.html');
  await untilRead(page);
  const results: CommandResult[] = [];
  const add = (name: string, { took, longest }: { took: number; longest: number }): void => {
    results.push({ name, took, longest });
    console.log(`  ${name}: ${(took / 1000).toFixed(1)} s`);
  };
  const says = (words: string): string => `${word}.includes('${words}')`;
  const number = MANY.toLocaleString('en');
  add(`export ${number}`, await watched(page, click(page, '[data-action="export-json"]'), says('exported.')));
  const importing = await few.openExtensionPage('history.html');
  const field = (await importing.$('[data-action="import"]')) as ElementHandle<HTMLInputElement>;
  const file = join(many.downloadDir, 'download-failures.json');
  add(
    `import ${number}`,
    await watched(importing, () => field.uploadFile(file), `${says('Imported')} && !${says('Done')}`),
  );
  await importing.close();
  const all = '[name="select-all"]';
  add(`select ${number}`, await watched(page, click(page, all), says(`${number} selected`)));
  const untilStopped = (on: Page, action: string) => async (): Promise<void> => {
    await click(on, `[data-action="${action}"]`)();
    await new Promise((resolve) => setTimeout(resolve, COMMAND));
    await click(on, '[data-action="stop"]')();
  };
  add(
    `dismiss of ${number}`,
    await watched(page, untilStopped(page, 'dismiss-selection'), says('failures dismissed.')),
  );
  await page.close();
  // Only what is dismissed can be restored.
  const dismissed = await many.openExtensionPage('history.html?state=dismissed');
  await untilRead(dismissed);
  await click(dismissed, all)();
  await until(async () => (await dismissed.evaluate(says('selected'))) === true, {
    milliseconds: LONGEST,
    expecting: 'a selection',
  });
  add(
    'restore of these',
    await watched(dismissed, untilStopped(dismissed, 'restore-selection'), says('back in the lists.')),
  );
  await dismissed.close();
  return results;
}

/** The journals with which it is measured. */
export const historyProfiles: readonly ProfileContent[] = SIZES.map((failures) => ({ failures, listed: 0 }));

/** The browser with so many failures. */
function having(browsers: readonly Browser[], failures: number): BrowserSession {
  const browser = browsers.find((one) => one.failures === failures);
  if (!browser) throw new Error(`No browser has ${failures} failures.`);
  return browser.session;
}

/** Measures the history's page in browsers with few, some and many failures. */
export async function measureHistory(browsers: readonly Browser[]): Promise<HistoryOpening[]> {
  const measured = SIZES.map((failures) => ({
    failures,
    session: having(browsers, failures),
    seen: [] as Measured[],
  }));
  for (const { session } of measured) await backgroundWorker(session.browser, session.extensionId);
  for (let turn = 0; turn <= TURNS; turn += 1) {
    for (const { session, seen } of measured) {
      const once = await measureOnce(session);
      // The first turn fills the caches.
      if (turn > 0) seen.push(once);
    }
    console.log(`  turn ${turn} of ${TURNS}`);
  }
  return measured.map(({ failures, seen }) => {
    const middle = (of: keyof Measured): number => median(seen.map((once) => once[of]));
    return {
      failures,
      content: middle('content'),
      mainThread: middle('mainThread'),
      heap: middle('heap'),
      workerHeap: middle('workerHeap'),
      search: middle('search'),
    };
  });
}
