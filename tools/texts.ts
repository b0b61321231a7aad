import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';

/** The texts of a language by their keys, as translators write them. */
export type Texts = Record<
  string,
  { message: string; description?: string; placeholders?: Record<string, { content: string }> }
>;

const folder = join(root, 'public/_locales');

/** The codes of all languages there are texts in, as folders name them: `pt_BR`. */
export const languages: readonly string[] = readdirSync(folder);

export const readTexts = (language: string): Texts =>
  JSON.parse(readFileSync(join(folder, language, 'messages.json'), 'utf8'));

/** The source, which has every text. */
export const english = readTexts('en');
const englishKeys = Object.keys(english);
const stems = new Set(englishKeys.flatMap((key) => /^(.*)_other$/.exec(key)?.[1] ?? []));

/** The stem of a key that is one of a text's plural forms. */
export function stemOf(key: string): string | undefined {
  const stem = /^(.*)_(?:zero|one|two|few|many|other)$/.exec(key)?.[1];
  return stem !== undefined && stems.has(stem) ? stem : undefined;
}

/** Every key that a language has texts for. Plurals have the forms of the language. */
export function keysFor(language: string): string[] {
  const forms = new Intl.PluralRules(language.replace('_', '-')).resolvedOptions().pluralCategories;
  return [
    ...englishKeys.filter((key) => stemOf(key) === undefined),
    ...[...stems].flatMap((stem) => forms.map((form) => `${stem}_${form}`)),
  ];
}

/** The keys that a language lacks. It speaks English there, which is well while work is under way. */
export const missingIn = (language: string, texts = readTexts(language)): string[] =>
  keysFor(language).filter((key) => texts[key] === undefined);
