import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { download } from '../../tools/download.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { type LoopbackListener, listenOnLoopback } from '../faults/loopback.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { listDownloads, read, readFailures, sendCommand } from './extension-page.ts';
import { pressInRow } from './popup-page.ts';
import { expectedReasons } from './reasons/expected-reasons.ts';
import { type Bench, cancelled, nameOfFolder, startDoomed } from './reasons/live-fault.ts';
import { target } from './target.ts';
import { withPermissions } from './with-permissions.ts';

/** What the row of a failure has to show. */
interface Shown {
  cause: string;
  reason: string;
  words: RegExp;
  canRetry: boolean;
}

interface Case {
  name: string;
  startedBy: 'extension' | 'link';
  /** The address, which ends in a file of that name. */
  url: (file: string) => string;
  /** How it is brought about, if not simply by starting it. */
  during?: (start: () => Promise<void>) => Promise<void>;
  /** Or why no evidence of it can be seen. */
  shown: Shown | string;
}

let session: BrowserSession;
let popup: Page;
let faults: FaultServer;
let raw: LoopbackListener;
/** Answers every call for another server that this one says nothing. */
let proxy: LoopbackListener;

/** What a server answers that HTTP libraries don't let one answer. */
const rawAnswers: Readonly<Record<string, string>> = {
  'no-end': 'Transfer-Encoding: chunked\r\n\r\n8\r\nthe file\r\n',
  'no-gzip': `Content-Encoding: gzip\r\nContent-Length: 2000\r\n\r\n${'no gzip '.repeat(250)}`,
};

/** The first request to the address that ends in two ways: it breaks off some time after the second was refused. */
let unfinished: Socket | undefined;

const rawServer = () =>
  createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (request) => {
      const answer = rawAnswers[/\/([\w-]+)\//.exec(String(request))?.[1] ?? ''];
      if (String(request).includes('/twice/')) {
        if (!unfinished) {
          unfinished = socket;
          // Chrome makes no item before it has seen some of the file.
          socket.write(
            `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nCache-Control: no-store\r\nContent-Length: 90000\r\n\r\n${'part'.repeat(9_000)}`,
          );
        } else {
          socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
          setTimeout(() => unfinished?.resetAndDestroy(), 2_000);
        }
      } else if (answer === undefined) socket.end();
      else {
        // Firefox shows an alert if a download that a click started ends before it is set up.
        setTimeout(() => socket.end(), 300);
        socket.write(
          `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment\r\nConnection: close\r\n${answer}`,
        );
      }
    });
  });

const isChrome = target === 'chrome';
const at = (path: string) => (file: string) => faults.url(path.replace('FILE', file));
const atRaw = (kind: string) => (file: string) => `http://127.0.0.1:${raw.port}/${kind}/${file}`;
const is = (cause: string, reason: string, words: RegExp, canRetry: boolean): Shown => ({
  ...{ cause, reason, words, canRetry },
});

const RESET = is(
  'reset',
  'NETWORK_FAILED',
  isChrome
    ? /^The connection broke (after [\d.]+ MB|before anything arrived)$/
    : /^The connection broke (on the way|before anything arrived)$/,
  true,
);
const CUT = is(
  'cut-short',
  'SERVER_CONTENT_LENGTH_MISMATCH',
  isChrome ? /^The server stopped after [\d.]+ MB of 4\.2 MB$|ended too early$/ : /ended too early$/,
  true,
);
const REDIRECTS = is('redirects', 'NETWORK_INVALID_REQUEST', /^127\.0\.0\.1:\d+ redirects in circles$/, true);
const status = (number: number, reason: string, canRetry: boolean): Shown =>
  is(`status-${number}`, reason, new RegExp(`^The server answered ${number}\\b`), canRetry);

const simply: NonNullable<Case['during']> = (start) => start();

/** Firefox has other settings until the download has ended. */
const withSettings =
  (set: string, reset: string): NonNullable<Case['during']> =>
  async (start) => {
    await session.evaluateInBrowser(`void (${set})`);
    await start();
    const underWay = async () => (await listDownloads(popup)).filter(({ state }) => state === 'in_progress');
    await expect.poll(underWay).toEqual([]);
    await session.evaluateInBrowser(`void (${reset})`);
  };

