import { beforeEach, describe, expect, it, vi } from 'vitest';

const page = 'https://example.org/page';
const { extension, createTab, createWindow } = vi.hoisted(() => ({
  extension: { inIncognitoContext: false },
  createTab: vi.fn(async (_tab: { url: string; cookieStoreId?: string }) => undefined),
  createWindow: vi.fn(async (_window: object) => undefined),
}));

vi.mock('../../../src/platform/target.ts', () => ({ target: 'firefox' }));
vi.mock('../../../src/platform/browser.ts', () => ({
  default: { extension, tabs: { create: createTab }, windows: { create: createWindow } },
}));

const { openSource } = await import('../../../src/platform/pages.ts');

describe('the page that a download came from, in Firefox', () => {
  beforeEach(() => {
    extension.inIncognitoContext = false;
    createTab.mockReset();
    createWindow.mockReset();
  });

  it('opens in its container', async () => {
    await openSource(page, { incognito: false, cookieStoreId: 'firefox-container-1' });
    expect(createTab.mock.calls).toEqual([[{ url: page, cookieStoreId: 'firefox-container-1' }]]);
  });

  it('opens where the person is, though the names of Firefox for its windows look like containers', async () => {
    await openSource(page, { incognito: false, cookieStoreId: 'firefox-default' });
    extension.inIncognitoContext = true;
    await openSource(page, { incognito: true, cookieStoreId: 'firefox-private' });
    await openSource(page, { incognito: false, cookieStoreId: 'firefox-container-1' });
    expect(createTab.mock.calls).toEqual([[{ url: page }], [{ url: page }], [{ url: page }]]);
  });

  it('opens without its container when that was removed', async () => {
    createTab.mockRejectedValueOnce(new Error('No cookie store exists with ID firefox-container-9'));
    await openSource(page, { incognito: false, cookieStoreId: 'firefox-container-9' });
    expect(createTab).toHaveBeenLastCalledWith({ url: page });
  });

  it('opens in a private window when it was one', async () => {
    await openSource(page, { incognito: true, cookieStoreId: 'firefox-private' });
    expect(createWindow.mock.calls).toEqual([[{ url: page, incognito: true }]]);
    expect(createTab).not.toHaveBeenCalled();
  });
});
