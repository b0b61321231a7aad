/** How much longer the popup takes than a page that just writes down what it reads, and where that time goes. */
import { join } from 'node:path';
import { failureOf } from '../../test/fakes/failures.ts';
import { seedFailures } from '../../test/fakes/seed-journal.ts';
import { withTemporaryFolder } from '../cleanup.ts';
import { type BrowserSession, launch } from '../launch.ts';
import { table } from '../table.ts';
import { backgroundWorker } from './background-worker.ts';
import { buildForBench } from './extension.ts';
import { openTimed, warmUp } from './opening.ts';
import { barePage, type ComparedPage, emptyPage, popupPage } from './pages.ts';
import { readNumber } from './read-number.ts';
import { median } from './statistics.ts';

const FAILURES = 1_000;
const PAIRS = 20;

/** The reasons of the failures: few, as in most lists, or all there are. */
const kinds: readonly [name: string, reasons: readonly string[] | undefined][] = [
  ['four reasons', ['NETWORK_FAILED', 'SERVER_BAD_CONTENT', 'FILE_NO_SPACE', 'NETWORK_TIMEOUT']],
  ['29 reasons', undefined],
];

/** What happens in both pages, one after the other. */
const steps = ['document', 'database asked', 'database open', 'rows read', 'rendered'] as const;
/** All rows may be rendered before the frame with the first of them is handed over, or after it. */
const ends = ['ready', 'all rows'] as const;
/** When (ms since the start of the navigation). A page is ready when the frame with what it shows was handed over. */
type Timeline = Record<(typeof steps)[number] | (typeof ends)[number], number>;

/** By then (ms) the popup that is ready has all its rows. */
const REST_MS = 400;

const noteSteps = `globalThis.steps = { document: performance.now() };
  const note = (step) => { steps[step] = performance.now(); };
  const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (...asked) {
    note('database asked');
    const opening = open.apply(this, asked);
    opening.addEventListener('success', () => note('database open'));
    return opening;
  };
  const { getAll } = IDBIndex.prototype;
  IDBIndex.prototype.getAll = function (...asked) {
    const reading = getAll.apply(this, asked);
    reading.addEventListener('success', () => note('rows read'));
    return reading;
  };
  globalThis.ready = new Promise((done) => {
    let rows = 0;
    new MutationObserver(() => {
      const { length } = document.querySelectorAll('[data-failure], body > p:not([role])');
      if (length > 0 && !steps.rendered) note('rendered');
      if (length > rows) note('all rows');
      rows = length;
      // The popup says so itself.
      if (document.documentElement.dataset.ready) done(performance.now());
    }).observe(document, { subtree: true, childList: true, attributes: true });
  });`;

/** Fills the journal of a browser. */
async function fill(session: BrowserSession, reasons: readonly string[] | undefined): Promise<void> {
  const now = Date.now();
  const failures = Array.from({ length: FAILURES }, (_, index) => {
    const failure = failureOf(index, FAILURES, now);
    return { ...failure, reason: reasons?.[index % reasons.length] ?? failure.reason };
  });
  const page = await session.openExtensionPage('options.html');
  await seedFailures(page, failures);
  await page.close();
}

async function timelineOf(session: BrowserSession, compared: ComparedPage): Promise<Timeline> {
  await warmUp(session, emptyPage);
  const { page, content } = await openTimed(session, compared, noteSteps);
  const ready = compared === popupPage ? await readNumber(page, 'ready') : content;
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const at = (step: Exclude<keyof Timeline, 'ready'>): Promise<number> =>
    readNumber(page, `steps['${step}']`);
  const timeline = {
    document: await at('document'),
    'database asked': await at('database asked'),
    'database open': await at('database open'),
    'rows read': await at('rows read'),
    rendered: await at('rendered'),
    ready,
    'all rows': await at('all rows'),
  };
  await page.close();
  return timeline;
}

interface Pair {
  popup: Timeline;
  bare: Timeline;
}

/** Opens both by turns. */
async function openPairs(extensionDir: string, reasons: readonly string[] | undefined): Promise<Pair[]> {
  const session = await launch('chrome', { extensionDir });
  try {
    await backgroundWorker(session.browser, session.extensionId);
    await fill(session, reasons);
    const pairs: Pair[] = [];
    for (let turn = 0; turn <= PAIRS; turn += 1) {
      const popupFirst = turn % 2 === 0;
      const first = await timelineOf(session, popupFirst ? popupPage : barePage);
      const second = await timelineOf(session, popupFirst ? barePage : popupPage);
      // The first opening marks failures as seen, and fills the caches.
      if (turn > 0) pairs.push(popupFirst ? { popup: first, bare: second } : { popup: second, bare: first });
    }
    return pairs;
  } finally {
    await session.close();
  }
}

/** Compares the popup, until it is ready, with the bare page. */
export async function comparePopupWithBare(): Promise<string> {
  return await withTemporaryFolder(async (folder) => {
    const extensionDir = join(folder, 'extension');
    await buildForBench(extensionDir);
    const rows: string[][] = [];
    const ratios: string[] = [];
    for (const [name, reasons] of kinds) {
      const pairs = await openPairs(extensionDir, reasons);
      const row = (title: string, of: (pair: Pair) => Timeline): string[] => [
        `${title}, ${name}`,
        ...([...steps, ...ends] as const).map((step) =>
          median(pairs.map((pair) => of(pair)[step])).toFixed(0),
        ),
      ];
      rows.push(
        row('popup', ({ popup }) => popup),
        row('bare page', ({ bare }) => bare),
      );
      const ratio = median(pairs.map(({ popup, bare }) => popup.ready / bare.ready));
      ratios.push(`Popup over bare page with ${FAILURES} failures of ${name}: ${ratio.toFixed(3)}`);
    }
    return [table(['until, ms', ...steps, ...ends], rows), ...ratios].join('\n');
  });
}
