import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generated } from '../../tools/generate.ts';
import { sourceFiles } from '../../tools/package/files.ts';
import { root } from '../../tools/paths.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const json = (path: string) => JSON.parse(read(path));

const documents = sourceFiles()
  .filter(({ name }) => name.endsWith('.md'))
  .map(({ name, content }) => ({ name, content: content.toString() }));

/** The address of a heading in its page, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const headingsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe('the documents', () => {
  it('are those that a maintainer looks for', () => {
    const names = sourceFiles().map(({ name }) => name);
    for (const name of ['README', 'CONTRIBUTING', 'ARCHITECTURE', 'CHANGELOG', 'SECURITY', 'PRIVACY']) {
      expect(names).toContain(`${name}.md`);
    }
    expect(read('LICENSE')).toMatch(/^Mozilla Public License Version 2\.0\n/);
    expect(json('package.json').license).toBe('MPL-2.0');
    expect(read('CHANGELOG.md')).toContain(`## [${json('manifest.json').version}] - `);
  });

  it.each(documents)('$name links to what is there', ({ name, content }) => {
    for (const [, link = ''] of content.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? name : join(dirname(name), path);
      expect(existsSync(join(root, file)), link).toBe(true);
      if (anchor !== undefined) expect(headingsOf(read(file)), link).toContain(anchor);
    }
  });

  it.each(documents)('$name names files that are there', ({ content }) => {
    for (const [, path = ''] of content.matchAll(/`((?:src|test|tools|docs|public|assets)\/[\w./-]*)`/g)) {
      expect(existsSync(join(root, path)), path).toBe(true);
    }
  });

  it.each(documents)('$name names npm scripts that are there', ({ content }) => {
    const known = [...Object.keys(json('package.json').scripts), 'ci'];
    for (const [, script] of content.matchAll(/(?:^|`)npm (?:run )?([a-z][\w:-]*)/gm)) {
      expect(known).toContain(script);
    }
  });
});

describe('what is said about security', () => {
  const rows = read('SECURITY.md')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);

  it.each(rows)('names tests that are there: %s', (row) => {
    const named = [...row.matchAll(/`(test\/[^`]+)`: “([^”]+)”/g)];
    expect(named).not.toEqual([]);
    for (const [, file = '', name = ''] of named) expect(read(file)).toContain(name);
  });
});

describe('the guide for contributors', () => {
  const guide = read('CONTRIBUTING.md');

  it('has a reason for each package, and for no other', () => {
    const { dependencies, devDependencies } = json('package.json');
    const begin = guide.indexOf('## Dependencies');
    const rows = guide.slice(begin).matchAll(/^\| (`.*?`) +\| \S/gm);
    const named = [...rows].flatMap(([, names = '']) => names.split(', ').map((name) => name.slice(1, -1)));
    expect(named.sort()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).sort());
  });

  it.each(documents)('and $name name steps of `npm test` that are there', ({ content }) => {
    const steps = [...read('tools/test.ts').matchAll(/^ {2}\['(\w+)', \{ run:/gm)].map(([, step]) => step);
    expect(steps).toContain('e2e');
    for (const [, step] of content.matchAll(/`npm test -- (\w+)/g)) expect(steps).toContain(step);
  });
});

describe('what follows from the settings', () => {
  it.each(Object.entries(generated()))('is in %s', (path, content) => {
    expect(read(path), 'Run `npm run generate`.').toBe(content);
    expect(content).toContain('retentionDays');
  });
});

describe('the texts for the stores', () => {
  const permissions = (): string[] => {
    const manifest = json('manifest.json');
    return [
      manifest.permissions,
      manifest.optional_permissions,
      manifest.host_permissions,
      manifest.optional_host_permissions,
    ].flatMap((names) => names ?? []);
  };

  it('give a reason for each permission, and for no other', () => {
    const reasons = read('docs/store/permissions.md').matchAll(/^\| `([^`]+)` +\| \S/gm);
    expect([...reasons].map(([, name]) => name).sort()).toEqual(permissions().sort());
  });

  it('come with pictures of the sizes that the stores take', () => {
    const pictures = sourceFiles().filter(({ name }) => /^docs\/store\/.*\.png$/.test(name));
    expect(pictures.length).toBeGreaterThan(3);
    for (const { name, content } of pictures) {
      // Where a PNG tells its width and height, and that it has colours and no transparency.
      const header = [content.readUInt32BE(16), content.readUInt32BE(20), content[25]];
      expect(header, name).toEqual(name.endsWith('/promo-tile.png') ? [440, 280, 2] : [1280, 800, 2]);
    }
  });

  it('say what the extension says of itself, and fit', () => {
    const messages = json('public/_locales/en/messages.json');
    const text = (name: string) => read(`docs/store/${name}.txt`).trim();
    expect(text('name')).toBe(messages.extension_name.message);
    expect(text('summary')).toBe(messages.extension_description.message);
    // Chrome's store takes 75 and 132 characters, Mozilla's 50 and 250.
    expect(text('name').length).toBeLessThanOrEqual(50);
    expect(text('summary').length).toBeLessThanOrEqual(132);
    expect(text('description').length).toBeLessThanOrEqual(15_000);
    expect(text('description').length).toBeGreaterThan(500);
  });
});
