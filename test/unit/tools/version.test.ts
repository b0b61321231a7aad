import { expect, test } from 'vitest';
import { minimumVersion, versionIn } from '../../../tools/browser/version.ts';

test.for([
  ['Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)', '156.0.8078.79'],
  ['Google Chrome 137.0.7151.68 ', '137.0.7151.68'],
  ['Microsoft Edge 140.0.3485.54', '140.0.3485.54'],
  ['Mozilla Firefox 153.7.0esr', '153.7.0'],
  ['Mozilla Firefox 153.0b4', '153.0'],
  ['\r\n153.0\r\n', '153.0'],
  ['Please install the snap', undefined],
] as const)('the version in %j is %s', ([text, version]) => {
  expect(versionIn(text)).toBe(version);
});

test('the minimums are the manifest’s', async () => {
  expect(await minimumVersion('chrome')).toMatch(/^\d+$/);
  expect(await minimumVersion('firefox')).toMatch(/^\d+\.\d+$/);
});
