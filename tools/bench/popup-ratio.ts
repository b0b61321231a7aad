import { cp, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { insertDownloads } from '../../test/fakes/history-database.ts';
import { until } from '../browser/engine.ts';
import { build } from '../build.ts';
import { withTemporaryFolder } from '../cleanup.ts';
import { type BrowserSession, launch } from '../launch.ts';
import { backgroundWorker } from './background-worker.ts';
import { openTimed, warmUp } from './opening.ts';
import { type ComparedPage, popupPage } from './pages.ts';
import { completedDownloads, failedDownloads } from './profiles.ts';
import { readNumber } from './read-number.ts';
import { median } from './statistics.ts';

const FAILURES = 300;
const PAIRS = 40;
/** Downloads in the browser's list that succeeded. */
export const COMPLETED = 100;

/** Chromium's numbers for FILE_FAILED, FILE_NO_SPACE, NETWORK_FAILED, NETWORK_TIMEOUT, SERVER_FAILED and SERVER_BAD_CONTENT. */
const reasons = [1, 3, 20, 21, 30, 33];

/**
 * A profile whose browser lists failed downloads. An extension that is installed then records them by itself, so this
 * fills the journal of any version. The one that the profile is made with has another id than those to be measured.
 */
export async function profileWithFailures(
  folder: string,
  extensionDir: string,
  failures = FAILURES,
): Promise<string> {
  const profile = join(folder, 'profile');
  await mkdir(profile);
  await cp(extensionDir, join(folder, 'first'), { recursive: true });
  const session = await launch('chrome', { extensionDir: join(folder, 'first'), profile });
  await session.close();
  insertDownloads(profile, failedDownloads(failures, reasons));
  insertDownloads(profile, completedDownloads(COMPLETED));
  return profile;
}

const countedFailures = `[...document.querySelectorAll('[data-reason][data-count]')]
  .reduce((sum, { dataset }) => sum + Number(dataset.count), 0)`;

/** The popup of an extension, once it counts all failures. */
async function filledPopup(session: BrowserSession, extensionId: string): Promise<ComparedPage> {
  // A page that has to start the extension's process would take several times as long.
  await backgroundWorker(session.browser, extensionId);
  const address = `chrome-extension://${extensionId}/popup.html`;
  const page = await session.openExtensionPage(address);
  await until(async () => (await readNumber(page, countedFailures)) === FAILURES, {
    milliseconds: 30_000,
    expecting: `${FAILURES} failures in ${address}`,
  });
  await page.close();
  return { ...popupPage, address };
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
async function measureRatio(extensionDir: string, otherDir: string, profile: string): Promise<string> {
  const session = await launch('chrome', { extensionDir, profile });
  try {
    const now = await filledPopup(session, session.extensionId);
    const before = await filledPopup(session, await session.browser.installExtension(otherDir));
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
    const extensionDir = join(folder, 'now');
    await build('chrome', extensionDir);
    const profile = await profileWithFailures(folder, extensionDir);
    return await measureRatio(extensionDir, resolve(otherDir), profile);
  });
}
