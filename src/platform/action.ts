import browser from './browser.ts';
import { target } from './target.ts';

/** Whether the person has to pin the button. Firefox has it in the toolbar from the start: see `tools/manifest.ts`. */
export const needsPin = target !== 'firefox';

/** Shows `text` (empty for none) on the extension's button, and `title` as its tooltip. */
export async function showOnButton(text: string, title: string): Promise<void> {
  await Promise.all([
    browser.action.setBadgeText({ text }),
    browser.action.setTitle({ title }),
    browser.action.setBadgeBackgroundColor({ color: '#9c1f1f' }),
    browser.action.setBadgeTextColor({ color: '#ffffff' }),
  ]);
}
