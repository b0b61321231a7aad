import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { categories, classify, knownReasons, suspicionReasons } from '../../src/domain/reasons.ts';
import { root } from '../../tools/paths.ts';
import { english, keysFor, languages, missingIn, readTexts, stemOf } from '../../tools/texts.ts';

/** Those that are promised. */
const promised = [
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
const englishKeys = Object.keys(english);

const placeholdersIn = (message: string): string[] =>
  [...message.matchAll(/\$([a-z]+)\$/gi)].map(([, name = '']) => name.toLowerCase()).sort();

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => ({ name, code: readFileSync(join(root, 'src', name), 'utf8') }));
const manifest = readFileSync(join(root, 'manifest.json'), 'utf8');

/** Every text in quotes, and every beginning of a key that is made at run time. */
const quoted = new Set(sources.flatMap(({ code }) => [...code.matchAll(/'(\w+)'/g)].map(([, key]) => key)));
const templates = sources.flatMap(({ code }) =>
  [...code.matchAll(/`([a-z_]+_)\$\{[^`]*`/g)].map(([, start = '']) => start),
);

describe('the words for a reason', () => {
  it.each([...knownReasons, ...suspicionReasons, 'NOBODY_KNOWS'])(
    '%s has a title and a remedy in both browsers',
    (reason) => {
      for (const browser of ['chrome', 'firefox'] as const) {
        const { textStem } = classify(reason, browser);
        const title = english[`reason_${textStem}_title`]?.message;
        const remedy = english[`reason_${textStem}_remedy`]?.message;
        expect(title, textStem).toMatch(/^\p{Lu}.*[^.]$/u);
        expect(remedy, textStem).toMatch(/^\p{Lu}.*\.$/u);
        expect(`${title}${remedy}`).not.toContain('_');
      }
    },
  );

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
    expect([...languages].sort()).toEqual(promised.toSorted());
  });

  it('are complete in English, and it can be told what another language lacks', () => {
    expect(missingIn('en')).toEqual([]);
    const { language_code, history_failures_few, ...others } = readTexts('ru');
    expect(language_code && history_failures_few).toBeTruthy();
    const missing = new Set(missingIn('ru'));
    expect(missingIn('ru', others).filter((key) => !missing.has(key))).toEqual([
      'language_code',
      'history_failures_few',
    ]);
  });
});

describe.each(languages)('the texts in %s', (language) => {
  const messages = readTexts(language);

  // What is missing is in English until it is translated: `npm run package` lists it.
  it('have no key that English or the plurals of the language lack', () => {
    const known = new Set(keysFor(language));
    expect(Object.keys(messages).filter((key) => !known.has(key))).toEqual([]);
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

  it('tell what a row offers apart: to call off a try, and to undo its dismissal', () => {
    expect(messages.undo?.message).not.toBe(messages.cancel?.message);
  });

  it('say which language they are in', () => {
    expect(messages.language_code?.message).toBe(language.replace('_', '-'));
  });

  it('fit into the stores', () => {
    expect((messages.extension_description?.message ?? '').length).toBeLessThanOrEqual(132);
    expect((messages.extension_name?.message ?? '').length).toBeLessThanOrEqual(45);
  });
});
