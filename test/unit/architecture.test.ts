import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../../src');

/** What the files of each room may import besides their own; rooms that are not named here hold pages. */
const mayImport: Record<string, string[]> = {
  domain: [],
  platform: ['domain'],
  ui: ['domain', 'platform'],
  background: ['domain', 'platform'],
};
const ofPages = ['domain', 'platform', 'ui'];

/** Libraries that only one room may use. */
const packagesOf: Record<string, string[]> = {
  domain: ['valibot'],
  platform: ['webextension-polyfill', 'valibot', 'idb'],
  background: [],
};
const packagesOfPages = ['preact', 'preact/hooks'];

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
const roomOf = (file: string): string => relative(src, file).split(/[\\/]/)[0] ?? '';

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(/^(?:import|export)\s[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'|import\('([^']+)'\)/gm),
  ].map(([, from, bare, lazy]) => from ?? bare ?? lazy ?? '');
}

describe('the rooms of the source', () => {
  it('are read by this test', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.some((file) => importsOf(join(src, file)).length > 3)).toBe(true);
  });

  it.each(files)('%s imports only from rooms below its own', (name) => {
    const file = join(src, name);
    const room = roomOf(file);
    for (const imported of importsOf(file)) {
      if (imported.startsWith('.')) {
        const to = resolve(dirname(file), imported);
        // The messages' keys are a type for the platform; nothing of them is loaded.
        if (to.endsWith('.json') && room === 'platform') continue;
        const allowed = [room, ...(mayImport[room] ?? ofPages)];
        expect(allowed, `${name} imports ${imported}`).toContain(roomOf(to));
      } else {
        expect(packagesOf[room] ?? packagesOfPages, `${name} imports ${imported}`).toContain(imported);
      }
    }
  });

  it.each(files.filter((name) => !name.startsWith('platform')))(
    '%s does not name the browser itself',
    (name) => {
      const text = readFileSync(join(src, name), 'utf8');
      expect(text).not.toMatch(
        /\b(browser|chrome)\.(downloads|runtime|storage|action|i18n|alarms|tabs|extension)\b/,
      );
      expect(text).not.toMatch(/platform\/browser\.ts|\bindexedDB\b/);
    },
  );

  it.each(files)('%s leaves text as text', (name) => {
    expect(readFileSync(join(src, name), 'utf8')).not.toMatch(
      /\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|srcdoc|DOMParser)\b|document\.write/,
    );
  });

  it('import the polyfill in one file only', () => {
    const importing = files.filter((name) => importsOf(join(src, name)).includes('webextension-polyfill'));
    expect(importing.map((name) => name.replaceAll('\\', '/'))).toEqual(['platform/browser.ts']);
  });
});

describe('the end-to-end tests', () => {
  const folder = resolve(import.meta.dirname, '../e2e');
  const ofBoth = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.test.ts') && !/(chrome|firefox)\.test\.ts$/.test(name),
  );

  it.each(ofBoth)('of %s leave it to vitest.config.ts in which browser they run', (name) => {
    expect(readFileSync(join(folder, name), 'utf8')).not.toMatch(/\[\s*'chrome',\s*'firefox'|launch\(\s*'/);
  });
});
