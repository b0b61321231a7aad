import * as v from 'valibot';
import browser from './browser.ts';

const Item = v.object({ url: v.string(), bytesReceived: v.number(), totalBytes: v.number() });

/** How many bytes of a download are there; undefined when the browser lists no such download of that address. */
export async function readProgress(
  id: number,
  url: string,
): Promise<{ bytesReceived: number; totalBytes: number | null } | undefined> {
  const item = v.safeParse(Item, (await browser.downloads.search({ id }))[0]);
  if (!item.success || item.output.url !== url) return undefined;
  const { bytesReceived, totalBytes } = item.output;
  // Unknown is 0 in Chrome and -1 in Firefox.
  return { bytesReceived: Math.max(0, bytesReceived), totalBytes: totalBytes > 0 ? totalBytes : null };
}
