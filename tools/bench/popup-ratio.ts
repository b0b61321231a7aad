import { resolve } from 'node:path';
import { seedJournal } from '../../test/fakes/seed-journal.ts';
import { build } from '../build.ts';
import { withTemporaryFolder } from '../cleanup.ts';
import { type BrowserSession, launch } from '../launch.ts';
import { backgroundWorker } from './background-worker.ts';
import { openTimed, warmUp } from './opening.ts';
import { type ComparedPage, popupPage } from './pages.ts';
import { readNumber } from './read-number.ts';
import { median } from './statistics.ts';

const FAILURES = 300;
const PAIRS = 40;

const countedFailures = `[...document.querySelectorAll('section[data-category]')]
  .reduce((sum, { dataset }) => sum + Number(dataset.count), 0)`;

/** Fills an extension's journal and gives its popup. */
async function seededPopup(session: BrowserSession, extensionId: string): Promise<ComparedPage> {
  // A page that has to start the extension's process would take several times as long.
  await backgroundWorker(session.browser, extensionId);
  const popup = { ...popupPage, address: `chrome-extension://${extensionId}/popup.html` };
  const seeding = await session.openExtensionPage(popup.address);
  await seedJournal(seeding, 'chrome', FAILURES);
  await seeding.close();
  return popup;
}

/** Opens a popup, after an uncounted opening of the same one. Gives the ms until its content is on it. */
async function timeOf(session: BrowserSession, popup: ComparedPage): Promise<number> {
  await warmUp(session, popup);
  const { page, content } = await openTimed(session, popup);
  await page.close();
  return content;
}

/** Throws unless both popups show the same. */
async function expectSame(session: BrowserSession, ...popups: ComparedPage[]): Promise<void> {
  const counts: number[] = [];
  for (const { address } of popups) {
    const page = await session.openExtensionPage(address);
    counts.push(await readNumber(page, countedFailures));
    await page.close();
  }
  if (new Set(counts).size > 1)
    throw new Error(`With the same journal the popups count ${counts.join(' and ')}.`);
}

/**
 * Opens the popups of two built extensions by turns, in one browser and with the same failures, and says how much longer
 * the first takes: the median of the ratios of all pairs. What slows the machine down for a while slows both of a pair.
 */
async function measureRatio(extensionDir: string, otherDir: string): Promise<string> {
  const session = await launch('chrome', { extensionDir });
  try {
    const now = await seededPopup(session, session.extensionId);
    const before = await seededPopup(session, await session.browser.installExtension(otherDir));
    await expectSame(session, now, before);
    const times: { now: number; before: number }[] = [];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const nowFirst = pair % 2 === 0;
      const first = await timeOf(session, nowFirst ? now : before);
      const second = await timeOf(session, nowFirst ? before : now);
      times.push(nowFirst ? { now: first, before: second } : { now: second, before: first });
    }
    const middle = (of: (pair: { now: number; before: number }) => number) => median(times.map(of));
    return (
      `With ${FAILURES} failures, opened ${PAIRS} times each: ` +
      `${middle((pair) => pair.now).toFixed(0)} ms now, ${middle((pair) => pair.before).toFixed(0)} ms there; ` +
      `median of the paired ratios ${middle((pair) => pair.now / pair.before).toFixed(3)}`
    );
  } finally {
    await session.close();
  }
}

/** Compares the popup of the sources as they are with that of another extension, built for Chrome. */
export async function comparePopups(otherDir: string): Promise<string> {
  return await withTemporaryFolder(async (folder) => {
    await build('chrome', folder);
    return await measureRatio(folder, resolve(otherDir));
  });
}
