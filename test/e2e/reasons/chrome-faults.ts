import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Protocol } from 'puppeteer-core';
import { until } from '../../../tools/browser/engine.ts';
import { download } from '../../../tools/download.ts';
import { listDownloads } from '../extension-page.ts';
import { resume } from './browser-calls.ts';
import { type Bench, cancelled, faultAt, type LiveFault, nameOfFolder, startDoomed } from './live-fault.ts';
import { withLockedFolder, withTinyDisk } from './obstacles.ts';

const SECONDS = 1000;

/** Waits until Chromium lists a download as failed. */
async function untilFailed({ starter }: Bench, id: number): Promise<void> {
  const failed = async () =>
    (await listDownloads(starter)).some((item) => item.id === id && item.state === 'interrupted');
  await until(failed, { milliseconds: 15 * SECONDS, expecting: `the end of download ${id}` });
}

/** The network itself fails, as far as the browser can tell: its own debugger says so in the network's place. */
function networkError(reason: string, how: string, errorReason: Protocol.Network.ErrorReason): LiveFault {
  return {
    reason,
    how,
    async bringAbout(bench, file) {
      const debug = await bench.starter.createCDPSession();
      try {
        await debug.send('Fetch.enable', { patterns: [{ urlPattern: `*${file}*` }] });
        debug.on('Fetch.requestPaused', ({ requestId }) => {
          void debug.send('Fetch.failRequest', { requestId, errorReason });
        });
        await startDoomed(bench, { url: bench.faults.url(`/ok/${file}`), filename: file });
      } finally {
        await debug.detach();
      }
    },
  };
}

const lockedFolder: LiveFault = {
  reason: 'FILE_ACCESS_DENIED',
  how: 'the folder becomes read-only on the way',
  async bringAbout(bench, file) {
    const { session, starter, faults } = bench;
    const folder = join(session.downloadDir, 'locked');
    await mkdir(folder);
    const id = await download(starter, {
      url: faults.url(`/slow/${file}?size=120000&rate=40000`),
      filename: `locked/${file}`,
    });
    // One that is read-only from the beginning makes Chromium ask for another folder.
    await until(async () => (await readdir(folder)).length > 0, {
      milliseconds: 5 * SECONDS,
      expecting: 'the first bytes on the disk',
    });
    await withLockedFolder(folder, () => untilFailed(bench, id));
  },
};

const tinyDisk: LiveFault = {
  reason: 'FILE_NO_SPACE',
  how: 'the disk is full',
  async bringAbout(bench, file) {
    const { session, starter, faults } = bench;
    await withTinyDisk(join(session.downloadDir, 'tiny'), async () => {
      const id = await download(starter, {
        url: faults.url(`/ok/${file}?size=1000000`),
        filename: `tiny/${file}`,
      });
      await untilFailed(bench, id);
    });
  },
};

const browserPage: LiveFault = {
  reason: 'NETWORK_INVALID_REQUEST',
  how: "the address is one of the browser's own pages",
  bringAbout: (bench, file) => startDoomed(bench, { url: 'chrome://version', filename: file }),
};

const movedOnTheWay: LiveFault = {
  reason: 'SERVER_UNREACHABLE',
  how: 'the server redirects the request for the rest',
  async bringAbout(bench, file) {
    const url = bench.faults.url(`/redirect-on-range/${file}`);
    const id = await download(bench.starter, { url, filename: file });
    await untilFailed(bench, id);
    await resume(bench.starter, id);
  },
};

const contentBlocker: LiveFault = {
  reason: 'FILE_BLOCKED',
  how: 'a content blocker is installed',
  async bringAbout({ session, starter, faults }, file) {
    await session.browser.installExtension(fileURLToPath(new URL('blocker', import.meta.url)));
    // From a page of the web: a blocker has no power over what other extensions load.
    const page = await session.openPage(faults.url('/'));
    await page.evaluate(
      (address) => {
        const link = document.createElement('a');
        link.href = address;
        link.download = '';
        link.textContent = 'The blocked file';
        document.body.replaceChildren(link);
      },
      faults.url(`/ok/to-be-blocked/${file}`),
    );
    await page.click('a');
    // With its page the press might go as well.
    await until(async () => (await listDownloads(starter)).some(({ url }) => url.endsWith(file)), {
      milliseconds: 15 * SECONDS,
      expecting: 'the blocked download',
    });
    await page.close();
  },
};

/** Every reason that Chromium gives within seconds when something goes wrong, except the end of the browser itself. */
export const chromeFaults: readonly LiveFault[] = [
  nameOfFolder,
  lockedFolder,
  tinyDisk,
  contentBlocker,
  faultAt('NETWORK_FAILED', 'the connection breaks', (file) => `/reset/${file}?resets=always`),
  networkError('NETWORK_DISCONNECTED', 'there is no internet', 'InternetDisconnected'),
  networkError('NETWORK_SERVER_DOWN', 'there is no way to the server', 'ConnectionFailed'),
  browserPage,
  faultAt('SERVER_FAILED', 'the server answers 503', (file) => `/status/503/${file}`),
  faultAt('SERVER_NO_RANGE', 'the server answers 416', (file) => `/status/416/${file}`),
  faultAt('SERVER_BAD_CONTENT', 'the server answers 404', (file) => `/status/404/${file}`),
  faultAt('SERVER_UNAUTHORIZED', 'the server answers 401', (file) => `/status/401/${file}`),
  faultAt('SERVER_FORBIDDEN', 'the server answers 403', (file) => `/status/403/${file}`),
  movedOnTheWay,
  faultAt(
    'SERVER_CONTENT_LENGTH_MISMATCH',
    'the server stops too early',
    (file) => `/short/${file}?resets=always&wait=50`,
  ),
  cancelled,
];
