/** A query parameter the server cannot use; its message is the text of the 400 answer. */
export class BadParameter extends Error {}

/** Reads query parameters, each with its default and its limits. Unknown parameters are let through. */
export class Parameters {
  readonly #query: URLSearchParams;

  constructor(query: URLSearchParams) {
    this.#query = query;
  }

  /** Any text up to `maxLength` characters. */
  text<Default extends string | null>(name: string, fallback: Default, maxLength = 2000): string | Default {
    const value = this.#query.get(name);
    if (value === null) return fallback;
    if (value.length > maxLength) throw new BadParameter(`${name} is longer than ${maxLength} characters`);
    return value;
  }

  /** A whole number from `min` to `max`. */
  integer<Default extends number | null>(
    name: string,
    fallback: Default,
    [min, max]: readonly [number, number],
  ): number | Default {
    const value = this.#query.get(name);
    if (value === null) return fallback;
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max)) {
      throw new BadParameter(`${name} must be a whole number from ${min} to ${max}, not "${value}"`);
    }
    return number;
  }

  /** A part of the whole, from 0 to 1. */
  fraction(name: string, fallback: number): number {
    const value = this.#query.get(name);
    if (value === null) return fallback;
    const number = /^[\d.]+$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= 0 && number <= 1)) throw new BadParameter(`${name} must be from 0 to 1, not "${value}"`);
    return number;
  }

  /** 1 for yes, 0 for no. */
  flag(name: string, fallback: boolean): boolean {
    return this.integer(name, fallback ? 1 : 0, [0, 1]) === 1;
  }

  /** How many times something happens; "always" is Infinity. */
  times(name: string, fallback: number): number {
    return this.#query.get(name) === 'always'
      ? Number.POSITIVE_INFINITY
      : this.integer(name, fallback, [0, 1_000_000]);
  }

  /** One of a few words. */
  oneOf<Word extends string>(name: string, fallback: Word, words: readonly Word[]): Word {
    const value = this.#query.get(name);
    if (value === null) return fallback;
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) {
      throw new BadParameter(`${name} must be one of ${words.join(', ')}, not "${value}"`);
    }
    return word;
  }
}
