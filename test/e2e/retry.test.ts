import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { download } from '../../tools/download.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { DEFAULT_SIZE, sha256Of } from '../faults/body.ts';
import { listenOnLoopback } from '../faults/loopback.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import {
  changeSettings,
  eraseDownloads,
  failDownloads,
  listDownloads,
  readFailures,
  sendCommand,
  startDownloads,
} from './extension-page.ts';
import { isSettled, popupShows, pressInRow, readPopup } from './popup-page.ts';
import { target } from './target.ts';

/** What automatic retry does within seconds. */
const quickly = { automaticRetry: true, automaticTries: 4, automaticFirstPause: 1, automaticLongestPause: 1 };

describe(`retrying in ${target}`, () => {
  let faults: FaultServer;
  let session: BrowserSession;
  let popup: Page;
  /** A page of the extension that stays open only to start downloads from. */
  let starter: Page;

  beforeAll(async () => {
    faults = await startFaultServer();
    session = await launch(target, {
      firefoxPrefs: { 'privacy.userContext.enabled': true, 'network.dns.native-is-localhost': true },
    });
    starter = await session.openExtensionPage('popup.html');
    popup = await session.openExtensionPage('popup.html');
  });

  afterAll(async () => {
    await session?.close();
    await faults?.close();
  });

  /** Fails the download of an address, and gives its row's id once the popup shows it. */
  async function fail(path: string, filename: string): Promise<string> {
    await failDownloads(starter, [{ url: new URL(path, faults.url('/')).href, filename }]);
    const stem = filename.replace(/\.[^.]*$/, '');
    const { rows } = await popupShows(popup, (shown) => shown.rows.some(({ name }) => name.startsWith(stem)));
    return rows.find(({ name }) => name.startsWith(stem))?.id ?? '';
  }

  const attemptsOf = async (id: string): Promise<string[]> => {
    const failure = (await readFailures(popup)).find((one) => one.id === id);
    return failure?.attempts.map(({ kind, state }) => `${kind} ${state}`) ?? [];
  };

  const gone = (id: string) => popupShows(popup, (shown) => isSettled(shown, id), 25_000);

  /** SHA-256 of all files that were downloaded. */
  async function sums(): Promise<Set<string>> {
    const names = await readdir(session.downloadDir);
    const hashes = names.map(async (name) =>
      createHash('sha256')
        .update(await readFile(join(session.downloadDir, name)))
        .digest('hex'),
    );
    return new Set(await Promise.all(hashes));
  }

  it('resumes what was cut at half, says so before and afterwards, and has the whole file', async () => {
    // Slow enough to be seen on its way.
    const id = await fail('/reset/half.bin?key=half&seed=half&rate=1000000', 'half.bin');
    const label = () =>
      popup.$eval(`[data-failure="${id}"] [data-action="retry"]`, (button) => button.textContent);
    // A reset takes with it what a busy browser had not read yet.
    await expect.poll(label).toMatch(/^Resume \(([1-9]|[1-4]\d|50)%\)$/);
    await pressInRow(popup, id, 'retry');
    await popupShows(popup, ({ rows }) => rows.some((row) => row.id === id && row.state === 'retrying'));
    await popup.waitForSelector(`[data-failure="${id}"] progress`);
    await session.screenshot(popup, `artifacts/popup-progress-${target}.png`);
    await popupShows(popup, ({ rows }) => rows.some((row) => row.id === id && row.state === 'recovered'));
    await session.screenshot(popup, `artifacts/popup-recovered-${target}.png`);
    await gone(id);
    expect(await attemptsOf(id)).toEqual(['first failed', 'resume completed']);
    expect(await sums()).toContain(sha256Of('half', DEFAULT_SIZE));
    expect(faults.requests.at(-1)?.range).toBeDefined();
  });

  it('starts anew what the server can only send whole, and records that', async () => {
    const id = await fail('/range-ignored/whole.bin?key=whole&seed=whole&rate=4000000', 'whole.bin');
    await pressInRow(popup, id, 'retry');
    await gone(id);
    const attempts = await attemptsOf(id);
    expect(attempts.at(-1)).toBe('restart completed');
    // Firefox fails over it and is started anew; Chrome starts anew by itself.
    expect(attempts).toHaveLength(target === 'firefox' ? 3 : 2);
    expect(await sums()).toContain(sha256Of('whole', DEFAULT_SIZE));
  });

  it('starts anew what offers no ranges', async () => {
    const id = await fail('/reset/plain.bin?key=plain&seed=plain&ranges=0', 'plain.bin');
    await pressInRow(popup, id, 'retry');
    await gone(id);
    expect((await attemptsOf(id)).at(-1)).toBe('restart completed');
    expect(await sums()).toContain(sha256Of('plain', DEFAULT_SIZE));
  });

  it.runIf(target === 'firefox')('goes on after a resume that met a server in trouble', async () => {
    const body = Buffer.alloc(600_000, 'the part that is kept, and then the rest ');
    const half = body.length / 2;
    const asked: string[] = [];
    const server = await listenOnLoopback(() =>
      createServer(({ headers: { range = 'all' } }, response) => {
        asked.push(range);
        if (asked.length === 2) return void response.writeHead(503).end('Please wait.');
        const start = Number(/\d+/.exec(range)?.[0] ?? 0);
        response.writeHead(start > 0 ? 206 : 200, {
          ...{ 'Content-Type': 'application/octet-stream', 'Content-Length': body.length - start },
          ...{ 'Accept-Ranges': 'bytes', ETag: '"one"' },
          ...(start > 0 && { 'Content-Range': `bytes ${start}-${body.length - 1}/${body.length}` }),
        });
        if (start > 0) return void response.end(body.subarray(start));
        response.write(body.subarray(0, half), () => setTimeout(() => response.destroy(), 1_000));
      }),
    );
    const offer = (): Promise<unknown> =>
      popup.$eval(`[data-failure="${id}"] [data-action="retry"]`, ({ textContent }) => textContent);
    const id = await fail(`http://127.0.0.1:${server.port}/trouble.bin`, 'trouble.bin');
    await expect.poll(offer).toContain('Resume');
    await pressInRow(popup, id, 'retry');
    await expect.poll(() => attemptsOf(id)).toEqual(['first failed', 'resume failed']);
    await expect.poll(offer).toContain('Resume');
    await pressInRow(popup, id, 'retry');
    await gone(id);
    await server.close();
    expect(asked).toEqual(['all', `bytes=${half}-`, `bytes=${half}-`]);
    expect(await readFile(join(session.downloadDir, 'trouble.bin'))).toEqual(body);
  });

  it('cancels a retry that is under way, and offers it again', async () => {
    // Soon cut, and then long enough under way for another popup to open.
    const path = '/reset/slow.bin?key=slow&seed=slow&size=4000000&rate=400000&at=0.1';
    const id = await fail(path, 'slow.bin');
    await pressInRow(popup, id, 'retry');
    await popupShows(popup, ({ rows }) => rows.some((row) => row.id === id && row.state === 'retrying'));
    const again = await session.openExtensionPage('popup.html');
    await pressInRow(again, id, 'cancel');
    await again.close();
    await popup.bringToFront();
    const { rows } = await popupShows(popup, (shown) =>
      shown.rows.some((row) => row.id === id && row.state === 'failed'),
    );
    expect(rows.find((row) => row.id === id)?.canRetry).toBe(true);
    await sendCommand(popup, { command: 'dismiss', ids: [id] });
    await gone(id);
  });

  it('says within seconds why an attempt did not even start', async () => {
    const id = await fail('/status/503/strange.bin?key=strange', 'strange.bin');
    // Without the browser's own item, only a new download is left.
    await eraseDownloads(popup, faults.url('/status/503/strange.bin?key=strange'));
    await changeStored(popup, id, {
      url: 'http://[broken/strange.bin',
      finalUrl: 'http://[broken/strange.bin',
    });
    await pressInRow(popup, id, 'retry');
    await expect
      .poll(() => popup.$eval(`[data-failure="${id}"] .row-note`, (word) => word.textContent))
      .toMatch(/The browser refused the last attempt: /);
    await sendCommand(popup, { command: 'dismiss', ids: [id] });
  });

  it('offers the page first where a link has expired', async () => {
    const path = '/expired/old.bin?X-Amz-Date=20200101T000000Z&X-Amz-Expires=60&key=old';
    const page = faults.url('/');
    const id = await fail(path, 'old.bin');
    await changeStored(popup, id, { referrer: page });
    await popup.close();
    popup = await session.openExtensionPage('popup.html');
    await popup.waitForSelector(`[data-failure="${id}"] [data-action="open-source"].primary`);
    expect(await popup.$eval(`[data-failure="${id}"]`, (row) => row.textContent)).toContain(
      'This link has expired',
    );
    await session.screenshot(popup, `artifacts/popup-expired-${target}.png`);
    await pressInRow(popup, id, 'open-source');
    await expect.poll(async () => (await session.browser.pages()).map((one) => one.url())).toContain(page);
    await popup.bringToFront();
    await sendCommand(popup, { command: 'dismiss', ids: [id] });
  });

  it('recovers automatically in as many attempts as the server needs', async () => {
    await changeSettings(popup, quickly);
    await download(starter, {
      url: faults.url('/recover/auto.bin?after=2&status=503&key=auto&seed=auto'),
      filename: 'auto.bin',
    }).catch(() => {});
    await expect
      .poll(
        async () =>
          (await readFailures(popup))
            .find(({ url }) => url.includes('auto.bin'))
            ?.attempts.map(({ state }) => state),
        {
          timeout: 30_000,
        },
      )
      .toEqual(['failed', 'failed', 'completed']);
    expect(faults.requests.filter(({ path }) => path.includes('auto.bin'))).toHaveLength(3);
    expect(await sums()).toContain(sha256Of('auto', DEFAULT_SIZE));
  });

  it('never tries again automatically what is not there, and stops after the tries that the options promise', async () => {
    // Also if this fails: what follows counts its own tries.
    onTestFinished(() => changeSettings(popup, { automaticRetry: false }));
    await download(starter, { url: faults.url('/status/404/missing.bin?key=missing') }).catch(() => {});
    await download(starter, { url: faults.url('/status/503/always.bin?key=always') }).catch(() => {});
    await expect
      .poll(async () => (await readFailures(popup)).find(({ url }) => url.includes('always.bin'))?.next, {
        timeout: 40_000,
      })
      .toEqual({ kind: 'stopped', why: 'tries', tries: 4 });
    expect(faults.requests.filter(({ path }) => path.includes('always.bin'))).toHaveLength(5);
    expect(faults.requests.filter(({ path }) => path.includes('missing.bin'))).toHaveLength(1);
    await session.screenshot(popup, `artifacts/popup-automatic-${target}.png`);
  }, 120_000);

  if (target === 'chrome') {
    it('gets the file also when the browser only pretends to resume', async () => {
      const id = await fail('/reset/often.bin?resets=always&key=often&seed=often', 'often.bin');
      let pretending = false;
      for (let resumes = 1; resumes <= 6 && !pretending; resumes += 1) {
        const before = (await attemptsOf(id)).length;
        // Without a press of the person, which would let Chrome resume again.
        void sendCommand(popup, { command: 'retry', id });
        await expect.poll(async () => (await attemptsOf(id)).length).toBeGreaterThan(before);
        const settles = (async () => {
          while ((await attemptsOf(id)).at(-1) === 'resume starting') await sleep(50);
          return true;
        })();
        pretending = !(await Promise.race([settles, sleep(1_500)]));
        if (!pretending) await expect.poll(async () => (await attemptsOf(id)).at(-1)).toBe('resume failed');
      }
      expect(pretending).toBe(true);
      faults.heal('often');
      await gone(id);
      const attempts = await attemptsOf(id);
      expect(attempts).toContain('resume not-started');
      expect(attempts.at(-1)).toBe('restart completed');
      expect(await sums()).toContain(sha256Of('often', DEFAULT_SIZE));
    });
  }

  if (target === 'firefox') {
    it('retries in its container and names the page what came from there', async () => {
      const url = faults.url('/recover/boxed.bin?after=1&key=boxed&seed=boxed');
      await startDownloads(starter, [{ url, filename: 'boxed.bin', cookieStoreId: 'firefox-container-2' }]);
      const { rows } = await popupShows(popup, (shown) =>
        shown.rows.some(({ name }) => name === 'boxed.bin'),
      );
      const id = rows.find(({ name }) => name === 'boxed.bin')?.id ?? '';
      await changeStored(popup, id, { referrer: faults.url('/list') });
      await pressInRow(popup, id, 'retry');
      await gone(id);
      const items = (await listDownloads(popup)).filter((item) => item.url === url);
      expect(items.map(({ cookieStoreId, state }) => [cookieStoreId, state])).toEqual([
        ['firefox-container-2', 'interrupted'],
        ['firefox-container-2', 'complete'],
      ]);
      expect(faults.requests.at(-1)?.referer).toBe(faults.url('/list'));
    });
  }

  it('tells of a round as soon as it begins, also in a popup that opens meanwhile', async () => {
    await sendCommand(popup, { command: 'delete', ids: (await readFailures(popup)).map(({ id }) => id) });
    const slow = (name: string) => `/recover/${name}.bin?after=1&key=${name}&size=80000&rate=20000`;
    const ids = [await fail(slow('slow-1'), 'slow-1.bin'), await fail(slow('slow-2'), 'slow-2.bin')];
    await popup.evaluate(() => {
      const heard: string[] = [];
      Object.assign(globalThis, { heard });
      const region = document.querySelector('[role="status"]');
      if (!region) throw new Error('There is no live region.');
      new MutationObserver(() => heard.push(region.textContent ?? '')).observe(region, { childList: true });
    });
    await popup.locator('[data-action="retry-all"]').click();
    const heard = () => popup.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
    await expect.poll(heard).toContain('Trying again: 0 of 2 done');
    const isRunning = async () =>
      (await readFailures(popup)).some(({ attempts }) => attempts.at(-1)?.state === 'running');
    await expect.poll(isRunning).toBe(true);
    const other = await session.openExtensionPage('popup.html');
    // Between one file and the next there is only the round's.
    await expect.poll(() => other.$$eval('.round progress, .row progress', ({ length }) => length)).toBe(2);
    await other.close();
    // Else another tab may lie over it now, and Firefox paints nothing of what can't be seen.
    await popup.bringToFront();
    for (const id of ids) await gone(id);
  });

  it('settles a round of 200 over 20 hosts, a few at once and one a host, however often the background dies', async () => {
    const begin = performance.now();
    const before = await readPopup(popup);
    const requests = Array.from({ length: 200 }, (_, index) => ({
      url: faults.url(
        `/status/503/${index}.bin?key=many-${index}&size=20000&rate=100000`,
        `host-${index % 20}.localhost`,
      ),
      filename: `many-${index}.bin`,
    }));
    for (let from = 0; from < requests.length; from += 40) {
      await failDownloads(starter, requests.slice(from, from + 40));
    }
    await expect
      .poll(async () => (await readFailures(popup)).filter(({ url }) => url.includes('key=many-')).length, {
        timeout: 60_000,
      })
      .toBe(200);
    console.log(`${target}: all failed after ${Math.round(performance.now() - begin)} ms`);
    faults.reset();
    // Three of four are there by now.
    for (let index = 0; index < 200; index += 1) if (index % 4 !== 0) faults.heal(`many-${index}`);
    const all = await readPopup(popup);
    const transient = all.rows.length; // at most what is shown
    expect(transient).toBeGreaterThan(0);
    await popup.locator('[data-action="retry-all"]').click();
    // A press that no background has heard yet ends with it.
    await popup.waitForSelector('.round');
    for (let kills = 0; kills < 5; kills += 1) {
      await sleep(1_500);
      if (kills === 1) await session.screenshot(popup, `artifacts/popup-round-${target}.png`);
      await session.killBackground();
      // A page that opens wakes it, as would its alarm half a minute later.
      await (await session.openExtensionPage('popup.html')).close();
    }
    await expect
      .poll(
        async () => {
          const many = (await readFailures(popup)).filter(({ url }) => url.includes('key=many-'));
          return many.filter(
            ({ next, attempts }) =>
              next === null &&
              attempts.length > 1 &&
              !['starting', 'running'].includes(attempts.at(-1)?.state ?? ''),
          ).length;
        },
        // Chromium may leave a resumed item in progress without a request; that is ended after five minutes.
        { timeout: 420_000 },
      )
      .toBe(200);
    console.log(`${target}: all settled after ${Math.round(performance.now() - begin)} ms`);
    expect(faults.inFlight.peak).toBeLessThanOrEqual(4);
    expect(Math.max(...Object.values(faults.inFlight.hosts).map(({ peak }) => peak))).toBe(1);
    const after = await readFailures(popup);
    const many = after.filter(({ url }) => url.includes('key=many-'));
    const recovered = many.filter(({ attempts }) => attempts.some(({ state }) => state === 'completed'));
    console.log(`${target}: ${recovered.length} of 200 recovered, ${faults.inFlight.peak} at once at most`);
    expect(recovered.every(({ url }) => Number(/many-(\d+)/.exec(url)?.[1]) % 4 !== 0)).toBe(true);
    await popupShows(popup, ({ counts }) => {
      const serverFailed = counts['server/SERVER_FAILED'] ?? 0;
      return serverFailed === (before.counts['server/SERVER_FAILED'] ?? 0) + 200 - recovered.length;
    });
    expect(recovered.length).toBeGreaterThan(140);
  }, 600_000);
});

/** Changes fields of a stored record, as another version or another page could have left them. */
async function changeStored(page: Page, id: string, fields: Record<string, unknown>): Promise<void> {
  await page.evaluate(
    (key, changed) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('journal');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const db = opening.result;
          const tx = db.transaction('failures', 'readwrite');
          const store = tx.objectStore('failures');
          const reading = store.get(key);
          reading.onsuccess = () => store.put({ ...reading.result, ...changed });
          tx.oncomplete = () => {
            db.close();
            resolve();
          };
          tx.onerror = () => reject(tx.error);
        };
      }),
    id,
    fields,
  );
}
