import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { changeSettings } from './extension-page.ts';
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
    expect(await elsewhere.$eval('#retentionDays-note', ({ textContent }) => textContent)).toBe('Saved.');
  });

  it('say of each number that it is saved', async () => {
    const page = await session.openExtensionPage('options.html');
    const said = await page.evaluateHandle(() => {
      const words: (string | null)[] = [];
      const region = document.querySelector('[role="status"]');
      const note = (): void => {
        if (region?.textContent !== '') words.push(region?.textContent ?? null);
      };
      if (region) new MutationObserver(note).observe(region, { childList: true });
      return words;
    });
    const words = () => said.evaluate((all) => [...all]);
    await enterOption(page, 'automaticTries', '3');
    await expect.poll(words).toEqual(['Saved.']);
    await enterOption(page, 'automaticTries', '4');
    await expect.poll(words).toEqual(['Saved.', 'Saved.']);
  });

  it('stay as they were switched last, whatever is read meanwhile', async () => {
    const page = await session.openExtensionPage('options.html');
    const [first, later] = await page.evaluate(async () => {
      const { browser, chrome } = globalThis as unknown as Record<
        'browser' | 'chrome',
        { storage: { onChanged: { addListener(listener: () => void): void } } }
      >;
      const input = document.querySelector<HTMLInputElement>('[name="badge"]');
      if (!input) throw new Error('There is no switch.');
      const before = input.checked;
      await new Promise<void>((resolve) => {
        // The page has just begun to read the first change.
        (browser ?? chrome).storage.onChanged.addListener(resolve);
        input.click();
      });
      input.click();
      const seen = new Set<boolean>();
      for (const end = performance.now() + 1500; performance.now() < end; ) {
        await new Promise((resolve) => setTimeout(resolve));
        seen.add(input.checked);
      }
      return [before, [...seen]];
    });
    expect(later).toEqual([first]);
  });

  it('show what was changed elsewhere once a number is left', async () => {
    const page = await session.openExtensionPage('options.html');
    const badge = () => page.$eval('[name="badge"]', (input) => (input as HTMLInputElement).checked);
    const days = () => page.$eval('#retryDays', (input) => (input as HTMLInputElement).value);
    await page.focus('#retryDays');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.$eval('#retryDays-note', ({ textContent }) => textContent)).toBe('Saved.');
    const entered = await days();
    const before = await badge();
    await changeSettings(page, { retryDays: 66, badge: !before });
    await expect.poll(badge).toBe(!before);
    expect(await days()).toBe(entered);
    await page.keyboard.press('Tab');
    expect(await days()).toBe('66');
  });
});
