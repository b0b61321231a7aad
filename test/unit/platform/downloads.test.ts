import { describe, expect, it } from 'vitest';
import { chromeQuirks } from '../../../src/platform/chrome-downloads.ts';
import { createDownloads } from '../../../src/platform/downloads.ts';
import { firefoxQuirks } from '../../../src/platform/firefox-downloads.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';

const overFake = (kind: 'chrome' | 'firefox') => {
  const fake = new FakeDownloads(kind);
  const quirks =
    kind === 'chrome'
      ? chromeQuirks({ read: async () => new Set() })
      : firefoxQuirks(() => Promise.resolve('session-1'));
  const downloads = createDownloads(fake, fake.ownId, quirks);
  return { fake, downloads };
};

const plain = { filename: null, incognito: false, referrer: null, cookieStoreId: null };

describe.each(['chrome', 'firefox'] as const)('downloads of %s', (kind) => {
  it('tells a paused download from a failed one', async () => {
    const { fake, downloads } = overFake(kind);
    const id = fake.begin();
    fake.pause(id);
    expect((await downloads.find(id))?.status).toEqual({ kind: 'paused' });
    await fake.cancel(id);
    expect((await downloads.find(id))?.status).toEqual({ kind: 'failed', reason: 'USER_CANCELED' });
  });

  it('knows what failed as the browser was closed, which Chrome calls cancelled', async () => {
    const { fake, downloads } = overFake(kind);
    const ids = [fake.begin(), fake.begin()];
    const [atClose] = await downloads.list();
    for (const id of ids) await fake.cancel(id);
    const listed = await downloads.list(undefined, new Set([atClose?.item.key ?? '']));
    const reasons = listed.map(({ status }) => status.kind === 'failed' && status.reason);
    expect(reasons).toEqual([kind === 'chrome' ? 'USER_SHUTDOWN' : 'USER_CANCELED', 'USER_CANCELED']);
  });

  it('reads a cleared error as none', async () => {
    const { fake, downloads } = overFake(kind);
    const id = fake.begin();
    fake.fail(id, 'NETWORK_FAILED');
    void fake.resume(id).catch(() => undefined);
    expect((await downloads.find(id))?.status).toEqual({ kind: 'running' });
  });

  it('gives null for a size that the server did not tell', async () => {
    const { fake, downloads } = overFake(kind);
    expect((await downloads.find(fake.begin({ totalBytes: null })))?.totalBytes).toBeNull();
  });

  it('counts nothing of an error page, which Firefox counts as if it were of the file', async () => {
    const { fake, downloads } = overFake(kind);
    const id = fake.begin({ totalBytes: 30 });
    fake.fail(id, 'SERVER_FAILED', { bytes: 30 });
    const ofPage = kind === 'firefox' ? { bytesReceived: 0, totalBytes: null } : { bytesReceived: 30 };
    expect(await downloads.find(id)).toMatchObject({ ...ofPage, canResume: true });
    fake.fail(id, 'NETWORK_FAILED', { bytes: 30 });
    expect(await downloads.find(id)).toMatchObject({ bytesReceived: 30, totalBytes: 30 });
  });

  it('knows no item that the browser has dropped', async () => {
    const { fake, downloads } = overFake(kind);
    const id = fake.begin();
    const snapshot = await downloads.find(id);
    fake.erase(id);
    expect(await downloads.find(id)).toBeUndefined();
    expect(snapshot && (await downloads.findAgain(snapshot.item))).toBeUndefined();
  });

  it('passes over an item that it can not read and keeps the others', async () => {
    const { fake, downloads } = overFake(kind);
    fake.begin();
    const items = await fake.search({});
    fake.search = async () => [{ id: 'seven' }, null, ...items];
    expect(await downloads.list()).toHaveLength(1);
  });

  it('starts a download without a name when none is wanted', async () => {
    const { downloads } = overFake(kind);
    const id = await downloads.start({ ...plain, url: 'http://host.example/a.zip' });
    expect(await downloads.find(id)).toMatchObject({ url: 'http://host.example/a.zip', ours: true });
  });
});

describe('downloads of chrome', () => {
  it('does not take a new item for an old one whose id it got', async () => {
    const { fake, downloads } = overFake('chrome');
    const before = await downloads.find(fake.begin());
    const later = new FakeDownloads('chrome');
    later.clock = fake.clock + 1000;
    fake.search = (query) => later.search(query);
    later.begin();
    expect(before && (await downloads.findAgain(before.item))).toBeUndefined();
  });
});

describe('downloads of firefox', () => {
  it('does not know the size of a file that was taken away before Firefox looked', async () => {
    const { fake, downloads } = overFake('firefox');
    const id = fake.begin();
    fake.complete(id, 0);
    expect((await downloads.find(id))?.sizeOnDisk).toBe(0);
    const [item] = await fake.search({ id });
    fake.search = async () => [Object.assign({}, item, { exists: false })];
    expect((await downloads.find(id))?.sizeOnDisk).toBeNull();
  });

  it('starts a download from the page and in the container of the first', async () => {
    const { fake, downloads } = overFake('firefox');
    await downloads.start({
      url: 'https://host.example/a.zip',
      filename: 'a.zip',
      incognito: false,
      referrer: 'https://me:secret@host.example/list#top',
      cookieStoreId: 'firefox-container-3',
    });
    expect(fake.requests.at(-1)).toEqual({
      url: 'https://host.example/a.zip',
      filename: 'a.zip',
      saveAs: false,
      conflictAction: 'uniquify',
      cookieStoreId: 'firefox-container-3',
      headers: [{ name: 'Referer', value: 'https://host.example/list' }],
    });
  });

  it('does not wait for a resumed transfer to end', async () => {
    const { fake, downloads } = overFake('firefox');
    const id = fake.begin();
    fake.fail(id, 'NETWORK_FAILED');
    await downloads.resume(id);
    expect((await downloads.find(id))?.status).toEqual({ kind: 'running' });
    // The browser's promise rejects now; nobody may trip over it.
    fake.fail(id, 'NETWORK_FAILED');
  });
});
