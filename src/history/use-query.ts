import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { formatQuery, parseQuery, type Query } from './query.ts';

/** The address follows after a pause (ms) in typing, as browsers refuse changes that come too fast. */
const TYPING_REST_MS = 300;

/** Changes parts of a query; `typed` says that more of the same may follow with the next key. */
export type ChangeQuery = (part: Partial<Query>, typed?: 'typed') => void;

/**
 * The query, which is kept in the page's address: it can be bookmarked, and Back brings back the one before. Typing
 * counts as one step. While there are failures of private windows (`hasPrivate`), words and host stay out of the
 * address, because browsers keep addresses on disk.
 */
export function useQuery(hasPrivate: boolean): [Query, ChangeQuery] {
  const secret = useRef(hasPrivate);
  secret.current = hasPrivate;
  const [query, setQuery] = useState(() => parseQuery(location.search));
  const current = useRef(query);
  const typing = useRef<{ fields: string; timer: ReturnType<typeof setTimeout> | undefined }>(undefined);

  const changeQuery = useCallback<ChangeQuery>((part, typed) => {
    const fields = Object.keys(part).join();
    const before = typing.current;
    const goesOn = typed !== undefined && before?.fields === fields;
    if (before?.timer !== undefined) {
      clearTimeout(before.timer);
      if (!goesOn) writeAddress('replaceState', current.current, secret.current);
    }
    current.current = { ...current.current, ...part };
    setQuery(current.current);
    if (!goesOn) writeAddress('pushState', current.current, secret.current);
    typing.current = typed && {
      fields,
      timer: goesOn
        ? setTimeout(() => {
            if (typing.current) typing.current.timer = undefined;
            writeAddress('replaceState', current.current, secret.current);
          }, TYPING_REST_MS)
        : undefined,
    };
  }, []);

  useEffect(() => {
    const goBack = (): void => {
      clearTimeout(typing.current?.timer);
      typing.current = undefined;
      current.current = parseQuery(location.search);
      setQuery(current.current);
    };
    addEventListener('popstate', goBack);
    return () => removeEventListener('popstate', goBack);
  }, []);
  return [query, changeQuery];
}

function writeAddress(how: 'pushState' | 'replaceState', query: Query, secret: boolean): void {
  const address = formatQuery(secret ? { ...query, q: '', host: '' } : query);
  if (address !== location.search) history[how](null, '', location.pathname + address);
}
