/**
 * Parsers for what comes from elsewhere: messages, storage, files, the browser. Each gives the value in the type that it
 * describes, made anew from the fields it knows, or throws a {@link Mismatch}.
 */
export type Parser<Value> = (value: unknown) => Value;

/** What a parser gives. */
export type Parsed<Of> = Of extends Parser<infer Value> ? Value : never;

/** A value is not what it was to be. */
export class Mismatch extends Error {
  /** Where in the value; empty for all of it. */
  readonly path: readonly (string | number)[];

  constructor(path: readonly (string | number)[] = []) {
    super(`Not as expected: ${path.join('.')}`);
    this.path = path;
  }
}

function fail(): never {
  throw new Mismatch();
}

/** What passes a test, as it is. */
/* @__NO_SIDE_EFFECTS__ */
export function check<Value>(test: (value: unknown) => value is Value): Parser<Value> {
  return (value) => (test(value) ? value : fail());
}

export const unknown: Parser<unknown> = (value) => value;
export const string = check((value) => typeof value === 'string');
export const boolean = check((value) => typeof value === 'boolean');
/** Any number but NaN. */
export const number = check((value): value is number => typeof value === 'number' && !Number.isNaN(value));

/** A whole number within limits, both included. */
/* @__NO_SIDE_EFFECTS__ */
export function integer(least: number, most: number): Parser<number> {
  return check(
    (value): value is number => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  );
}

/** One of these words. */
/* @__NO_SIDE_EFFECTS__ */
export function oneOf<const Word extends string>(...words: readonly Word[]): Parser<Word> {
  return check((value): value is Word => words.some((word) => word === value));
}

/* @__NO_SIDE_EFFECTS__ */
export function nullable<Value>(parse: Parser<Value>): Parser<Value | null> {
  return (value) => (value === null ? null : parse(value));
}

/** `otherwise` stands for what is not there. */
/* @__NO_SIDE_EFFECTS__ */
export function optional<Value, Otherwise>(
  parse: Parser<Value>,
  otherwise: Otherwise,
): Parser<Value | Otherwise> {
  return (value) => (value === undefined ? otherwise : parse(value));
}

/** Null for what is not there. */
/* @__NO_SIDE_EFFECTS__ */
export function maybe<Value>(parse: Parser<Value>): Parser<Value | null> {
  return optional(nullable(parse), null);
}

/** Parses a part of a value, and tells where it stands when it is wrong. */
function part<Value>(parse: Parser<Value>, value: unknown, key: string | number): Value {
  try {
    return parse(value);
  } catch (error) {
    throw error instanceof Mismatch ? new Mismatch([key, ...error.path]) : error;
  }
}

/* @__NO_SIDE_EFFECTS__ */
export function list<Value>(parse: Parser<Value>): Parser<Value[]> {
  return (value) =>
    Array.isArray(value) ? Array.from(value, (item, index) => part(parse, item, index)) : fail();
}

/** A list with at least one item. */
/* @__NO_SIDE_EFFECTS__ */
export function filled<Value>(parse: Parser<Value>): Parser<[Value, ...Value[]]> {
  const items = list(parse);
  return (value) => {
    const [first = part(parse, undefined, 0), ...others] = items(value);
    return [first, ...others];
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** A parser for each field. */
type Fields = Readonly<Record<string, Parser<unknown>>>;
type ParsedFields<Of extends Fields> = { [Name in keyof Of]: Parsed<Of[Name]> };

/** An object with these fields; what else it has is left out. */
/* @__NO_SIDE_EFFECTS__ */
export function object<Of extends Fields>(fields: Of): Parser<ParsedFields<Of>>;
/* @__NO_SIDE_EFFECTS__ */
export function object(fields: Fields): Parser<Record<string, unknown>> {
  const parsers = Object.entries(fields);
  return (value) => {
    if (!isObject(value)) return fail();
    const result: Record<string, unknown> = {};
    for (const [name, parse] of parsers) result[name] = part(parse, value[name], name);
    return result;
  };
}

/** An object whose other fields depend on the word in the field `tag`. */
/* @__NO_SIDE_EFFECTS__ */
export function variant<const Tag extends string, Cases extends Readonly<Record<string, Fields>>>(
  tag: Tag,
  cases: Cases,
): Parser<{ [Word in keyof Cases]: { [Name in Tag]: Word } & ParsedFields<Cases[Word]> }[keyof Cases]>;
/* @__NO_SIDE_EFFECTS__ */
export function variant(tag: string, cases: Readonly<Record<string, Fields>>): Parser<unknown> {
  const parsers = new Map<unknown, Parser<object>>(
    Object.entries(cases).map(([word, fields]) => [word, object(fields)]),
  );
  return (value) => {
    if (!isObject(value)) return fail();
    const word = value[tag];
    const parse = parsers.get(word);
    if (!parse) throw new Mismatch([tag]);
    return { [tag]: word, ...parse(value) };
  };
}

/** An object with values of one kind under any names, but for those that every object has. */
/* @__NO_SIDE_EFFECTS__ */
export function record<Value>(parse: Parser<Value>): Parser<Record<string, Value>> {
  return (value) =>
    isObject(value)
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([name]) => !(name in Object.prototype))
            .map(([name, inner]) => [name, part(parse, inner, name)]),
        )
      : fail();
}

/** A map with texts for keys, as messages can bring one. */
/* @__NO_SIDE_EFFECTS__ */
export function map<Value>(parse: Parser<Value>): Parser<Map<string, Value>> {
  return (value) =>
    value instanceof Map
      ? new Map([...value].map(([key, inner]) => [string(key), part(parse, inner, String(key))]))
      : fail();
}

/** The value as the parser gives it, or undefined where it is something else. */
export function parsed<Value>(parse: Parser<Value>, value: unknown): Value | undefined {
  try {
    return parse(value);
  } catch {
    return undefined;
  }
}
