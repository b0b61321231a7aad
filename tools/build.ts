import { join } from 'node:path';
import { createBuilder } from 'vite';
import type { Target } from '../src/platform/target.ts';
import { extensionFolder, root } from './paths.ts';

/** Builds the extension for one browser into a folder, which is emptied first. */
export async function build(target: Target, folder = extensionFolder(target)): Promise<void> {
  // Vite would follow the surroundings, and put its aids for development in.
  process.env.NODE_ENV = 'production';
  const configFile = join(root, 'vite.config.ts');
  const builder = await createBuilder(
    { configFile, mode: target, logLevel: 'warn', build: { outDir: folder } },
    null,
  );
  await builder.buildApp();
}

/** `npm run build [-- chrome|firefox]`: both browsers unless one is named. */
export default async function main(args: string[]): Promise<number> {
  const targets: Target[] = args[0] === 'chrome' || args[0] === 'firefox' ? [args[0]] : ['chrome', 'firefox'];
  for (const target of targets) {
    await build(target);
    console.log(`dist/${target}/`);
  }
  return 0;
}
