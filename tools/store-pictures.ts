import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { seedEveryday } from '../test/fakes/seed-journal.ts';
import type { BrowserSession } from './launch.ts';
import { root } from './paths.ts';
import { openRealPopup, type RealPopup, setScheme } from './real-popup.ts';

/** Where the pictures go; they are committed. */
const FOLDER = 'docs/store';
/** In CSS pixels, as Chrome's store wants them; Mozilla's takes them too. */
const SCREENSHOT = { width: 1280, height: 800, deviceScaleFactor: 1 };
const TILE = { width: 440, height: 280, deviceScaleFactor: 1 };
const POPUP_SCALE = 1.15;

/** A picture of a page that fills it. */
interface FullPage {
  name: string;
  file: string;
  withOlder: boolean;
  prepare?: (page: Page) => Promise<unknown>;
}

/** A picture of the popup with words beside it. */
interface PopupStage {
  name: string;
  title: string;
  words: string[];
  dark: boolean;
  prepare?: (popup: RealPopup) => Promise<unknown>;
}

const fullPages: FullPage[] = [
  {
    name: '4-history',
    file: 'history.html',
    withOlder: true,
    // It was opened in a smaller window, where the rows come first.
    prepare: (page) => page.locator('.overview:not([open]) > summary').click(),
  },
  { name: '5-options', file: 'options.html', withOlder: false },
];

const stages: PopupStage[] = [
  {
    name: '1-popup',
    title: 'Which downloads failed, and why',
    words: [
      'In plain words, grouped by cause, with what you can do about it.',
      'A button where trying again can help.',
      'Nothing leaves your computer.',
    ],
    dark: false,
  },
  {
    name: '2-details',
    title: 'Know what you get',
    words: [
      'Resume keeps what was received; Try again starts from zero.',
      'Each attempt stays on record: when, how far, and how it ended.',
    ],
    dark: false,
    prepare: (popup) =>
      popup.evaluate(({ document }) =>
        document.querySelector<HTMLElement>('[data-failure="everyday-0"] [data-action="details"]')?.click(),
      ),
  },
  {
    name: '3-dark',
    title: 'Honest about what can’t be done',
    words: [
      'Where trying again is no use, the row says so and leads to the page.',
      'Light or dark, in many languages.',
    ],
    dark: true,
    prepare: (popup) =>
      popup.evaluate(({ document }) =>
        document.querySelector('section[data-category="server"]')?.scrollIntoView(),
      ),
  },
];

/** Waits until what came with a change has been laid out. */
export const laidOut = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** Gives a page a size, and shows it in light or dark. */
export const setLook = async (page: Page, size: typeof SCREENSHOT, dark: boolean): Promise<void> => {
  await page.setViewport(size);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
};

/** The page in which a picture of the popup stands, or the tile if there is none. */
function stageOf(icon: string, stage?: PopupStage, popup?: string): string {
  const { title, words, dark } = stage ?? {
    title: 'Download Failure Monitor',
    words: ['Which downloads failed, and why.'],
    dark: false,
  };
  const [background, text, soft] = dark
    ? ['#101217', '#eceef2', '#a9afbb']
    : ['#e6ebf5', '#1b1d22', '#454a55'];
  const style = `
    body { margin: 0; height: 100vh; display: flex; align-items: center; justify-content: center; gap: 5rem;
      background: ${background}; color: ${text}; font: 1.25rem / 1.45 system-ui, sans-serif; }
    div { width: 32rem; }
    h1 { margin: 1.5rem 0 1rem; font-size: 2.75rem; line-height: 1.15; letter-spacing: -0.01em; }
    p { margin: 0 0 0.75rem; color: ${soft}; }
    svg { width: 4.5rem; overflow: visible; }
    img { border-radius: 12px; box-shadow: 0 2px 6px #0003, 0 16px 48px #0004; }
    .tile div { width: 23rem; }
    .tile h1 { margin: 0.75rem 0 0.5rem; font-size: 1.8rem; }
    .tile p { margin: 0; font-size: 1.1rem; }`;
  return `<!doctype html><html lang="en"><style>${style}</style><body${popup ? '' : ' class="tile"'}>
    <div>${icon}<h1>${title}</h1>${words.map((word) => `<p>${word}</p>`).join('')}</div>
    ${popup ? `<img src="data:image/png;base64,${popup}" width="460" alt="">` : ''}`;
}

/**
 * Takes the pictures that the stores and the README show, with the failures of everyday life, and gives their paths.
 * The extension must speak English.
 */
export async function takeStorePictures(session: BrowserSession): Promise<string[]> {
  const icon = await readFile(join(root, 'assets/icon.svg'), 'utf8');
  const taken: string[] = [];
  const take = async (page: Page, name: string): Promise<void> => {
    await laidOut(page);
    await session.screenshot(page, join(root, FOLDER, `${name}.png`));
    await page.close();
    taken.push(`${FOLDER}/${name}.png`);
  };
  const seeding = await session.openExtensionPage('icons/icon-16.png', { ready: 'img' });

  // The notice on private windows and the offer to see requests are for another day.
  await seeding.evaluate('chrome.storage.sync.set({ privateNotice: false })');
  await seeding.evaluate("chrome.storage.local.set({ 'watch-offered': true })");
  await seedEveryday(seeding, false);
  for (const stage of stages) {
    const popup = await openRealPopup(session, seeding);
    await setScheme(session, stage.dark);
    await stage.prepare?.(popup);
    const picture = await popup.picture(POPUP_SCALE);
    await popup.close();
    const page = await session.openPage('about:blank');
    await setLook(page, SCREENSHOT, stage.dark);
    await page.setContent(stageOf(icon, stage, picture));
    await take(page, stage.name);
  }
  await seeding.evaluate("chrome.storage.sync.remove('privateNotice')");
  await seeding.evaluate("chrome.storage.local.remove('watch-offered')");
  for (const { name, file, withOlder, prepare } of fullPages) {
    await seedEveryday(seeding, withOlder);
    const page = await session.openExtensionPage(file);
    await setLook(page, SCREENSHOT, false);
    await prepare?.(page);
    await take(page, name);
  }
  const tile = await session.openPage('about:blank');
  await setLook(tile, TILE, false);
  await tile.setContent(stageOf(icon));
  await take(tile, 'promo-tile');
  await seeding.close();
  return taken;
}
