import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { enterOption } from './options-page.ts';

describe.each(['chrome', 'firefox'] as const)('the options in %s', (target) => {
  let session: BrowserSession;

  beforeAll(async () => {
    session = await launch(target);
  });

  afterAll(async () => {
    await session?.close();
  });

  it('are saved as soon as they are entered, and refused when they make no sense', async () => {
    const page = await session.openExtensionPage('options.html');
    expect(await page.$eval('#retentionDays', (input) => (input as HTMLInputElement).value)).toBe('365');
    expect(await enterOption(page, 'retentionDays', '30')).toBe('Saved.');
    expect(await enterOption(page, 'retentionRecords', '-5')).toContain('Not saved');
    await session.screenshot(page, `artifacts/options-${target}.png`);

    const again = await session.openExtensionPage('options.html');
    const values = await again.$$eval('#retentionDays, #retentionRecords', (inputs) =>
      inputs.map((input) => (input as HTMLInputElement).value),
    );
    expect(values).toEqual(['30', '100000']);
  });

  it('can be switched, and hide the number on the button', async () => {
    const page = await session.openExtensionPage('options.html');
    await page.locator('input[name="badge"]').click();
    const stored = () =>
      page.evaluate(() => {
        const { browser, chrome } = globalThis as unknown as Record<
          'browser' | 'chrome',
          { storage: { sync: { get(): Promise<Record<string, unknown>> } } }
        >;
        return (browser ?? chrome).storage.sync.get();
      });
    await expect.poll(stored).toMatchObject({ badge: false, retentionDays: 30 });
    await page.locator('input[name="automaticRetry"]').click();
    await expect.poll(stored).toMatchObject({ automaticRetry: true });
    const named = await page.$$eval('.shortcuts dt', (terms) => terms.map(({ textContent }) => textContent));
    expect(named.sort()).toEqual(['Open the history', 'Open the list of failed downloads']);
  });

  it('follow what is changed elsewhere while they are open', async () => {
    const page = await session.openExtensionPage('options.html');
    const shown = () =>
      page.$$eval('[name="badge"], [name="automaticRetry"], #retentionDays', (inputs) =>
        (inputs as HTMLInputElement[]).map(({ type, checked, value }) =>
          type === 'checkbox' ? checked : value,
        ),
      );
    const before = await shown();
    const elsewhere = await session.openExtensionPage('options.html');
    await elsewhere.locator('input[name="badge"]').click();
    await elsewhere.locator('input[name="automaticRetry"]').click();
    expect(await enterOption(elsewhere, 'retentionDays', '77')).toBe('Saved.');
    const [automatic, badge] = before;
    await expect.poll(shown).toEqual([!automatic, !badge, '77']);
    expect(await elsewhere.$eval('#retentionDays-word', ({ textContent }) => textContent)).toBe('Saved.');
  });
});
