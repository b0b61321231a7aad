import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Target } from '../src/platform/target.ts';
import { build } from './build.ts';
import { onSignal } from './cleanup.ts';
import { filesIn, isUncommitted, sourceFiles } from './package/files.ts';
import { zip } from './package/zip.ts';
import { root } from './paths.ts';
import { languages, missingIn } from './texts.ts';

const targets: readonly Target[] = ['chrome', 'firefox'];

/** Writes one zip for each browser's store and one of the sources. Gives their paths. */
export async function packageInto(folder: string): Promise<string[]> {
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { version } = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8'));
  const pathOf = (part: Target | 'source') => join(folder, `${name}-${version}-${part}.zip`);
  mkdirSync(folder, { recursive: true });

  // Not dist/, which a browser or a test may be using.
  const built = mkdtempSync(join(tmpdir(), `${name}-`));
  const remove = () => rmSync(built, { recursive: true, force: true });
  const withdraw = onSignal(remove);
  try {
    for (const target of targets) {
      await build(target, join(built, target));
      writeFileSync(pathOf(target), zip(filesIn(join(built, target))));
    }
  } finally {
    remove();
    withdraw();
  }
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