const throughProxy = (host: string, port: number) =>
  withSettings(
    `Services.prefs.setIntPref('network.proxy.type', 1),
    Services.prefs.setStringPref('network.proxy.http', '${host}'),
    Services.prefs.setIntPref('network.proxy.http_port', ${port}),
    Services.prefs.setStringPref('network.proxy.ssl', '${host}'),
    Services.prefs.setIntPref('network.proxy.ssl_port', ${port}),
    Services.prefs.setBoolPref('network.proxy.allow_hijacking_localhost', true)`,
    "Services.prefs.setIntPref('network.proxy.type', 0)",
  );

/** What only one of the browsers can be brought to. */
const ofBrowser: Case[] = isChrome
  ? []
  : [
      {
        name: 'silent-proxy',
        startedBy: 'extension',
        url: (file) => `${faults.secureOrigin}/ok/${file}`,
        during: (start) => throughProxy('127.0.0.1', proxy.port)(start),
        shown: is('proxy', 'NETWORK_TIMEOUT', /^The proxy gave no connection$/, true),
      },
      {
        name: 'silent',
        startedBy: 'extension',
        url: at('/hang/FILE?headers=0'),
        shown: 'Firefox waits for minutes',
      },
      {
        name: 'offline',
        startedBy: 'extension',
        // What is on this computer can be reached.
        url: (file) => `http://192.0.2.1/${file}`,
        during: withSettings('Services.io.offline = true', 'Services.io.offline = false'),
        shown: is('offline', 'NETWORK_DISCONNECTED', /^No internet connection$/, true),
      },
      {
        name: 'no-proxy',
        startedBy: 'extension',
        url: at('/ok/FILE'),
        during: (start) => throughProxy('127.0.0.1', Number(new URL(faults.refusedUrl()).port))(start),
        shown: is('proxy', 'NETWORK_SERVER_DOWN', /^The proxy gave no connection$/, true),
      },
      {
        name: 'unknown-proxy',
        startedBy: 'extension',
        url: at('/ok/FILE'),
        during: throughProxy('proxy.nosuchhost.invalid', 8080),
        shown: is('proxy', 'NETWORK_FAILED', /^The proxy gave no connection$/, true),
      },
      {
        name: 'unknown-scheme',
        startedBy: 'extension',
        url: (file) => `nosuchscheme://host/${file}`,
        shown: 'no request is made: its reason stays CRASH',
      },
    ];

/** After all others, as it keeps what it blocks from all of them. */
const blocked: Case = {
  name: 'blocked',
  startedBy: 'link',
  url: at('/ok/to-be-blocked/FILE'),
  async during(start) {
    await session.browser.installExtension(fileURLToPath(new URL('reasons/blocker', import.meta.url)));
    await start();
  },
  shown: isChrome
    ? is('blocked', 'FILE_BLOCKED', /^An ad blocker or another extension stopped it$/, true)
    : 'the blocker is one for Chrome',
};

const statuses: [number, string, boolean][] = [
  [204, 'SERVER_BAD_CONTENT', false],
  [400, 'SERVER_FAILED', true],
  [401, 'SERVER_UNAUTHORIZED', true],
  [403, 'SERVER_FORBIDDEN', true],
  [404, 'SERVER_BAD_CONTENT', false],
  [407, 'SERVER_UNAUTHORIZED', true],
  [408, 'SERVER_FAILED', true],
  [410, 'SERVER_BAD_CONTENT', false],
  [416, 'SERVER_NO_RANGE', true],
  [450, 'FILE_BLOCKED', false],
  [429, 'SERVER_FAILED', true],
  [451, 'SERVER_FAILED', true],
  [500, 'SERVER_FAILED', true],
  [503, 'SERVER_FAILED', true],
];

