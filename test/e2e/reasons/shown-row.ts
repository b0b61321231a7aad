import type { Page } from 'puppeteer-core';
import { expect } from 'vitest';
import type { Target } from '../../../src/platform/target.ts';
import { type ExpectedRow, expectedRow } from './expected-reasons.ts';

/** The file name by which the one download that fails for a reason is known. */
export function fileNameFor(reason: string): string {
  return `${reason.toLowerCase().replaceAll('_', '-')}.bin`;
}

/** The row of one file with the group it stands in, or null where the popup has none. */
function readRow(popup: Page, file: string): Promise<ExpectedRow | null> {
  return popup.evaluate((name) => {
    const rows = [...document.querySelectorAll<HTMLElement>('[data-failure]')];
    const row = rows.find((one) => one.querySelector('.row-name')?.textContent === name);
    const group = row?.closest<HTMLElement>('[data-reason]');
    if (!row || !group) return null;
    return {
      category: group.closest<HTMLElement>('[data-category]')?.dataset.category ?? '',
      reason: group.dataset.reason ?? '',
      title: group.querySelector('.reason-title')?.textContent ?? '',
      remedy: group.querySelector('.remedy')?.textContent ?? '',
      prognosis: row.dataset.prognosis ?? '',
      canRetry: row.querySelector('[data-action="retry"]') !== null,
    };
  }, file);
}

/** Waits until the popup shows the download named after a reason as that reason has to be shown. */
export async function expectRowOf(
  popup: Page,
  reason: string,
  target: Target,
  milliseconds = 15_000,
): Promise<void> {
  await expect
    .poll(() => readRow(popup, fileNameFor(reason)), {
      timeout: milliseconds,
      message: `${fileNameFor(reason)} in the popup`,
    })
    .toEqual(expectedRow(reason, target));
}
