import browser from './browser.ts';
import { chromeQuirks, createSentPages, sentPagesSchema } from './chrome-downloads.ts';
import { createDownloads, type Downloads } from './downloads.ts';
import { firefoxQuirks } from './firefox-downloads.ts';
import { sessionValue } from './named-value.ts';
import { currentSession } from './session.ts';
import { target } from './target.ts';
import { unattended } from './unattended.ts';

/** The downloads of the browser that this runs in. Must be called while the background starts. */
export const browserDownloads = (): Downloads =>
  createDownloads(
    browser.downloads,
    browser.runtime.id,
    target === 'firefox' ? firefoxQuirks(currentSession) : chromeQuirks(watchSentPages()),
  );

/** In memory, as private windows are among them. */
function watchSentPages() {
  const pages = createSentPages(sessionValue('sent-pages', sentPagesSchema, []));
  browser.downloads.onChanged.addListener((delta) => unattended(pages.note(delta.id, delta)));
  browser.downloads.onErased.addListener((id) => unattended(pages.forget(id)));
  return pages;
}
