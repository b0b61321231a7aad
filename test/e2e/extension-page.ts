import type { Page } from 'puppeteer-core';
import { type DownloadRequest, download } from '../../tools/download.ts';

/** What a function gives in a page. It comes as text: over many objects Firefox's driver takes four times as long. */
export async function read<T>(page: Page, inPage: () => T | Promise<T>): Promise<T> {
  return JSON.parse(String(await page.evaluate(`(async () => JSON.stringify(await (${inPage})()))()`)));
}

/** One of the browser's downloads, as its API tells it. */
export interface ListedDownload {
  id: number;
  url: string;
  filename: string;
  state: string;
  error: string | null;
  paused: boolean;
  incognito: boolean;
  cookieStoreId: string | null;
  bytesReceived: number;
  canResume: boolean;
}

/** All the browser's downloads, asked for in one of the extension's pages. */
export function listDownloads(page: Page): Promise<ListedDownload[]> {
  return read(page, async () => {
    const { browser, chrome } = globalThis as unknown as Record<
      'browser' | 'chrome',
      { downloads: { search(query: object): Promise<ListedDownload[]> } }
    >;
    const items = await (browser ?? chrome).downloads.search({ limit: 0 });
    return items.map((item) => ({
      id: item.id,
      url: item.url,
      filename: item.filename,
      state: item.state,
      error: item.error ?? null,
      paused: item.paused,
      incognito: item.incognito,
      cookieStoreId: item.cookieStoreId ?? null,
      bytesReceived: item.bytesReceived,
      canResume: item.canResume,
    }));
  });
}

/** Starts downloads without waiting for any of them. */
export function startDownloads(
  page: Page,
  requests: { url: string; filename?: string; cookieStoreId?: string; incognito?: boolean }[],
): Promise<void> {
  return page.evaluate((all) => {
    const { browser, chrome } = globalThis as unknown as Record<
      'browser' | 'chrome',
      { downloads: { download(options: object): Promise<number> } }
    >;
    // That they fail is what they are for.
    for (const request of all) (browser ?? chrome).downloads.download(request).catch(() => undefined);
  }, requests);
}

/**
 * Has downloads fail, and waits until each has begun. A call that is answered with an error has failed its download,
 * which is what it is for.
 */
export async function failDownloads(page: Page, requests: readonly DownloadRequest[]): Promise<void> {
  await Promise.all(requests.map((request) => download(page, request).catch(() => undefined)));
}

/** What is stored in the journal's database. */
export interface StoredRecords {
  urls: string[];
  /** How many are of private windows. */
  incognito: number;
}

/** What the journal's database holds, past the extension's own code. */
export async function readDatabase(page: Page): Promise<StoredRecords> {
  const rows = await readFailures(page);
  return {
    urls: rows.map(({ url }) => url),
    incognito: rows.filter(({ incognito }) => incognito).length,
  };
}

/** A value that the journal has beside its records; undefined if there is none, or no journal yet. */
export function readMeta<Value>(page: Page, name: string): Promise<Value | undefined> {
  return page.evaluate(async (key) => {
    // Opening a database that is not there would make an empty one.
    if (!(await indexedDB.databases()).some((one) => one.name === 'journal')) return undefined;
    return new Promise<Value | undefined>((resolve, reject) => {
      const opening = indexedDB.open('journal');
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const db = opening.result;
        const getting = db.transaction('meta').objectStore('meta').get(key);
        getting.onerror = () => reject(getting.error);
        getting.onsuccess = () => {
          db.close();
          resolve(getting.result);
        };
      };
    });
  }, name);
}

/** Leaves the journal as if a newer version of the extension had been here: it can't be opened any more. */
export function makeNewer(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('journal', 99);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          opening.result.close();
          resolve();
        };
      }),
  );
}

/** What the extension keeps under a name until the browser is closed: a list, empty if nothing is there. */
export async function keptInSession<Item>(page: Page, name: string): Promise<Item[]> {
  const all = await read(page, () => {
    const { browser, chrome } = globalThis as unknown as Record<
      'browser' | 'chrome',
      { storage: { session: { get(): Promise<Record<string, Item[]>> } } }
    >;
    return (browser ?? chrome).storage.session.get();
  });
  return all[name] ?? [];
}

/** The text on the extension's button. */
export function badge(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { browser, chrome } = globalThis as unknown as Record<
      'browser' | 'chrome',
      { action: { getBadgeText(details: object): Promise<string> } }
    >;
    return (browser ?? chrome).action.getBadgeText({});
  });
}

/** A failure as it is stored. */
export interface StoredFailureRow {
  id: string;
  url: string;
  reason: string;
  incognito: boolean;
  seen: boolean;
  dismissed: boolean;
  next: { kind: string; at?: number } | null;
  method: string | null;
  attempts: { kind: string; state: string }[];
}

/** Reads all failures past the extension's own code. */
export function readFailures(page: Page): Promise<StoredFailureRow[]> {
  return read(
    page,
    () =>
      new Promise<StoredFailureRow[]>((resolve, reject) => {
        const opening = indexedDB.open('journal');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const db = opening.result;
          const reading = db.transaction('failures').objectStore('failures').getAll();
          reading.onerror = () => reject(reading.error);
          reading.onsuccess = () => {
            db.close();
            const rows: StoredFailureRow[] = reading.result;
            resolve(
              rows.map(({ id, url, reason, incognito, seen, dismissed, next, method, attempts }) => ({
                ...{ id, url, reason, incognito, seen, dismissed, next, method },
                attempts: attempts.map(({ kind, state }) => ({ kind, state })),
              })),
            );
          };
        };
      }),
  );
}

/** Sends the background a command, as a page does, and without a press of the person. */
export function sendCommand(page: Page, command: object): Promise<unknown> {
  return page.evaluate((message) => {
    const { browser, chrome } = globalThis as unknown as Record<
      'browser' | 'chrome',
      { runtime: { sendMessage(message: object): Promise<unknown> } }
    >;
    return (browser ?? chrome).runtime.sendMessage(message);
  }, command);
}

/** Presses a link to an address on a page, as a person does. */
export async function pressLink(page: Page, href: string): Promise<void> {
  await page.evaluate((address) => {
    document.querySelector('#pressed')?.remove();
    const link = document.createElement('a');
    link.id = 'pressed';
    link.href = address;
    link.textContent = 'The file';
    document.body.prepend(link);
  }, href);
  // What lies behind another page can't be pressed.
  await page.bringToFront();
  await page.click('#pressed');
}

/** Changes settings, as the options page does. */
export function changeSettings(page: Page, settings: Record<string, unknown>): Promise<void> {
  return page.evaluate((changed) => {
    const { browser, chrome } = globalThis as unknown as Record<
      'browser' | 'chrome',
      { storage: { sync: { set(values: object): Promise<void> } } }
    >;
    return (browser ?? chrome).storage.sync.set(changed);
  }, settings);
}

/** Takes the downloads of an address out of the browser's list. */
export async function eraseDownloads(page: Page, url: string): Promise<void> {
  for (const item of await listDownloads(page)) if (item.url === url) await eraseDownload(page, item.id);
}

/** Takes one download out of the browser's list. */
export async function eraseDownload(page: Page, id: number): Promise<void> {
  await page.evaluate(async (erased) => {
    const { browser, chrome } = globalThis as unknown as Record<
      'browser' | 'chrome',
      { downloads: { erase(query: object): Promise<unknown> } }
    >;
    await (browser ?? chrome).downloads.erase({ id: erased });
  }, id);
}
