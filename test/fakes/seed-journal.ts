import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import type { Failure } from '../../src/domain/failure.ts';
import type { Target } from '../../src/platform/target.ts';
import { bundleForBrowser } from '../../tools/bundle.ts';

const seeder = (): Promise<string> =>
  bundleForBrowser(join(import.meta.dirname, 'seed-in-page.ts'), 'seeder');

let code: Promise<string> | undefined;

/**
 * Makes the extension's journal one of `count` realistic failures of the last 90 days: all reasons, some recovered,
 * some dismissed, some with several attempts. Deterministic but for the time. The rows are made by the extension's
 * own code, in one of its pages, past the background: open the page that is to show them afterwards. A journal that
 * was seeded before, with fewer, can be kept and filled up: `kept` says how many it has.
 */
export async function seedJournal(page: Page, target: Target, count: number, kept = 0): Promise<void> {
  code ??= seeder();
  await page.evaluate(
    `${await code}; seeder.seed(${count}, ${Date.now()}, ${JSON.stringify(target)}, ${kept})`,
  );
}

/** The same with what may have failed for somebody in the last days and, if asked for, weeks: made for pictures. */
export async function seedEveryday(page: Page, withOlder: boolean, now = Date.now()): Promise<void> {
  code ??= seeder();
  await page.evaluate(`${await code}; seeder.seedEveryday(${now}, ${withOlder})`);
}

/** The same with just these failures. */
export async function seedFailures(page: Page, failures: readonly Failure[]): Promise<void> {
  code ??= seeder();
  await page.evaluate(`${await code}; seeder.seedFailures(${JSON.stringify(failures)})`);
}