const cases: Case[] = [
  ...ofBrowser,
  { name: 'reset', startedBy: 'extension', url: at('/reset/FILE?resets=always'), shown: RESET },
  {
    name: 'reset-early',
    startedBy: 'extension',
    url: at('/reset/FILE?headers=0&resets=always'),
    shown: RESET,
  },
  {
    name: 'forgotten',
    // Chrome tells nothing of how a request ends that a page of the extension made before its worker fell asleep.
    startedBy: 'link',
    url: at('/reset/FILE?resets=always&wait=3000'),
    // So that the request's end is all that is seen of it.
    async during(start) {
      await start();
      await expect
        .poll(async () => (await listDownloads(popup)).some(({ url }) => url.includes('forgotten')))
        .toBe(true);
      await session.killBackground();
    },
    shown: RESET,
  },
  {
    name: 'redirected-reset',
    startedBy: 'extension',
    url: at('/redirect/FILE?to=/reset%3Fresets%3Dalways'),
    shown: RESET,
  },
  { name: 'short', startedBy: 'extension', url: at('/short/FILE?resets=always'), shown: CUT },
  { name: 'no-end', startedBy: 'extension', url: atRaw('no-end'), shown: CUT },
  {
    name: 'no-gzip',
    startedBy: 'extension',
    url: atRaw('no-gzip'),
    shown: is('damaged', 'SERVER_BAD_CONTENT', /^127\.0\.0\.1:\d+ sent damaged data$/, true),
  },
  {
    name: 'no-answer',
    startedBy: 'extension',
    url: atRaw('nothing'),
    shown: isChrome
      ? is('no-answer', 'NETWORK_FAILED', /^127\.0\.0\.1:\d+ closed the connection without an answer$/, true)
      : is('reset', 'NETWORK_FAILED', /^The connection broke before anything arrived$/, true),
  },
  {
    name: 'refused',
    startedBy: 'extension',
    url: (file) => faults.refusedUrl(`/${file}`),
    shown: is('refused', 'NETWORK_SERVER_DOWN', /^127\.0\.0\.1:\d+ refused the connection$/, true),
  },
  {
    name: 'no-such-name',
    startedBy: 'extension',
    url: (file) => `http://dl.nosuchhost.invalid/${file}`,
    shown: is('dns', 'NETWORK_FAILED', /^No server is called dl\.nosuchhost\.invalid$/, true),
  },
  {
    name: 'certificate',
    startedBy: 'extension',
    url: (file) => `${faults.secureOrigin}/ok/${file}`,
    shown: is('certificate', 'SERVER_CERT_PROBLEM', /certificate/, true),
  },
  { name: 'loop', startedBy: 'extension', url: at('/redirect-loop/FILE'), shown: REDIRECTS },
  {
    name: 'port',
    startedBy: 'extension',
    url: (file) => `http://127.0.0.1:1/${file}`,
    shown: isChrome
      ? is('port', 'NETWORK_INVALID_REQUEST', /^The browser never connects to port 1$/, false)
      : 'Firefox opens a dialog',
  },
  {
    name: 'told-to-wait',
    startedBy: 'extension',
    url: at('/retry-after/FILE?seconds=7200'),
    shown: is(
      'status-503',
      'SERVER_FAILED',
      /^The server answered 503 \(Service Unavailable\) and asks to wait until .*\d:\d\d/,
      true,
    ),
  },
  ...statuses.map(
    ([number, reason, canRetry]): Case => ({
      name: `status-${number}`,
      startedBy: 'extension',
      url: at(`/status/${number}/FILE`),
      shown: status(number, reason, canRetry),
    }),
  ),
  { name: 'link-reset', startedBy: 'link', url: at('/reset/FILE?resets=always'), shown: RESET },
  { name: 'link-short', startedBy: 'link', url: at('/short/FILE?resets=always'), shown: CUT },
  { name: 'link-no-end', startedBy: 'link', url: atRaw('no-end'), shown: CUT },
  ...(
    [
      [403, 'SERVER_FORBIDDEN', true],
      [404, 'SERVER_BAD_CONTENT', false],
      [503, 'SERVER_FAILED', true],
    ] as const
  ).map(
    ([number, reason, canRetry]): Case => ({
      name: `link-status-${number}`,
      startedBy: 'link',
      url: at(`/status/${number}/FILE`),
      // In Firefox it is a download that never began.
      shown: status(number, reason, canRetry),
    }),
  ),
  { name: 'link-loop', startedBy: 'link', url: at('/redirect-loop/FILE'), shown: REDIRECTS },
  blocked,
];

/** What only Chrome's sources name. */
const undocumented = new Set([
  'FILE_HASH_MISMATCH',
  'FILE_SAME_AS_SOURCE',
  'SERVER_UNREACHABLE',
  'SERVER_CONTENT_LENGTH_MISMATCH',
  'SERVER_CROSS_ORIGIN_REDIRECT',
]);
/** The 24 reasons that browsers document. */
const documented = expectedReasons.map(({ reason }) => reason).filter((reason) => !undocumented.has(reason));

