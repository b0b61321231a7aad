import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut, placeRows, rangeBetween, rowAt, setHeight } from '../../../src/history/row-layout.ts';

const heights = [10, 30, 20, 10];
const offsets = (): Float64Array => layOut(heights.length, (index) => heights[index] ?? 0);

describe('rows of different heights', () => {
  it('stand below each other', () => {
    expect([...offsets()]).toEqual([0, 10, 40, 60, 70]);
  });

  it.each([
    [-5, 0],
    [0, 0],
    [9.5, 0],
    [10, 1],
    [39, 1],
    [40, 2],
    [69, 3],
    [1000, 3],
  ])('are found by their place: at %d row %d', (y, row) => {
    expect(rowAt(offsets(), y)).toBe(row);
  });

  it('move when one before them turns out to be of another height', () => {
    const changed = offsets();
    setHeight(changed, 1, 50);
    expect([...changed]).toEqual([0, 10, 60, 80, 90]);
    setHeight(changed, -1, 50);
    expect([...changed]).toEqual([0, 10, 60, 80, 90]);
  });

  it('exist where the screen is', () => {
    expect(rangeBetween(offsets(), 12, 45)).toEqual({ first: 1, last: 2 });
    const none = layOut(0, () => 1);
    expect(rangeBetween(none, 0, 100)).toEqual({ first: -1, last: -1 });
  });

  it('can exist beyond the screen, as far as there are any', () => {
    const rowsOf = (spare: number): number[] =>
      placeRows(offsets(), { first: 1, last: 2 }, spare, []).rows.map(({ index }) => index);
    expect(rowsOf(0)).toEqual([1, 2]);
    expect(rowsOf(1)).toEqual([0, 1, 2, 3]);
    expect(rowsOf(9)).toEqual([0, 1, 2, 3]);
    const nowhere = { first: -Infinity, last: -Infinity };
    expect(placeRows(offsets(), nowhere, 9, []).rows).toEqual([]);
  });

  it('leave room for those that do not exist', () => {
    expect(placeRows(offsets(), { first: 2, last: 2 }, 0, [])).toEqual({
      rows: [{ index: 2, gap: 40 }],
      after: 10,
    });
    expect(placeRows(offsets(), { first: 3, last: 3 }, 0, [0, 99, -1])).toEqual({
      rows: [
        { index: 0, gap: 0 },
        { index: 3, gap: 50 },
      ],
      after: 0,
    });
    expect(
      placeRows(
        layOut(0, () => 1),
        { first: 0, last: 20 },
        0,
        [0],
      ),
    ).toEqual({ rows: [], after: 0 });
  });

  it('always fill the same height with what exists and what does not', () => {
    const many = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        many,
        fc.nat(70),
        fc.nat(70),
        fc.nat(20),
        fc.array(fc.nat(70)),
        (sizes, one, other, spare, kept) => {
          const laidOut = layOut(sizes.length, (index) => sizes[index] ?? 0);
          const range = { first: Math.min(one, other), last: Math.max(one, other) };
          const { rows, after } = placeRows(laidOut, range, spare, kept);
          const filled = rows.reduce((sum, { index, gap }) => sum + gap + (sizes[index] ?? 0), after);
          expect(filled).toBe(laidOut.at(-1));
          expect(rows.every(({ gap }) => gap >= 0)).toBe(true);
        },
      ),
    );
  });
});
