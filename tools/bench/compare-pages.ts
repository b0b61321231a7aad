import type { BrowserSession } from '../launch.ts';
import { openOnce } from './opening.ts';
import { comparedPages } from './pages.ts';
import type { ProfileContent } from './profiles.ts';
import type { Opening, PageResult } from './results.ts';
import { median } from './statistics.ts';

/** A browser that runs with a profile. */
export interface Browser extends ProfileContent {
  session: BrowserSession;
}

/**
 * Opens every page so many times in each browser. One opening of each page in each browser makes a round, so that
 * what slows the machine down for a while hits all of them. A round before the first is not counted: it fills the
 * caches, and the popup has failures to mark as seen only then.
 */
export async function comparePages(browsers: readonly Browser[], openings: number): Promise<PageResult[]> {
  const compared = browsers.flatMap(({ session, failures, listed }) =>
    comparedPages
      // Where the browser's own list is shorter than the journal, there is nothing to compare.
      .filter(({ name }) => name !== 'downloads' || listed === failures)
      .map((page) => ({ session, failures, page, seen: [] as Opening[] })),
  );
  for (let round = 0; round <= openings; round += 1) {
    const took = new Map<string, number>();
    for (const { session, page, seen } of compared) {
      const begun = performance.now();
      const opening = await openOnce(session, page);
      if (round > 0) seen.push(opening);
      took.set(page.title, (took.get(page.title) ?? 0) + performance.now() - begun);
    }
    const told = [...took].map(([title, ms]) => `${title} ${(ms / 1000).toFixed(1)} s`).join(', ');
    console.log(`  round ${round} of ${openings}: ${told}`);
  }
  return compared.map(({ failures, page, seen }) => {
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
  });
}
