import type { Page } from 'puppeteer-core';
import { expect } from 'vitest';

/** Enters an option as a person would, and gives the note on it. */
export async function enterOption(page: Page, id: string, value: string): Promise<string> {
  await page.$eval(
    `#${id}`,
    (input, text) => {
      (input as HTMLInputElement).value = text;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    },
    value,
  );
  // Earlier versions called it a word.
  const note = () => page.$eval(`#${id}-note, #${id}-word`, ({ textContent }) => textContent);
  await expect.poll(note).not.toBe('');
  return (await note()) ?? '';
}
