import { expect, it, vi } from 'vitest';
import { causeName, knownCauses } from '../../../src/ui/cause-text.ts';

vi.mock('../../../src/platform/browser.ts', () => import('../../fakes/keyed-texts.ts'));

it('a search knows the words of every status that a server can refuse with, also where nobody has named it', () => {
  expect(knownCauses).toContain('status-520');
  expect(causeName('status-520')).toBe('cause_status 520');
  expect(new Set(knownCauses).size).toBe(knownCauses.length);
});
