import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import type { Target } from './src/platform/target.ts';
import { manifestFor } from './tools/manifest.ts';
import { packMessages } from './tools/pack-messages.ts';
import { shownNotes } from './tools/release-notes.ts';

const root = import.meta.dirname;
const read = (file: string): string => readFileSync(resolve(root, file), 'utf8');
const pages = ['popup', 'options', 'history', 'welcome'];
const workers = ['list', 'import'].map((name) => resolve(root, `src/history/${name}-worker.ts`));
/** Firefox needs no document for frames. */
const pagesOf = (target: Target): string[] => (target === 'chrome' ? [...pages, 'frames'] : pages);

/** Such a module is shared by its page and workers only. */
const isOfHistory = (id: string): boolean => id.includes('/src/history/');

interface Modules {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

/** Whether a worker needs a module. */
function inWorker(id: string, modules: Modules): boolean {
  const needed = new Set(workers);
  for (const one of needed) {
    for (const imported of modules.getModuleInfo(one)?.importedIds ?? []) needed.add(imported);
  }
  return needed.has(id);
}

/** Puts the pages at the extension's root and writes the manifest of the browser that is built for. */
function extensionFiles(target: Target): Plugin {
  return {
    name: 'extension-files',
    applyToEnvironment: (environment) => environment.name === 'client',
    // After Vite's own HTML plugin, which emits the pages under their source folders.
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.fileName.endsWith('.html')) file.fileName = basename(file.fileName);
      }
      const source = JSON.parse(read('manifest.json'));
      this.emitFile({
        type: 'asset',
        fileName: 'manifest.json',
        source: `${JSON.stringify(manifestFor(target, source), null, 2)}\n`,
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
    define: {
      __TARGET__: JSON.stringify(target),
      __RELEASE_NOTES__: JSON.stringify(
        shownNotes(read('CHANGELOG.md'), JSON.parse(read('manifest.json')).version),
      ),
    },
    plugins: [extensionFiles(target)],
    build: {
      target: target === 'firefox' ? 'firefox142' : 'chrome121',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
    },
    environments: {
      client: {
        build: {
          emptyOutDir: true,
          rolldownOptions: {
            input: [...pagesOf(target).map((page) => resolve(root, `src/${page}/${page}.html`)), ...workers],
            output: {
              entryFileNames: '[name].js',
              chunkFileNames: 'shared/[name].js',
              // Otherwise a file for each set of pages that needs the same: each takes the popup longer to open.
              codeSplitting: {
                groups: [
                  {
                    // What workers need may not stand with what needs a page.
                    name: (id, modules) => (inWorker(id, modules) ? 'records' : null),
                    test: (id) => !isOfHistory(id),
                    debugName: 'records',
                    minShareCount: 2,
                    priority: 1,
                  },
                  { name: 'pages', test: (id) => !isOfHistory(id), minShareCount: 2 },
                  { name: 'list', test: isOfHistory, minShareCount: 2 },
                ],
              },
              assetFileNames: '[name][extname]',
            },
          },
        },
      },
      // A build of its own, so that the background wakes from one file.
      background: {
        consumer: 'client',
        build: {
          emptyOutDir: false,
          copyPublicDir: false,
          rolldownOptions: {
            input: resolve(root, 'src/background/index.ts'),
            output: {
              entryFileNames: 'background.js',
              chunkFileNames: 'shared/background-[name].js',
              format: 'es',
            },
          },
        },
      },
    },
    builder: {
      async buildApp(builder) {
        for (const name of ['client', 'background']) {
          const environment = builder.environments[name];
          if (environment) await builder.build(environment);
        }
      },
    },
  };
});
