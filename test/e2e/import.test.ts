import { readFile, writeFile } from 'node:fs/promises';
import type { ElementHandle } from 'puppeteer-core';
import { afterEach, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { failDownloads, readFailures, sendCommand } from './extension-page.ts';
import { exportedBackup, historyShows, press } from './history-page.ts';
import { target } from './target.ts';

let faults: FaultServer | undefined;
let session: BrowserSession | undefined;

afterEach(async () => {
  await session?.close();
  await faults?.close();
});

describe(`an export that ${target} imports after a reinstall`, () => {
  it('leaves each failure once, though the browser still lists them', async () => {
    faults = await startFaultServer();
    session = await launch(target);
    const page = await session.openExtensionPage('history.html');
    await failDownloads(
      page,
      [404, 403, 503].map((status) => ({
        url: faults?.url(`/status/${status}/file-${status}.bin?key=secret`) ?? '',
        filename: `file-${status}.bin`,
      })),
    );
    await historyShows(page, ({ names }) => names.length === 3);
    const before = await readFailures(page);
    await press(page, 'export-json');
    const file = await exportedBackup(session);

    // A new installation begins like this: without records, and with a look at the list.
    await sendCommand(page, { command: 'reset-journal' });
    await expect
      .poll(async () =>
        (await readFailures(page)).map(({ id }) => id).filter((id) => before.every((one) => one.id !== id)),
      )
      .toHaveLength(3);
    const field = (await page.$('[data-action="import"]')) as ElementHandle<HTMLInputElement>;
    await field.uploadFile(file);
    await historyShows(page, ({ word }) => word.includes('Imported:'));
    const after = await readFailures(page);
    expect(after.map(({ url }) => url).toSorted()).toEqual(before.map(({ url }) => url).toSorted());
    await historyShows(page, ({ names }) => names.length === 3);

    // A failure that is none has no field to be named.
    await writeFile(file, (await readFile(file, 'utf8')).replace('"failures": [', '"failures": [null,'));
    await field.uploadFile(file);
    const { word } = await historyShows(page, (shown) => shown.word.includes('failure 1'));
    expect(word).toContain('failure 1 is not what it should be');
  });
});
