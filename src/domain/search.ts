import type { Failure } from './failure.ts';
import { fileName } from './file-name.ts';

/** Letters that Unicode does not take apart, and what people type for them. */
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

/** Escapes as the letters they stand for; those that are no UTF-8 stay. */
const unescaped = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });

/** A text in the form in which searches compare: no capitals, no accents, no escapes, each letter made in one way. */
export const searchable = (text: string): string =>
  unescaped(text)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .normalize()
    .replace(special, (letter) => plain[letter] ?? letter);

/** What a search looks through in a failure: its name and its address. */
export const searchedText = (failure: Pick<Failure, 'filename' | 'url' | 'attempts'>): string =>
  searchable(`${fileName(failure)} ${failure.url}`);

/** Makes the test that a search stands for: each of its words has to be in one of the searchable texts. */
export function searchFor(search: string): (...texts: readonly string[]) => boolean {
  const words = searchable(search).split(/\s+/).filter(Boolean);
  return (...texts) => words.every((word) => texts.some((text) => text.includes(word)));
}
