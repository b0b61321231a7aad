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
  /** The fields that the person types in, for which there is a step already. */
  const typing = useRef('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const changeQuery = useCallback<ChangeQuery>((part, typed) => {
    const before = current.current;
    const next = { ...before, ...part };
    const fields = typed ? Object.keys(part).join() : '';
    clearTimeout(timer.current);
    if (fields !== '' && fields === typing.current) {
      timer.current = setTimeout(() => writeAddress('replaceState', next, secret.current), TYPING_REST_MS);
    } else {
      // What was typed last may not be there yet.
      if (typing.current !== '') writeAddress('replaceState', before, secret.current);
      writeAddress('pushState', next, secret.current);
    }
    typing.current = fields;
    current.current = next;
    setQuery(next);
  }, []);

  useEffect(() => {
    const goBack = (): void => {
      clearTimeout(timer.current);
      typing.current = '';
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
