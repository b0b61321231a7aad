import { readFile, writeFile } from 'node:fs/promises';
import { cpus, platform } from 'node:os';
import { join } from 'node:path';
import { parseBench } from './arguments.ts';
import { measureBackground } from './bench/background.ts';
import { measureBrowsing } from './bench/browsing.ts';
import { BURST_SIZE, LIST_SIZE, measureCapture } from './bench/capture.ts';
import { compareCapture } from './bench/capture-ratio.ts';
import { type Browser, comparePages } from './bench/compare-pages.ts';
import { comparison } from './bench/comparison.ts';
import { withParts } from './bench/document.ts';
import { buildForBench } from './bench/extension.ts';
import { historyProfiles, measureCommands, measureHistory } from './bench/history.ts';
import { measureIdle } from './bench/idle.ts';
import { picture } from './bench/picture.ts';
import { comparePopupWithBare } from './bench/popup-over-bare.ts';
import { comparePopups } from './bench/popup-ratio.ts';
import { makeProfiles, type Profile, type ProfileContent } from './bench/profiles.ts';
import {
  backgroundTable,
  commandsTable,
  historyTable,
  idleTable,
  linesOf,
  notesText,
  reportOf,
} from './bench/report.ts';
import type { Results } from './bench/results.ts';
import { measureSizes } from './bench/sizes.ts';
import { measureStartUp } from './bench/start-up.ts';
import { withTemporaryFolder } from './cleanup.ts';
import { launch } from './launch.ts';
import { root } from './paths.ts';

/** The numbers of the last run that was written down. */
const numbers = join(root, 'docs/performance.json');
const OPENINGS = 5;
const BURSTS = 5;
const WAKES = 9;

/** For each number of failures, and as long as that goes, the browser's own list is as long as the journal. */
const opened: readonly ProfileContent[] = [
  { failures: 0, listed: 0 },
  { failures: 100, listed: 100 },
  { failures: 1_000, listed: 1_000 },
  { failures: 10_000, listed: 0 },
  { failures: 100_000, listed: 0 },
];
const captured: readonly ProfileContent[] = [
  { failures: 0, listed: LIST_SIZE },
  { failures: 100_000, listed: LIST_SIZE },
];

