import { expect, it, vi } from 'vitest';
import { badgeText, buttonTitle, createToolbar } from '../../../src/background/toolbar.ts';

vi.mock('../../../src/platform/browser.ts', () => import('../../fakes/keyed-texts.ts'));

const status = { unseen: 0, doubtful: false, numbered: true, broken: false };

it.each([
  ['nothing new', {}, '', 'button_none'],
  ['nothing new, though something doubtful is open', { doubtful: true }, '', 'button_none'],
  ['failed downloads', { unseen: 3 }, '3', 'button_unseen_other 3'],
  ['some that may only not be the file', { unseen: 1, doubtful: true }, '1', 'button_unseen_doubtful_one 1'],
  ['as many as have room', { unseen: 999 }, '999', 'button_unseen_other 999'],
  ['many', { unseen: 1000 }, '999+', 'button_unseen_other 1,000'],
  ['them without the number', { unseen: 1, numbered: false }, '', 'button_unseen_one 1'],
  ['that they can not be saved', { unseen: 3, broken: true }, '!', 'button_broken'],
])('the button says of %s what is true', (_what, fields, badge, title) => {
  expect(badgeText({ ...status, ...fields })).toBe(badge);
  expect(buttonTitle({ ...status, ...fields })).toBe(title);
});

it('the button shows what is true once the last of many changes has come', async () => {
  const shown: string[] = [];
  let unseen = 0;
  const update = createToolbar({
    status: async () => ({ ...status, unseen }),
    show: async (badge, title) => void shown.push(`${badge}: ${title}`),
  });
  const updates = [1, 2, 3].map((number) => {
    unseen = number;
    return update();
  });
  await Promise.all(updates);
  expect(shown.at(-1)).toBe('3: button_unseen_other 3');
  expect(shown.length).toBeLessThan(3);
});
