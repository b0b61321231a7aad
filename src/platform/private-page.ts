import browser from './browser.ts';
import { target } from './target.ts';

/**
 * Whether this page stands in a private window of Firefox. There it has no part in the extension's own storage:
 * its IndexedDB can't be written, and no BroadcastChannel reaches it, so all goes through the background.
 */
export const inPrivateFirefox = target === 'firefox' && browser.extension.inIncognitoContext === true;

/** Whether the person lets the extension see the downloads of private windows. */
export const mayWatchPrivate = (): Promise<boolean> => browser.extension.isAllowedIncognitoAccess();
