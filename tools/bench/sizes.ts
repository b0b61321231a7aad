import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadedBy, loadedLater } from '../package/loaded-files.ts';
import { packageInto } from '../package.ts';
import type { SizeResult } from './results.ts';

/** The names in the results of what has a target. */
export const POPUP_CODE = 'popup code';
export const BACKGROUND_CODE = 'background code';
export const zipName = (target: string): string => `zip for ${target}`;

/** The sizes of the built code in `extensionDir` and of the zips, which are made in `folder`. */
export async function measureSizes(extensionDir: string, folder: string): Promise<SizeResult[]> {
  const content = (name: string): Buffer => readFileSync(join(extensionDir, name));
  const read = (name: string): string => content(name).toString();
  const sizeOf = (name: string, files: Iterable<string>): SizeResult => {
    const code = [...files].filter((file) => !file.endsWith('.html')).map(content);
    return {
      name,
      raw: code.reduce((sum, one) => sum + one.length, 0),
      gzipped: code.reduce((sum, one) => sum + gzipSync(one, { level: 9 }).length, 0),
    };
  };
  const zips = await packageInto(folder);
  return [
    sizeOf(POPUP_CODE, loadedBy(read, 'popup.html')),
    sizeOf('popup code that is loaded when needed', loadedLater(read, 'popup.html')),
    sizeOf(BACKGROUND_CODE, loadedBy(read, 'background.js')),
    sizeOf('history code', loadedBy(read, 'history.html')),
    ...zips.map((file) => ({
      name: zipName(basename(file, '.zip').replace(/^.*-/, '')),
      raw: statSync(file).size,
    })),
  ];
}
