import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { download } from '../../tools/download.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { startFaultServer } from '../faults/server.ts';
import {
  changeSettings,
  listDownloads,
  pressLink,
  readDatabase,
  readFailures,
  sendCommand,
} from './extension-page.ts';
import { popupShows } from './popup-page.ts';

let session: BrowserSession;

afterEach(async () => {
  await session?.close();
});

describe('after a restart of Firefox', () => {
  it('what was deleted stays away and is not tried again, though the list has it under another id', async () => {
    const faults = await startFaultServer();
    onTestFinished(() => faults.close());
    session = await launch('firefox', { keepProfile: true });
    let popup = await session.openExtensionPage('popup.html');
    // Only what a page began and what has some of its bytes outlives the browser.
    const page = await session.openPage(faults.url('/'));
    await pressLink(page, faults.url('/reset/deleted.bin?resets=always&key=deleted'));
    await popupShows(popup, ({ rows }) => rows.length === 1);
    const ids = (await readFailures(popup)).map(({ id }) => id);
    await sendCommand(popup, { command: 'delete', ids });
    await popupShows(popup, ({ rows }) => rows.length === 0);
    await changeSettings(popup, { automaticRetry: true, automaticFirstPause: 1 });
    const asked = faults.requests.filter(({ path }) => path.includes('deleted.bin')).length;
    // Firefox writes its list down a little later, and a close that comes first may lose it.
    const list = join(session.profile, 'downloads.json');
    await expect.poll(() => readFile(list, 'utf8').catch(() => '')).toContain('errorObj');
    await session.close();

    session = await launch('firefox', { profile: session.profile });
    popup = await session.openExtensionPage('popup.html');
    await expect
      .poll(async () => (await listDownloads(popup)).map(({ state, canResume }) => [state, canResume]))
      .toEqual([['interrupted', true]]);
    await changeSettings(popup, { automaticRetry: true, automaticFirstPause: 1 });
    // Whoever wakes looks through the list first.
    await session.killBackground();
    await download(popup, { url: faults.url('/status/404/next.bin') }).catch(() => undefined);
    await popupShows(popup, ({ rows }) => rows.length === 1);
    // Longer than the pause before an automatic try.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect((await readDatabase(popup)).urls).toEqual([faults.url('/status/404/next.bin')]);
    expect(faults.requests.filter(({ path }) => path.includes('deleted.bin'))).toHaveLength(asked);
  });

  it.each(['close', 'crash'] as const)(
    'what goes on by itself is tried by nobody else, after a %s',
    async (how) => {
      const faults = await startFaultServer();
      onTestFinished(() => faults.close());
      session = await launch('firefox', { keepProfile: true });
      let popup = await session.openExtensionPage('popup.html');
      await changeSettings(popup, { automaticRetry: true, automaticFirstPause: 1 });
      const page = await session.openPage(faults.url('/'));
      // Slow enough to be under way when the browser ends.
      await pressLink(page, faults.url('/reset/again.bin?key=again&at=0.2&size=3000000&rate=300000'));
      const attempts = async (): Promise<string[]> => {
        const [failure] = await readFailures(popup);
        return failure?.attempts.map(({ kind, state }) => `${kind} ${state}`) ?? [];
      };
      await expect.poll(attempts, { timeout: 30_000 }).toEqual(['first failed', 'resume running']);
      // Firefox writes its list down a little later, and later still when it is busy.
      const isWritten = async (): Promise<boolean> => {
        const resumed = faults.requests.find(({ range }) => range !== undefined)?.time ?? Infinity;
        return (await stat(join(session.profile, 'downloads.json'))).mtimeMs > resumed;
      };
      await expect.poll(isWritten).toBe(true);
      await session[how]();

      session = await launch('firefox', { profile: session.profile });
      popup = await session.openExtensionPage('popup.html');
      await changeSettings(popup, { automaticRetry: true, automaticFirstPause: 1 });
      await expect.poll(attempts, { timeout: 30_000 }).toEqual(['first failed', 'resume completed']);
      expect((await listDownloads(popup)).map(({ state }) => state)).toEqual(['complete']);
      const wholes = faults.requests.filter(({ path, range }) => path.includes('again.bin') && !range);
      expect(wholes).toHaveLength(1);
    },
    120_000,
  );
});
