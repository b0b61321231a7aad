import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Target } from '../src/platform/target.ts';

/** The project's top folder. */
export const root: string = fileURLToPath(new URL('..', import.meta.url));

/** Where the build puts one browser's extension. */
export function extensionFolder(target: Target): string {
  return join(root, 'dist', target);
}
