import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ElementHandle } from 'puppeteer-core';
import { afterEach, describe, expect, it } from 'vitest';
import type { Target } from '../../src/platform/target.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { badge, listDownloads, startDownloads } from './extension-page.ts';
import { enter, exportedBackup, historyShows, press } from './history-page.ts';
import { type LoggingProxy, startLoggingProxy } from './logging-proxy.ts';
import { enterOption } from './options-page.ts';
import { isSettled, popupShows, pressInRow } from './popup-page.ts';
import { target } from './target.ts';

/** The services of the browsers' makers, to which browsers talk whether or not there is an extension. */
const makers: Record<Target, RegExp> = {
  chrome: /(^|\.)(google\.com|googleapis\.com|gvt1\.com|gstatic\.com|microsoft\.com|msn\.com|bing\.com)$/,
  firefox: /(^|\.)(mozilla\.(com|org|net)|firefox\.com)$/,
};

const hostOf = (address: string): string =>
  new URL(address.includes('://') ? address : `https://${address}`).hostname;

/** For what comes late. */
const A_WHILE = 3_000;

describe(`what leaves the computer in ${target}`, () => {
  let proxy: LoggingProxy;
  let faults: FaultServer;
  let session: BrowserSession;

  afterEach(async () => {
    await session?.close();
    await faults?.close();
    await proxy?.close();
  });

  /** All that was asked for since the start, but by the browser for its own sake. */
  const asked = (): string[] => proxy.asked.filter((address) => !makers[target].test(hostOf(address)));

  it('is what the person asked for, and nothing else', async () => {
    proxy = await startLoggingProxy();
    faults = await startFaultServer();
    session = await launch(target, proxy.launchOptions(target));
    // Runs none of the extension's code.
    const starter = await session.openExtensionPage('icons/icon-16.png', { ready: 'img' });
    const files = {
      again: faults.url('/recover/again.bin?after=1&key=again'),
      lost: faults.url('/reset/lost.bin?resets=always'),
      gone: faults.url('/status/404/gone.bin'),
      closed: faults.url('/status/403/closed.bin'),
    };
    await sleep(A_WHILE);
    expect(asked()).toEqual([]);

    await startDownloads(
      starter,
      Object.entries(files).map(([name, url]) => ({ url, filename: `${name}.bin` })),
    );
    await expect.poll(() => badge(starter), { timeout: 20_000 }).toBe('4');
    // Chrome asks again for what was cut off, by itself.
    expect(new Set(asked())).toEqual(new Set(Object.values(files)));
    const begun = asked();

    const popup = await session.openExtensionPage('popup.html');
    const { rows } = await popupShows(popup, (shown) => shown.rows.length === 4);
    for (const { id } of rows) await pressInRow(popup, id, 'details');
    const row = (name: string): string => rows.find((one) => one.name === `${name}.bin`)?.id ?? '';
    await pressInRow(popup, row('gone'), 'dismiss');
    await popup.locator('[data-action="undo"]').click();
    await popupShows(popup, (shown) => shown.rows.length === 4);

    const options = await session.openExtensionPage('options.html');
    expect(await enterOption(options, 'retentionDays', '30')).toBe('Saved.');

    const history = await session.openExtensionPage('history.html');
    await historyShows(history, ({ word }) => word === '4 failures');
    await enter(history, 'q', 'lost');
    await historyShows(history, ({ names }) => names.join() === 'lost.bin');
    await enter(history, 'q', '');
    await historyShows(history, ({ names }) => names.length === 4);
    for (const format of ['csv', 'json']) {
      await press(history, `export-${format}`);
      // Firefox puts an empty file there first.
      const file = join(session.downloadDir, `download-failures.${format}`);
      await expect
        .poll(async () => (await readFile(file, 'utf8').catch(() => '')).trim())
        .toContain('lost.bin');
    }
    const field = (await history.$('[data-action="import"]')) as ElementHandle<HTMLInputElement>;
    await field.uploadFile(await exportedBackup(session));
    await historyShows(history, ({ word }) => word.includes('Imported'));
    await session.killBackground();
    await history.locator('[data-row] input').click();
    await press(history, 'dismiss-selection');
    await historyShows(history, ({ word }) => word.includes('dismissed'));
    await sleep(A_WHILE);
    expect(asked()).toEqual(begun);

    await popup.bringToFront();
    await pressInRow(popup, row('again'), 'retry');
    await popupShows(popup, (shown) => isSettled(shown, row('again')));
    await sleep(A_WHILE);
    expect(asked()).toEqual([...begun, files.again]);
    expect(
      new Set((await listDownloads(starter)).map(({ url }) => url.replace(/^blob:.*/, 'blob:'))),
    ).toEqual(new Set([...Object.values(files), 'blob:']));

    // That nobody asked for a thing would show.
    await startDownloads(starter, [{ url: 'http://elsewhere.example/unasked' }]);
    await expect.poll(asked).toEqual([...begun, files.again, 'http://elsewhere.example/unasked']);
  }, 180_000);
});
