import { expect, it, vi } from 'vitest';
import { badgeText, buttonTitle } from '../../../src/background/toolbar.ts';

vi.mock('../../../src/platform/browser.ts', () => import('../../fakes/keyed-texts.ts'));

const status = { unseen: 0, doubtful: false, numbered: true, broken: false };

it.each([
  ['nothing new', {}, '', 'button_none'],
  ['nothing new, though something doubtful is open', { doubtful: true }, '', 'button_none'],
  ['failed downloads', { unseen: 3 }, '3', 'button_unseen_other 3'],
  ['some that may only not be the file', { unseen: 1, doubtful: true }, '1', 'button_unseen_doubtful_one 1'],
  ['many', { unseen: 1000 }, '999+', 'button_unseen_other 1,000'],
  ['them without the number', { unseen: 1, numbered: false }, '', 'button_unseen_one 1'],
  ['that they can not be saved', { unseen: 3, broken: true }, '!', 'button_broken'],
])('the button says of %s what is true', (_what, fields, badge, title) => {
  expect(badgeText({ ...status, ...fields })).toBe(badge);
  expect(buttonTitle({ ...status, ...fields })).toBe(title);
});
