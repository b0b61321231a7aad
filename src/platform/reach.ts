import { leastReach, type Reach } from '../domain/retry-way.ts';
import browser from './browser.ts';
import { mayWatch } from './evidence.ts';
import { target } from './target.ts';

/** The id of an open private window, if the extension may see it. */
export async function privateWindow(): Promise<number | undefined> {
  const windows = await browser.windows.getAll({ windowTypes: ['normal'] });
  return windows.find(({ incognito }) => incognito)?.id;
}

/** Rules by the headers of answers, which keep the site powerless, are new in Chrome 128. */
const FIRST_CHROME = 128;

function hasHeaderRules(): boolean {
  const [, version] = /Chrome\/(\d+)/.exec(navigator.userAgent) ?? [];
  return Number(version) >= FIRST_CHROME;
}

/** What new tries can do at the moment. */
export async function readReach(): Promise<Reach> {
  const asPage = target === 'chrome' && hasHeaderRules() && (await mayWatch());
  return asPage ? { asPage, privateWindow: (await privateWindow()) !== undefined } : leastReach;
}
