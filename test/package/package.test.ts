import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadedBy } from '../../tools/package/loaded-files.ts';
import { packageInto } from '../../tools/package.ts';
import { root } from '../../tools/paths.ts';
import { unzip, unzipInto } from './unzip.ts';

const run = promisify(execFile);

/**
 * In bytes. What is aimed at is 40,000 for the popup, 30,000 for the background and 120,000 for a zip: no code may
 * grow unseen, and who makes something smaller writes down the new number. A zip grows with a language or a reason.
 */
const limits = { popup: 47_800, background: 46_000, zip: 201_500 };

let work: string;
let packed: string[];
let chrome: Map<string, Buffer>;
let firefox: Map<string, Buffer>;

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'package-test-'));
  packed = await packageInto(join(work, 'packed'));
  const [ofChrome, ofFirefox] = packed.map((path) => unzip(readFileSync(path)));
  if (!ofChrome || !ofFirefox) throw new Error('There is no zip.');
  [chrome, firefox] = [ofChrome, ofFirefox];
}, 60_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

const text = (files: Map<string, Buffer>, name: string): string => {
  const content = files.get(name);
  if (!content) throw new Error(`${name} is not in the zip`);
  return content.toString();
};

describe.each(['chrome', 'firefox'] as const)('the zip for %s', (target) => {
  const files = () => (target === 'chrome' ? chrome : firefox);
  const code = () => [...files()].filter(([name]) => /\.(js|html|css)$/.test(name));

  it('holds an extension and nothing of its making', () => {
    expect(JSON.parse(text(files(), 'manifest.json'))).toMatchObject({ manifest_version: 3 });
    const kinds = new Set([...files().keys()].map((name) => name.replace(/^.*\./, '')));
    expect([...kinds].sort()).toEqual(['css', 'html', 'js', 'json', 'png']);
    for (const [name, content] of code()) expect(content.toString(), name).not.toContain('sourceMappingURL');
  });

  it('has no code that makes code or markup out of text', () => {
    expect(code().length).toBeGreaterThan(4);
    for (const [name, content] of code()) {
      expect(content.toString(), name).not.toMatch(
        /\b(innerHTML|outerHTML|insertAdjacentHTML|eval)\b|document\.write|\bnew Function\b|\bFunction\(/,
      );
    }
  });

  it('asks for nothing from elsewhere', () => {
    for (const [name] of code()) {
      for (const [address] of text(files(), name).matchAll(/https?:\/\/[\w.-]+/g)) {
        // The names of SVG and MathML, which Preact passes to the document.
        expect(address, name).toBe('http://www.w3.org');
      }
    }
  });

  it('is small', () => {
    const read = (name: string) => text(files(), name);
    const size = (names: Iterable<string>) =>
      [...names].reduce((sum, name) => sum + text(files(), name).length, 0);
    const popup = [...loadedBy(read, 'popup.html')].filter((name) => !name.endsWith('.html'));
    expect(popup.some((name) => name.endsWith('.css'))).toBe(true);
    expect(popup.length).toBeGreaterThan(2);
    expect(size(popup), popup.join(', ')).toBeLessThanOrEqual(limits.popup);
    const background = [...loadedBy(read, 'background.js')];
    expect(background).toEqual(['background.js']);
    expect(size(background)).toBeLessThanOrEqual(limits.background);
    const zip = packed.find((path) => path.endsWith(`-${target}.zip`)) ?? '';
    expect(readFileSync(zip).length).toBeLessThanOrEqual(limits.zip);
  });
});

describe('the zip for firefox', () => {
  it("passes the linter of Mozilla's store without a word", async () => {
    const { stdout } = await run(
      process.execPath,
      [
        'node_modules/web-ext/bin/web-ext.js',
        'lint',
        '--output=json',
        '--no-input',
        '--no-config-discovery',
      ].concat(`--source-dir=${packed.find((path) => path.endsWith('-firefox.zip'))}`),
      { cwd: root, env: { ...process.env, NO_UPDATE_NOTIFIER: '1' } },
    );
    const { metadata, errors, warnings, notices } = JSON.parse(stdout);
    expect(metadata.manifestVersion).toBe(3);
    expect({ errors, warnings, notices }).toEqual({ errors: [], warnings: [], notices: [] });
  }, 60_000);
});

describe('the zip of the sources', () => {
  it('is enough to make all three again, to the last byte', async () => {
    const unpacked = join(work, 'unpacked');
    unzipInto(unpacked, readFileSync(packed.at(-1) ?? ''));
    symlinkSync(join(root, 'node_modules'), join(unpacked, 'node_modules'), 'junction');
    await run(process.execPath, ['tools/run.mjs', 'package'], {
      cwd: unpacked,
      env: { ...process.env, NODE_ENV: 'development', TZ: 'Pacific/Auckland', LANG: 'tr_TR.UTF-8' },
    });
    expect(packed.length).toBe(3);
    for (const path of packed) {
      const again = readFileSync(join(unpacked, 'artifacts', basename(path)));
      expect(again.equals(readFileSync(path)), basename(path)).toBe(true);
    }
  }, 60_000);
});
