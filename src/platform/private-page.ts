import browser from './browser.ts';
import { target } from './target.ts';

/**
 * Whether this page is in a private window of Firefox. There it is cut off from the extension's storage: it can't write
 * to IndexedDB and no BroadcastChannel reaches it, so everything goes through the background.
 */
export const inPrivateFirefox = target === 'firefox' && browser.extension.inIncognitoContext === true;

/** Whether the person lets the extension see downloads in private windows. */
export const mayWatchPrivate = (): Promise<boolean> => browser.extension.isAllowedIncognitoAccess();
