import { leastReach, type Reach } from '../domain/retry-way.ts';
import browser from './browser.ts';
import { mayWatch } from './evidence.ts';
import { target } from './target.ts';

/** The id of an open private window, if the extension may see it. */
export async function privateWindow(): Promise<number | undefined> {
  const windows = await browser.windows.getAll({ windowTypes: ['normal'] });
  return windows.find(({ incognito }) => incognito)?.id;
}

/** What new tries can do at the moment. */
export async function readReach(): Promise<Reach> {
  const asPage = target === 'chrome' && (await mayWatch());
  return asPage ? { asPage, privateWindow: (await privateWindow()) !== undefined } : leastReach;
}
