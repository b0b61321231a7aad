import { rm } from 'node:fs/promises';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { download } from '../../tools/download.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { badge, changeSettings, eraseDownloads, readFailures } from './extension-page.ts';
import { popupShows, pressInRow } from './popup-page.ts';
import { target } from './target.ts';
import { withPermissions } from './with-permissions.ts';

describe(`with a view of the requests, ${target}`, () => {
  let folder: string;
  let faults: FaultServer;
  let session: BrowserSession;
  let popup: Page;

  beforeAll(async () => {
    faults = await startFaultServer();
    folder = await withPermissions(target);
    session = await launch(target, { extensionDir: folder });
    popup = await session.openExtensionPage('popup.html');
    await changeSettings(popup, { automaticRetry: true, automaticFirstPause: 1, automaticLongestPause: 1 });
  });

  afterAll(async () => {
    await session?.close();
    await faults?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  it('waits as long as the server asks', async () => {
    const url = faults.url('/retry-after/busy.bin?seconds=7200&key=busy');
    await download(popup, { url, filename: 'busy.bin' }).catch(() => {});
    await expect
      .poll(async () => (await readFailures(popup)).find((one) => one.url === url)?.next)
      .toMatchObject({ kind: 'planned', because: 'server', number: 1 });
    await popupShows(popup, ({ rows }) => rows.some(({ state }) => state === 'scheduled'));
    expect(await popup.$eval('.row-note', (word) => word.textContent)).toMatch(
      /^The server asked to wait\. Next try in \d hr\. \(1 of 5\)\.$/,
    );
  });

  /** Sends a form from a page of its own. */
  async function sendForm(path: string): Promise<void> {
    const page = await session.openPage(faults.url('/'));
    await page.evaluate((action) => {
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action });
      document.body.append(form);
      form.submit();
    }, faults.url(path));
  }

  it('says that a form can not be sent again, and offers no button that must fail', async () => {
    await sendForm('/post/form.bin?fault=short&key=form');
    await popup.bringToFront();
    const { rows } = await popupShows(popup, (shown) => shown.rows.some(({ name }) => name.includes('form')));
    const row = rows.find(({ name }) => name.includes('form'));
    expect(row).toMatchObject({ canRetry: false });
    expect(await popup.$eval(`[data-failure="${row?.id}"] .row-note`, (word) => word.textContent)).toMatch(
      /form/,
    );
    await session.screenshot(popup, `artifacts/popup-server-answers-${target}.png`);
  });

  it('gets the file that a form led to, and never asks the form without its fields', async () => {
    // Only the press below is to try again: an automatic try, a second after the failure, could come before it.
    await changeSettings(popup, { automaticRetry: false });
    const file = '/file/report.bin?fault=reset&resets=always&key=report';
    const form = `/post/report?to=${encodeURIComponent(file)}`;
    await sendForm(form);
    await popup.bringToFront();
    const { rows } = await popupShows(popup, (shown) =>
      shown.rows.some(({ name }) => name.includes('report')),
    );
    for (const address of [form, file]) await eraseDownloads(popup, faults.url(address));
    faults.heal('report');
    const before = faults.requests.length;
    await pressInRow(popup, rows.find(({ name }) => name.includes('report'))?.id ?? '', 'retry');
    await expect
      .poll(async () =>
        (await readFailures(popup)).find(({ url }) => url.includes('report'))?.attempts.at(-1),
      )
      .toMatchObject({ kind: 'restart', state: 'completed' });
    expect(faults.requests.slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${file}`,
    ]);
  });

  if (target === 'firefox') {
    it('waits until it is online again', async () => {
      const offline = (value: boolean) => session.evaluateInBrowser(`void (Services.io.offline = ${value})`);
      const url = faults.url('/recover/offline.bin?after=1&key=offline');
      await changeSettings(popup, { automaticRetry: true });
      // First, so that no try comes before it: what is on this computer can be reached all the same.
      await offline(true);
      await download(popup, { url, filename: 'offline.bin' }).catch(() => {});
      await expect
        .poll(async () => (await readFailures(popup)).find((one) => one.url === url)?.next, {
          timeout: 20_000,
        })
        .toMatchObject({ because: 'offline' });
      await offline(false);
      await expect
        .poll(
          async () => (await readFailures(popup)).find((one) => one.url === url)?.attempts.at(-1)?.state,
          {
            timeout: 20_000,
          },
        )
        .toBe('completed');
    });
  }

  describe('while nobody looks', () => {
    /** Runs none of the extension's code, so that what fails stays new. */
    let starter: Page;

    beforeAll(async () => {
      await changeSettings(popup, { automaticRetry: false });
      starter = await session.openExtensionPage('icons/icon-16.png', { ready: 'img' });
      for (const page of await session.browser.pages()) if (page !== starter) await page.close();
    });

    const methodOf = async (name: string) =>
      (await readFailures(starter)).find(({ url }) => url.includes(name))?.method;

    it('leaves a plain download alone when a form is sent to its address later', async () => {
      const url = faults.url('/short/plain.bin?resets=always&key=plain');
      await download(starter, { url, filename: 'plain.bin' }).catch(() => {});
      await expect.poll(() => methodOf('plain')).toBe('GET');
      await sendForm('/short/plain.bin?resets=always&key=plain');
      const another = faults.url('/status/404/another.bin');
      await download(starter, { url: another, filename: 'another.bin' }).catch(() => {});
      await expect.poll(() => methodOf('another')).toBe('GET');
      expect(await methodOf('plain')).toBe('GET');
    });

    it('still tells of failures when pages flood it with long addresses', async () => {
      await changeSettings(starter, { automaticRetry: true, automaticFirstPause: 3_600 });
      // A page that may have frames.
      const page = await session.openPage(faults.url('/heal?key=flood'));
      await page.evaluate(async (origin) => {
        // The smaller ones fill what room the larger ones leave.
        for (const length of [900_000, 90_000, 9_000, 900, 90]) {
          for (let index = 0; index < 11; index += 1) {
            const frame = document.createElement('iframe');
            frame.name = `flood-${length}-${index}`;
            const form = document.createElement('form');
            Object.assign(form, { method: 'post', target: frame.name });
            form.action = `${origin}/nothing/${index}?${'x'.repeat(length)}`;
            document.body.append(frame, form);
            form.submit();
            await new Promise((resolve) => frame.addEventListener('load', resolve));
            frame.remove();
          }
        }
      }, faults.origin);
      const before = await badge(starter);
      // What is to be noted of its host needs more room than is left.
      const url = faults.url('/status/503/flooded.bin', `${'long-'.repeat(12)}name.localhost`);
      await download(starter, { url, filename: 'flooded.bin' }).catch(() => {});
      await expect.poll(() => badge(starter)).toBe(String(Number(before) + 1));
    });
  });
});
