import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Target } from '../src/platform/target.ts';
import { withTemporaryFolder } from './cleanup.ts';
import { extensionFolder } from './paths.ts';

/** Gives `use` a copy of the build that knows one language, for browsers that come without it. */
export const inLanguage = (
  target: Target,
  language: string,
  use: (extensionDir: string) => Promise<void>,
): Promise<void> =>
  withTemporaryFolder(async (folder) => {
    await cp(extensionFolder(target), folder, { recursive: true });
    for (const locale of await readdir(join(folder, '_locales'))) {
      if (locale !== language) await rm(join(folder, '_locales', locale), { recursive: true });
    }
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, default_locale: language }));
    await use(folder);
  });
