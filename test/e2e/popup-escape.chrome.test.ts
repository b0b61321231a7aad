import { expect, it } from 'vitest';
import { launch } from '../../tools/launch.ts';
import { isPopupOpen, openRealPopup } from '../../tools/real-popup.ts';
import { openScreen, whyNoScreen } from '../../tools/screen.ts';

const reason = await whyNoScreen();
if (reason !== undefined) console.log(`The key Escape is left out: ${reason}`);

// Only a key of the keyboard closes it, not one that a test sends to the page.
it.skipIf(reason !== undefined)('the popup of Chrome is left with Escape', async ({ onTestFinished }) => {
  const screen = await openScreen();
  onTestFinished(screen.close);
  const session = await launch('chrome', { headless: false, display: screen.display });
  onTestFinished(session.close);
  const page = await session.openExtensionPage('options.html');
  await openRealPopup(session, page);
  await screen.press('Escape');
  await expect.poll(() => isPopupOpen(page)).toBe(false);
});
