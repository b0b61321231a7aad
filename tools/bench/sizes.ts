import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BrowserSession } from '../launch.ts';
import { packageInto } from '../package.ts';
import type { SizeResult } from './results.ts';

/** The name in the results of the zip for a browser. */
export const zipName = (target: string): string => `zip for ${target}`;

/** The scripts and styles that a page has loaded, as the browser lists them. */
const loadedFiles = `performance.getEntriesByType('resource')
  .map(({ name }) => new URL(name).pathname.slice(1))
  .filter((name) => /\\.(js|css)$/.test(name))`;

/** The sizes of what the pages and the background in `extensionDir` load, and of the zips, which are made in `folder`. */
export async function measureSizes(
  session: BrowserSession,
  extensionDir: string,
  folder: string,
): Promise<SizeResult[]> {
  const sizeOf = (name: string, files: readonly string[]): SizeResult => {
    const contents = files.map((file) => readFileSync(join(extensionDir, file)));
    return {
      name,
      raw: contents.reduce((sum, content) => sum + content.length, 0),
      gzipped: contents.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).length, 0),
    };
  };
  const sizeOfPage = async (name: string): Promise<SizeResult> => {
    const page = await session.openExtensionPage(`${name}.html`);
    const files = (await page.evaluate(loadedFiles)) as string[];
    await page.close();
    return sizeOf(`${name} code`, files);
  };
  return [
    await sizeOfPage('popup'),
    sizeOf('background code', ['background.js']),
    await sizeOfPage('history'),
    ...(await packageInto(folder)).map((file) => ({
      name: zipName(basename(file, '.zip').replace(/^.*-/, '')),
      raw: statSync(file).size,
    })),
  ];
}
