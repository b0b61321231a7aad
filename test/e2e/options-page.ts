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
  const note = () => page.$eval(`#${id}-note`, ({ textContent }) => textContent);
  await expect.poll(note).not.toBe('');
  return (await note()) ?? '';
}
