/** What an answer is to a request that asks for a file as a page does. */
import type { Evidence } from './failure.ts';

/** The types of pages, as their beginnings: the browser shows what has one, and saves nothing. */
export const pageTypes = ['text/html', 'application/xhtml+xml'] as const;

/**
 * Whether a download comes of it. What the browser could also show, such as an image, is saved: our rules see to that.
 */
export function beginsDownload({
  status,
  type,
  attachment,
}: Pick<Evidence, 'status' | 'type' | 'attachment'>): boolean {
  if (status === null || status < 200 || status > 299 || status === 204 || status === 205) return false;
  const isPage = pageTypes.some((start) => type?.trimStart().toLowerCase().startsWith(start));
  return attachment === true || !isPage;
}
