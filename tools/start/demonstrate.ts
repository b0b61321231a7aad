import { join, relative } from 'node:path';
import type { FaultServer } from '../../test/faults/server.ts';
import { until } from '../browser/engine.ts';
import type { BrowserSession } from '../launch.ts';
import { root } from '../paths.ts';
import { Problem } from '../problem.ts';
import { endingFaults, fileNameOf, startDownloads, waitForEnd } from './broken-downloads.ts';
import {
  type PopupCategory,
  type PopupReason,
  type PopupRow,
  printable,
  readPopup,
  total,
} from './popup-content.ts';

interface Place {
  category: PopupCategory;
  reason: PopupReason;
  row: PopupRow;
}

function allRows(categories: PopupCategory[]): Place[] {
  return categories.flatMap((category) =>
    category.reasons.flatMap((reason) => reason.rows.map((row) => ({ category, reason, row }))),
  );
}

/** The count of a reason; one that is no longer there has none. */
function countOf(
  categories: PopupCategory[],
  { category, reason }: Place,
): [category: number, reason: number] {
  const sameCategory = categories.find((other) => other.category === category.category);
  const sameReason = sameCategory?.reasons.find((other) => other.reason === reason.reason);
  return [sameCategory?.count ?? 0, sameReason?.count ?? 0];
}

/**
 * Shows without a window what the extension does: makes downloads fail in every way, prints what the popup makes of
 * them, and gets one of the files by its Retry button.
 */
export async function demonstrate(session: BrowserSession, server: FaultServer): Promise<void> {
  const popup = await session.openExtensionPage('popup.html');
  const faults = endingFaults(session.target);

  console.log(`\nStarting ${faults.length} downloads, each of which goes wrong in its own way …`);
  const refused = await startDownloads(popup, faults, server);
  const listed = await waitForEnd(popup, 10_000);
  const failed = listed.filter(
    ({ state, paused, error }) => state === 'interrupted' && !paused && error,
  ).length;
  const complete = listed.filter(({ state }) => state === 'complete').length;
  const underWay = listed.filter(({ state }) => state === 'in_progress').map(({ url }) => url);
  console.log(`${failed} failed; ${complete} came after all, by tries of the browser's own.`);
  if (refused.length > 0) console.log(`It did not take on: ${refused.join(', ')}.`);
  if (underWay.length > 0) console.log(`It has not given up on: ${underWay.join(', ')}.`);
  if (failed === 0) throw new Problem('None of the downloads failed.');

  let content: PopupCategory[] = [];
  const read = async () => {
    content = await readPopup(popup);
    return content;
  };
  await until(async () => total(await read()) === failed, {
    milliseconds: 20_000,
    expecting: `all ${failed} failures in the popup`,
  }).catch((error: unknown) => {
    throw new Problem(`${String(error)} It shows ${total(content)}:\n${printable(content)}`);
  });
  console.log(`\nThis is what the popup shows:\n\n${printable(content)}\n`);

  const recovering = faults.filter(({ group }) => group === 'recovery');
  const offered = allRows(content).filter(({ row }) => row.retry && row.prognosis === 'transient');
  const pick = recovering.flatMap((fault) => {
    const place = offered.find(({ row }) => row.texts[0]?.startsWith(fault.name));
    return place === undefined ? [] : [{ place, fault }];
  })[0];
  if (pick === undefined)
    throw new Problem('The popup offers no new try for any file whose server recovers.');

  const { place, fault } = pick;
  const before = countOf(content, place);
  server.heal(fault.name);
  console.log(`The server of ${fileNameOf(fault)} has recovered. Pressing the button in its row …`);
  const pressed = performance.now();
  // Waits until the button stands still: rows that are still coming would move it from under the click.
  await popup.locator(`[data-failure="${place.row.id}"] [data-action="retry"]`).click();
  await until(
    async () => {
      const row = allRows(await read()).find((other) => other.row.id === place.row.id)?.row;
      const after = countOf(content, place);
      const counted = after[0] === before[0] - 1 && after[1] === before[1] - 1;
      return counted && (row === undefined || row.state === 'recovered');
    },
    { milliseconds: 20_000, expecting: 'the popup to take the file as recovered' },
  ).catch((error: unknown) => {
    throw new Problem(`${String(error)} It shows:\n${printable(content)}`);
  });
  const seconds = ((performance.now() - pressed) / 1000).toFixed(1);
  const [categoryCount, reasonCount] = countOf(content, place);
  console.log(
    `The file was there ${seconds} s later, and is gone from the list: ` +
      `${place.category.title} ${before[0]} → ${categoryCount}, ${place.reason.title} ${before[1]} → ${reasonCount}.`,
  );

  const picture = join(root, 'artifacts', `popup-${session.target}.png`);
  const width = await popup.evaluate(() => Math.ceil(document.body.getBoundingClientRect().width));
  await popup.setViewport({ width, height: 600 });
  await popup.evaluate(() => window.scrollTo(0, 0));
  await session.screenshot(popup, picture);
  console.log(`A picture of the popup: ${relative(process.cwd(), picture)}`);
}
