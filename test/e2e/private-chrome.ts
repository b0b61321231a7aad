import type { Page } from 'puppeteer-core';
import { expect } from 'vitest';
import type { BrowserSession } from '../../tools/launch.ts';

/** Allows the extension in Chrome's private windows, as a person does on chrome://extensions. */
export async function allowInPrivate(chrome: BrowserSession): Promise<void> {
  const extensions = await chrome.openPage('chrome://extensions');
  await extensions.evaluate(async (extensionId) => {
    const { chrome: api } = globalThis as unknown as {
      chrome: {
        developerPrivate: Record<
          'updateProfileConfiguration' | 'updateExtensionConfiguration',
          (change: object) => Promise<void>
        >;
      };
    };
    // Without developer mode the reload that follows would disable the extension.
    await api.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true });
    await api.developerPrivate.updateExtensionConfiguration({ extensionId, incognitoAccess: true });
  }, chrome.extensionId);
  await extensions.close();
}

/** The popup, once Chrome has reloaded the extension. */
export async function openWhenReloaded({ extensionUrl, browser }: BrowserSession): Promise<Page> {
  const page = await browser.newPage();
  await expect
    .poll(async () => {
      await page.goto(extensionUrl('popup.html')).catch(() => undefined);
      return page
        .evaluate(() => {
          const { chrome } = globalThis as unknown as {
            chrome: { extension: { isAllowedIncognitoAccess(): Promise<boolean> } };
          };
          return chrome.extension.isAllowedIncognitoAccess();
        })
        .catch(() => false);
    })
    .toBe(true);
  return page;
}
