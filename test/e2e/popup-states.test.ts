import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { download } from '../../tools/download.ts';
import { inLanguage } from '../../tools/in-language.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { forRealPopup, openRealPopup, type RealPopup, setZoom } from '../../tools/real-popup.ts';
import { eightFailures } from '../fakes/eight-failures.ts';
import { seedFailures, seedJournal } from '../fakes/seed-journal.ts';
import { startFaultServer } from '../faults/server.ts';
import { makeNewer } from './extension-page.ts';
import { target } from './target.ts';

/** Makes the words of a build's English more than half as long again, as Finnish ones are. */
async function lengthen(extensionDir: string): Promise<void> {
  const file = join(extensionDir, '_locales/en/messages.json');
  const messages: Record<string, { message: string }> = JSON.parse(await readFile(file, 'utf8'));
  for (const each of Object.values(messages)) {
    each.message = each.message.replace(/\$\w+\$|[a-z]{4,}/gi, (word) =>
      word.startsWith('$') ? word : word + word.slice(0, Math.ceil(word.length * 0.6)).toLowerCase(),
    );
  }
  await writeFile(file, JSON.stringify(messages));
}

/** What reaches out of the popup, or is cut off at its edge. */
const outside = (popup: RealPopup): Promise<string[]> =>
  popup.evaluate(({ document, innerWidth, innerHeight }) => {
    const out = [...document.querySelectorAll('button, h1, h2, p, progress')].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 0 && (left < -1 || right > innerWidth + 1);
    });
    const found = out.map((element) => `${element.className || element.tagName}: ${element.textContent}`);
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > innerWidth) found.push(`${scrollWidth} of ${innerWidth} pixels wide`);
    if (innerHeight > 600) found.push(`${innerHeight} pixels high`);
    const head = document.querySelector('header')?.getBoundingClientRect().bottom ?? Infinity;
    if (head > innerHeight / 2) found.push(`a head of ${head} pixels`);
    return found;
  });

describe(`the popup of the toolbar in ${target}`, () => {
  it.each(['de', 'ar', 'words as long as in Finnish'])(
    'has room for every state in %s',
    async (language) => {
      const isKnown = language.length === 2;
      const faults = await startFaultServer();
      await inLanguage(target, isKnown ? language : 'en', async (extensionDir) => {
        if (!isKnown) await lengthen(extensionDir);
        const session = await launch(target, { ...forRealPopup, extensionDir });
        try {
          await lookThrough(session, faults.url('/status/503/'));
        } finally {
          await session.close();
          await faults.close();
        }
      });
    },
    120_000,
  );
});

async function lookThrough(session: BrowserSession, failing: string): Promise<void> {
  const opener: Page = await session.openExtensionPage('options.html');
  const look = async (state: string, prepare: (popup: RealPopup) => Promise<unknown>): Promise<void> => {
    const popup = await openRealPopup(session, opener);
    await prepare(popup);
    expect(await outside(popup), state).toEqual([]);
    await popup.close();
  };
  const shows = (selector: string) => (popup: RealPopup) =>
    expect
      .poll(() => popup.evaluate(({ document }, what) => document.querySelector(what) !== null, selector))
      .toBe(true);
  const fail = (name: string): Promise<unknown> =>
    download(opener, { url: `${failing}${name}` }).catch(() => undefined);

  await look('empty', shows('.empty'));
  await seedFailures(opener, eightFailures());
  await look('few', shows('[data-failure]'));
  if (target === 'chrome') await setZoom(session, opener, 2);
  await look('zoomed', async (popup) => {
    if (target === 'firefox') await setZoom(session, opener, 2);
    await expect.poll(() => popup.evaluate(({ innerHeight }) => innerHeight)).toBe(300);
    await shows('[data-failure]')(popup);
  });
  if (target === 'chrome') await setZoom(session, opener, 1);
  await seedJournal(opener, session.target, 223);
  await look('many', shows('.counts'));

  await seedFailures(opener, []);
  for (const name of ['one.bin', 'two.bin', 'three.bin']) await fail(name);
  await look('a round', async (popup) => {
    await shows('[data-action="retry-all"]')(popup);
    await popup.evaluate(({ document }) =>
      document.querySelector<HTMLElement>('[data-action="retry-all"]')?.click(),
    );
    await shows('.round')(popup);
  });
  await makeNewer(opener);
  await fail('four.bin');
  await look('a broken record', shows('[data-action="reset-record"]'));
}