describe(`the cause of what fails, ${target}`, () => {
  let folder: string;
  let page: Page;
  const lines: string[] = [];
  const reasons = new Set<string>();

  beforeAll(async () => {
    faults = await startFaultServer();
    raw = await listenOnLoopback(rawServer);
    proxy = await listenOnLoopback(() =>
      createServer((socket) => {
        socket.on('error', () => {});
        socket.end('HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n');
      }),
    );
    folder = await withPermissions(target);
    session = await launch(target, { extensionDir: folder, allowPrivate: true });
    page = await session.openPage(faults.url('/'));
    popup = await session.openExtensionPage('popup.html');
  });

  afterAll(async () => {
    console.log(lines.join('\n'));
    await session?.close();
    await raw?.close();
    await proxy?.close();
    await faults?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  /** The row of a file; null if there is none. */
  const rowOf = async (file: string) =>
    (
      await read(popup, () =>
        [...document.querySelectorAll<HTMLElement>('[data-failure]')].map((row) => ({
          id: row.dataset.failure ?? '',
          name: row.querySelector('.row-name')?.textContent ?? '',
          cause: row.dataset.cause ?? '',
          reason: row.closest<HTMLElement>('[data-reason]')?.dataset.reason ?? '',
          words: row.querySelector('.row-cause')?.textContent ?? '',
          canRetry: row.querySelector('[data-action="retry"]') !== null,
        })),
      )
    ).find(({ name }) => name === file) ?? null;

  /** Presses a link that asks for a download, as a page has it: of more without a press Chrome asks the person. */
  async function pressDownload(url: string, file: string): Promise<void> {
    await page.bringToFront();
    await page.evaluate(
      (address, name) => {
        const link = document.createElement('a');
        Object.assign(link, { href: address, download: name, textContent: 'The file' });
        document.body.replaceChildren(link);
      },
      url,
      file,
    );
    await page.click('a');
    await popup.bringToFront();
  }

  for (const { name, startedBy, url, shown, during = simply } of cases) {
    if (typeof shown === 'string') {
      lines.push(`${target} ${startedBy} ${name}: not seen, ${shown}`);
      continue;
    }
    it(`is ${shown.cause} for ${name}, started by the ${startedBy}`, async () => {
      const file = `${name}.bin`;
      await during(async () => {
        if (startedBy === 'link') await pressDownload(url(file), file);
        else await download(popup, { url: url(file), filename: file }).catch(() => {});
      });
      let row: Awaited<ReturnType<typeof rowOf>> = null;
      try {
        await expect
          .poll(
            async () => {
              row = await rowOf(file);
              return row;
            },
            { timeout: 20_000 },
          )
          .toMatchObject({
            cause: shown.cause,
            reason: shown.reason,
            canRetry: shown.canRetry,
            words: expect.stringMatching(shown.words),
          });
      } finally {
        lines.push(`${target} ${startedBy} ${name}: ${JSON.stringify(row)}`);
        if (row) reasons.add((row as { reason: string }).reason);
        if (row) await sendCommand(popup, { command: 'delete', ids: [(row as { id: string }).id] });
      }
    });
  }

  if (!isChrome) {
    it('makes of the eight reasons that Firefox gives at least 14 of the 24 that are documented', async () => {
      const bench: Bench = { faults, session, starter: popup };
      // What nothing is seen of keeps the browser's own.
      const others = {
        FILE_FAILED: nameOfFolder.bringAbout,
        USER_CANCELED: cancelled.bringAbout,
        CRASH: (_: Bench, file: string) =>
          startDoomed(bench, { url: `nosuchscheme://host/${file}`, filename: file }),
      };
      for (const [reason, bringAbout] of Object.entries(others)) {
        const file = `${reason.toLowerCase()}.bin`;
        await bringAbout(bench, file);
        await expect.poll(() => rowOf(file)).toMatchObject({ reason, cause: '' });
        reasons.add(reason);
      }
      const seen = documented.filter((reason) => reasons.has(reason));
      lines.push(`${target}: ${seen.length} of ${documented.length} documented reasons: ${seen.join(', ')}`);
      expect(documented).toHaveLength(24);
      expect(seen.length).toBeGreaterThanOrEqual(14);
    });
  }

  it('stands with what to do about it in the row, and with all that was seen in the details', async () => {
    const file = 'details.zip';
    await download(popup, { url: `http://dl.nosuchhost.invalid/${file}`, filename: file }).catch(() => {});
    await expect.poll(() => rowOf(file)).toMatchObject({ cause: 'dns' });
    const id = (await rowOf(file))?.id ?? '';
    await pressInRow(popup, id, 'details');
    const said = await popup.$eval(`[data-failure="${id}"]`, (row) => row.textContent);
    expect(said).toContain('Check the address for typos, and your connection.');
    expect(said).toContain(isChrome ? 'net::ERR_NAME_NOT_RESOLVED' : 'NS_ERROR_UNKNOWN_HOST');
    await sendCommand(popup, { command: 'delete', ids: [id] });
  });

  // Firefox shows the requests of all tries but of a resume, after which comes one from the start.
  if (isChrome) {
    it.each([
      ['resumed', '/reset/resumed.bin?resets=always', 'NETWORK_FAILED', /The connection broke/],
      ['begun anew', '/status/503/anew.bin', 'SERVER_FAILED', /The server answered 503/],
    ])('is not that of an earlier try where it was %s unseen, but stays with that', async (...[, ...one]) => {
      const [path, reason, words] = one;
      const file = /\w+\.bin/.exec(path)?.[0] ?? '';
      await pressDownload(faults.url(path), file);
      await expect.poll(() => rowOf(file)).toMatchObject({ reason, words: expect.stringMatching(words) });
      const id = (await rowOf(file))?.id ?? '';
      await sendCommand(popup, { command: 'retry', id });
      const ends = async () =>
        (await readFailures(popup)).find((row) => row.id === id)?.attempts.map(({ state }) => state);
      await expect.poll(ends).toEqual(['failed', 'failed']);
      // The popup hears of it a moment later, and what is in the row moves.
      await expect.poll(() => rowOf(file)).toMatchObject({ cause: '', words: '', reason });
      await pressInRow(popup, id, 'details');
      const attempts = () =>
        popup.$$eval(`[data-failure="${id}"] .details li`, (all) => all.map((each) => each.textContent));
      await expect.poll(attempts).toHaveLength(2);
      const [first, second] = await attempts();
      expect(first).toMatch(words);
      expect(second).not.toMatch(words);
      await sendCommand(popup, { command: 'delete', ids: [id] });
    });
  }

  it('stands in the row of each of several', async () => {
    for (const path of [
      '/status/404/missing.pdf',
      '/reset/video.mp4?resets=always',
      '/retry-after/busy.zip?seconds=7200',
    ])
      await download(popup, { url: faults.url(path), filename: /[\w-]+\.\w+/.exec(path)?.[0] ?? '' }).catch(
        () => {},
      );
    await expect.poll(() => popup.$$eval('.row-cause', (rows) => rows.length)).toBeGreaterThan(2);
    await popup.setViewport({ width: 360, height: 600 });
    await session.screenshot(popup, `artifacts/popup-causes-${target}.png`);
  });

  it('is never that of another download of the same address at the same time', async () => {
    const url = `http://127.0.0.1:${raw.port}/twice/twice.bin`;
    await download(popup, { url, filename: 'twice-1.bin' });
    await download(popup, { url, filename: 'twice-2.bin' }).catch(() => {});
    const evidence = () =>
      read(
        popup,
        () =>
          new Promise<number[]>((resolve) => {
            const opening = indexedDB.open('journal');
            opening.onsuccess = () => {
              const reading = opening.result.transaction('failures').objectStore('failures').getAll();
              reading.onsuccess = () => {
                opening.result.close();
                const rows: {
                  url: string;
                  attempts: {
                    state: string;
                    startedAt: number;
                    evidence?: { status: number; endedAt: number };
                  }[];
                }[] = reading.result;
                resolve(
                  rows
                    .filter((row) => row.url.includes('twice'))
                    .flatMap(({ attempts }) => attempts)
                    .filter(({ state }) => state === 'failed')
                    .sort((one, other) => one.startedAt - other.startedAt)
                    .map((one) => one.evidence?.status ?? 0),
                );
              };
            };
          }),
      );
    await expect.poll(evidence).toHaveLength(2);
    // A busy machine tells of the ends of downloads and requests so far apart that nobody can say which is whose.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const [first = 0, second = 0] = await evidence();
    expect([0, 200]).toContain(first);
    expect([0, 404]).toContain(second);
  });

  // Headless Chromium ends private downloads at once.
  if (!isChrome) {
    it('is told of private windows too, and nothing of them is on disk', async () => {
      const file = 'private-causes.bin';
      const url = faults.url(`/reset/${file}?resets=always`);
      await popup.evaluate(async (address) => {
        const { browser } = globalThis as unknown as {
          browser: { windows: { create(options: object): Promise<unknown> } };
        };
        await browser.windows.create({ incognito: true, url: address });
      }, url);
      await expect.poll(() => rowOf(file)).toMatchObject({ cause: 'reset', reason: 'NETWORK_FAILED' });
      expect((await readFailures(popup)).filter((one) => one.url === url)).toEqual([]);
      const onDisk = await popup.evaluate(async () => {
        const { browser } = globalThis as unknown as {
          browser: { storage: { local: { get(): Promise<unknown> } } };
        };
        return JSON.stringify(await browser.storage.local.get());
      });
      expect(onDisk).not.toContain(file);
    });
  }
});
