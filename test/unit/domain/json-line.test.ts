import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenLineOf, type JsonPath, lineOf } from '../../../src/domain/json-line.ts';

const pretty = `{
  "a": 1,
  "list": [
    { "x": "}],\\"" },
    [ ],
    {
      "\\u0079": [true,
        null]
    }
  ],
  "a": { }
}
`;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('the line of a value in JSON', () => {
  it.each<[JsonPath, number]>([
    [[], 1],
    [['list'], 3],
    [['list', 0], 4],
    [['list', 0, 'x'], 4],
    [['list', 1], 5],
    [['list', 2], 6],
    [['list', 2, 'y'], 7],
    [['list', 2, 'y', 1], 8],
  ])('%j is %i', (path, line) => {
    for (const lineEnd of ['\n', '\r\n', '\r']) {
      expect(lineOf(pretty.replaceAll('\n', lineEnd), path)).toBe(line);
    }
  });

  it('is that of the last one where a key comes twice, since that one counts', () => {
    expect(lineOf(pretty, ['a'])).toBe(11);
  });

  it('is that of what it would be in where there is none', () => {
    expect(lineOf(pretty, ['list', 2, 'z', 7])).toBe(6);
    expect(lineOf(pretty, ['nothing'])).toBe(1);
    expect(lineOf('\n\n5', ['nothing'])).toBe(3);
  });
});

describe('the line that is no JSON any more', () => {
  it.each<[string, number]>([
    ['', 1],
    ['\n\n', 1],
    ['\nhello', 2],
    ['{}\n{}', 2],
    ['{\n"a": 1\n"b": 2}', 3],
    ['{\n"a": 1,\n}', 3],
    ['[\n1,\n]', 3],
    ['[\n,1]', 2],
    ['{\n1: 2}', 2],
    ['{"a"\n1}', 2],
    ['[\n1\n}', 3],
    ['[1]\n]', 2],
    ['[\n01]', 2],
    ['[\n"a\nb"]', 2],
    ['["\\x"]', 1],
    ["[\n\n'a']", 3],
    ['[1,\n\u00a02]', 2],
    ['[1,\n2,\n3', 3],
    ['[1,\n"2\\"]', 2],
    ['[NaN]', 1],
  ])('of %j is %i', (text, line) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(brokenLineOf(text)).toBe(line);
  });

  it('is found whenever JSON.parse fails, and only then', () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', ':', '\\', 'x', '\n', '1'))
      .map(([text, at, put]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + put + text.slice(place + 1);
      });
    fc.assert(
      fc.property(broken, (text) => {
        fc.pre(text.trim() !== '');
        // Nothing is found in the first line, which is empty, unless nothing is wrong.
        expect(brokenLineOf(`\n${text}`) === 1).toBe(isJson(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('is found in deep nesting as well', () => {
    expect(brokenLineOf(`${'['.repeat(300_000)}\n${']'.repeat(300_001)}`)).toBe(2);
  });
});
