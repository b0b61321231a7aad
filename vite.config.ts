import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import type { Target } from './src/platform/target.ts';
import { manifestFor } from './tools/manifest.ts';
import { packMessages } from './tools/pack-messages.ts';

const root = import.meta.dirname;
const source = (path: string): string => resolve(root, 'src', path);

/**
 * Each is a build of its own, which shares code within itself only. Every file takes a page longer to open, and pages
 * that have less in common would split what they share into more files. The background wakes from a single one.
 */
const builds: Record<string, Record<string, string>> = {
  failures: { popup: source('popup/popup.html'), history: source('history/history.html') },
  settings: { options: source('options/options.html'), welcome: source('welcome/welcome.html') },
  background: { background: source('background/index.ts') },
};

/** Puts the pages at the extension's root. */
const pagesAtRoot: Plugin = {
  name: 'pages-at-root',
  // After Vite's own HTML plugin, which emits the pages under their source folders.
  enforce: 'post',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.fileName.endsWith('.html')) file.fileName = basename(file.fileName);
    }
  },
};

/** Writes what is not code: the manifest of the browser that is built for, and the texts. */
function extensionFiles(target: Target): Plugin {
  return {
    name: 'extension-files',
    applyToEnvironment: ({ name }) => name === 'background',
    generateBundle() {
      const manifest = JSON.parse(readFileSync(resolve(root, 'manifest.json'), 'utf8'));
      this.emitFile({
        type: 'asset',
        fileName: 'manifest.json',
        source: `${JSON.stringify(manifestFor(target, manifest), null, 2)}\n`,
      });
    },
    // Vite has copied the public folder by then.
    writeBundle({ dir = '' }) {
      for (const locale of readdirSync(resolve(dir, '_locales'))) {
        const file = resolve(dir, '_locales', locale, 'messages.json');
        writeFileSync(file, packMessages(readFileSync(file, 'utf8')));
      }
    },
  };
}

/** The mode is the browser: `vite build --app --mode firefox`. */
export default defineConfig(({ mode }) => {
  const target: Target = mode === 'firefox' ? 'firefox' : 'chrome';
  return {
    root: resolve(root, 'src'),
    publicDir: resolve(root, 'public'),
    define: { __TARGET__: JSON.stringify(target) },
    plugins: [pagesAtRoot, extensionFiles(target)],
    build: {
      target: target === 'firefox' ? 'firefox142' : 'chrome121',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
    },
    environments: Object.fromEntries(
      Object.entries(builds).map(([name, input], index) => [
        name,
        {
          consumer: 'client',
          build: {
            emptyOutDir: index === 0,
            copyPublicDir: name === 'background',
            rolldownOptions: {
              input,
              output: {
                entryFileNames: '[name].js',
                chunkFileNames: `shared/${name}-[name].js`,
                assetFileNames: '[name][extname]',
              },
            },
          },
        },
      ]),
    ),
    builder: {
      async buildApp(builder) {
        for (const name of Object.keys(builds)) {
          const environment = builder.environments[name];
          if (environment) await builder.build(environment);
        }
      },
    },
  };
});
