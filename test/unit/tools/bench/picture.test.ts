import { describe, expect, it } from 'vitest';
import { apart, picture, stepFor } from '../../../../tools/bench/picture.ts';

const lines = [
  {
    name: 'popup',
    title: 'popup',
    points: [
      [0, 50],
      [100, 60],
      [100_000, 70],
    ],
  },
  { name: 'empty', title: 'empty page', points: [[0, 40]] },
] as const;

/** The places of the dots of one line. */
const dotsOf = (svg: string, name: string): [x: number, y: number][] =>
  [
    ...(svg.split(`<g class="${name}">`)[1]?.split('</g>')[0] ?? '').matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g),
  ].map(([, x, y]) => [Number(x), Number(y)]);

describe('the picture', () => {
  it('has a dot for each measurement, higher for more time and further right for more failures', () => {
    const [none, some, many] = dotsOf(picture(lines), 'popup');
    expect(some?.[0]).toBeGreaterThan(none?.[0] ?? Number.NaN);
    expect(many?.[0]).toBeGreaterThan(some?.[0] ?? Number.NaN);
    expect(some?.[1]).toBeLessThan(none?.[1] ?? Number.NaN);
    expect(dotsOf(picture(lines), 'empty')).toHaveLength(1);
  });

  it('gives each power of ten the same room, and nothing the room of one', () => {
    const [none = 0, some = 0, many = 0] = dotsOf(picture(lines), 'popup').map(([x]) => x);
    expect((many - some) / (some - none)).toBeCloseTo(3, 1);
  });

  it('names its lines and the numbers of its axes', () => {
    const svg = picture(lines);
    for (const text of ['>popup<', '>empty page<', '>100,000<', '>0<']) expect(svg).toContain(text);
  });

  it('is well-formed', () => {
    const open: string[] = [];
    for (const [, end, name = '', single] of picture(lines).matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (end) expect(open.pop()).toBe(name);
      else if (!single) open.push(name);
    }
    expect(open).toEqual([]);
  });
});

it('labels that would overlap move apart, upwards', () => {
  expect(apart([100, 98, 20], 18)).toEqual([100, 82, 20]);
  expect(apart([98, 100, 90], 18)).toEqual([82, 100, 64]);
});

it('the axis has some round steps', () => {
  expect([70, 450, 1_100, 2_300].map(stepFor)).toEqual([20, 100, 200, 500]);
});
