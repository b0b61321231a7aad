import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { launch } from '../../../tools/launch.ts';
import { listenOnLoopback } from '../../faults/loopback.ts';
import { startDownloads } from '../extension-page.ts';
import { readPopup } from '../popup-page.ts';
import { expectedCounts } from './expected-reasons.ts';
import { expectRowOf, fileNameFor } from './shown-row.ts';

/** Chromium waits half a minute for the greeting, and tries five times more. */
const UNTIL_CHROMIUM_GIVES_UP = 200_000; // milliseconds

// Chromium now and then loses the call that starts a download, which can't be told from slowness here.
const options = { timeout: UNTIL_CHROMIUM_GIVES_UP + 60_000, retry: 1 };

it(
  'is NETWORK_TIMEOUT in Chromium when a secure server takes the call and never says a word',
  options,
  async () => {
    const silent = await listenOnLoopback(() => createServer());
    const session = await launch('chrome');
    try {
      const popup = await session.openExtensionPage('popup.html');
      const file = fileNameFor('NETWORK_TIMEOUT');
      await startDownloads(popup, [{ url: `https://127.0.0.1:${silent.port}/${file}`, filename: file }]);
      await expectRowOf(popup, 'NETWORK_TIMEOUT', 'chrome', UNTIL_CHROMIUM_GIVES_UP);
      expect((await readPopup(popup)).counts).toEqual(expectedCounts(['NETWORK_TIMEOUT']));
    } finally {
      await session.close();
      await silent.close();
    }
  },
);
