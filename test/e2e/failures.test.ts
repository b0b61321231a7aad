import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '../../src/platform/target.ts';
import { download } from '../../tools/download.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { failureWith } from '../fakes/failure.ts';
import { seedFailures } from '../fakes/seed-journal.ts';
import { DEFAULT_SEED, DEFAULT_SIZE, sha256Of } from '../faults/body.ts';
import { addressOf, FAULTS } from '../faults/faults.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { popupShows, pressInRow, readPopup } from './popup-page.ts';
import { target } from './target.ts';

/** Six faults with six different reasons, by their names in the table of faults. */
const sixFaults: Record<Target, Record<string, string>> = {
  chrome: {
    'reset-always': 'network/NETWORK_FAILED',
    'short-always': 'server/SERVER_CONTENT_LENGTH_MISMATCH',
    'status-503': 'server/SERVER_FAILED',
    'status-404': 'server/SERVER_BAD_CONTENT',
    'status-403': 'server/SERVER_FORBIDDEN',
    'status-401': 'server/SERVER_UNAUTHORIZED',
  },
  firefox: {
    'reset-always': 'network/NETWORK_FAILED',
    'blocked-port': 'misc/CRASH',
    'status-503': 'server/SERVER_FAILED',
    'status-404': 'server/SERVER_BAD_CONTENT',
    'status-403': 'server/SERVER_FORBIDDEN',
    'status-402': 'server/SERVER_UNAUTHORIZED',
  },
};

