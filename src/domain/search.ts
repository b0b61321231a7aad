import type { Failure } from './failure.ts';
import { fileName } from './file-name.ts';

/** A text in the form in which searches compare: without upper case, and each letter made in one way only. */
export const searchable = (text: string): string => text.normalize().toLowerCase();

/** Whether a failure's name and address have all the words of a search, in any order. */
export function matches(failure: Failure, search: string): boolean {
  const text = searchable(`${fileName(failure)} ${failure.url}`);
  return searchable(search)
    .split(/\s+/)
    .every((word) => text.includes(word));
}
