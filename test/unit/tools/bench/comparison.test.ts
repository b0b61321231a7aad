import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { comparison } from '../../../../tools/bench/comparison.ts';
import type { Results } from '../../../../tools/bench/results.ts';
import { root } from '../../../../tools/paths.ts';

const earlier: Results = JSON.parse(readFileSync(join(root, 'docs/performance.json'), 'utf8'));

/** The cells of a row of the comparison, by the beginning of its name. */
const rowOf = (text: string, name: string): string[] => {
  const line = text.split('\n').find((one) => one.startsWith(`| ${name}`));
  return (line ?? '').split('|').map((cell) => cell.trim());
};

/** The same run, but for the popup's content and first paint with 1,000 failures, so many times as long. */
const withPopup = (times: number): Results => ({
  ...earlier,
  pages: earlier.pages.map((one) =>
    one.page === 'popup' && one.failures === 1_000
      ? { ...one, content: one.content * times, firstPaint: one.firstPaint * times }
      : one,
  ),
});

describe('a run beside an earlier one', () => {
  it('that is the same has nothing that is worse', () => {
    const text = comparison(earlier, earlier);
    expect(rowOf(text, 'zip for Chrome, kB')).toContain('0 %');
    expect(text).toMatch(/Nothing is worse beyond the noise\.$/);
  });

  it('shows each number with its change in percent', () => {
    const [, , before, now, change] = rowOf(comparison(earlier, withPopup(1.1)), 'popup, 1,000: content ÷');
    expect(Number(now) / Number(before)).toBeCloseTo(1.1, 1);
    expect(change).toBe('+10 %');
  });

  it('marks a ratio that is worse by more than two runs of the same differ', () => {
    const name = 'popup, 1,000: content ÷ empty page';
    expect(rowOf(comparison(earlier, withPopup(1.1)), name)).not.toContain('worse');
    const text = comparison(earlier, withPopup(1.5));
    expect(rowOf(text, name)).toContain('worse');
    expect(text).toContain(`Worse beyond the noise: popup content at 1,000 failures ÷ empty page; ${name}`);
    expect(comparison(withPopup(1.5), earlier)).toMatch(/Nothing is worse beyond the noise\.$/);
  });

  it('marks no time, as another machine takes another', () => {
    expect(rowOf(comparison(earlier, withPopup(3)), 'popup, 1,000: first paint')).toContain('+200 %');
    expect(rowOf(comparison(earlier, withPopup(3)), 'popup, 1,000: first paint')).not.toContain('worse');
  });

  it('marks a zip that has grown by a twentieth', () => {
    const sizes = earlier.sizes.map((size) => ({ ...size, raw: size.raw * 1.05 }));
    expect(rowOf(comparison(earlier, { ...earlier, sizes }), 'zip for Firefox, kB')).toContain('worse');
  });
});
