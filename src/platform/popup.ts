import * as v from 'valibot';
import browser from './browser.ts';
import { localValue } from './named-value.ts';
import { unattended } from './unattended.ts';

/** Opens another page from one of ours. Firefox would leave the popup open above it. */
export function leaveFor(opening: Promise<void>): void {
  unattended(
    opening.then(() => {
      for (const popup of browser.extension.getViews({ type: 'popup' })) popup.close();
    }),
  );
}

/** Whether the popup was ever opened before. */
export const openedBefore = localValue('popup-opened', v.boolean(), false);
