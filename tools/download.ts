import type { Page } from 'puppeteer-core';

/** What is passed to `downloads.download()`. */
export interface DownloadRequest {
  url: string;
  filename?: string;
  [option: string]: unknown;
}

/** How long an answer may take before the call counts as lost, in milliseconds. */
const usualLimit = 3000;

/**
 * Starts a download by the extension's API in one of its pages and returns the item's id. Chromium now and then
 * loses such a call, which then stays pending for ever, so it is made again under a slightly different address.
 */
export async function download(page: Page, request: DownloadRequest, limit = usualLimit): Promise<number> {
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
        const lost = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), patience));
        const started = await Promise.race([downloads.download(options), lost]);
        if (started !== undefined) return started;
        // Not lost, only slow, if the item is there.
        return (await downloads.search({})).find((item) => item.url === options.url)?.id ?? null;
      },
      { ...request, url: url.href },
      limit,
    );
    if (id !== null) return id;
  }
  throw new Error(`The browser does not start the download of ${request.url}.`);
}
