import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { eightFailures } from '../fakes/eight-failures.ts';
import { seedFailures, seedJournal } from '../fakes/seed-journal.ts';
import { readPopup } from './popup-page.ts';
import { target } from './target.ts';

describe(`the popup's search and totals in ${target}`, () => {
  let session: BrowserSession;
  let seeding: Page;

  beforeAll(async () => {
    session = await launch(target);
    seeding = await session.openExtensionPage('options.html');
  });

  afterAll(() => session?.close());

  const search = async (popup: Page, words: string): Promise<void> => {
    await popup.$eval(
      'input[type="search"]',
      (field, text) => {
        (field as HTMLInputElement).value = text;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      },
      words,
    );
  };
  const textOf = (popup: Page, selector: string): Promise<string> =>
    popup.$eval(selector, ({ textContent }) => textContent ?? '');

  it('counts what it finds by name or reason, and says so', async () => {
    await seedJournal(seeding, target, 223);
    const popup = await session.openExtensionPage('popup.html');
    const total = await textOf(popup, 'h1');
    await search(popup, 'took TOO long');
    await expect.poll(() => textOf(popup, '.totals p')).toMatch(/^Found: \d+$/);
    const found = Number(/\d+/.exec(await textOf(popup, '.totals p'))?.[0]);
    expect(found).toBeGreaterThan(0);
    const { counts, rows } = await readPopup(popup);
    expect(counts).toEqual({ network: found, 'network/NETWORK_TIMEOUT': found });
    expect(rows.length).toBe(found);
    expect(await textOf(popup, 'h1')).toBe(total);
    await expect.poll(() => textOf(popup, '[role="status"]')).toContain(`Found: ${found}`);

    await search(popup, 'nothing is called this');
    await expect.poll(() => textOf(popup, '[role="status"]')).toContain('No failed download matches.');
    expect((await readPopup(popup)).counts).toEqual({});
    await popup.close();
  });

  it('shows that it runs, among 20,000 failures', async () => {
    await seedJournal(seeding, target, 20_000);
    const popup = await session.openExtensionPage('popup.html');
    const begun = performance.now();
    // Waited for from before the search: it may be over when somebody looks.
    const [progress] = await Promise.all([
      popup.waitForSelector('.totals progress'),
      search(popup, 'nothing is called this'),
    ]);
    expect(progress).not.toBeNull();
    await expect.poll(() => textOf(popup, '.totals p')).toBe('No failed download matches.');
    console.log(`${target}: a search without a hit took ${Math.round(performance.now() - begun)} ms`);
    await expect.poll(() => popup.$('.totals progress')).toBeNull();
    await popup.close();
  }, 120_000);

  it('promises to try again only what can be', async () => {
    const [form, ofPage, old, gone] = eightFailures();
    const daysAgo = Date.now() - 31 * 86_400_000;
    const attemptsOf = (failure: typeof form) =>
      failure?.attempts.map((attempt) => ({ ...attempt, canResume: false }));
    await seedFailures(seeding, [
      { ...form, attempts: attemptsOf(form), method: 'POST' },
      { ...ofPage, attempts: attemptsOf(ofPage), url: 'blob:https://host.example/1' },
      { ...old, failedAt: daysAgo },
      { ...gone, reason: 'SERVER_BAD_CONTENT' },
    ] as Parameters<typeof seedFailures>[1]);
    const popup = await session.openExtensionPage('popup.html');
    expect(await textOf(popup, 'h1')).toBe('4 failed');
    expect(await textOf(popup, '.totals p')).toBe('');
    expect(await popup.$('[data-action="retry-all"], [data-action="retry-group"]')).toBeNull();
    await popup.close();
  });
});
