import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { startFaultServer } from '../faults/server.ts';
import { listDownloads, pressLink, readFailures, readMeta, sendCommand } from './extension-page.ts';
import { isSettled, popupShows } from './popup-page.ts';

/** What we use of the browser, in its page. */
interface Api {
  chrome: {
    downloads: {
      search(query: object): Promise<{ id: number; url: string }[]>;
      cancel(id: number): Promise<void>;
    };
  };
}

let session: BrowserSession;

afterEach(async () => {
  await session?.close();
});

describe('after Chrome was closed', () => {
  it('what was under way has failed because of that, which what the person cancelled has not, and can be had', async () => {
    const faults = await startFaultServer();
    onTestFinished(() => faults.close());
    session = await launch('chrome', { keepProfile: true });
    let popup = await session.openExtensionPage('popup.html');
    const page = await session.openPage(faults.url('/'));
    for (const name of ['running', 'cancelled'])
      await pressLink(page, faults.url(`/slow/${name}.bin?key=${name}&size=4000000&rate=200000`));
    await expect.poll(async () => (await listDownloads(popup)).length).toBe(2);
    // Whoever wakes notes what is under way.
    await session.killBackground();
    popup = await session.openExtensionPage('popup.html');
    await expect.poll(() => readMeta(popup, 'underWay')).toHaveLength(2);
    await popup.evaluate(async () => {
      const { downloads } = (globalThis as unknown as Api).chrome;
      const [item] = (await downloads.search({})).filter(({ url }) => url.includes('cancelled'));
      if (item) await downloads.cancel(item.id);
    });
    await popupShows(popup, ({ rows }) => rows.length === 1);
    await session.close();

    session = await launch('chrome', { profile: session.profile });
    popup = await session.openExtensionPage('popup.html');
    const { rows } = await popupShows(popup, (shown) => shown.rows.length === 2);
    // Chrome gives one reason for both.
    expect((await listDownloads(popup)).map(({ error }) => error)).toEqual([
      'USER_CANCELED',
      'USER_CANCELED',
    ]);
    const records = await readFailures(popup);
    const reasonOf = (name: string) => records.find(({ url }) => url.includes(name))?.reason;
    expect([reasonOf('running'), reasonOf('cancelled')]).toEqual(['USER_SHUTDOWN', 'USER_CANCELED']);
    const id = rows.find((row) => row.name === 'running.bin')?.id ?? '';
    await sendCommand(popup, { command: 'retry', id });
    // It takes 20 s.
    await popupShows(popup, (shown) => isSettled(shown, id), 60_000);
  }, 120_000);
});
