import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { failedAttempt, failureWith } from '../fakes/failure.ts';
import { seedFailures } from '../fakes/seed-journal.ts';
import { pressInRow } from './popup-page.ts';
import { target } from './target.ts';

/** Presses a button that copies, and pastes as a person would. */
async function pasted(page: Page, press: () => Promise<void>, button: string): Promise<string> {
  await page.bringToFront();
  await press();
  await expect.poll(() => page.$eval(button, ({ textContent }) => textContent)).toBe('Copied');
  await page.evaluate(() => {
    const field = document.body.appendChild(document.createElement('textarea'));
    field.id = 'pasted';
    field.focus();
  });
  await page.keyboard.down('Control');
  await page.keyboard.press('KeyV');
  await page.keyboard.up('Control');
  const field = () => page.$eval('#pasted', (element) => (element as HTMLTextAreaElement).value);
  await expect.poll(field).not.toBe('');
  return field();
}

describe(`what can be copied in ${target}`, () => {
  let session: BrowserSession;

  beforeAll(async () => {
    session = await launch(target);
    const page = await session.openExtensionPage('options.html');
    await seedFailures(page, [
      failureWith({
        id: 'one',
        url: 'https://me:SECRET@host.example/archive.zip?key=SECRET',
        filename: '/home/SECRET/archive.zip',
        reason: 'SERVER_FAILED',
        attempts: [failedAttempt({ reason: 'SERVER_FAILED' })],
      }),
    ]);
  });

  afterAll(async () => {
    await session?.close();
  });

  it('is a report of a failure, without secrets', async () => {
    const popup = await session.openExtensionPage('popup.html');
    await pressInRow(popup, 'one', 'details');
    const button = '[data-failure="one"] [data-action="copy-report"]';
    const report = await pasted(popup, () => pressInRow(popup, 'one', 'copy-report'), button);
    expect(report).toContain('https://host.example/archive.zip\n');
    expect(report).toContain('SERVER_FAILED');
    expect(report).toContain(target === 'firefox' ? 'Firefox/' : 'Chrome/');
    expect(report).not.toContain('SECRET');
    await session.screenshot(popup, `artifacts/copied-report-${target}.png`);
  });

  it('are diagnostics, which name no file and no address', async () => {
    const options = await session.openExtensionPage('options.html');
    const button = '[data-action="copy-diagnostics"]';
    const text = await pasted(options, () => options.locator(button).click(), button);
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Download Failure Monitor \d/),
        'record: fine',
        'open failures: 1 SERVER_FAILED',
        'automaticRetry: false',
        expect.stringMatching(/^permissions: .*downloads/),
      ]),
    );
    expect(text).not.toMatch(/SECRET|host\.example|archive/);
    await session.screenshot(options, `artifacts/copied-diagnostics-${target}.png`);
  });
});
