import { join, resolve } from 'node:path';
import type { WebWorker } from 'puppeteer-core';
import { build } from '../build.ts';
import { withTemporaryFolder } from '../cleanup.ts';
import { launch } from '../launch.ts';
import { backgroundWorker, busyTime } from './background-worker.ts';
import { COMPLETED, profileWithFailures } from './popup-ratio.ts';
import { median } from './statistics.ts';

const TURNS = 20;

/** Tells the background of each completed download, as the browser does when one completes, and lets it come to rest. */
const tellAll = `(async () => {
  const items = await chrome.downloads.search({ limit: 0 });
  for (const { id } of items.filter(({ state }) => state === 'complete')) {
    chrome.downloads.onChanged.dispatch({ id, state: { previous: 'in_progress', current: 'complete' } });
    await new Promise((done) => setTimeout(done));
  }
  await new Promise((done) => setTimeout(done, 500));
})()`;

const tell =
  ({ client }: WebWorker) =>
  (): Promise<unknown> =>
    client.send('Runtime.evaluate', { expression: tellAll, awaitPromise: true });

/**
 * Compares what a download that succeeds costs the background with the same in another extension, built for Chrome: by
 * turns, in one browser, with the same open failures.
 */
export async function compareCapture(otherDir: string): Promise<string> {
  return await withTemporaryFolder(async (folder) => {
    const extensionDir = join(folder, 'now');
    await build('chrome', extensionDir);
    const session = await launch('chrome', {
      extensionDir,
      profile: await profileWithFailures(folder, extensionDir),
    });
    try {
      const other = await session.browser.installExtension(resolve(otherDir));
      const now = await backgroundWorker(session.browser, session.extensionId);
      const before = await backgroundWorker(session.browser, other);
      const times: { now: number; before: number }[] = [];
      for (let turn = 0; turn <= TURNS; turn += 1) {
        const time = { now: await busyTime(now, tell(now)), before: await busyTime(before, tell(before)) };
        // The first turn meets code that has not run yet.
        if (turn > 0) times.push(time);
      }
      const each = (time: number): string => (time / COMPLETED).toFixed(2);
      return (
        `A download that succeeds, ${COMPLETED} of them ${TURNS} times: ` +
        `${each(median(times.map((time) => time.now)))} ms now, ` +
        `${each(median(times.map((time) => time.before)))} ms there; ` +
        `median of the paired ratios ${median(times.map((time) => time.now / time.before)).toFixed(3)}`
      );
    } finally {
      await session.close();
    }
  });
}