describe(`failed downloads in ${target}`, () => {
  let faults: FaultServer;
  let session: BrowserSession;
  let popup: Page;
  /** A page of the extension that stays open only to start downloads from. */
  let starter: Page;

  beforeAll(async () => {
    faults = await startFaultServer();
    session = await launch(target);
    starter = await session.openExtensionPage('popup.html');
    popup = await session.openExtensionPage('popup.html');
  });

  afterAll(async () => {
    await session?.close();
    await faults?.close();
  });

  const fail = async (name: string): Promise<void> => {
    const fault = FAULTS.find((one) => one.name === name);
    if (!fault) throw new Error(`There is no fault ${name}.`);
    await download(starter, { url: addressOf(fault, faults, name), filename: `${name}.bin` }).catch(() => {});
  };

  it('reassures when nothing has failed', async () => {
    expect(await readPopup(popup)).toEqual({ counts: {}, rows: [] });
    expect(await popup.evaluate(() => document.body.textContent)).toContain('No failed downloads');
  });

  it('shows six different failures in their groups', async () => {
    const heading = await popup.$('h1');
    for (const name of Object.keys(sixFaults[target])) await fail(name);
    const { counts } = await popupShows(popup, ({ rows }) => rows.length === 6);
    const expected: Record<string, number> = {};
    for (const group of Object.values(sixFaults[target])) {
      const [category = ''] = group.split('/');
      expected[category] = (expected[category] ?? 0) + 1;
      expected[group] = 1;
    }
    expect(counts).toEqual(expected);
    // Still the same: whoever was led there is not thrown out.
    expect(await heading?.evaluate(({ isConnected }) => isConnected)).toBe(true);
    await session.screenshot(popup, `artifacts/popup-six-failures-${target}.png`);
  });

  it('offers no retry where trying again is no use', async () => {
    const { rows } = await readPopup(popup);
    const offered = Object.fromEntries(rows.map(({ prognosis, canRetry }) => [prognosis, canRetry]));
    expect(offered).toEqual({ transient: true, fixable: true, permanent: false });
  });

  it('takes a failure out of the counts when a retry gets the file', async () => {
    const before = await readPopup(popup);
    const row = before.rows.find(({ name }) => name.startsWith('reset-always'));
    if (!row) throw new Error('The failed download is not there.');
    faults.heal('reset-always');
    await pressInRow(popup, row.id, 'retry');
    const after = await popupShows(popup, ({ rows }) =>
      rows.some(({ id, state }) => id === row.id && state === 'recovered'),
    );
    const { network = 0, 'network/NETWORK_FAILED': failed = 0 } = before.counts;
    expect(after.counts['network/NETWORK_FAILED'] ?? 0).toBe(failed - 1);
    expect(after.counts.network ?? 0).toBe(network - 1);
    // It stays where it is, so that no other row moves.
    expect(after.rows.map(({ id }) => id)).toEqual(before.rows.map(({ id }) => id));
    // Chrome forgets on a resume under which name an extension started the download.
    const name = target === 'chrome' ? 'reset.bin' : 'reset-always.bin';
    const file = await readFile(join(session.downloadDir, name));
    expect(createHash('sha256').update(file).digest('hex')).toBe(sha256Of(DEFAULT_SEED, DEFAULT_SIZE));
  });

  it('keeps a failure in the list when its retry fails again', async () => {
    const before = await readPopup(popup);
    const row = before.rows.find(({ name }) => name.startsWith('status-503'));
    if (!row) throw new Error('The failed download is not there.');
    const asked = faults.requests.length;
    await pressInRow(popup, row.id, 'retry');
    await expect.poll(() => faults.requests.length).toBeGreaterThan(asked);
    const after = await popupShows(
      popup,
      ({ rows }) => rows.find(({ id }) => id === row.id)?.state === 'failed',
    );
    expect(after.counts).toEqual(before.counts);
    await pressInRow(popup, row.id, 'details');
    const attempts = `[data-failure="${row.id}"] .details li`;
    await expect.poll(() => popup.$$eval(attempts, ({ length }) => length)).toBe(2);
  });

  it('takes a double-click for one press, whatever has taken the place of the button', async () => {
    const secondClick = (id: string, action: string): Promise<boolean> =>
      popup.$eval(`[data-failure="${id}"] [data-action="${action}"]`, (button) =>
        button.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 2 })),
      );
    const address = faults.url('/reset/twice.bin?key=twice&seed=twice&size=2000000&rate=400000&at=0.2');
    await download(starter, { url: address, filename: 'twice.bin' }).catch(() => {});
    const before = await popupShows(popup, ({ rows }) => rows.some(({ name }) => name === 'twice.bin'));
    const others = before.rows.filter(({ name, state }) => name !== 'twice.bin' && state !== 'recovered');
    const [first, second] = others.map(({ id }) => id);
    await pressInRow(popup, first ?? '', 'dismiss');
    await popup.locator('[data-action="undo"]').wait();
    await popupShows(popup, ({ rows }) => rows.every(({ id }) => id !== first));
    await secondClick(second ?? '', 'dismiss');
    await popup.locator('[data-action="undo"]').click();
    await popupShows(popup, ({ rows }) => rows.length === before.rows.length);

    const twice = before.rows.find(({ name }) => name === 'twice.bin')?.id ?? '';
    const inState = (wanted: string) =>
      popupShows(popup, ({ rows }) => rows.some(({ id, state }) => id === twice && state === wanted));
    await pressInRow(popup, twice, 'retry');
    await inState('retrying');
    await secondClick(twice, 'cancel');
    await inState('recovered');
  });

  it('loses no failure when the background is killed between two', async () => {
    const before = await readPopup(popup);
    await fail('status-500');
    await popupShows(popup, ({ rows }) => rows.length === before.rows.length + 1);
    await session.killBackground();
    await fail('status-502');
    await session.killBackground();
    await fail('status-504');
    const after = await popupShows(popup, ({ rows }) => rows.length === before.rows.length + 3);
    expect(after.counts['server/SERVER_FAILED']).toBe((before.counts['server/SERVER_FAILED'] ?? 0) + 3);
  });

  it('shows hostile file names as text, and in full on request', async () => {
    const long = `${'long name '.repeat(20).slice(0, 196)}.zip`;
    const hostile = ['<img src=x onerror=alert(1)>.zip', 'photo\u202egpj.zip', long];
    const alerts: string[] = [];
    popup.on('dialog', (dialog) => {
      alerts.push(dialog.message());
      void dialog.dismiss();
    });
    for (const name of hostile) {
      const address = `/file/${encodeURIComponent(name)}?fault=reset&resets=always`;
      await download(starter, { url: faults.url(address) }).catch(() => {});
    }
    const shownName = (name: string) => (name.includes('gpj') ? /^photo.*gpj/ : /^(.img src|long name)/);
    const { rows } = await popupShows(
      popup,
      (shown) =>
        shown.rows.filter(({ name }) => hostile.some((one) => shownName(one).test(name))).length >= 3,
    );
    const named = rows.filter(({ name }) => hostile.some((one) => shownName(one).test(name)));
    expect(named.map(({ name }) => name).join()).not.toMatch(/[\u202a-\u202e]/);
    for (const { id, name } of named) {
      await pressInRow(popup, id, 'details');
      const inFull = await popup.$$eval(`[data-failure="${id}"] .details bdi`, (facts) =>
        facts.map((fact) => ({
          text: fact.textContent,
          // All of the text is laid out: nothing is cut off.
          cut: fact.scrollWidth > fact.clientWidth && getComputedStyle(fact).display !== 'inline',
        })),
      );
      expect(inFull).toContainEqual({ text: name, cut: false });
    }
    expect(await popup.$$('img')).toEqual([]);
    expect(alerts).toEqual([]);
    await session.screenshot(popup, `artifacts/popup-hostile-names-${target}.png`);
  });

  it('shows what stands in the journal when it is opened again', async () => {
    const before = await readPopup(popup);
    const again = await session.openExtensionPage('popup.html');
    const reasons = Object.keys(before.counts).length;
    const shown = await popupShows(again, ({ counts }) => Object.keys(counts).length === reasons);
    expect(shown.counts).toEqual(before.counts);
    // Newest first now, and the first few of each reason.
    for (const row of shown.rows) expect(before.rows).toContainEqual(row);
    const ofReasons = Object.entries(shown.counts).filter(([name]) => name.includes('/'));
    expect(shown.rows.length).toBe(ofReasons.reduce((sum, [, count]) => sum + Math.min(count, 2), 0));
    await again.close();
  });

  it('says that it leaves out older ones when all are tried again', async () => {
    const daysAgo = (days: number) =>
      failureWith({ id: `${days}`, browser: target, failedAt: Date.now() - days * 86_400_000 });
    await seedFailures(starter, [0.1, 0.2, 100].map(daysAgo));
    const again = await session.openExtensionPage('popup.html');
    await again.locator('[data-action="retry-all"]').click();
    await again.locator('main > .toast ::-p-text(Older failures were left out.)').wait();
    await session.screenshot(again, `artifacts/popup-older-${target}.png`);
    await again.close();
  });
});
