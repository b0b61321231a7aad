import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categories } from '../../../src/domain/reasons.ts';
import { statuses } from '../../../src/history/entry.ts';
import {
  firstOrder,
  formatView,
  parseView,
  recentDays,
  sortKeys,
  type View,
  wholeHistory,
} from '../../../src/history/view.ts';

const day = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const text = fc.string({ maxLength: 40, unit: 'grapheme' });

const anyView: fc.Arbitrary<View> = fc.record({
  search: text,
  host: text,
  category: fc.constantFrom(null, ...categories),
  status: fc.constantFrom(null, ...statuses),
  span: fc.oneof(
    fc.constant({ kind: 'any' } as const),
    fc.constantFrom(...recentDays).map((days) => ({ kind: 'recent', days }) as const),
    fc
      .tuple(fc.option(day), fc.option(day))
      .filter(([first, last]) => first !== null || last !== null)
      .map(([first, last]) => ({ kind: 'between', first, last }) as const),
  ),
  order: fc.record({ by: fc.constantFrom(...sortKeys), descending: fc.boolean() }),
});

describe('the address of a view', () => {
  it('brings the view back', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        expect(parseView(formatView(view))).toEqual(view);
      }),
    );
  });

  it('is empty for the whole history, and the other way round', () => {
    expect(formatView(wholeHistory)).toBe('');
    expect(parseView('')).toEqual(wholeHistory);
  });

  it('can be read by a person', () => {
    const view: View = {
      ...wholeHistory,
      search: 'big file',
      category: 'server',
      status: 'dismissed',
      span: { kind: 'recent', days: 7 },
      order: { by: 'size', descending: false },
    };
    expect(formatView(view)).toBe('?q=big+file&category=server&state=dismissed&days=7&sort=size&order=up');
  });

  it.each([
    '?category=constructor&state=__proto__&sort=toString&order=sideways',
    '?days=8&from=2026-02-31&to=yesterday',
    '?days=-1&from=2026-1-1&to=99999-01-01',
    '?unknown=1&category=&state=',
    '?%E0%A4%A&&&===',
  ])('is passed over where it makes no sense: %s', (search) => {
    expect(parseView(search)).toEqual(wholeHistory);
  });

  it('never makes a view that is not one of ours, whatever it says', () => {
    const query = fc
      .array(
        fc.tuple(
          fc.constantFrom('q', 'host', 'category', 'state', 'days', 'from', 'to', 'sort', 'order'),
          fc.string(),
        ),
      )
      .map((pairs) => `?${new URLSearchParams(pairs.map(([name, value]) => [name, value]))}`);
    fc.assert(
      fc.property(query, (search) => {
        const view = parseView(search);
        expect(parseView(formatView(view))).toEqual(view);
      }),
    );
  });

  it('takes no more text than somebody would search for', () => {
    expect(parseView(`?q=${'x'.repeat(10_000)}`).search).toHaveLength(300);
  });
});

describe('a view', () => {
  it('begins an order with the newest, the largest or the letter A', () => {
    expect(sortKeys.filter((by) => firstOrder(by).descending)).toEqual(['time', 'size']);
  });
});
