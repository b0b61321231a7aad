import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { countsSchema } from '../../../src/domain/counts.ts';
import { failureSchema } from '../../../src/domain/failure.ts';
import { settingsSchema } from '../../../src/domain/settings.ts';
import { parsed } from '../../../src/platform/parsed.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

/** Where a value is no failure, such as `attempts.0.state`; undefined when it is one. */
function wrongIn(value: unknown): string | undefined {
  const { success, issues } = v.safeParse(failureSchema, value, { abortEarly: true });
  return success ? undefined : (v.getDotPath(issues[0]) ?? '');
}

const ended = { by: 'elsewhere' as const, item: null, startedAt: 1, totalBytes: null, endedAt: 2 };
const anyNumber = fc.double({ noNaN: true });
const anyFailure = fc
  .record({
    url: fc.string(),
    failedAt: anyNumber,
    method: fc.option(fc.string()),
    next: fc.constantFrom(null, { kind: 'turn' }, { kind: 'stopped', why: 'tries', tries: 3 }),
    attempts: fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('first'), state: fc.constant('completed'), bytesReceived: anyNumber }),
        fc.record({
          kind: fc.constantFrom('resume', 'restart'),
          state: fc.constant('failed'),
          reason: fc.string(),
          canResume: fc.boolean(),
          bytesReceived: anyNumber,
        }),
      ),
      { minLength: 1 },
    ),
  })
  .map(({ attempts, ...fields }) => ({
    ...failureWith(),
    ...fields,
    attempts: attempts.map((attempt) => ({ ...attempt, ...ended })),
  }));

describe('what is read as a failure', () => {
  it('is given as it is, and anew', () => {
    fc.assert(
      fc.property(anyFailure, (value) => {
        const result = v.parse(failureSchema, value);
        expect(result).toEqual(value);
        expect(v.parse(failureSchema, result)).toEqual(result);
        expect(result).not.toBe(value);
        expect(result.attempts).not.toBe(value.attempts);
      }),
    );
  });

  it('is taken for right or wrong, whatever it is, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.anything({ withMap: true, withSparseArray: true, withNullPrototype: true }), (value) => {
        expect(parsed(failureSchema, value) !== undefined).toBe(wrongIn(value) === undefined);
        parsed(countsSchema, value);
        parsed(settingsSchema, value);
      }),
    );
  });

  it('is refused with the name of the place that is wrong, whatever stands around it', () => {
    fc.assert(
      fc.property(anyFailure, fc.nat(), fc.constantFrom('bytesReceived', 'state'), (value, at, field) => {
        const attempts: unknown[] = [...value.attempts];
        const place = at % (attempts.length + 1);
        attempts.splice(place, 0, failedAttempt({ [field]: Number.NaN }));
        expect(wrongIn({ ...value, attempts })).toBe(`attempts.${place}.${field}`);
      }),
    );
  });

  it.each<[string, Record<string, unknown>, string | undefined]>([
    ['NaN is no number', { failedAt: Number.NaN }, 'failedAt'],
    ['a text of digits is no number', { failedAt: '1' }, 'failedAt'],
    ['a boxed text is no text', { url: Object('text') }, 'url'],
    ['an inherited name is no word', { browser: 'constructor' }, 'browser'],
    ['null is not absent', { attempts: [failedAttempt({ by: null })] }, 'attempts.0.by'],
    ['absent is not null', { referrer: undefined }, 'referrer'],
    ['both are nothing', { method: undefined, round: null }, undefined],
    ['a hole is an attempt', { attempts: new Array(2) }, 'attempts.0'],
    ['what is like a list is none', { attempts: { length: 1, 0: failedAttempt() } }, 'attempts'],
    ['a failure has an attempt', { attempts: [] }, 'attempts.0'],
    [
      'an inherited name is no state',
      { attempts: [failedAttempt({ state: 'toString' })] },
      'attempts.0.state',
    ],
    [
      'there is no attempt without a state',
      { attempts: [failedAttempt({ state: undefined })] },
      'attempts.0.state',
    ],
    [
      'another state has other fields',
      { attempts: [failedAttempt({ state: 'starting' })] },
      'attempts.0.deadline',
    ],
    [
      'it is wrong deep within',
      { attempts: [failedAttempt(), failedAttempt({ item: { id: 1, session: null, trace: null } })] },
      'attempts.1.item.key',
    ],
    ['a function is no object', { attempts: [failedAttempt({ item: () => ({}) })] }, 'attempts.0.item'],
  ])('is known so well that %s', (_what, fields, place) => {
    expect(wrongIn({ ...failureWith(), ...fields })).toBe(place);
  });

  it('leaves out what it does not know, and names that every object has', () => {
    const hostile: unknown = JSON.parse('{"open":{"A":1,"__proto__":2,"constructor":3},"unseen":0,"b":2}');
    const counts = v.parse(countsSchema, hostile);
    expect(counts).toEqual({ open: { A: 1 }, unseen: 0, round: null });
    expect(Object.getPrototypeOf(counts.open)).toBe(Object.prototype);
    expect(v.parse(failureSchema, { ...failureWith(), ...JSON.parse('{"__proto__":{"c":3}}') })).toEqual(
      failureWith(),
    );
    expect({}).not.toHaveProperty('c');
  });

  it('is read at once when there are many attempts', () => {
    const many = Array.from({ length: 20_000 }, () => failedAttempt());
    expect(v.parse(failureSchema, { ...failureWith(), attempts: many }).attempts).toHaveLength(20_000);
    many.push(failedAttempt({ bytesReceived: Number.NaN }));
    expect(wrongIn({ ...failureWith(), attempts: many })).toBe('attempts.20000.bytesReceived');
  });
});

describe('a stored setting', () => {
  it.each<[string, unknown, number]>([
    ['a limit is within', 20, 20],
    ['beyond a limit is not', 21, 5],
    ['half is no whole number', 1.5, 5],
    ['without end is not', Number.POSITIVE_INFINITY, 5],
    ['a text of digits is no number', '7', 5],
    ['absent is not set', undefined, 5],
  ])('counts as set or not: %s', (_what, automaticTries, read) => {
    expect(v.parse(settingsSchema, { automaticTries }).automaticTries).toBe(read);
  });
});
