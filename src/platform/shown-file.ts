import * as v from 'valibot';
import type { ItemRef } from '../domain/failure.ts';
import browser from './browser.ts';
import { parsed } from './parsed.ts';

const itemSchema = v.object({ filename: v.string(), exists: v.boolean() });

/**
 * What shows a downloaded file in its folder; undefined if the browser no longer lists it, or its file is gone. Ids can
 * be those of other downloads by now, but files can't.
 */
export async function findFile(
  { id }: ItemRef,
  filename: string,
): Promise<(() => Promise<void>) | undefined> {
  const item = parsed(itemSchema, (await browser.downloads.search({ id }))[0]);
  return item?.filename === filename && item.exists
    ? async () => void (await browser.downloads.show(id))
    : undefined;
}
