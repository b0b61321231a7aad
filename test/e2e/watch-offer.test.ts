import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { failedAttempt, failureWith } from '../fakes/failure.ts';
import { seedFailures } from '../fakes/seed-journal.ts';
import { target } from './target.ts';

const item = (id: number) => ({ id, session: null, key: `${id} then`, trace: null });

/** A failure as this browser tells of it. */
const failure = (id: number, reason: string, fields: Record<string, unknown> = {}) =>
  failureWith({
    ...{ id: `failure-${id}`, browser: target, reason, failedAt: Date.now() - id * 60_000 },
    attempts: [failedAttempt({ item: item(id), reason, ...fields })],
  });

const evidence = {
  ...{ status: null, type: null, length: null, waitUntil: null, endedAt: 0 },
  error: target === 'chrome' ? 'net::ERR_NAME_NOT_RESOLVED' : 'NS_ERROR_UNKNOWN_HOST',
};

describe(`the offer to see exactly why downloads fail, in ${target}`, () => {
  let session: BrowserSession;
  let seeding: Page;

  beforeAll(async () => {
    session = await launch(target);
    seeding = await session.openExtensionPage('options.html');
  });

  afterAll(() => session?.close());

  /** The reasons below which the popup makes the offer. */
  const offeredBelow = (popup: Page): Promise<(string | undefined)[]> =>
    popup.$$eval('.watch-offer', (all) =>
      all.map((one) => one.closest<HTMLElement>('.reason')?.dataset.reason),
    );

  async function offersFor(...failures: ReturnType<typeof failure>[]): Promise<(string | undefined)[]> {
    await seedFailures(seeding, failures);
    const popup = await session.openExtensionPage('popup.html');
    const offers = await offeredBelow(popup);
    await popup.close();
    return offers;
  }

  it('is made where the reason leaves open why, and once', async () => {
    expect(await offersFor(failure(1, 'FILE_NO_SPACE'), failure(2, 'NETWORK_FAILED'))).toEqual([
      'NETWORK_FAILED',
    ]);
    expect(await offersFor(failure(1, 'SERVER_FAILED'), failure(2, 'NETWORK_FAILED'))).toHaveLength(1);
  });

  it('is not made where the reason says it, or the cause of one is known', async () => {
    expect(await offersFor()).toEqual([]);
    expect(await offersFor(failure(1, 'FILE_NO_SPACE'), failure(2, 'SERVER_BAD_CONTENT'))).toEqual([]);
    expect(await offersFor(failure(1, 'NETWORK_FAILED', { evidence }), failure(2, 'NETWORK_FAILED'))).toEqual(
      [],
    );
  });

  it('is a line to unfold where many failures need the room', async () => {
    await seedFailures(
      seeding,
      [1, 2, 3, 4, 5].map((id) => failure(id, 'NETWORK_FAILED')),
    );
    const popup = await session.openExtensionPage('popup.html');
    const sees = () => popup.$eval('[data-action="watch"]', (button) => button.checkVisibility());
    expect(await sees()).toBe(false);
    await popup.focus('.watch-offer summary');
    await popup.keyboard.press('Enter');
    expect(await sees()).toBe(true);
    await popup.close();
  });

  it('leaves the focus where it was, is declined with the keyboard, and does not come back', async () => {
    await seedFailures(seeding, [failure(1, 'NETWORK_FAILED'), failure(2, 'NETWORK_FAILED')]);
    const popup = await session.openExtensionPage('popup.html');
    await popup.bringToFront();
    const focused = () =>
      popup.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-action]')?.dataset.action);
    await expect.poll(focused).toBe('retry');
    const goBackTo = async (wanted: string): Promise<void> => {
      for (let time = 0; time < 10 && (await focused()) !== wanted; time += 1) {
        await popup.keyboard.down('Shift');
        await popup.keyboard.press('Tab');
        await popup.keyboard.up('Shift');
      }
      expect(await focused()).toBe(wanted);
    };
    await goBackTo('decline-offer');
    await goBackTo('watch');
    await popup.keyboard.press('Tab');
    await popup.keyboard.press('Enter');
    expect(await offeredBelow(popup)).toEqual([]);
    // The row that came after it.
    await expect.poll(focused).toBe('details');
    await popup.close();

    const again = await session.openExtensionPage('popup.html');
    expect(await offeredBelow(again)).toEqual([]);
    expect(await again.$$eval('[data-failure]', ({ length }) => length)).toBe(2);
    await again.close();
  });
});
