import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { build } from 'vite';
import type { Target } from '../../src/platform/target.ts';

let code: Promise<string> | undefined;

/** The seeder with what it needs of the extension, as a script that gives its functions. */
async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      lib: { entry: join(import.meta.dirname, 'seed-in-page.ts'), formats: ['iife'], name: 'seeder' },
    },
  });
  const [bundled] = Array.isArray(built) ? built : [built];
  const chunk = bundled && 'output' in bundled ? bundled.output[0] : undefined;
  if (!chunk) throw new Error('The seeder could not be bundled.');
  return chunk.code;
}

/**
 * Makes the extension's journal one of `count` realistic failures of the last 90 days: all reasons, some recovered,
 * some dismissed, some with several attempts. Deterministic but for the time. The rows are made by the extension's
 * own code, in one of its pages, past the background: open the page that is to show them afterwards.
 */
export async function seedJournal(
  page: Page,
  target: Target,
  count: number,
  now = Date.now(),
): Promise<void> {
  code ??= bundle();
  await page.evaluate(`${await code}; seeder.seed(${count}, ${now}, ${JSON.stringify(target)})`);
}

/** The same with what may have failed for somebody in the last days and, if asked for, weeks: made for pictures. */
export async function seedEveryday(page: Page, withOlder: boolean, now = Date.now()): Promise<void> {
  code ??= bundle();
  await page.evaluate(`${await code}; seeder.seedEveryday(${now}, ${withOlder})`);
}
