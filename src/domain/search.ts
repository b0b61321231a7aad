import type { Failure } from './failure.ts';
import { fileName } from './file-name.ts';

/** Whether a failure's name and address have all the words of a search, in any order and in large or small letters. */
export function matches(failure: Failure, search: string): boolean {
  const text = `${fileName(failure)} ${failure.url}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
