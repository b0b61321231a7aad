/** Opening pages, ours and others. */
import type { Failure } from '../domain/failure.ts';
import browser from './browser.ts';
import { target } from './target.ts';

export const openOptions = (): Promise<void> => browser.runtime.openOptionsPage();

/** Opens the history in a tab. */
export async function openHistory(): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL('history.html') });
}

/** Opens the page that a download came from: in a private window if it was started in one, and in its container. */
export async function openSource(
  url: string,
  { incognito, cookieStoreId }: Pick<Failure, 'incognito' | 'cookieStoreId'>,
): Promise<void> {
  if (incognito && !browser.extension.inIncognitoContext) {
    await browser.windows.create({ url, incognito });
    return;
  }
  const container = target === 'firefox' && !incognito && cookieStoreId !== null ? { cookieStoreId } : {};
  await browser.tabs.create({ url, ...container });
}
