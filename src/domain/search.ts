import type { Failure } from './failure.ts';
import { baseName } from './file-name.ts';

/** Letters that Unicode normalization leaves whole, and what people type for them. */
const plain: Readonly<Record<string, string>> = {
  ı: 'i',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
};
const special = new RegExp(`[${Object.keys(plain).join('')}]`, 'g');

/** Decodes percent escapes; those that aren't UTF-8 stay. */
const unescaped = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });

/** Text as searches compare it: lower case, no accents, no escapes, each letter in one Unicode form. */
export const searchable = (text: string): string =>
  unescaped(text)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .normalize()
    .replace(special, (letter) => plain[letter] ?? letter);

/** The text of a failure that a search looks through: its name and address. */
export const searchedText = ({ filename, url }: Pick<Failure, 'filename' | 'url'>): string =>
  searchable(`${baseName(filename)} ${url}`);

/** The words of a search, made {@link searchable}. */
export const wordsOf = (search: string): string[] => searchable(search).split(/\s+/).filter(Boolean);

/** Returns the test for a search: each of its words must be in one of the searchable texts. */
export function searchFor(search: string): (...texts: readonly string[]) => boolean {
  const words = wordsOf(search);
  return (...texts) => words.every((word) => texts.some((text) => text.includes(word)));
}
