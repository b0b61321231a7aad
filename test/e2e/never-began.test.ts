import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SeenRequest } from '../../src/domain/evidence.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { type LoopbackListener, listenOnLoopback } from '../faults/loopback.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import {
  badge,
  keptInSession,
  listDownloads,
  pressLink,
  read,
  readDatabase,
  sendCommand,
} from './extension-page.ts';
import { popupShows, pressInRow } from './popup-page.ts';
import { target } from './target.ts';
import { withPermissions } from './with-permissions.ts';

/** How long (ms) the browser may take to make an item, and a bit. */
const PATIENCE = 4_500;
/** Until (ms) after a failure was shown its end differs by more than clocks do. */
const UNTIL_ANOTHER = 3_000;

let session: BrowserSession;
let faults: FaultServer;
let server: LoopbackListener;
let folder: string;
let popup: Page;
let page: Page;

const isChrome = target === 'chrome';
const at = (path: string): string => `http://127.0.0.1:${server.port}${path}`;

/** Pages, and with `/status/404/…` pages that fail, in HTML as people see them. */
function answer({ url: path = '/' }: IncomingMessage, response: ServerResponse): void {
  const url = new URL(path, at('/'));
  const [, kind, status = '200'] = url.pathname.split('/');
  const to = url.searchParams.get('to');
  if (kind === 'silent') return;
  if (kind === 'redirect') return void response.writeHead(302, { Location: to ?? '/' }).end();
  const disposition = url.searchParams.get('disposition');
  response.writeHead(kind === 'status' || kind === 'slow' ? Number(status) : 200, {
    'Content-Type': 'text/html',
    'Cache-Control': 'no-store',
    ...(disposition !== null && { 'Content-Disposition': disposition }),
    ...(kind === 'framed' && { 'X-Frame-Options': 'DENY' }),
  });
  const script =
    to === null ? '' : `<script>setTimeout(() => { location.href = ${JSON.stringify(to)}; })</script>`;
  response.write(
    `<!doctype html><title>A page</title><link rel="icon" href="data:,"><h1>A page</h1>${script}`,
  );
  if (kind !== 'slow') return void response.end();
  setTimeout(() => response.end(), 3_000);
}

beforeAll(async () => {
  faults = await startFaultServer();
  server = await listenOnLoopback(() => createServer(answer));
  folder = await withPermissions(target);
  session = await launch(target, { extensionDir: folder, allowPrivate: true });
  popup = await session.openExtensionPage('popup.html');
  page = await session.openPage(at('/'));
});

afterAll(async () => {
  await session?.close();
  await server?.close();
  await faults?.close();
  if (folder) await rm(folder, { recursive: true });
});

/** A failure's record: what matters here. */
interface Recorded {
  id: string;
  url: string;
  referrer: string | null;
  method: string | null;
  reason: string;
  attempts: {
    state: string;
    endedAt?: number;
    item: object | null;
    evidence?: { status: number | null; type: string | null };
  }[];
}

/** All records on disk. */
const records = () =>
  read(
    popup,
    () =>
      new Promise<Recorded[]>((resolve, reject) => {
        const opening = indexedDB.open('journal');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const reading = opening.result.transaction('failures').objectStore('failures').getAll();
          reading.onsuccess = () => {
            opening.result.close();
            resolve(reading.result);
          };
        };
      }),
  );
const recordOf = async (part: string) => (await records()).filter(({ url }) => url.includes(part));

/** Goes back to a page that is there. */
async function goBack(): Promise<void> {
  await page.goto(at('/'), { waitUntil: 'domcontentloaded' }).catch(() => page.goto(at('/')));
}

/** Runs a script in the page that may lead away from it. */
const inPage = (script: string): Promise<unknown> => page.evaluate(script).catch(() => undefined);

