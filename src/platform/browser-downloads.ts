import browser from './browser.ts';
import { chromeQuirks } from './chrome-downloads.ts';
import { createDownloads, type Downloads } from './downloads.ts';
import { firefoxQuirks } from './firefox-downloads.ts';
import { currentSession } from './session.ts';
import { target } from './target.ts';

/** The downloads of the browser that this runs in. */
export const browserDownloads = (): Downloads =>
  createDownloads(
    browser.downloads,
    browser.runtime.id,
    target === 'firefox' ? firefoxQuirks(currentSession) : chromeQuirks,
  );
