import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { strFromU8, type Unzipped, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageInto } from '../../tools/package.ts';
import { root } from '../../tools/paths.ts';
import { unzipInto } from './unzip.ts';

const run = promisify(execFile);

/** In bytes; a fifth of it was unused when it was set, so that no ordinary change comes near it. */
const ZIP_LIMIT = 300_000;

let work: string;
let packed: string[];
let unzipped: Record<'chrome' | 'firefox', Unzipped>;

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'package-test-'));
  packed = await packageInto(join(work, 'packed'));
  unzipped = {
    chrome: unzipSync(readFileSync(zipFor('chrome'))),
    firefox: unzipSync(readFileSync(zipFor('firefox'))),
  };
}, 60_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

function zipFor(target: 'chrome' | 'firefox' | 'source'): string {
  const path = packed.find((one) => one.endsWith(`-${target}.zip`));
  if (path === undefined) throw new Error(`There is no zip for ${target}.`);
  return path;
}

describe.each(['chrome', 'firefox'] as const)('the zip for %s', (target) => {
  const names = () => Object.keys(unzipped[target]);
  const text = (name: string) => strFromU8(unzipped[target][name] ?? new Uint8Array());
  const code = () => names().filter((name) => /\.(js|html|css)$/.test(name));

  it('holds an extension and nothing of its making', () => {
    expect(JSON.parse(text('manifest.json'))).toMatchObject({ manifest_version: 3 });
    const kinds = new Set(names().map((name) => name.replace(/^.*\./, '')));
    expect([...kinds].sort()).toEqual(['css', 'html', 'js', 'json', 'png']);
    for (const name of code()) expect(text(name), name).not.toContain('sourceMappingURL');
  });

  it('gives pages and other extensions no way in', () => {
    const ways = ['content_scripts', 'externally_connectable', 'web_accessible_resources'];
    expect(Object.keys(JSON.parse(text('manifest.json')))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(ways.join('|'))]),
    );
    for (const name of code()) expect(text(name), name).not.toMatch(/\bon(Message|Connect)External\b(?!:)/);
  });

  it('has no code that makes code or markup out of text', () => {
    expect(code().length).toBeGreaterThan(4);
    for (const name of code()) {
      expect(text(name), name).not.toMatch(
        /\b(outerHTML|insertAdjacentHTML)\b|\beval\(|document\.write|\bnew Function\b|\bFunction\(/,
      );
    }
    // Preact's own, for a property that nothing in src/ may use (test/unit/architecture.test.ts).
    const uses = (source: string) => source.split('innerHTML').length - 1;
    const preact = readFileSync(join(root, 'node_modules/preact/dist/preact.mjs'), 'utf8');
    expect(uses(code().map(text).join('\n'))).toBe(uses(preact));
  });

  it('asks for nothing from elsewhere', () => {
    for (const name of code()) {
      for (const [address] of text(name).matchAll(/https?:\/\/[\w.-]+/g)) {
        // The names of SVG and MathML, which Preact passes to the document.
        expect(address, name).toBe('http://www.w3.org');
      }
    }
  });

  it('wakes the background from one file', () => {
    expect(text('background.js')).not.toMatch(/(^|[;}])import[\s{*"']/);
  });

  it('opens each page from its own script, and from what pages and workers share', () => {
    for (const page of names().filter((name) => name.endsWith('.html'))) {
      const shared = page === 'history.html' ? ['list', 'pages', 'records'] : ['pages', 'records'];
      const scripts = text(page).match(/[\w/]+\.js(?=")/g) ?? [];
      expect(scripts.toSorted(), page).toEqual(
        [`/${page.replace('.html', '.js')}`, ...shared.map((name) => `/shared/${name}.js`)].toSorted(),
      );
    }
  });

  it('has no page in what its workers load', () => {
    for (const worker of ['list-worker.js', 'import-worker.js']) {
      const loaded = new Set([worker]);
      for (const name of loaded) {
        for (const [, script = ''] of text(name).matchAll(/from"\.\/([^"]+)"/g)) {
          loaded.add(name.startsWith('shared/') ? `shared/${script}` : script);
        }
      }
      expect([...loaded], worker).not.toContain('shared/pages.js');
      expect(loaded.size, worker).toBeGreaterThan(1);
    }
  });

  it('has what is new in a script of its own, which no page opens with', () => {
    expect(names()).toContain('shared/release-notes.js');
    for (const name of names().filter((one) => one.endsWith('.html')))
      expect(text(name), name).not.toContain('release-notes');
  });

  it('is small', () => {
    expect(statSync(zipFor(target)).size).toBeLessThanOrEqual(ZIP_LIMIT);
  });
});

describe('the zip for firefox', () => {
  it("passes the linter of Mozilla's store, but for one line of Preact", async () => {
    const { stdout } = await run(
      process.execPath,
      [
        'node_modules/web-ext/bin/web-ext.js',
        'lint',
        '--output=json',
        '--no-input',
        '--no-config-discovery',
        `--source-dir=${zipFor('firefox')}`,
      ],
      { cwd: root, env: { ...process.env, NO_UPDATE_NOTIFIER: '1' } },
    );
    const { metadata, errors, warnings, notices } = JSON.parse(stdout);
    expect(metadata.manifestVersion).toBe(3);
    expect({ errors, notices }).toEqual({ errors: [], notices: [] });
    // What it means is told to reviewers in CONTRIBUTING.md, "What the stores get".
    expect(warnings).toEqual([
      expect.objectContaining({ code: 'UNSAFE_VAR_ASSIGNMENT', message: 'Unsafe assignment to innerHTML' }),
    ]);
  }, 60_000);
});

describe('the zip of the sources', () => {
  it('is enough to make all three again, to the last byte', async () => {
    const unpacked = join(work, 'unpacked');
    unzipInto(unpacked, readFileSync(zipFor('source')));
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
