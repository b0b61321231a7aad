import * as v from 'valibot';
import browser from './browser.ts';
import { parsed } from './parsed.ts';

const itemSchema = v.object({ url: v.string(), bytesReceived: v.number(), totalBytes: v.number() });

/** How many bytes of a download have arrived; undefined if the browser lists no download with this id and address. */
export async function readProgress(
  id: number,
  url: string,
): Promise<{ bytesReceived: number; totalBytes: number | null } | undefined> {
  const item = parsed(itemSchema, (await browser.downloads.search({ id }))[0]);
  if (item?.url !== url) return undefined;
  const { bytesReceived, totalBytes } = item;
  // Unknown is 0 in Chrome and -1 in Firefox.
  return { bytesReceived: Math.max(0, bytesReceived), totalBytes: totalBytes > 0 ? totalBytes : null };
}
