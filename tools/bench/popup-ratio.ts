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

/** Fills an extension's journal. Gives its popup and how many failures that counts. */
async function seededPopup(
  session: BrowserSession,
  extensionId: string,
): Promise<{ popup: ComparedPage; counted: number }> {
  const popup = { ...popupPage, address: `chrome-extension://${extensionId}/popup.html` };
  // A page that has to start the extension's process would take several times as long.
  await backgroundWorker(session.browser, extensionId);
  const seeding = await session.openExtensionPage(popup.address);
  await seedJournal(seeding, 'chrome', FAILURES);
  await seeding.close();
  const seeded = await session.openExtensionPage(popup.address);
  const counted = await readNumber(seeded, countedFailures);
  await seeded.close();
  return { popup, counted };
}

/** Opens a popup, after an uncounted opening of the same one. Gives the ms until its content is on it. */
async function timeOf(session: BrowserSession, popup: ComparedPage): Promise<number> {
  await warmUp(session, popup);
  const { page, content } = await openTimed(session, popup);
  await page.close();
  return content;
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
    if (now.counted !== before.counted) {
      throw new Error(`With the same journal one popup counts ${now.counted}, the other ${before.counted}.`);
    }
    const times: { now: number; before: number }[] = [];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const first = await timeOf(session, (pair % 2 === 0 ? now : before).popup);
      const second = await timeOf(session, (pair % 2 === 0 ? before : now).popup);
      times.push(pair % 2 === 0 ? { now: first, before: second } : { now: second, before: first });
    }
    const ratio = median(times.map((pair) => pair.now / pair.before));
    const [nowMs, beforeMs] = [
      median(times.map((pair) => pair.now)),
      median(times.map((pair) => pair.before)),
    ];
    return (
      `With ${FAILURES} failures, opened ${PAIRS} times each: ${nowMs.toFixed(0)} ms now, ` +
      `${beforeMs.toFixed(0)} ms there; median of the paired ratios ${ratio.toFixed(3)}`
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
