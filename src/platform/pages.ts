/** Opening pages, ours and others. */
import type { Failure } from '../domain/failure.ts';
import browser from './browser.ts';
import { inContainer } from './containers.ts';
import { target } from './target.ts';

export const openOptions = (): Promise<void> => browser.runtime.openOptionsPage();

/** Opens the history in a tab. */
export async function openHistory(): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL('history.html') });
}

/** Opens the welcome page in a tab behind what the person is looking at. */
export async function openWelcome(): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL('welcome.html'), active: false });
}

/**
 * Opens the page that a download came from: in a private window if it was started in one, and in its container. If
 * there is no such container (any more), it opens without one.
 */
export async function openSource(
  url: string,
  { incognito, cookieStoreId }: Pick<Failure, 'incognito' | 'cookieStoreId'>,
): Promise<void> {
  const { inIncognitoContext } = browser.extension;
  if (incognito && !inIncognitoContext) {
    await browser.windows.create({ url, incognito });
    return;
  }
  // Private windows have no containers, and neither has Chrome, which may have imported failures from Firefox.
  const container = target === 'firefox' && !inIncognitoContext && inContainer(cookieStoreId);
  await browser.tabs
    .create({ url, ...(container && { cookieStoreId }) })
    .catch(() => browser.tabs.create({ url }));
}
