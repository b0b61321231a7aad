import { describe, expect, it } from 'vitest';
import { withParts } from '../../../../tools/bench/document.ts';

const document =
  'Before.\n\n<!-- bench: sizes -->\n<!-- end -->\n\nBetween.\n\n<!-- bench: pages -->\n<!-- end -->\n';

describe('a document with parts', () => {
  it('has each in its place, and all else as it was', () => {
    expect(withParts(document, { pages: 'P', sizes: 'S' })).toBe(
      'Before.\n\n<!-- bench: sizes -->\n\nS\n\n<!-- end -->\n\nBetween.\n\n<!-- bench: pages -->\n\nP\n\n<!-- end -->\n',
    );
  });

  it('is the same when it is filled again', () => {
    const once = withParts(document, { pages: 'old', sizes: 'S' });
    expect(withParts(once, { pages: 'P' })).toBe(withParts(document, { pages: 'P', sizes: 'S' }));
  });

  it('is refused when it has no place for a part', () => {
    expect(() => withParts(document, { heap: 'H' })).toThrow('heap');
  });
});
