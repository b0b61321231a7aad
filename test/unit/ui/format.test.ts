import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';

vi.mock('../../../src/platform/browser.ts', () => ({ default: { i18n: {} } }));

/** The formats in a language: each is made once, so every language needs its own. */
async function formatsIn(language: string): Promise<typeof import('../../../src/ui/format.ts')> {
  const { default: browser } = await import('../../../src/platform/browser.ts');
  Object.assign(browser.i18n, { getMessage: () => language.slice(0, 2), getUILanguage: () => language });
  return import('../../../src/ui/format.ts');
}

beforeEach(() => vi.resetModules());

const at = (year: number, month: number, day: number, hour = 12, minute = 0): number =>
  new Date(year, month - 1, day, hour, minute).getTime();

describe('how long ago a time is', () => {
  const now = at(2026, 11, 29, 8);

  it.each([
    ['a moment ago', now - 20_000, 'now'],
    ['some minutes ago', now - 5 * 60_000, '5 min. ago'],
    ['hours ago, even on the day before', at(2026, 11, 28, 20), '12 hr. ago'],
    ['on the day before, more than 24 hours ago', at(2026, 11, 28, 7), 'yesterday'],
    ['two days before, less than 48 hours ago', at(2026, 11, 27, 23), '2 days ago'],
    ['six days before', at(2026, 11, 23, 1), '6 days ago'],
    ['two months ago, nearly', at(2026, 10, 1), '1 mo. ago'],
    ['in September', at(2026, 9, 10), '2 mo. ago'],
    ['in 2024', at(2024, 12, 1), '1 yr. ago'],
    ['years ago', at(2022, 5, 1), '4 yr. ago'],
  ])('is told in words that are true: %s', async (_what, time, words) => {
    const { formatAgo } = await formatsIn('en-US');
    expect(formatAgo(time, now)).toBe(words);
  });

  it.each([
    ['soon', now + 20_000, 'in 20 sec.'],
    ['in hours', now + 3 * 3_600_000, 'in 3 hr.'],
    ['on the next day', at(2026, 11, 30, 9), 'tomorrow'],
  ])('also says when something will be: %s', async (_what, time, words) => {
    const { formatAgo } = await formatsIn('en-US');
    expect(formatAgo(time, now)).toBe(words);
  });

  it('uses the words that a language has for days', async () => {
    const { formatAgo } = await formatsIn('de');
    expect(formatAgo(at(2026, 11, 27, 23), now)).toBe('vorgestern');
    expect(formatAgo(at(2026, 11, 28, 7), now)).toBe('gestern');
    expect(formatAgo(at(2026, 9, 10), now)).toBe('vor 2\u00a0Monaten');
  });
});

describe('a percentage', () => {
  it('is exact for every share that a person would work out', async () => {
    const { formatPercent } = await formatsIn('en-US');
    expect(formatPercent(29 / 100)).toBe('29%');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), fc.nat(1_000_000_000), (whole, some) => {
        const part = Math.min(some, whole);
        expect(formatPercent(part / whole)).toBe(`${Math.floor((part * 100) / whole)}%`);
      }),
    );
  });

  it('is never 100 before everything is there', async () => {
    const { formatPercent } = await formatsIn('en-US');
    expect(formatPercent((1e15 - 1) / 1e15)).toBe('99%');
    expect(formatPercent(1)).toBe('100%');
  });
});
