import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { root } from '../../tools/paths.ts';
import { shownNotes } from '../../tools/release-notes.ts';
import { read } from './extension-page.ts';
import { target } from './target.ts';

const { version } = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8'));
const notes = shownNotes(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version);

describe(`the foot of the history in ${target}`, () => {
  let session: BrowserSession;
  let page: Page;

  beforeAll(async () => {
    session = await launch(target);
    page = await session.openExtensionPage('history.html');
  });

  afterAll(() => session?.close());

  const foot = () =>
    read(page, () => ({
      line: document.querySelector('footer p')?.textContent,
      expanded: document.querySelector('[data-action="whats-new"]')?.getAttribute('aria-expanded'),
      parts: [...document.querySelectorAll('#release-notes :is(h2, p, li)')].map(
        ({ textContent }) => textContent,
      ),
    }));

  it('names the version, and says what is new in it once somebody asks', async () => {
    const line = `Download Failure Monitor ${version}`;
    expect(await foot()).toEqual({ line, expanded: 'false', parts: [] });
    await page.focus('[data-action="whats-new"]');
    await page.keyboard.press('Enter');
    const parts = notes.flatMap((note) => ('items' in note ? note.items : Object.values(note)));
    expect(parts.length).toBeGreaterThan(0);
    await expect.poll(foot).toEqual({ line, expanded: 'true', parts });
    expect(await page.$$eval('#release-notes[lang="en"][dir="ltr"]', ({ length }) => length)).toBe(1);
    await page.keyboard.press('Enter');
    await expect.poll(foot).toMatchObject({ expanded: 'false', parts: [] });
  });
});
