import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boolean,
  filled,
  integer,
  list,
  Mismatch,
  map,
  maybe,
  nullable,
  number,
  object,
  oneOf,
  optional,
  type Parser,
  parsed,
  record,
  string,
  unknown,
  variant,
} from '../../../src/platform/parse.ts';

/** Where a value is wrong; undefined when it is right. */
function wrongIn(parse: Parser<unknown>, value: unknown): readonly (string | number)[] | undefined {
  try {
    parse(value);
    return undefined;
  } catch (error) {
    if (error instanceof Mismatch) return error.path;
    throw error;
  }
}

const shape = variant('kind', {
  circle: { radius: number, name: optional(string, 'round') },
  polygon: { corners: filled(object({ x: number, y: number })), colour: maybe(oneOf('red', 'blue')) },
  none: {},
});
const drawing = object({
  title: nullable(string),
  shapes: list(shape),
  layers: record(integer(0, 9)),
  hidden: boolean,
});

const anyNumber = fc.double({ noNaN: true });
const anyDrawing = fc.record({
  title: fc.option(fc.string()),
  shapes: fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('circle'), radius: anyNumber, name: fc.string() }),
      fc.record({
        kind: fc.constant('polygon'),
        corners: fc.array(fc.record({ x: anyNumber, y: anyNumber }), { minLength: 1 }),
        colour: fc.constantFrom('red', 'blue', null),
      }),
      fc.record({ kind: fc.constant('none') }),
    ),
  ),
  layers: fc.dictionary(
    fc.string().filter((name) => !(name in Object.prototype)),
    fc.integer({ min: 0, max: 9 }),
  ),
  hidden: fc.boolean(),
});

describe('a parser', () => {
  it('gives what is right as it is, and anew', () => {
    fc.assert(
      fc.property(anyDrawing, (value) => {
        const result = drawing(value);
        expect(result).toEqual(value);
        expect(drawing(result)).toEqual(result);
        expect(result).not.toBe(value);
        expect(result.shapes).not.toBe(value.shapes);
      }),
    );
  });

  it('takes any value for right or wrong, and throws nothing else', () => {
    fc.assert(
      fc.property(fc.anything({ withMap: true, withSparseArray: true, withNullPrototype: true }), (value) => {
        const parsers: Parser<unknown>[] = [drawing, shape, list(number), record(string), map(number)];
        for (const parse of parsers) {
          const right = wrongIn(parse, value) === undefined;
          expect(parsed(parse, value) !== undefined).toBe(right);
        }
      }),
    );
  });

  it('names the place that is wrong, whatever stands around it', () => {
    fc.assert(
      fc.property(anyDrawing, fc.nat(), fc.constantFrom('radius', 'kind'), (value, at, field) => {
        const shapes = [...value.shapes];
        const place = at % (shapes.length + 1);
        shapes.splice(place, 0, { kind: 'circle', radius: 1, name: '', [field]: Number.NaN } as never);
        expect(wrongIn(drawing, { ...value, shapes })).toEqual(['shapes', place, field]);
      }),
    );
  });

  it.each<[string, Parser<unknown>, unknown, readonly (string | number)[] | undefined]>([
    ['NaN is no number', number, Number.NaN, []],
    ['a text of digits is no number', number, '1', []],
    ['a boxed text is no text', string, Object('text'), []],
    ['half is no whole number', integer(0, 9), 0.5, []],
    ['a limit is within', integer(0, 9), 9, undefined],
    ['beyond a limit is not', integer(0, 9), 10, []],
    ['without end is not', integer(0, Number.MAX_SAFE_INTEGER), Number.POSITIVE_INFINITY, []],
    ['an inherited name is no word', oneOf('left'), 'constructor', []],
    ['null is not absent', optional(string, ''), null, []],
    ['absent is not null', nullable(string), undefined, []],
    ['both are nothing', list(maybe(string)), [null, undefined], undefined],
    ['a hole is an item', list(string), new Array(2), [0]],
    ['a hole can be nothing', list(unknown), new Array(2), undefined],
    ['what is like a list is none', list(string), { length: 1, 0: 'a' }, []],
    ['nothing does not fill', filled(string), [], [0]],
    ['an inherited name is no case', shape, { kind: 'toString' }, ['kind']],
    ['no case at all', shape, {}, ['kind']],
    ['the wrong case', shape, { kind: 'polygon', radius: 1 }, ['corners']],
    ['deep within', shape, { kind: 'polygon', corners: [{ x: 1, y: 1 }, { x: 1 }] }, ['corners', 1, 'y']],
    ['a function is no object', object({}), () => ({}), []],
    ['a wrong key of a map', map(number), new Map([[1, 1]]), []],
    ['a wrong value of a map', map(number), new Map([['a', '']]), ['a']],
  ])('knows that %s', (_what, parse, value, path) => {
    expect(wrongIn(parse, value)).toEqual(path);
  });

  it('gives a list without holes', () => {
    expect(Object.keys(list(unknown)(new Array(2)))).toEqual(['0', '1']);
  });

  it('leaves out what it does not know, and names that every object has', () => {
    const hostile: unknown = JSON.parse('{"a":1,"__proto__":2,"constructor":3,"toString":4}');
    const counts = record(number)(hostile);
    expect(Object.keys(counts)).toEqual(['a']);
    expect(Object.getPrototypeOf(counts)).toBe(Object.prototype);
    expect(object({ a: number })(JSON.parse('{"a":1,"b":2,"__proto__":{"c":3}}'))).toEqual({ a: 1 });
    expect({}).not.toHaveProperty('c');
  });

  it('reads a large list at once', () => {
    const many = Array.from({ length: 100_000 }, (_, radius) => ({ kind: 'circle', radius }));
    expect(list(shape)(many)).toHaveLength(100_000);
    many.push({ kind: 'circle', radius: Number.NaN });
    expect(wrongIn(list(shape), many)).toEqual([100_000, 'radius']);
  });
});