async function phase<T>(title: string, work: () => Promise<T>): Promise<T> {
  console.log(`${title} …`);
  const begun = performance.now();
  const result = await work();
  console.log(`  done in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  return result;
}

/** Launches a browser for each profile, lets them be measured, and closes them. */
async function withBrowsers<T>(
  extensionDir: string,
  profiles: readonly Profile[],
  measure: (browsers: readonly Browser[]) => Promise<T>,
): Promise<T> {
  const browsers: Browser[] = [];
  try {
    for (const profile of profiles) {
      browsers.push({
        ...profile,
        session: await launch('chrome', { extensionDir, profile: profile.folder }),
      });
    }
    return await measure(browsers);
  } finally {
    await Promise.allSettled(browsers.map(({ session }) => session.close()));
  }
}

/** Measures the start of the background in a browser of its own. */
async function startUpIn(extensionDir: string): Promise<Pick<Results, 'browser' | 'startUp'>> {
  const session = await launch('chrome', { extensionDir });
  try {
    const browser = await session.browser.version();
    return { browser, startUp: await measureStartUp(session, WAKES) };
  } finally {
    await session.close();
  }
}

async function measureAll(folder: string, against: string | undefined): Promise<Results> {
  const extensionDir = join(folder, 'extension');
  await buildForBench(extensionDir);
  const sizes = await phase('Packing', () => measureSizes(extensionDir, join(folder, 'zips')));
  const { browser, startUp } = await phase('Waking the background', () => startUpIn(extensionDir));
  const profiles = await phase('Filling the journals', () =>
    makeProfiles(extensionDir, join(folder, 'profiles'), [...opened, ...captured]),
  );
  const having = (wanted: readonly ProfileContent[]): Profile[] =>
    profiles.filter((one) =>
      wanted.some(({ failures, listed }) => failures === one.failures && listed === one.listed),
    );
  const { pages, history } = await withBrowsers(extensionDir, having(opened), async (browsers) => ({
    pages: await phase('Opening the pages', () => comparePages(browsers, OPENINGS)),
    history: await phase('Going through the history', () => measureHistory(browsers)),
  }));
  const capture = await phase('Capturing failures', () =>
    withBrowsers(extensionDir, having(captured), (browsers) => measureCapture(browsers, BURSTS)),
  );
  const background = await phase('Letting downloads succeed', () =>
    measureBackground(join(folder, 'background'), { now: extensionDir, there: against }),
  );
  return {
    measuredAt: new Date().toISOString(),
    browser,
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'an unknown processor',
    platform: platform(),
    openings: OPENINGS,
    bursts: BURSTS,
    burstSize: BURST_SIZE,
    wakes: WAKES,
    pages,
    history,
    capture,
    background,
    startUp,
    sizes,
  };
}

/** The history's page alone, with what is done to all of many failures there. */
const historyAlone = (): Promise<string> =>
  withTemporaryFolder(async (folder) => {
    const extensionDir = join(folder, 'extension');
    await buildForBench(extensionDir);
    const profiles = await makeProfiles(extensionDir, join(folder, 'profiles'), historyProfiles);
    return await withBrowsers(extensionDir, profiles, async (browsers) => {
      const openings = historyTable(await measureHistory(browsers));
      return `${openings}\n\n${commandsTable(await measureCommands(browsers))}`;
    });
  });

/** The background alone. */
const backgroundAlone = (against: string | undefined): Promise<string> =>
  withTemporaryFolder(async (folder) => {
    const extensionDir = join(folder, 'extension');
    await buildForBench(extensionDir);
    return backgroundTable(
      await measureBackground(join(folder, 'background'), { now: extensionDir, there: against }),
    );
  });

/** What the extension costs while nobody uses the browser. */
const idleAlone = (minutes: number): Promise<string> =>
  withTemporaryFolder(async (folder) => {
    const extensionDir = join(folder, 'extension');
    await buildForBench(extensionDir);
    const results = await measureIdle(folder, extensionDir, minutes);
    return `${idleTable(results)}\n\n${notesText(results.flatMap(({ notes }) => notes))}`;
  });

/** Writes down what `docs/performance.md` shows. */
async function writeDown(results: Results, parts: Record<string, string>): Promise<void> {
  const document = join(root, 'docs/performance.md');
  await writeFile(numbers, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(join(root, 'docs/performance.svg'), picture(linesOf(results)));
  await writeFile(document, withParts(await readFile(document, 'utf8'), parts));
}

/**
 * `npm run bench`: measures, prints, and writes down what `docs/performance.md` shows.
 * `npm run bench -- --compare`: measures, prints each number beside the one that is written down, and writes nothing.
 * `npm run bench -- --popup-against <folder>`: only compares the popup with that of another built extension.
 * `npm run bench -- --capture-against <folder>`: only compares what a download that succeeds costs the background.
 * `npm run bench -- --popup`: only compares the popup with a bare page.
 * `npm run bench -- --browsing`: only measures what seeing requests costs a person who browses.
 * `npm run bench -- --history`: only measures the history's page, with 100,000 failures beside few.
 * `npm run bench -- --background`: only measures what downloads that succeed cost, and what wakes the background.
 * `npm run bench -- --idle`: only measures an hour in which nobody uses the browser; `--minutes <number>` for less.
 * With `--against <folder>`, the background of another built extension is measured beside it.
 */
export default async function main(args: string[]): Promise<number> {
  const { popupAgainst, captureAgainst, against, compare, minutes, ...alone } = parseBench(args);
  if (popupAgainst !== undefined) console.log(await comparePopups(popupAgainst));
  if (captureAgainst !== undefined) console.log(await compareCapture(captureAgainst));
  if (alone.popup) console.log(await comparePopupWithBare());
  if (alone.browsing) console.log(await measureBrowsing());
  if (alone.history) console.log(await historyAlone());
  if (alone.background) console.log(await backgroundAlone(against));
  if (alone.idle) console.log(await idleAlone(minutes));
  if (Object.values(alone).includes(true) || (popupAgainst ?? captureAgainst) !== undefined) return 0;
  const begun = performance.now();
  const results = await withTemporaryFolder((folder) => measureAll(folder, against));
  const parts = reportOf(results);
  for (const part of Object.values(parts)) console.log(`\n${part}`);
  if (compare) console.log(`\n${comparison(JSON.parse(await readFile(numbers, 'utf8')), results)}`);
  else await writeDown(results, parts);
  console.log(`\nIt took ${Math.round((performance.now() - begun) / 1000)} s.`);
  return 0;
}
