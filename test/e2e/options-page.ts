import type { Page } from 'puppeteer-core';
import { expect } from 'vitest';

/** Enters an option as a person would, and waits for the page's word on it, which it gives. */
export async function enterOption(page: Page, id: string, value: string): Promise<string> {
  await page.$eval(
    `#${id}`,
    (input, text) => {
      (input as HTMLInputElement).value = text;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    },
    value,
  );
  const word = () => page.$eval(`#${id}-word`, ({ textContent }) => textContent);
  await expect.poll(word).not.toBe('');
  return (await word()) ?? '';
}
