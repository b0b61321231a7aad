import { describe, expect, test } from 'vitest';
import { fits, isAtLeast } from '../../../tools/fresh-clone.mjs';

test.for<[string, string, boolean]>([
  ['20.19.0', '20.19', true],
  ['20.18.3', '20.19', false],
  ['22.0.0', '20.19', true],
  ['18.20.4', '20.19', false],
  ['156.0.8078.79', '121', true],
  ['140.0', '140.0', true],
  ['140', '140.0', true],
  ['139.12', '140.0', false],
])('%s against a minimum of %s: %s', ([version, minimum, enough]) => {
  expect(isAtLeast(version, minimum)).toBe(enough);
});

describe('what is installed', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
      'node_modules/for-mac': { version: '1.0.0', integrity: 'sha512-m', optional: true },
    },
  };

  test('does not fit when there is nothing', () => {
    expect(fits(undefined, lock)).toBe(false);
  });

  test('fits without the optional packages', () => {
    expect(fits({ packages: { 'node_modules/a': lock.packages['node_modules/a'] } }, lock)).toBe(true);
  });

  test.for([
    {},
    { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } },
    { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } },
  ])('does not fit when a package is missing or another: %j', (packages) => {
    expect(fits({ packages }, lock)).toBe(false);
  });
});
