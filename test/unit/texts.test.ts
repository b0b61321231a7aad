import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { categories, classify, knownReasons } from '../../src/domain/reasons.ts';

type Messages = Record<string, { message: string; placeholders?: Record<string, { content: string }> }>;

const root = resolve(import.meta.dirname, '../..');
const locales = join(root, 'public/_locales');
const read = (locale: string): Messages =>
  JSON.parse(readFileSync(join(locales, locale, 'messages.json'), 'utf8'));

const languages = [
  'en',
  'de',
  'fr',
  'es',
  'pt_BR',
  'it',
  'nl',
  'pl',
  'ru',
  'uk',
  'tr',
  'ja',
  'ko',
  'zh_CN',
  'zh_TW',
  'hi',
  'ar',
  'he',
];
const english = read('en');
const englishKeys = Object.keys(english);

/** The stems of texts that have plural forms. */
const stems = new Set(englishKeys.flatMap((key) => /^(.*)_other$/.exec(key)?.[1] ?? []));

/** The stem of a key that is one of a text's plural forms. */
function stemOf(key: string): string | undefined {
  const stem = /^(.*)_(?:zero|one|two|few|many|other)$/.exec(key)?.[1];
  return stem !== undefined && stems.has(stem) ? stem : undefined;
}

const placeholdersIn = (message: string): string[] =>
  [...message.matchAll(/\$([a-z]+)\$/gi)].map(([, name = '']) => name.toLowerCase()).sort();

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => ({ name, code: readFileSync(join(root, 'src', name), 'utf8') }));
const manifest = readFileSync(join(root, 'manifest.json'), 'utf8');

/** Every text in quotes, and every beginning of a key that is made at run time. */
const quoted = new Set(
  sources.flatMap(({ code }) => [...code.matchAll(/'([A-Za-z_]+)'/g)].map(([, key]) => key)),
);
const templates = sources.flatMap(({ code }) =>
  [...code.matchAll(/`([a-z_]+_)\$\{[^`]*`/g)].map(([, start = '']) => start),
);

describe('the words for a reason', () => {
  it.each([...knownReasons, 'NOBODY_KNOWS'])('%s has a title and a remedy in both browsers', (reason) => {
    for (const browser of ['chrome', 'firefox'] as const) {
      const { textStem } = classify(reason, browser);
      const title = english[`reason_${textStem}_title`]?.message;
      const remedy = english[`reason_${textStem}_remedy`]?.message;
      expect(title, textStem).toMatch(/^\p{Lu}.*[^.]$/u);
      expect(remedy, textStem).toMatch(/^\p{Lu}.*\.$/u);
      expect(`${title}${remedy}`).not.toContain('_');
    }
  });

  it('stand beside a word for each category', () => {
    for (const category of categories) expect(english[`category_${category}`]?.message).toBeTruthy();
  });
});

describe('the texts', () => {
  it('are all used', () => {
    const unused = englishKeys.filter((key) => {
      const stem = stemOf(key);
      const names = [key, ...(stem === undefined ? [] : [stem])];
      const used = names.some(
        (name) =>
          quoted.has(name) ||
          templates.some((start) => name.startsWith(start)) ||
          manifest.includes(`__MSG_${name}__`),
      );
      return !used;
    });
    expect(unused).toEqual([]);
  });

  it('are not bypassed: no page has words of its own', () => {
    const strays = sources.flatMap(({ name, code }) => {
      if (!name.endsWith('.tsx')) return [];
      // What stands between tags, and in attributes that people read or hear.
      const between = [...code.matchAll(/>\s*([^<>{}=;()]*\p{L}{2,}[^<>{}=;()]*?)\s*<\//gu)];
      const attributes = [...code.matchAll(/\b(?:aria-label|title|placeholder|alt)="([^"]*\p{L}[^"]*)"/gu)];
      return [...between, ...attributes].map(([, words]) => `${name}: ${words}`);
    });
    expect(strays).toEqual([]);
  });

  it('are there in all the languages that are promised', () => {
    expect(readdirSync(locales).sort()).toEqual([...languages].sort());
  });
});

describe.each(languages.filter((language) => existsSync(join(locales, language))))(
  'the texts in %s',
  (language) => {
    const messages = read(language);
    const forms = new Intl.PluralRules(language.replace('_', '-')).resolvedOptions().pluralCategories;

    it('are complete, and none is left over', () => {
      const plain = englishKeys.filter((key) => stemOf(key) === undefined);
      const plurals = [...stems].flatMap((stem) => forms.map((form) => `${stem}_${form}`));
      expect(Object.keys(messages).sort()).toEqual([...plain, ...plurals].sort());
    });

    it('have what is filled in, each at its place', () => {
      for (const [key, { message, placeholders = {} }] of Object.entries(messages)) {
        const stem = stemOf(key);
        const source = english[stem === undefined ? key : `${stem}_other`];
        const contents = (all: Record<string, { content: string }> = {}): string[] =>
          Object.entries(all)
            .map(([name, { content }]) => `${name} ${content}`)
            .sort();
        expect(contents(placeholders), key).toEqual(contents(source?.placeholders));
        // "the last 24 hours" needs no number.
        const mayLack = stem !== undefined && /_(zero|one|two)$/.test(key) ? ['count'] : [];
        const filledIn = new Set([...placeholdersIn(message), ...mayLack]);
        const expected = new Set([...placeholdersIn(source?.message ?? ''), ...mayLack]);
        expect([...filledIn].sort(), key).toEqual([...expected].sort());
        expect(message.trim(), key).toBe(message);
        expect(message, key).not.toBe('');
      }
    });

    it('say which language they are in', () => {
      expect(messages.language_code?.message).toBe(language.replace('_', '-'));
    });

    it('fit into the stores', () => {
      expect(messages.extension_description?.message.length).toBeLessThanOrEqual(132);
      expect(messages.extension_name?.message.length).toBeLessThanOrEqual(45);
    });
  },
);
