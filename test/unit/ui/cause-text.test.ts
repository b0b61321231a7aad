import { expect, it, vi } from 'vitest';
import { causeName, knownCauses } from '../../../src/ui/cause-text.ts';

// A text says its name and what is in it.
vi.mock('../../../src/platform/browser.ts', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'en',
      getMessage: (key: string, values: string[] = []) =>
        key === 'language_code' ? 'en' : [key, ...values].join(' '),
    },
    extension: {},
  },
}));

it('a search knows the words of every status that a server can refuse with, also where nobody has named it', () => {
  expect(knownCauses).toContain('status-520');
  expect(causeName('status-520')).toBe('cause_status 520');
  expect(new Set(knownCauses).size).toBe(knownCauses.length);
});
