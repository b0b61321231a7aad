import * as v from 'valibot';
import browser from './browser.ts';
import { localValue } from './named-value.ts';
import { unattended } from './unattended.ts';

/** Opens another page and closes the popup, which Firefox would leave open above it. */
export function leaveFor(opening: Promise<void>): void {
  unattended(
    opening.then(() => {
      for (const popup of browser.extension.getViews({ type: 'popup' })) popup.close();
    }),
  );
}

/** Whether the popup has been opened before. */
export const openedBefore = localValue('popup-opened', v.boolean(), false);
/** Whether the popup has offered to see requests, and the person has answered. */
export const watchOffered = localValue('watch-offered', v.boolean(), false);
