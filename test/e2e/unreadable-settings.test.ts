import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { download } from '../../tools/download.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { badge, changeSettings, readDatabase } from './extension-page.ts';
import { target } from './target.ts';

let faults: FaultServer | undefined;
let session: BrowserSession | undefined;

afterEach(async () => {
  await session?.close();
  await faults?.close();
});

/** Leaves something else in the place of what the browser keeps settings in, so that it can't read them. */
async function breakSettings({ profile, extensionId }: BrowserSession): Promise<void> {
  if (target === 'firefox') {
    for (const name of await readdir(profile)) {
      if (name.startsWith('storage-sync')) await rm(join(profile, name), { recursive: true });
    }
    await mkdir(join(profile, 'storage-sync-v2.sqlite'));
    return;
  }
  // What can't be opened at all Chrome tries again for three seconds, each time that it is asked.
  const current = join(profile, 'Default', 'Sync Extension Settings', extensionId, 'CURRENT');
  await rm(current);
  await mkdir(current);
}

describe(`settings that ${target} can not read`, () => {
  it('keep no failure from being recorded and counted on the button', async () => {
    faults = await startFaultServer();
    session = await launch(target, { keepProfile: true });
    const { profile } = session;
    await changeSettings(await session.openExtensionPage('popup.html'), { automaticRetry: true });
    await session.close();
    await breakSettings(session);

    session = await launch(target, { profile });
    // Runs none of the extension's code.
    const page = await session.openExtensionPage('icons/icon-16.png', { ready: 'img' });
    await expect(changeSettings(page, { automaticRetry: true })).rejects.toThrow();
    await download(page, { url: faults.url('/status/404/gone.bin') }).catch(() => {});
    await expect.poll(async () => (await readDatabase(page)).urls).toHaveLength(1);
    await expect.poll(() => badge(page)).toBe('1');
    const options = await session.openExtensionPage('options.html');
    expect(await options.evaluate(() => document.body.textContent)).toContain('options can’t be read');
  });
});
