import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { defineConfig, type Plugin, type Rolldown } from 'vite';
import type { Target } from './src/platform/target.ts';
import { manifestFor } from './tools/manifest.ts';
import { packMessages } from './tools/pack-messages.ts';
import { trimLibraries } from './tools/trim-libraries.ts';

const root = import.meta.dirname;
const pages = ['popup', 'options', 'history'];

/** Puts the pages at the extension's root and writes the manifest of the browser that is built for. */
function extensionFiles(target: Target): Plugin {
  return {
    name: 'extension-files',
    applyToEnvironment: (environment) => environment.name === 'client',
    // After Vite's own HTML plugin, which emits the pages under their source folders.
    enforce: 'post',
    // Vite has copied the public folder by then.
    writeBundle({ dir = '' }) {
      for (const locale of readdirSync(resolve(dir, '_locales'))) {
        const file = resolve(dir, '_locales', locale, 'messages.json');
        writeFileSync(file, packMessages(readFileSync(file, 'utf8')));
      }
    },
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.fileName.endsWith('.html')) file.fileName = basename(file.fileName);
      }
      const source = JSON.parse(readFileSync(resolve(root, 'manifest.json'), 'utf8'));
      this.emitFile({
        type: 'asset',
        fileName: 'manifest.json',
        source: `${JSON.stringify(manifestFor(target, source), null, 2)}\n`,
      });
    },
  };
}

/** Lets JSX be calls of `h`: shorter than the automatic form, in which children are one of the properties. */
const jsxImports: Plugin = {
  name: 'jsx-imports',
  enforce: 'pre',
  transform: {
    filter: { id: /\.tsx$/ },
    handler: (code) => ({ code: `import { Fragment, h } from 'preact';${code}`, map: null }),
  },
};

/** Takes away what Vite puts around `import()`: the browser finds by itself what a part loaded later needs. */
const plainImports: Plugin = {
  name: 'plain-imports',
  enforce: 'pre',
  load: {
    filter: { id: /\0vite\/preload-helper/ },
    handler: () => 'export const __vitePreload = (load) => load();',
  },
};

/**
 * Puts into one file what the same pages need at once, whatever they load later: left alone, each part that is loaded
 * later would break up what they share.
 */
function sharedAtOnce(): Rolldown.CodeSplittingGroup {
  const neededBy = new Map<string, string[]>();
  return {
    debugName: 'shared at once',
    minShareCount: 2,
    includeDependenciesRecursively: false,
    name(id, context) {
      const note = (module: string, page: string): void => {
        const before = neededBy.get(module) ?? [];
        if (before.includes(page)) return;
        neededBy.set(module, [...before, page]);
        for (const imported of context.getModuleInfo(module)?.importedIds ?? []) note(imported, page);
      };
      for (const page of pages) note(resolve(root, `src/${page}/index.tsx`), page);
      const by = neededBy.get(id) ?? [];
      return by.length > 1 ? by.join('-') : null;
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
    oxc: { jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment' } },
    plugins: [trimLibraries(), jsxImports, plainImports, extensionFiles(target)],
    build: {
      target: target === 'firefox' ? 'firefox142' : 'chrome121',
      modulePreload: {
        polyfill: false,
        resolveDependencies: (_file, found, { hostType }) => (hostType === 'html' ? found : []),
      },
      assetsInlineLimit: 0,
    },
    environments: {
      client: {
        build: {
          emptyOutDir: true,
          rolldownOptions: {
            input: pages.map((page) => resolve(root, `src/${page}/${page}.html`)),
            output: {
              entryFileNames: '[name].js',
              chunkFileNames: 'shared/[name].js',
              assetFileNames: '[name][extname]',
              codeSplitting: { groups: [sharedAtOnce()] },
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
