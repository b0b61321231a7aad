import browser from './browser.ts';
import { createDownloads, type Downloads } from './downloads.ts';
import { currentSession } from './session.ts';
import { target } from './target.ts';

/** The downloads of the browser that this runs in. */
export const browserDownloads = (): Downloads =>
  createDownloads(browser.downloads, {
    browser: target,
    ownId: browser.runtime.id,
    session: currentSession,
  });
