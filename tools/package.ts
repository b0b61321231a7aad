import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { zipSync } from 'fflate';
import type { Target } from '../src/platform/target.ts';
import { build } from './build.ts';
import { withTemporaryFolder } from './cleanup.ts';
import { filesIn, isUncommitted, type PackedFile, sourceFiles } from './package/files.ts';
import { root } from './paths.ts';
import { languages, missingIn } from './texts.ts';

const targets: readonly Target[] = ['chrome', 'firefox'];

/** The earliest time that a zip can hold. It is written as local time, so no time zone shows in the bytes either. */
const mtime = new Date(1980, 0, 1);

/** The same files give the same bytes, whatever their order and whenever they were written. */
function zip(files: readonly PackedFile[]): Uint8Array {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  return zipSync(Object.fromEntries(sorted.map(({ name, content }) => [name, content])), { level: 9, mtime });
}

/** Writes one zip for each browser's store and one of the sources. Gives their paths. */
export async function packageInto(folder: string): Promise<string[]> {
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { version } = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8'));
  const pathOf = (part: Target | 'source') => join(folder, `${name}-${version}-${part}.zip`);
  mkdirSync(folder, { recursive: true });

  // Not dist/, which a browser or a test may be using.
  await withTemporaryFolder(async (built) => {
    for (const target of targets) {
      await build(target, join(built, target));
      writeFileSync(pathOf(target), zip(filesIn(join(built, target))));
    }
  });
  writeFileSync(pathOf('source'), zip(sourceFiles()));
  return [...targets, 'source' as const].map(pathOf);
}

/** `npm run package`: what the stores take, in `artifacts/`. */
export default async function main(): Promise<number> {
  const missing = languages.flatMap((language) => missingIn(language).map((key) => `${language}: ${key}`));
  if (missing.length > 0) {
    console.error(`These texts are still to be translated:\n${missing.join('\n')}`);
    return 1;
  }
  if (isUncommitted()) console.warn('There are changes that no commit holds; they are in the zips too.');
  for (const file of await packageInto(join(root, 'artifacts'))) console.log(`artifacts/${basename(file)}`);
  return 0;
}
