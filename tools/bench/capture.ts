import { join } from 'node:path';
import type { Page, WebWorker } from 'puppeteer-core';
import { bundleForBrowser } from '../bundle.ts';
import { backgroundWorker } from './background-worker.ts';
import type { Browser } from './compare-pages.ts';
import { EMPTY_PAGE } from './extension.ts';
import { readNumber } from './read-number.ts';
import type { CaptureResult } from './results.ts';
import { median } from './statistics.ts';

/** Failures that are told of all at once. */
export const BURST_SIZE = 1_000;
/** The list that the browser has to have for that, and for those that are told of one after the other. */
export const LIST_SIZE = BURST_SIZE + 50;
/** What a capture leads to besides the record (badge, queue) is done by then, in ms. */
const AFTERMATH_MS = 500;

interface Captured extends Browser {
  worker: WebWorker;
  /** For what has to come from outside of the worker. */
  page: Page;
  inBurst: number[];
  alone: number[];
}

const order = (page: Page, command: object): Promise<unknown> =>
  page.evaluate(`chrome.runtime.sendMessage(${JSON.stringify(command)})`);

const aftermath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, AFTERMATH_MS));

/** Takes what was captured out of the journal again, so that each capture meets the same one. */
async function forget({ worker }: Captured): Promise<void> {
  await worker.evaluate('benchCapture.forget()');
  await aftermath();
}

/**
 * Has the extension told, as the browser does, that downloads of the browser's list have just failed, in the browsers
 * by turns. The events are made in the background's own worker; all that comes of them is real. One turn that is not
 * counted goes before.
 */
export async function measureCapture(browsers: readonly Browser[], bursts: number): Promise<CaptureResult[]> {
  const code = await bundleForBrowser(join(import.meta.dirname, 'capture-in-worker.ts'), 'benchCapture');
  const all: Captured[] = [];
  for (const browser of browsers) {
    const worker = await backgroundWorker(browser.session.browser, browser.session.extensionId);
    await worker.evaluate(code);
    const page = await browser.session.openExtensionPage(EMPTY_PAGE, { ready: 'p' });
    await order(page, { command: 'mark-all-seen' });
    all.push({ ...browser, worker, page, inBurst: [], alone: [] });
  }
  for (let turn = 0; turn <= bursts; turn += 1) {
    for (const one of all) {
      const inBurst = await readNumber(one.worker, `benchCapture.atOnce(0, ${BURST_SIZE})`);
      await aftermath();
      await forget(one);
      const alone = await readNumber(one.worker, `benchCapture.oneByOne(${BURST_SIZE}, ${LIST_SIZE})`);
      await aftermath();
      await forget(one);
      if (turn === 0) continue;
      one.inBurst.push(inBurst);
      one.alone.push(alone);
    }
  }
  for (const { page } of all) await page.close();
  return all.map(({ failures, inBurst, alone }) => ({
    stored: failures,
    inBurst: median(inBurst),
    alone: median(alone),
  }));
}
