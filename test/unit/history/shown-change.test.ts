import { describe, expect, it } from 'vitest';
import { changed, changeOf } from '../../../src/history/shown-change.ts';

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `id ${index}`);

/** The list as the page has it after a change, and how many ids it was sent for that. */
function sent(old: readonly string[], now: readonly string[]) {
  const { change, between } = changeOf(old, now);
  return { there: changed(old, change, between), count: between.length };
}

describe('a long list whose changes are sent', () => {
  it('loses ids without being sent any', () => {
    const old = ids(1_000);
    const now = [...old.slice(0, 300), ...old.slice(350)];
    expect(sent(old, now)).toEqual({ there: now, count: 0 });
  });

  it('is sent what is new at its beginning, at its end, or between', () => {
    const old = ids(1_000);
    for (const at of [0, 400, 1_000]) {
      const now = old.toSpliced(at, 0, 'new', 'newer');
      expect(sent(old, now)).toEqual({ there: now, count: 2 });
    }
  });

  it('is the same list if nothing changed', () => {
    const old = ids(10);
    expect(sent(old, ids(10)).there).toBe(old);
  });

  it.each([
    ['repeats an id', ['a', 'b', 'a'], ['a', 'b', 'a', 'b', 'a']],
    ['becomes shorter by ids that look alike', ['a', 'a', 'a'], ['a']],
    ['is empty at first', [], ['a', 'b']],
    ['becomes empty', ['a', 'b'], []],
    ['is in another order', ['a', 'b', 'c'], ['c', 'b', 'a']],
  ])('is right where it %s', (_what, old, now) => {
    expect(sent(old, now).there).toEqual(now);
  });
});
