import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortKeys } from '../../../src/domain/columns.ts';
import { categories } from '../../../src/domain/reasons.ts';
import { statuses } from '../../../src/history/entry.ts';
import { firstOrder, formatQuery, parseQuery, type Query, wholeHistory } from '../../../src/history/query.ts';

const day = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const text = fc.string({ maxLength: 40, unit: 'grapheme' });

const anySpan = fc.oneof(
  fc.constantFrom('', '1', '7', '30', '90').map((days) => ({ days, from: '', to: '' })),
  fc.record({
    days: fc.constant('between'),
    from: fc.oneof(fc.constant(''), day),
    to: fc.oneof(fc.constant(''), day),
  }),
);

const anyQuery: fc.Arbitrary<Query> = fc
  .tuple(
    fc.record({
      q: text,
      host: text,
      category: fc.constantFrom('', ...categories),
      cause: fc.constantFrom('', 'dns', 'status-404'),
      state: fc.constantFrom('', ...statuses),
      order: fc.record({ by: fc.constantFrom(...sortKeys), descending: fc.boolean() }),
    }),
    anySpan,
  )
  .map(([others, span]) => ({ ...wholeHistory, ...others, ...span }));

describe('the address of a query', () => {
  it('brings the query back', () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        expect(parseQuery(formatQuery(query))).toEqual(query);
      }),
    );
  });

  it('is empty for the whole history, and the other way round', () => {
    expect(formatQuery(wholeHistory)).toBe('');
    expect(parseQuery('')).toEqual(wholeHistory);
  });

  it('can be read by a person', () => {
    const query: Query = {
      ...wholeHistory,
      q: 'big file',
      category: 'server',
      state: 'dismissed',
      days: '7',
      order: { by: 'size', descending: false },
    };
    expect(formatQuery(query)).toBe('?q=big+file&category=server&state=dismissed&days=7&sort=size&order=up');
  });

  it.each([
    '?category=constructor&state=__proto__&sort=toString&order=sideways',
    '?days=8&from=2026-02-31&to=yesterday',
    '?days=-1&from=2026-1-1&to=99999-01-01',
    '?unknown=1&category=&state=',
    '?%E0%A4%A&&&===',
  ])('is passed over where it makes no sense: %s', (search) => {
    expect(parseQuery(search)).toEqual(wholeHistory);
  });

  it('never makes a query that is not one of ours, whatever it says', () => {
    const addresses = fc
      .array(
        fc.tuple(
          fc.constantFrom('q', 'host', 'category', 'state', 'days', 'from', 'to', 'sort', 'order'),
          fc.string(),
        ),
      )
      .map((pairs) => `?${new URLSearchParams(pairs.map(([name, value]) => [name, value]))}`);
    fc.assert(
      fc.property(addresses, (address) => {
        const query = parseQuery(address);
        expect(parseQuery(formatQuery(query))).toEqual(query);
      }),
    );
  });

  it('takes no more text than somebody would search for', () => {
    expect(parseQuery(`?q=${'x'.repeat(300)}`).q).toHaveLength(300);
    expect(parseQuery(`?q=${'x'.repeat(10_000)}`).q).toBe('');
  });
});

describe('a query', () => {
  it('begins an order with the newest, the largest or the letter A', () => {
    expect(sortKeys.filter((by) => firstOrder(by).descending)).toEqual(['failedAt', 'size']);
  });
});
