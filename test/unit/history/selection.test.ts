import { describe, expect, it } from 'vitest';
import { extend, keepShown, nothingSelected, selectAll, toggleId } from '../../../src/history/selection.ts';

const shown = ['a', 'b', 'c', 'd'];
const list = ({ ids }: { ids: ReadonlySet<string> }): string => [...ids].sort().join(' ');

describe('a selection', () => {
  it('takes a row in and leaves it out again', () => {
    const one = toggleId(nothingSelected, 'b');
    expect(list(one)).toBe('b');
    expect(list(toggleId(one, 'b'))).toBe('');
  });

  it('reaches from the last row to another, up or down', () => {
    const fromC = toggleId(nothingSelected, 'c');
    expect(list(extend(fromC, shown, 'd'))).toBe('c d');
    expect(list(extend(extend(fromC, shown, 'd'), shown, 'a'))).toBe('a b c d');
  });

  it('begins with the row itself where there is no other end', () => {
    expect(list(extend(nothingSelected, shown, 'b'))).toBe('b');
    expect(list(extend(toggleId(nothingSelected, 'gone'), shown.slice(0, 2), 'b'))).toContain('b');
    expect(list(extend(toggleId(nothingSelected, 'a'), shown, 'gone'))).toBe('a');
  });

  it('holds nothing that the filter does not show', () => {
    const all = selectAll(shown);
    expect(list(keepShown(all, shown.slice(1, 3)))).toBe('b c');
    expect(keepShown(all, shown)).toBe(all);
  });

  it('is not looked through again for what is shown already', () => {
    const kept = keepShown(selectAll(shown), shown.slice(1, 3));
    const fewer = toggleId(kept, 'b');
    for (const one of [kept, fewer]) expect(keepShown(one, kept.among ?? [])).toBe(one);
    expect(list(fewer)).toBe('c');
    expect(list(keepShown(fewer, ['a', 'b']))).toBe('');
  });
});
