import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Page } from 'puppeteer-core';
import type { Target } from '../src/platform/target.ts';
import { eightFailures } from '../test/fakes/eight-failures.ts';
import { seedFailures, seedJournal } from '../test/fakes/seed-journal.ts';
import { build } from './build.ts';
import { inLanguage } from './in-language.ts';
import { type BrowserSession, launch } from './launch.ts';
import { root } from './paths.ts';
import { forRealPopup, openRealPopup, setScheme } from './real-popup.ts';
import { laidOut, setLook, takeStorePictures } from './store-pictures.ts';

/** How a page is looked at. */
interface Look {
  name: string;
  language: string;
  dark?: boolean;
  /** In CSS pixels. */
  size?: [width: number, height: number];
}

const looks: Look[] = [
  { name: 'en-light', language: 'en' },
  { name: 'en-dark', language: 'en', dark: true },
  { name: 'ar-light', language: 'ar' },
  { name: 'de-light', language: 'de' },
  { name: 'en-800x600', language: 'en', size: [800, 600] },
  { name: 'en-320', language: 'en', size: [320, 800] },
];

/** A page in one of its states. */
interface State {
  file: string;
  name: string;
  /** Failures in the journal. */
  count: number;
  prepare?: (page: Page) => Promise<void>;
}

/** Presses the first button of an action. */
const press = (page: Page, action: string): Promise<void> =>
  page.$eval(`[data-action="${action}"]`, (button) => (button as HTMLElement).click());

const states: State[] = [
  { file: 'popup.html', name: 'popup-empty', count: 0 },
  { file: 'popup.html', name: 'popup-some', count: 7 },
  { file: 'popup.html', name: 'popup-many', count: 300 },
  { file: 'popup.html', name: 'popup-details', count: 7, prepare: (page) => press(page, 'details') },
  {
    file: 'popup.html',
    name: 'popup-dismissed',
    count: 7,
    async prepare(page) {
      await press(page, 'dismiss');
      await page.waitForSelector('[data-action="undo"]');
    },
  },
  { file: 'history.html', name: 'history-empty', count: 0 },
  { file: 'history.html', name: 'history-some', count: 7 },
  { file: 'history.html', name: 'history-many', count: 300 },
  { file: 'options.html', name: 'options', count: 0 },
];

/** Takes one picture of each state in one browser's look. */
async function takeAll(session: BrowserSession, look: Look, folder: string): Promise<void> {
  const seeding = await session.openExtensionPage('options.html');
  for (const { file, name, count, prepare } of states) {
    await seedJournal(seeding, session.target, count);
    const page = await session.openExtensionPage(file);
    const [width, height] = look.size ?? (file === 'popup.html' ? [400, 600] : [1280, 800]);
    await setLook(page, { width, height, deviceScaleFactor: 1 }, look.dark === true);
    await prepare?.(page);
    await laidOut(page);
    await session.screenshot(page, resolve(folder, `${name}-${look.name}.png`));
    await page.close();
  }
  await seeding.close();
}

/** Takes a picture of the popup as it hangs from the toolbar of each browser. */
async function takeRealPopups(folder: string): Promise<void> {
  for (const target of ['chrome', 'firefox'] as const) {
    await build(target);
    for (const language of ['en', 'de', 'ar']) {
      await inLanguage(target, language, async (extensionDir) => {
        const session = await launch(target, { ...forRealPopup, extensionDir });
        const opener = await session.openExtensionPage('options.html');
        await seedFailures(opener, eightFailures());
        for (const dark of [false, true]) {
          const popup = await openRealPopup(session, opener);
          await setScheme(session, dark);
          const file = resolve(folder, `toolbar-${target}-${language}-${dark ? 'dark' : 'light'}.png`);
          await writeFile(file, await popup.picture(), 'base64');
          await popup.close();
        }
        await session.close();
      });
    }
    console.log(`${target}: 6 pictures of the popup at its button in artifacts/screenshots/`);
  }
}

/** `npm run screenshots [-- store]`: the stores' pictures and, unless only these are wanted, those of every state. */
export default async function main([only]: string[]): Promise<number> {
  const target: Target = 'chrome';
  const folder = resolve(root, 'artifacts/screenshots');
  await build(target);
  const wanted = only === 'store' ? [] : looks;
  for (const language of new Set(['en', ...wanted.map((look) => look.language)])) {
    await inLanguage(target, language, async (extensionDir) => {
      const session = await launch(target, { ...forRealPopup, extensionDir });
      try {
        if (language === 'en') {
          for (const picture of await takeStorePictures(session)) console.log(picture);
        }
        for (const look of wanted.filter((one) => one.language === language)) {
          await takeAll(session, look, folder);
          console.log(`${look.name}: ${states.length} pictures in artifacts/screenshots/`);
        }
      } finally {
        await session.close();
      }
    });
  }
  if (only !== 'store') await takeRealPopups(folder);
  return 0;
}
