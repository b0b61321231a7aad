import type { Page } from 'puppeteer-core';

/** A row as the popup shows it. */
export interface ShownRow {
  id: string;
  state: string;
  prognosis: string;
  name: string;
  canRetry: boolean;
}

/** What the popup shows, read from its document: categories and reasons with their counts, and the rows. */
export interface ShownFailures {
  /** `network` or `network/NETWORK_FAILED` to its count. */
  counts: Record<string, number>;
  rows: ShownRow[];
}

export function readPopup(page: Page): Promise<ShownFailures> {
  return page.evaluate(() => {
    const counts: Record<string, number> = {};
    for (const category of document.querySelectorAll<HTMLElement>('[data-category]')) {
      const name = category.dataset.category ?? '';
      counts[name] = Number(category.dataset.count);
      for (const reason of category.querySelectorAll<HTMLElement>('[data-reason]')) {
        counts[`${name}/${reason.dataset.reason}`] = Number(reason.dataset.count);
      }
    }
    const rows = [...document.querySelectorAll<HTMLElement>('[data-failure]')].map((row) => ({
      id: row.dataset.failure ?? '',
      state: row.dataset.state ?? '',
      prognosis: row.dataset.prognosis ?? '',
      name: row.querySelector('.row-name')?.textContent ?? '',
      canRetry: row.querySelector('[data-action="retry"]') !== null,
    }));
    return { counts, rows };
  });
}

/** Whether a file came, or its failure is gone from the list. */
export const isSettled = ({ rows }: ShownFailures, id: string): boolean =>
  rows.every((row) => row.id !== id || row.state === 'recovered');

/** Waits until the popup shows what `expected` asks for; fails with what it showed last. */
export async function popupShows(
  page: Page,
  expected: (shown: ShownFailures) => boolean,
  milliseconds = 15_000,
): Promise<ShownFailures> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const shown = await readPopup(page);
    if (expected(shown)) return shown;
    if (Date.now() > deadline) {
      throw new Error(`The popup still shows ${JSON.stringify(shown, null, 2)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Presses a button in a row as a person would. */
export async function pressInRow(page: Page, id: string, action: string): Promise<void> {
  await page.locator(`[data-failure="${id}"] [data-action="${action}"]`).click();
}