describe(`an ordinary page that fails, ${target}`, () => {
  const to = (url: string): string => `location.href = ${JSON.stringify(url)}`;
  const framed = (url: string): string =>
    `void document.body.append(Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(url)} }))`;
  const part = (tag: string, url: string, more = ''): string =>
    `void document.head.append(Object.assign(document.createElement('${tag}'), { src: ${JSON.stringify(url)}, href: ${JSON.stringify(url)} ${more} }))`;
  const rules = (kind: string, url: string): string =>
    part(
      'script',
      '',
      `, type: 'speculationrules', textContent: ${JSON.stringify(JSON.stringify({ [kind]: [{ source: 'list', urls: [url] }] }))}`,
    ).replace(/src: "", href: "" ,/, '');
  const status = (number: number, name: string, query = ''): string =>
    at(`/status/${number}/${name}${query}`);

  /** What a page does, or (where it begins with http) what the person enters. */
  const cases = (): [what: string, does: string][] => [
    ['a missing name', to('http://nosuchhost.invalid/')],
    ['a missing name with a path', to('http://nosuchhost.invalid/downloads/latest')],
    ['a host that ends as a program did once', to('http://nosuchhost.example.com/')],
    ['a server that refuses', to(faults.refusedUrl('/about'))],
    ['a page of PHP on a server that refuses', to(faults.refusedUrl('/download.php?file=a.zip'))],
    ['a bad certificate', to(`${faults.secureOrigin}/page`)],
    ['a connection that breaks', to(faults.url('/reset/page?headers=0&resets=always'))],
    ...[400, 403, 404, 405, 410, 418, 429, 451, 500, 502, 503, 504].map((number): [string, string] => [
      `a page of ${number}`,
      to(status(number, 'page')),
    ]),
    ['a page of HTML that is not there', to(status(404, 'page.html'))],
    ['a program that is not there', to(status(404, 'page.aspx'))],
    ['a picture that is not there', to(status(404, 'picture.png'))],
    ['a PDF that is not there', to(status(404, 'paper.pdf'))],
    ['a film that is not there', to(status(404, 'film.mp4'))],
    ['a text that is not there', to(status(404, 'notes.txt'))],
    ['a query that names an archive', to(status(404, 'get', '?file=archive.zip'))],
    ['a folder that is called like an archive', to(status(404, 'archive.zip/'))],
    ["a wiki's page about an archive", to(status(404, 'wiki/Archive.zip'))],
    ['an answer to be shown', to(status(404, 'shown', '?disposition=inline%3B%20filename%3Da.zip'))],
    [
      'an archive behind a page to sign in',
      to(at(`/redirect/archive.zip?to=${encodeURIComponent(status(403, 'login'))}`)),
    ],
    ['an archive that led to a page', to(at('/redirect/archive.zip?to=/'))],
    ['a frame of 404', framed(status(404, 'frame'))],
    ['a frame of 500', framed(status(500, 'frame.php'))],
    ['a frame that its server forbids', framed(at('/framed/page'))],
    ['a frame on a server that refuses', framed(faults.refusedUrl('/frame'))],
    ['a frame without a name', framed('http://nosuchhost.invalid/frame')],
    ['a picture in the page', part('img', status(404, 'picture.zip'))],
    ['an icon', part('link', status(404, 'icon.zip'), ", rel: 'icon'")],
    ['a stylesheet', part('link', status(404, 'style.zip'), ", rel: 'stylesheet'")],
    ['a script', part('script', status(404, 'script.zip'))],
    ['what is fetched ahead', part('link', status(404, 'ahead.zip'), ", rel: 'prefetch'")],
    ['what is fetched ahead by a rule', rules('prefetch', status(404, 'rule.zip'))],
    ['what is prepared by a rule', rules('prerender', status(404, 'prepared.zip'))],
    ['a fetch', `void fetch(${JSON.stringify(status(404, 'fetched.zip'))})`],
    [
      'a film for a player',
      `void document.body.append(Object.assign(document.createElement('video'), { src: ${JSON.stringify(status(416, 'film.zip'))} }))`,
    ],
    [
      'a form that was refused',
      `const form = Object.assign(document.createElement('form'), { method: 'post', action: ${JSON.stringify(status(422, 'form'))} });
      document.body.append(form); form.submit();`,
    ],
    ['an address that the person entered', status(404, 'page')],
    ['a page that is loaded again', 'location.reload()'],
    ['going back', 'history.back()'],
  ];

  it('makes no record, of at least 40', async () => {
    const all = cases();
    expect(all.length).toBeGreaterThanOrEqual(40);
    for (const [, does] of all) {
      if (/^https?:/.test(does)) await page.goto(does).catch(() => {});
      else {
        if (!/reload|back/.test(does)) await goBack();
        await inPage(does);
        // A navigation has begun by then, and what follows doesn't cut it short.
        await sleep(150);
      }
    }
    await goBack();
    // The person stops the load of an archive.
    await inPage(to(at('/silent/archive.zip')));
    await sleep(500);
    await goBack();
    if (!isChrome) {
      await session.evaluateInBrowser('void (Services.io.offline = true)');
      await inPage(to('http://192.0.2.1/page'));
      await sleep(500);
      await session.evaluateInBrowser('void (Services.io.offline = false)');
      await goBack();
    }
    await sleep(PATIENCE);
    expect(await records()).toEqual([]);
    expect(await badge(popup)).toBe('');
    console.log(`${target}: none of ${all.length + (isChrome ? 1 : 2)} made a record`);
    // Sixty pages, one after another.
  }, 120_000);
});

