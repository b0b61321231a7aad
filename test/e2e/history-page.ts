import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { expect } from 'vitest';
import type { BrowserSession } from '../../tools/launch.ts';
import { read } from './extension-page.ts';

/** What the history page shows, read from its document. Of a long list only the rows near the screen exist. */
export interface ShownHistory {
  /** Names of the rows that exist, from top to bottom. */
  names: string[];
  ids: string[];
  states: string[];
  /** What its live region says. */
  word: string;
  /** Names of the selected rows. */
  selected: string[];
  /** Name of the row that has the focus. */
  focused: string | null;
  query: string;
  /** Whether the rows are still of the query before. */
  busy: boolean;
}

export function readHistory(page: Page): Promise<ShownHistory> {
  return read(page, () => {
    const rows = [...document.querySelectorAll<HTMLElement>('[role="row"][data-row]')];
    const nameOf = (row: Element | null): string => row?.querySelector('.row-name')?.textContent ?? '';
    const { activeElement } = document;
    return {
      names: rows.map(nameOf),
      ids: rows.map((row) => row.dataset.row ?? ''),
      states: rows.map((row) => row.querySelector<HTMLElement>('[data-failure]')?.dataset.state ?? ''),
      word: document.querySelector('.toolbar .outcome')?.textContent ?? '',
      selected: rows.filter((row) => row.getAttribute('aria-selected') === 'true').map(nameOf),
      focused: activeElement?.matches('[data-row]') ? nameOf(activeElement) : null,
      query: location.search,
      busy: document.querySelector('main')?.ariaBusy === 'true',
    };
  });
}

/** Waits until the page shows what `expected` asks for; fails with what it showed last. */
export async function historyShows(
  page: Page,
  expected: (shown: ShownHistory) => boolean,
  milliseconds = 15_000,
): Promise<ShownHistory> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const shown = await readHistory(page);
    if (!shown.busy && expected(shown)) return shown;
    if (Date.now() > deadline) throw new Error(`The history still shows ${JSON.stringify(shown, null, 2)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Enters a value in the field of this name, as a person would. */
export function enter(page: Page, name: string, value: string): Promise<void> {
  return page.$eval(
    `[name="${name}"]`,
    (field, text) => {
      (field as HTMLInputElement | HTMLSelectElement).value = text;
      for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true }));
    },
    value,
  );
}

/** The backup that an export puts among the downloads, once it is whole: Firefox puts an empty file there first. */
export async function exportedBackup({ downloadDir }: BrowserSession): Promise<string> {
  const file = join(downloadDir, 'download-failures.json');
  await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toMatch(/\]\s*\}\s*$/);
  return file;
}

/** A button that does something, other than one that waits for the rest of the page. */
const ready = (action: string): string => `[data-action="${action}"]:not([aria-disabled="true"])`;

/** Waits until a button does something. */
export const isReady = (page: Page, action: string): Promise<unknown> => page.locator(ready(action)).wait();

/** Presses a button as a person would, once it does something; scrolls to it first. */
export const press = (page: Page, action: string): Promise<void> => page.locator(ready(action)).click();
