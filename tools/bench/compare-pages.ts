import type { BrowserSession } from '../launch.ts';
import { backgroundWorker } from './background-worker.ts';
import { openOnce, warmUp } from './opening.ts';
import { comparedPages, emptyPage } from './pages.ts';
import type { ProfileContent } from './profiles.ts';
import type { Opening, PageResult } from './results.ts';
import { median } from './statistics.ts';

/** A browser that runs with a profile. */
export interface Browser extends ProfileContent {
  session: BrowserSession;
}

/**
 * Opens every page so many times in each browser. One opening of each page in each browser makes a round, so that
 * what slows the machine down for a while hits all of them. Before each comes one of the empty page that is not
 * counted, so that what the page before left behind is the same for all. A round before the first is not counted: it
 * fills the caches, and the popup has failures to mark as seen only then. The background is kept awake: it holds the
 * process that all pages of the extension share, and a page that has to start that process takes several times as long.
 */
export async function comparePages(browsers: readonly Browser[], openings: number): Promise<PageResult[]> {
  const compared = browsers.map((browser) => ({
    ...browser,
    // Where the browser's own list is shorter than the journal, there is nothing to compare.
    pages: comparedPages
      .filter(({ name }) => name !== 'downloads' || browser.listed === browser.failures)
      .filter(({ failures = browser.failures }) => failures === browser.failures)
      .map((page) => ({ page, seen: [] as Opening[] })),
  }));
  for (const { session } of browsers) await backgroundWorker(session.browser, session.extensionId);
  for (let round = 0; round <= openings; round += 1) {
    for (const { session, pages } of compared) {
      const first = round % pages.length;
      for (const { page, seen } of [...pages.slice(first), ...pages.slice(0, first)]) {
        await warmUp(session, emptyPage);
        const opening = await openOnce(session, page);
        if (round > 0) seen.push(opening);
      }
    }
    console.log(`  round ${round} of ${openings}`);
  }
  return compared.flatMap(({ failures, pages }) =>
    pages.map(({ page, seen }) => {
      const middle = (of: keyof Opening): number => median(seen.map((opening) => opening[of]));
      return {
        page: page.name,
        failures,
        firstPaint: middle('firstPaint'),
        content: middle('content'),
        mainThread: middle('mainThread'),
        heap: middle('heap'),
        nodes: middle('nodes'),
      };
    }),
  );
}
