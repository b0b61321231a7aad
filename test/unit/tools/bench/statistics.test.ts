import { expect, it } from 'vitest';
import { median } from '../../../../tools/bench/statistics.ts';

it('the median is the middle of the numbers, whatever their order', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([100, 2, 10, 1])).toBe(6);
  expect(median([7])).toBe(7);
  expect(median([1 / 3])).toBe(0.333);
  expect(() => median([])).toThrow();
});
