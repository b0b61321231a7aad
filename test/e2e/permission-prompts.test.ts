import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { download } from '../../tools/download.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { isPopupOpen, openRealPopup } from '../../tools/real-popup.ts';
import { openScreen, type Screen, whyNoScreen } from '../../tools/screen.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { changeSettings, readFailures } from './extension-page.ts';
import { target } from './target.ts';

const reason = await whyNoScreen();
if (reason !== undefined) console.log(`The browser's questions are left out: ${reason}`);

interface Extension {
  permissions: { contains(wanted: object): Promise<boolean> };
  notifications?: { getAll(): Promise<Record<string, unknown>> };
  storage: { local: { remove(name: string): Promise<void> } };
}

describe.skipIf(reason !== undefined)(`what ${target} asks the person`, () => {
  let faults: FaultServer;
  let screen: Screen;
  let session: BrowserSession;
  let page: Page;

  /** Calls the extension's API in its page of options. */
  const ask = <Result>(call: (extension: Extension) => Promise<Result> | undefined): Promise<Result> =>
    page.evaluate(`(${call})(globalThis.browser ?? chrome)`) as Promise<Result>;
  const mayNotify = () => ask(({ permissions }) => permissions.contains({ permissions: ['notifications'] }));
  const mayWatch = () =>
    ask(({ permissions }) => permissions.contains({ permissions: ['webRequest'], origins: ['<all_urls>'] }));

  const fail = (path: string): Promise<unknown> =>
    download(page, { url: faults.url(path) }).catch(() => undefined);

  /** Answers the question as a person does: with the mouse in Firefox, with the keyboard in Chrome. */
  async function answer(allow: boolean): Promise<void> {
    if (target === 'firefox') {
      const panel = 'PopupNotifications.panel';
      await expect.poll(() => session.evaluateInBrowser(`${panel}.state`)).toBe('open');
      const [x = 0, y = 0] = await session.evaluateInBrowser<number[]>(`(() => {
        const { button, secondaryButton } = ${panel}.firstElementChild;
        const { x, y, width, height } = (${allow} ? button : secondaryButton).getBoundingClientRect();
        return [mozInnerScreenX + x + width / 2, mozInnerScreenY + y + height / 2];
      })()`);
      await screen.click(x, y);
      await expect.poll(() => session.evaluateInBrowser(`${panel}.state`)).toBe('closed');
    } else {
      const asked = () => page.evaluate(() => !document.hasFocus());
      await expect.poll(asked).toBe(true);
      // What is pressed in its first half second counts as an accident.
      await new Promise((resolve) => setTimeout(resolve, 700));
      // It begins at "Deny".
      await screen.press(...(allow ? ['Tab', 'Return'] : ['Return']));
      await expect.poll(asked).toBe(false);
    }
  }

  const isOn = (name: string) =>
    page.$eval(`input[name="${name}"]`, (input) => (input as HTMLInputElement).checked);
  const notes = () =>
    page.$$eval('.note', (all) => all.map(({ textContent }) => textContent).filter((note) => note !== ''));

  /** Downloads that are asked to wait are soon tried again when the server says. */
  async function heedsServers(): Promise<void> {
    const because = async (): Promise<unknown> => {
      const url = faults.url(`/retry-after/${crypto.randomUUID()}.bin?seconds=7200&after=9`);
      await download(page, { url }).catch(() => undefined);
      const next = async () => (await readFailures(page)).find((one) => one.url === url)?.next;
      await expect.poll(next).toMatchObject({ kind: 'planned' });
      return next();
    };
    await expect.poll(because).toMatchObject({ because: 'server' });
  }

  beforeAll(async () => {
    faults = await startFaultServer();
    screen = await openScreen();
    session = await launch(target, {
      headless: false,
      display: screen.display,
      // Nothing here shows notifications for the system.
      firefoxPrefs: { 'alerts.useSystemBackend': false },
    });
    page = await session.openExtensionPage('options.html');
    await page.bringToFront();
  });

  afterAll(async () => {
    await session?.close();
    await screen?.close();
    await faults?.close();
  });

  it('leaves notifications off when they are refused, and shows them once they are allowed', async () => {
    await page.locator('input[name="notifications"]').click();
    await answer(false);
    await expect.poll(notes).toEqual(['The browser did not allow it.']);
    expect(await isOn('notifications')).toBe(false);
    expect(await mayNotify()).toBe(false);

    await page.locator('input[name="notifications"]').click();
    await answer(true);
    await expect.poll(mayNotify).toBe(true);
    await expect.poll(notes).toEqual([]);
    expect(await isOn('notifications')).toBe(true);
    await fail('/status/404/told.bin');
    const shown = () => ask(({ notifications }) => notifications?.getAll()).then((all) => Object.keys(all));
    await expect.poll(shown).toEqual([`host ${new URL(faults.origin).host}`]);
  });

  it('leaves requests unseen when that is refused', async () => {
    await page.locator('input[name="watchRequests"]').click();
    await answer(false);
    await expect.poll(notes).toEqual(['The browser did not allow it.']);
    expect(await isOn('watchRequests')).toBe(false);
    expect(await mayWatch()).toBe(false);
  });

  /** Presses what the popup offers, and answers the question, for which the popup is closed. */
  async function takeOffer(allow: boolean): Promise<void> {
    const popup = await openRealPopup(session, page);
    const focus = () =>
      popup.evaluate(({ document }) => {
        const offer = document.querySelector<HTMLElement>('[data-action="watch"]');
        offer?.focus();
        return offer !== null;
      });
    await expect.poll(focus).toBe(true);
    const closed = () => expect.poll(() => isPopupOpen(page)).toBe(false);
    // Chrome closes the popup with the question, before the key has come up again; Firefox with the answer.
    await popup.press('Enter').catch(() => undefined);
    if (target === 'chrome') await closed();
    await answer(allow);
    await closed();
  }

  it('is asked from the popup once, and a refusal is the end of it', async () => {
    await fail('/status/503/first.bin');
    await takeOffer(false);
    expect(await mayWatch()).toBe(false);
    const popup = await openRealPopup(session, page);
    await popup.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
    expect(await popup.evaluate(({ document }) => document.querySelector('.watch-offer') !== null)).toBe(
      false,
    );
    await popup.close();
  });

  it('is asked from the popup, and what is allowed there takes effect though the popup is closed', async () => {
    await ask(({ storage }) => storage.local.remove('watch-offered'));
    await takeOffer(true);
    await expect.poll(mayWatch).toBe(true);
    await expect.poll(() => isOn('watchRequests')).toBe(true);
    await changeSettings(page, { automaticRetry: true });
    await heedsServers();
    const popup = await openRealPopup(session, page);
    const causes = () =>
      popup.evaluate(({ document }) =>
        [...document.querySelectorAll<HTMLElement>('[data-cause]')].map(({ dataset }) => dataset.cause),
      );
    await expect.poll(causes).toContain('status-503');
    await popup.close();
  });

  it('stops when it is switched off, and goes on when it is switched on again', async () => {
    await page.locator('input[name="watchRequests"]').click();
    await expect.poll(mayWatch).toBe(false);
    await expect.poll(() => isOn('watchRequests')).toBe(false);

    await page.locator('input[name="watchRequests"]').click();
    // Chrome remembers what it was told.
    if (target === 'firefox') await answer(true);
    await expect.poll(mayWatch).toBe(true);
    await expect.poll(() => isOn('watchRequests')).toBe(true);
    await heedsServers();
  });
});
