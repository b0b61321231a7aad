import type { Page } from 'puppeteer-core';

/** What is passed to `downloads.download()`. */
export interface DownloadRequest {
  url: string;
  filename?: string;
  [option: string]: unknown;
}

/** When no call has been answered for so long, those that still wait count as lost; in milliseconds. */
const LOST_AFTER = 4000;

/**
 * Starts a download by the extension's API in one of its pages and returns the item's id. Chromium now and then
 * loses such a call, which then stays pending for ever, so it is made again under a slightly different address.
 */
export async function download(page: Page, request: DownloadRequest): Promise<number> {
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    const url = new URL(request.url);
    if (attempt > 1) url.searchParams.set('attempt', String(attempt));
    const id = await page.evaluate(
      async (options: DownloadRequest, patience: number) => {
        const { browser, chrome } = globalThis as unknown as Record<
          'browser' | 'chrome',
          {
            downloads: {
              download(options: object): Promise<number>;
              search(query: object): Promise<{ id: number; url: string }[]>;
            };
          }
        >;
        const { downloads } = browser ?? chrome;
        // Of many calls the last are answered late, so each answer gives the others more time.
        const all = globalThis as { heardOfDownloads?: number };
        all.heardOfDownloads = Date.now();
        // A method, not a function by name: tsx wraps those in a helper that the page does not have.
        const call = {
          async lost(): Promise<undefined> {
            while (Date.now() < (all.heardOfDownloads ?? 0) + patience) {
              await new Promise((resolve) => setTimeout(resolve, 50));
            }
          },
        };
        const started = await Promise.race([downloads.download(options), call.lost()]);
        if (started !== undefined) {
          all.heardOfDownloads = Date.now();
          return started;
        }
        // Not lost, only slow, if the item is there.
        return (await downloads.search({})).find((item) => item.url === options.url)?.id ?? null;
      },
      { ...request, url: url.href },
      LOST_AFTER,
    );
    if (id !== null) return id;
  }
  throw new Error(`The browser does not start the download of ${request.url}.`);
}
