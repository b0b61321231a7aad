import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withParts } from '../../../../tools/bench/document.ts';
import { picture } from '../../../../tools/bench/picture.ts';
import { linesOf, reportOf } from '../../../../tools/bench/report.ts';
import type { Results } from '../../../../tools/bench/results.ts';
import { isMet, targetsOf } from '../../../../tools/bench/targets.ts';
import { root } from '../../../../tools/paths.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const results: Results = JSON.parse(read('docs/performance.json'));

describe('the document on performance', () => {
  it('shows the tables and the picture of its numbers', () => {
    const document = read('docs/performance.md');
    expect(withParts(document, reportOf(results))).toBe(document);
    expect(read('docs/performance.svg')).toBe(picture(linesOf(results)));
  });
});

describe('a target', () => {
  const met = (changed: Results, name: string): boolean | undefined => {
    const target = targetsOf(changed).find((one) => one.name.startsWith(name));
    return target && isMet(target);
  };

  it('of sizes is met up to its limit', () => {
    const withZipOf = (raw: number): Results => ({
      ...results,
      sizes: results.sizes.map((size) => (size.name === 'zip for chrome' ? { ...size, raw } : size)),
    });
    expect(met(withZipOf(300_000), 'zip for Chrome')).toBe(true);
    expect(met(withZipOf(300_001), 'zip for Chrome')).toBe(false);
  });

  it('of pages is judged beside the empty page with the same journal', () => {
    const withContent = (popup: number): Results => ({
      ...results,
      pages: results.pages.map((page) => {
        if (page.failures !== 1_000) return { ...page, content: 1_000 };
        return { ...page, content: page.page === 'popup' ? popup : 100 };
      }),
    });
    expect(met(withContent(124), 'popup content at 1,000')).toBe(true);
    expect(met(withContent(126), 'popup content at 1,000')).toBe(false);
  });
});
