/** How the history's page bears a long history: what opening and searching cost, and whether it stays responsive. */
import { join } from 'node:path';
import type { ElementHandle, Page } from 'puppeteer-core';
import { until } from '../browser/engine.ts';
import { withTemporaryFolder } from '../cleanup.ts';
import { type BrowserSession, launch } from '../launch.ts';
import { table } from '../table.ts';
import { backgroundWorker } from './background-worker.ts';
import { buildForBench } from './extension.ts';
import { openTimed, warmUp, workUntilRest } from './opening.ts';
import { comparedPages, emptyPage } from './pages.ts';
import { makeProfiles } from './profiles.ts';
import { readNumber } from './read-number.ts';
import { median } from './statistics.ts';

const SIZES = [100, 1_000, 100_000] as const;
const [FEW, SOME, MANY] = SIZES;
const TURNS = 4;
/** How long (ms) anything may take. */
const LONGEST = 240_000;
/** After so long (ms) a command on all is stopped: it goes on in steps that are all alike. */
const COMMAND = 15_000;

const historyPage = comparedPages.find(({ name }) => name === 'history') ?? emptyPage;

/** What the toolbar says; empty until all is read. */
const word = `(document.querySelector('.toolbar .outcome')?.textContent ?? '')`;

interface Measured {
  /** Until the first rows are there, in ms. */
  content: number;
  /** What the main thread has worked until all is read and the page rests, in ms. */
  mainThread: number;
  /** In bytes, after a collection of garbage. */
  heap: number;
  /** The same of the page's worker. */
  workerHeap: number;
  /** From the input of a word until only matching rows are there, in ms. */
  search: number;
}

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

/** Commands for all of many failures, and an export that another browser imports. */
async function commands(many: BrowserSession, few: BrowserSession): Promise<string[][]> {
  const page = await many.openExtensionPage('history.html');
  await untilRead(page);
  const rows: string[][] = [];
  const add = (name: string, { took, longest }: { took: number; longest: number }): void => {
    rows.push([name, (took / 1000).toFixed(1), longest === 0 ? 'under 50' : longest.toFixed(0)]);
    console.log(`  ${rows.at(-1)?.join(', ')}`);
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
  return rows;
}

/** Measures all of this in one run and says it in tables. */
export async function measureHistory(): Promise<string> {
  return await withTemporaryFolder(async (folder) => {
    const extensionDir = join(folder, 'extension');
    await buildForBench(extensionDir);
    const profiles = await makeProfiles(
      extensionDir,
      join(folder, 'profiles'),
      SIZES.map((failures) => ({ failures, listed: 0 })),
    );
    const sessions: BrowserSession[] = [];
    try {
      for (const profile of profiles)
        sessions.push(await launch('chrome', { extensionDir, profile: profile.folder }));
      const seen = SIZES.map((): Measured[] => []);
      for (const { browser, extensionId } of sessions) await backgroundWorker(browser, extensionId);
      for (let turn = 0; turn <= TURNS; turn += 1) {
        for (const [index, session] of sessions.entries()) {
          const measured = await measureOnce(session);
          // The first turn fills the caches.
          if (turn > 0) seen[index]?.push(measured);
        }
        console.log(`  turn ${turn} of ${TURNS}`);
      }
      const middle = (failures: (typeof SIZES)[number], of: keyof Measured): number =>
        median((seen[SIZES.indexOf(failures)] ?? []).map((measured) => measured[of]));
      const opening = table(
        [
          'failures',
          'first rows, ms',
          'main thread, ms',
          'heap, MB',
          'worker’s heap, MB',
          'first matches, ms',
        ],
        SIZES.map((failures) => [
          failures.toLocaleString('en'),
          middle(failures, 'content').toFixed(0),
          middle(failures, 'mainThread').toFixed(0),
          (middle(failures, 'heap') / 1e6).toFixed(2),
          (middle(failures, 'workerHeap') / 1e6).toFixed(2),
          middle(failures, 'search').toFixed(0),
        ]),
      );
      const ratio = (of: keyof Measured, to: (typeof SIZES)[number] = FEW): string =>
        (middle(MANY, of) / middle(to, of)).toFixed(2);
      const targets = table(
        ['what', 'is', 'at most'],
        [
          ['main thread until it rests, 100,000 over 100', ratio('mainThread'), '3.00'],
          [
            'heap, 100,000 − 100, MB',
            ((middle(MANY, 'heap') - middle(FEW, 'heap')) / 1e6).toFixed(2),
            '8.00',
          ],
          ['first rows, 100,000 over 100', ratio('content'), '1.20'],
          ['first matches, 100,000 over 1,000', ratio('search', SOME), '1.50'],
        ],
      );
      const [few, , many] = sessions;
      if (!few || !many) throw new Error('No browser was started.');
      const tasks = table(['what', 'took, s', 'longest task, ms'], await commands(many, few));
      return [opening, targets, tasks].join('\n\n');
    } finally {
      await Promise.allSettled(sessions.map((session) => session.close()));
    }
  });
}