describe(`a download that never began, ${target}`, () => {
  beforeEach(async () => {
    page = await session.openPage(at('/'));
  });

  afterEach(async () => {
    await sendCommand(popup, { command: 'delete', ids: (await records()).map(({ id }) => id) });
    await page.close();
  });

  /** Opens the page with the link again. */
  async function openAgain(): Promise<void> {
    await page.close();
    page = await session.openPage(at('/'));
  }

  const shows = (name: string) => popupShows(popup, ({ rows }) => rows.some((row) => row.name === name));

  /** What the background has noted of a request, for the one after it. */
  const noted = async (part: string): Promise<SeenRequest | undefined> =>
    (await keptInSession<SeenRequest>(popup, 'evidence')).find(({ steps }) =>
      steps.some(({ url }) => url.includes(part)),
    );

  it('is a failure like others: in the badge, the popup and its details', async () => {
    await pressLink(page, at('/status/404/export?disposition=attachment%3B%20filename%3D%22report.xlsx%22'));
    await shows('report.xlsx');
    await popup.bringToFront();
    expect(await popup.$eval('[data-failure]', (row) => (row as HTMLElement).dataset.cause)).toBe(
      'status-404',
    );
    expect(await popup.$eval('[data-reason]', (group) => (group as HTMLElement).dataset.reason)).toBe(
      'SERVER_BAD_CONTENT',
    );
    expect(await records()).toMatchObject([{ referrer: at('/'), method: 'GET', attempts: [{ item: null }] }]);
    await pressInRow(popup, (await records())[0]?.id ?? '', 'details');
    const details = await popup.$eval('.details', (element) => element.textContent ?? '');
    expect(details).toContain('the browser never started it');
    expect(details).toContain(at('/'));
    await session.screenshot(popup, `artifacts/popup-never-began-${target}.png`);
    expect(await listDownloads(popup)).toEqual([]);
  });

  it('can be tried again with its button', async () => {
    await pressLink(page, faults.url('/recover/again.zip?after=1'));
    const { rows } = await shows('again.zip');
    await popup.bringToFront();
    await pressInRow(popup, rows[0]?.id ?? '', 'retry');
    await popupShows(popup, (shown) => shown.rows.every(({ state }) => state === 'recovered'));
    expect(await records()).toMatchObject([{ attempts: [{ item: null }, { state: 'completed' }] }]);
  });

  it('is no news when the same comes of the link once more, and closes when that works', async () => {
    const url = faults.url('/recover/twice.zip?after=2');
    await pressLink(page, url);
    await shows('twice.zip');
    const endOf = async () => (await records())[0]?.attempts[0]?.endedAt;
    const before = await endOf();
    await sleep(UNTIL_ANOTHER);
    await openAgain();
    await pressLink(page, url);
    await expect.poll(endOf).not.toBe(before);
    expect((await records())[0]?.attempts).toHaveLength(1);
    await openAgain();
    await pressLink(page, url);
    await expect.poll(async () => (await records())[0]?.attempts.at(-1)?.state).toBe('completed');
    expect(await records()).toHaveLength(1);
  });

  it('is seen in frames and new tabs, with the page, and whatever kept it from beginning', async () => {
    await page.evaluate(
      (refused, unknown) => {
        const frame = document.createElement('iframe');
        frame.src = refused;
        const link = Object.assign(document.createElement('a'), {
          href: unknown,
          target: '_blank',
          id: 'new',
        });
        link.textContent = 'In a new tab';
        document.body.append(frame, link);
      },
      faults.refusedUrl('/framed.zip'),
      'http://dl.nosuchhost.invalid/new-tab.dmg',
    );
    await page.bringToFront();
    await page.click('#new');
    await expect
      .poll(async () => (await records()).map(({ referrer }) => referrer))
      .toEqual([at('/'), at('/')]);
    expect((await recordOf('framed.zip'))[0]?.reason).toBe('NETWORK_SERVER_DOWN');
    expect((await recordOf('new-tab.dmg'))[0]?.reason).toBe('NETWORK_FAILED');
  });

  it('is told of a form, which can not be sent again', async () => {
    await inPage(`const form = Object.assign(document.createElement('form'), { method: 'post',
      action: ${JSON.stringify(at('/status/500/export?disposition=attachment%3B%20filename%3Dform.csv'))} });
      document.body.append(form); form.submit();`);
    const { rows } = await shows('form.csv');
    expect(rows[0]?.canRetry).toBe(false);
    expect(await records()).toMatchObject([{ method: 'POST' }]);
  });

  it('is one failure where the browser did make an item', async () => {
    await page.evaluate((href) => {
      const link = Object.assign(document.createElement('a'), { href, download: 'item.zip', id: 'item' });
      link.textContent = 'The file';
      document.body.append(link);
    }, at('/status/404/item.zip'));
    await page.bringToFront();
    await page.click('#item');
    await expect.poll(async () => (await recordOf('item.zip')).length).toBe(1);
    await sleep(PATIENCE);
    const [{ attempts } = { attempts: [] }, ...others] = await records();
    expect(others).toEqual([]);
    expect(attempts).toHaveLength(1);
    expect(attempts[0]?.item === null).toBe(!isChrome);
  });

  it('is recorded by the background that begins after the one that heard of it', async () => {
    await pressLink(page, at('/status/404/killed.zip'));
    await expect.poll(() => noted('killed.zip')).toMatchObject({ endedAt: expect.any(Number) });
    await session.killBackground();
    await sendCommand(popup, { command: 'mark-all-seen' });
    await expect.poll(async () => (await records()).length).toBe(1);
  });

  it('keeps what its answer said when the background dies before the end of that', async () => {
    await pressLink(page, at('/slow/404/slow.zip'));
    await expect.poll(() => noted('slow.zip')).toMatchObject({ status: 404 });
    await session.killBackground();
    await expect.poll(async () => (await records()).length).toBe(1);
    expect(await records()).toMatchObject([
      { referrer: at('/'), attempts: [{ evidence: { status: 404, type: 'text/html' } }] },
    ]);
  });

  if (!isChrome) {
    it('in a private window is nowhere on disk', async () => {
      const url = at(`/page?to=${encodeURIComponent('/status/404/secret.zip')}`);
      await popup.evaluate(async (address) => {
        const { browser } = globalThis as unknown as {
          browser: { windows: { create(options: object): Promise<unknown> } };
        };
        await browser.windows.create({ incognito: true, url: address });
      }, url);
      await shows('secret.zip');
      expect((await readDatabase(popup)).urls).toEqual([]);
    });
  }
});
