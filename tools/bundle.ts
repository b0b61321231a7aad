import { build } from 'vite';

/**
 * Code with all that it imports of the extension, as a script that puts its exports into the global `name`: for
 * tools and tests that run something in a page.
 */
export async function bundleForBrowser(entry: string, name: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name } },
  });
  const [bundled] = Array.isArray(built) ? built : [built];
  const chunk = bundled && 'output' in bundled ? bundled.output[0] : undefined;
  if (!chunk) throw new Error(`${entry} could not be bundled.`);
  return chunk.code;
}
