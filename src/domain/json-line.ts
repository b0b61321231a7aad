/** On which line of a JSON text something stands. `JSON.parse` tells it in some browsers and for some errors only. */

/** The way to a value: keys of objects and indexes of arrays. */
export type JsonPath = readonly (string | number)[];

/** The line, from 1, on which the value at `path` begins; if there is none, the nearest one that it would be in. */
export function lineOf(text: string, path: JsonPath): number {
  const wanted = path.map(String);
  let found = 0;
  walk(text, (at, offset) => {
    // Containers come before what is in them, and of two equal keys the last one counts.
    if (at.length <= wanted.length && at.every((key, depth) => key === wanted[depth])) found = offset;
  });
  return lineAt(text, found);
}

/** The line, from 1, from which on the text is no JSON any more; the last one when it ends too early. */
export const brokenLineOf = (text: string): number => lineAt(text, walk(text, () => undefined) ?? 0);

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split(/\r\n|\r|\n/).length;

interface Token {
  offset: number;
  text: string;
}

function* tokens(text: string): Generator<Token> {
  const blank = /[ \t\r\n]*/y;
  const word = /[^ \t\r\n{}[\],:"]+/y;
  for (let offset = 0; ; ) {
    blank.lastIndex = offset;
    blank.test(text);
    offset = blank.lastIndex;
    if (offset >= text.length) return;
    word.lastIndex = offset;
    const end = word.test(text)
      ? word.lastIndex
      : text[offset] === '"'
        ? endOfString(text, offset)
        : offset + 1;
    yield { offset, text: text.slice(offset, end) };
    offset = end;
  }
}

/** Where the string that begins at `start` ends; the end of the text if it doesn't. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = quote;
    while (text[slashes - 1] === '\\') slashes -= 1;
    if ((quote - slashes) % 2 === 0) return quote + 1;
  }
  return text.length;
}

/** What a single token means; undefined when it is no string, number, true, false or null. */
function scalar(token: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(token) };
  } catch {
    return undefined;
  }
}

/** Calls `visit` with the path and offset of every value. Gives the offset at which the text stops being JSON. */
function walk(text: string, visit: (path: readonly string[], offset: number) => void): number | undefined {
  /** What ends the containers that are open, and the place in each of them. */
  const ends: string[] = [];
  const path: string[] = [];
  let expected: 'value' | 'key' | 'colon' | 'next' = 'value';
  /** Whether a container was just opened: only then may it end without a value. */
  let empty = false;
  let last = 0;
  for (const { offset, text: token } of tokens(text)) {
    last = offset;
    if (token === ends.at(-1) && (expected === 'next' || empty)) {
      ends.pop();
      path.pop();
      expected = 'next';
      empty = false;
      continue;
    }
    empty = false;
    switch (expected) {
      case 'value':
        visit(path, offset);
        if (token === '{' || token === '[') {
          ends.push(token === '{' ? '}' : ']');
          path.push('0');
          expected = token === '{' ? 'key' : 'value';
          empty = true;
        } else if (scalar(token)) {
          expected = 'next';
        } else {
          return offset;
        }
        break;
      case 'key': {
        const key = scalar(token)?.value;
        if (typeof key !== 'string') return offset;
        path[path.length - 1] = key;
        expected = 'colon';
        break;
      }
      case 'colon':
        if (token !== ':') return offset;
        expected = 'value';
        break;
      case 'next':
        if (token !== ',' || ends.length === 0) return offset;
        expected = ends.at(-1) === '}' ? 'key' : 'value';
        if (expected === 'value') path[path.length - 1] = String(Number(path.at(-1)) + 1);
        break;
    }
  }
  return expected === 'next' && ends.length === 0 ? undefined : last;
}
