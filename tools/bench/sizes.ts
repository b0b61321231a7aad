import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packageInto } from '../package.ts';
import type { SizeResult } from './results.ts';

/** The name in the results of the zip for a browser. */
export const zipName = (target: string): string => `zip for ${target}`;

/** The sizes of what the pages and the background in `extensionDir` load, and of the zips, which are made in `folder`. */
export async function measureSizes(extensionDir: string, folder: string): Promise<SizeResult[]> {
  const read = (file: string): Buffer => readFileSync(join(extensionDir, file));
  const sizeOf = (name: string, files: readonly string[]): SizeResult => {
    const contents = files.map(read);
    return {
      name,
      raw: contents.reduce((sum, content) => sum + content.length, 0),
      gzipped: contents.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).length, 0),
    };
  };
  /** Vite names in a page all that it needs at once: its script, what that imports, and its styles. */
  const loadedBy = (page: string): string[] =>
    [
      ...read(page)
        .toString()
        .matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g),
    ].map(([, file = '']) => file);
  return [
    sizeOf('popup code', loadedBy('popup.html')),
    sizeOf('background code', ['background.js']),
    sizeOf('history code', loadedBy('history.html')),
    ...(await packageInto(folder)).map((file) => ({
      name: zipName(basename(file, '.zip').replace(/^.*-/, '')),
      raw: statSync(file).size,
    })),
  ];
}
