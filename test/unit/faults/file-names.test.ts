import { describe, expect, it } from 'vitest';
import { attachment, HOSTILE_NAMES } from '../../faults/file-names.ts';

/** Reads filename* as RFC 8187 says. */
function nameIn(header: string): string {
  return decodeURIComponent(/filename\*=UTF-8''(\S*)$/.exec(header)?.[1] ?? 'no name');
}

describe('a Content-Disposition header', () => {
  it.each(HOSTILE_NAMES)('gives back the name unharmed: $what', ({ name }) => {
    expect(nameIn(attachment(name))).toBe(name);
  });

  it.each(HOSTILE_NAMES)('is one line of ASCII: $what', ({ name }) => {
    expect(attachment(name)).toMatch(/^[\x20-\x7e]+$/);
  });

  it('has a plain name beside it for programs that know no other', () => {
    expect(attachment('naïve "x".zip')).toContain('filename="na_ve \\"x\\".zip"');
  });
});
