import type { Page } from 'puppeteer-core';
import type { Target } from '../../src/platform/target.ts';
import { type ListedDownload, listDownloads } from '../../test/e2e/extension-page.ts';
import { addressOf, FAULTS, type Fault, type FaultHosts } from '../../test/faults/faults.ts';
import { download } from '../download.ts';
import { messageOf } from '../problem.ts';

/** The faults that can be waited for: not those that never begin or never end, nor the healthy files. */
export function endingFaults(target: Target): Fault[] {
  return FAULTS.filter(({ group, expected }) => {
    const outcome = expected[target];
    return group !== 'healthy' && outcome !== null && outcome !== 'in_progress';
  });
}

/** The file name by which a fault's download is known. */
export function fileNameOf(fault: Fault): string {
  return `${fault.name}.bin`;
}

/** A fault's address, ending in a name of its own where the fault server leaves that open. */
export function namedAddress(fault: Fault, hosts: FaultHosts): string {
  const url = new URL(addressOf(fault, hosts, fault.name));
  const [, route = '', ...tail] = url.pathname.split('/');
  if (url.origin !== hosts.origin) return url.href;
  if (tail.length === 0) url.pathname = `/${route}/${fileNameOf(fault)}`;
  if (tail.at(-1) === 'file.bin')
    url.pathname = `/${[route, ...tail.slice(0, -1), fileNameOf(fault)].join('/')}`;
  return url.href;
}

/**
 * Starts a download for each fault, from an extension's page. Gives the names of those that the browser did not take
 * on, with the reason.
 */
export async function startDownloads(page: Page, faults: Fault[], hosts: FaultHosts): Promise<string[]> {
  const outcomes = await Promise.all(
    faults.map(async (fault) => {
      try {
        // So many at once take longer to be answered than one alone.
        await download(page, { url: namedAddress(fault, hosts) });
        return [];
      } catch (error) {
        return [`${fault.name} (${messageOf(error)})`];
      }
    }),
  );
  return outcomes.flat();
}

/**
 * Waits until all downloads have ended, well or not. Chromium now and then lets one of its own retries hang for ever,
 * so the wait is also over when none has ended for a while. Gives the whole list.
 */
export async function waitForEnd(page: Page, quietMilliseconds: number): Promise<ListedDownload[]> {
  let ended = 0;
  for (let lastEnd = Date.now(); ; ) {
    const listed = await listDownloads(page);
    const now = listed.filter(({ state }) => state !== 'in_progress').length;
    if (now !== ended) lastEnd = Date.now();
    ended = now;
    if (ended === listed.length || Date.now() - lastEnd > quietMilliseconds) return listed;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
