import type { Page } from 'puppeteer-core';
import { until } from './browser/engine.ts';
import type { BrowserSession, LaunchOptions } from './launch.ts';

/** What a browser needs so that its popup has all the room it may take, and stays open while it is looked at. */
export const forRealPopup: LaunchOptions = {
  firefoxPrefs: { 'ui.popup.disable_autohide': true },
  args: ['--screen-info={1400x1100}', '--window-size=1300,1000'],
};

/** The popup that hangs from the toolbar. */
export interface RealPopup {
  /** Runs a function in its window. */
  evaluate<Args extends unknown[], Result>(
    run: (popup: Window & typeof globalThis, ...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>>;
  /** Presses a key, by its name (`Tab`, `Enter`), where the focus is. */
  press(key: string): Promise<void>;
  /** A picture of it, as PNG in base64; `scale` makes it larger. */
  picture(scale?: number): Promise<string>;
  close(): Promise<void>;
}

const inPopup = <Result>(opener: Page, expression: string): Promise<Result> =>
  opener.evaluate(`(async () => {
    const { extension } = globalThis.browser ?? chrome;
    const [popup] = extension.getViews({ type: 'popup' });
    return ${expression};
  })()`) as Promise<Result>;

/** Whether it is open, asked in any page of the extension. */
export const isPopupOpen = (opener: Page): Promise<boolean> => inPopup(opener, 'popup !== undefined');

/**
 * Opens the popup from a page of the extension, as the button in the toolbar does, and waits until it has been painted
 * and its size is settled.
 */
export async function openRealPopup(session: BrowserSession, opener: Page): Promise<RealPopup> {
  await opener.bringToFront();
  await opener.evaluate('(globalThis.browser ?? chrome).action.openPopup()');
  await until(() => inPopup(opener, "popup?.document.documentElement.dataset.ready === 'true'"), {
    milliseconds: 10_000,
    expecting: 'the popup',
  });
  // Firefox changes a popup's size with its content, but only now and then.
  const sizeOf = (): Promise<string> => inPopup(opener, "[popup.innerWidth, popup.innerHeight].join(' ')");
  let size = '';
  await until(
    async () => {
      const before = size;
      await new Promise((resolve) => setTimeout(resolve, 300));
      size = await sizeOf();
      return size === before;
    },
    { milliseconds: 10_000, expecting: "the popup's size" },
  );
  const common: Common = {
    evaluate: (run, ...args) => inPopup(opener, `(${run})(popup, ...${JSON.stringify(args)})`),
    async close() {
      await inPopup(opener, 'popup?.close()');
      await until(async () => !(await isPopupOpen(opener)), {
        milliseconds: 5_000,
        expecting: "the popup's end",
      });
    },
  };
  if (session.target === 'chrome') return inChrome(session, common);
  // A press on the button would have done so.
  await session.evaluateInBrowser("void document.querySelector('.webextension-popup-browser').focus()");
  return inFirefox(session, common);
}

const popupPage = async (session: BrowserSession): Promise<Page> => {
  const target = await session.browser.waitForTarget(
    (one) => one.url() === session.extensionUrl('popup.html'),
  );
  return target.asPage();
};

/** Shows the open popup in light or dark. */
export async function setScheme(session: BrowserSession, dark: boolean): Promise<void> {
  if (session.target === 'chrome') {
    const page = await popupPage(session);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
  } else {
    // It goes by the browser's own look, not by that of pages.
    await session.evaluateInBrowser(`void (
      document.querySelector('.webextension-popup-browser').browsingContext.prefersColorSchemeOverride =
        '${dark ? 'dark' : 'light'}'
    )`);
  }
}

/** Zooms the popup: in Firefox the one that is open, in Chrome those that are opened from then on. */
export async function setZoom(session: BrowserSession, opener: Page, factor: number): Promise<void> {
  if (session.target === 'firefox') {
    const browser = "document.querySelector('.webextension-popup-browser')";
    await session.evaluateInBrowser(`void ZoomManager.setZoomForBrowser(${browser}, ${factor})`);
  } else {
    const settings = await session.openPage('chrome://settings');
    await settings.evaluate(`chrome.settingsPrivate.setDefaultZoom(${factor})`);
    await settings.close();
    await opener.bringToFront();
  }
}

type Common = Pick<RealPopup, 'evaluate' | 'close'>;

async function inChrome(session: BrowserSession, common: Common): Promise<RealPopup> {
  const page = await popupPage(session);
  return {
    ...common,
    press: (key) => page.keyboard.press(key as 'Tab'),
    async picture(scale = 1) {
      const [width, height] = await common.evaluate(
        ({ innerWidth, innerHeight }) => [innerWidth, innerHeight] as const,
      );
      const clip = { x: 0, y: 0, width, height, scale };
      return page.screenshot({ encoding: 'base64', captureBeyondViewport: false, clip });
    },
  };
}

function inFirefox(session: BrowserSession, common: Common): RealPopup {
  return {
    ...common,
    press: (key) =>
      session.evaluateInBrowser(`(() => {
        const input = Cc['@mozilla.org/text-input-processor;1'].createInstance(Ci.nsITextInputProcessor);
        input.beginInputTransactionForTests(window);
        const event = new KeyboardEvent('', { key: ${JSON.stringify(key)} });
        input.keydown(event);
        input.keyup(event);
      })()`),
    picture: (scale = 1) =>
      session.evaluateInBrowser<string>(`(async () => {
        const popup = document.querySelector('.webextension-popup-browser');
        const drawn = await popup.browsingContext.currentWindowGlobal.drawSnapshot(undefined, ${scale}, 'white');
        const canvas = document.createElementNS('http://www.w3.org/1999/xhtml', 'canvas');
        canvas.width = drawn.width;
        canvas.height = drawn.height;
        canvas.getContext('2d').drawImage(drawn, 0, 0);
        return canvas.toDataURL().split(',')[1];
      })()`),
  };
}
