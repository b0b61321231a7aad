import type { Page } from 'puppeteer-core';

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
  return page.evaluate(async () => {
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
export function startDownloads(page: Page, requests: { url: string; filename?: string }[]): Promise<void> {
  return page.evaluate((all) => {
    const { browser, chrome } = globalThis as unknown as Record<
      'browser' | 'chrome',
      { downloads: { download(options: object): Promise<number> } }
    >;
    // That they fail is what they are for.
    for (const request of all) (browser ?? chrome).downloads.download(request).catch(() => undefined);
  }, requests);
}

/** What is stored in the journal's database. */
export interface StoredRecords {
  urls: string[];
  /** How many are of private windows. */
  incognito: number;
}

/** Reads the journal's database past the extension's own code. */
export function readDatabase(page: Page): Promise<StoredRecords> {
  return page.evaluate(
    () =>
      new Promise<StoredRecords>((resolve, reject) => {
        const opening = indexedDB.open('journal');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const db = opening.result;
          const reading = db.transaction('failures').objectStore('failures').getAll();
          reading.onerror = () => reject(reading.error);
          reading.onsuccess = () => {
            db.close();
            const rows: { url: string; incognito: boolean }[] = reading.result;
            resolve({
              urls: rows.map(({ url }) => url),
              incognito: rows.filter(({ incognito }) => incognito).length,
            });
          };
        };
      }),
  );
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
