/**
 * The `Referer` for a request to `url` from `page`. Follows the browsers' default (Referrer Policy,
 * `strict-origin-when-cross-origin`), so that a restart reveals no more than the first download did.
 */
export function refererFor(url: string, page: string | null): string | undefined {
  if (page === null || !URL.canParse(url) || !URL.canParse(page)) return undefined;
  const [to, from] = [new URL(url), new URL(page)];
  if (!/^https?:$/.test(from.protocol) || !/^https?:$/.test(to.protocol)) return undefined;
  if (from.protocol === 'https:' && to.protocol === 'http:') return undefined;
  if (from.origin !== to.origin) return `${from.origin}/`;
  from.username = '';
  from.password = '';
  from.hash = '';
  return from.href;
}
