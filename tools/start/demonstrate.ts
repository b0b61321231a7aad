import { join, relative } from 'node:path';
import type { Page } from 'puppeteer-core';
import type { Fault } from '../../test/faults/faults.ts';
import type { FaultServer } from '../../test/faults/server.ts';
import { until } from '../browser/engine.ts';
import type { BrowserSession } from '../launch.ts';
import { root } from '../paths.ts';
import { Problem } from '../problem.ts';
import { endingFaults, fileNameOf, startDownloads, waitForEnd } from './broken-downloads.ts';
import { printable, readPopup, total } from './popup-content.ts';

/** Rows whose file another try may get as it is, and that offer one. */
const retriable =
  '[data-failure][data-state="failed"][data-prognosis="transient"]:has([data-action="retry"]:not(:disabled))';

/** Whether a fault keeps the file from somebody, at least in the first try of one browser. */
const goesWrong = ({ expected }: Fault): boolean => Object.values(expected).some((end) => end !== 'complete');

/** Presses "Show more" until all rows are there: at first there are only the newest of each reason. */
const showAll = (popup: Page): Promise<void> =>
  until(
    async () => {
      const more = await popup.$('[data-action="show-more"]');
      await more?.click();
      return more === null;
    },
    { milliseconds: 20_000, expecting: 'all rows in the popup' },
  );

/**
 * Shows without a window what the extension does: makes downloads fail in every way, prints what the popup makes of
 * them, and gets one of the files by its Retry button.
 */
export async function demonstrate(session: BrowserSession, server: FaultServer): Promise<void> {
  const starter = await session.openExtensionPage('popup.html');
  const faults = endingFaults(session.target).filter(goesWrong);

  console.log(`\nStarting ${faults.length} downloads, each of which goes wrong in its own way …`);
  const refused = await startDownloads(starter, faults, server);
  const listed = await waitForEnd(starter, 10_000);
  const failed = listed.filter(
    ({ state, paused, error }) => state === 'interrupted' && !paused && error,
  ).length;
  const complete = listed.filter(({ state }) => state === 'complete').length;
  const underWay = listed.filter(({ state }) => state === 'in_progress').map(({ url }) => url);
  const came = complete > 0 ? `; ${complete} came after all, by tries of the browser's own` : '';
  console.log(`${failed} failed${came}.`);
  if (refused.length > 0) console.log(`It did not take on: ${refused.join(', ')}.`);
  if (underWay.length > 0) console.log(`It has not given up on: ${underWay.join(', ')}.`);
  if (failed === 0) throw new Problem('None of the downloads failed.');
  // One that was opened before anything failed would stay as low as it was.
  const popup = await session.openExtensionPage('popup.html');

  /** Waits until the popup counts so many failures. Gives what it then shows, for a terminal. */
  const counting = async (wanted: number, expecting: string): Promise<string> => {
    let content = await readPopup(popup);
    await until(
      async () => {
        content = await readPopup(popup);
        return total(content) === wanted;
      },
      { milliseconds: 20_000, expecting },
    ).catch((error: unknown) => {
      throw new Problem(`${String(error)} It shows ${total(content)}:\n${printable(content)}`);
    });
    return printable(content);
  };
  const content = await counting(failed, `all ${failed} failures in the popup`);
  console.log(`\nThis is what the popup shows:\n\n${content}\n`);

  await showAll(popup);
  const offered = await popup.$$eval(retriable, (rows) =>
    rows.map((row) => ({ id: row.getAttribute('data-failure'), words: row.textContent })),
  );
  const recovering = faults.filter(({ group }) => group === 'recovery');
  const rowOf = (fault: Fault) => offered.find(({ words }) => words.includes(fileNameOf(fault)));
  const fault = recovering.find(rowOf);
  const row = fault && rowOf(fault);
  if (!row) throw new Problem('The popup offers no new try for any file whose server recovers.');

  server.heal(fault.name);
  console.log(`The server of ${fileNameOf(fault)} has recovered. Pressing the button in its row …`);
  const pressed = performance.now();
  // Waits until the button stands still: rows that are still coming would move it from under the click.
  await popup.locator(`[data-failure="${row.id}"] [data-action="retry"]`).click();
  await counting(failed - 1, 'the popup to take the file as recovered');
  const still = await popup.$(`[data-failure="${row.id}"]:not([data-state="recovered"])`);
  if (still) throw new Problem('Another file than that of the row is gone from the list.');
  const seconds = ((performance.now() - pressed) / 1000).toFixed(1);
  console.log(
    `The file was there ${seconds} s later, and is gone from the list: ${failed} → ${failed - 1} failures.`,
  );

  const picture = join(root, 'artifacts', `popup-${session.target}.png`);
  const width = await popup.evaluate(() => Math.ceil(document.body.getBoundingClientRect().width));
  await popup.setViewport({ width, height: 600 });
  await popup.$eval('main', (list) => list.scrollTo(0, 0));
  await session.screenshot(popup, picture);
  console.log(`A picture of the popup: ${relative(process.cwd(), picture)}`);
}
