import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bodyOf, piecesOf, sha256Of, sliceOf } from '../../faults/body.ts';

describe('the content of a served file', () => {
  it('is the same every time for the same seed, and another for another seed', () => {
    expect(bodyOf('a', 1000).equals(bodyOf('a', 1000))).toBe(true);
    expect(bodyOf('a', 1000).equals(bodyOf('b', 1000))).toBe(false);
  });

  it('has exactly the size asked for, down to nothing', () => {
    expect([0, 1, 15, 16, 17, 100_000].map((size) => bodyOf('a', size).length)).toEqual([
      0, 1, 15, 16, 17, 100_000,
    ]);
  });

  it('can be had from any byte on, without the bytes before', () => {
    const whole = bodyOf('a', 1000);
    for (const [from, to] of [
      [0, 10],
      [15, 16],
      [16, 17],
      [333, 1000],
    ] as const) {
      expect(sliceOf('a', from, to).equals(whole.subarray(from, to))).toBe(true);
    }
  });

  it('comes in pieces that join to the whole', () => {
    expect(Buffer.concat([...piecesOf('a', 5, 1000, 77)]).equals(bodyOf('a', 1000).subarray(5))).toBe(true);
  });

  it('has the SHA-256 that is said of it', () => {
    expect(sha256Of('a', 200_000)).toBe(createHash('sha256').update(bodyOf('a', 200_000)).digest('hex'));
  });

  it('does not compress', () => {
    expect(deflateSync(bodyOf('a', 10_000)).length).toBeGreaterThan(9_990);
  });
});
