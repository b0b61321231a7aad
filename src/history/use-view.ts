import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { formatView, parseView, type View } from './view.ts';

/** How long (ms) typing has to rest until the address follows: browsers refuse addresses that change too often. */
const TYPING_REST_MS = 300;

/** Changes parts of a view; `typed` says that more of the same may follow with the next letter. */
export type ChangeView = (part: Partial<View>, typed?: 'typed') => void;

/**
 * The view, which the page's address holds: it can be bookmarked, and going back brings back the view before.
 * What is typed letter by letter is one step back, not one for each letter. While there are failures of private windows
 * (`hasPrivate`), words and host stay out of the address: browsers keep addresses on disk.
 */
export function useView(hasPrivate: boolean): [View, ChangeView] {
  const secret = useRef(hasPrivate);
  secret.current = hasPrivate;
  const [view, setView] = useState(() => parseView(location.search));
  const current = useRef(view);
  const typing = useRef<{ fields: string; timer: ReturnType<typeof setTimeout> | undefined }>(undefined);

  const changeView = useCallback<ChangeView>((part, typed) => {
    const fields = Object.keys(part).join();
    const before = typing.current;
    const goesOn = typed !== undefined && before?.fields === fields;
    if (before?.timer !== undefined) {
      clearTimeout(before.timer);
      if (!goesOn) writeAddress('replaceState', current.current, secret.current);
    }
    current.current = { ...current.current, ...part };
    setView(current.current);
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
      current.current = parseView(location.search);
      setView(current.current);
    };
    addEventListener('popstate', goBack);
    return () => removeEventListener('popstate', goBack);
  }, []);
  return [view, changeView];
}

function writeAddress(how: 'pushState' | 'replaceState', view: View, secret: boolean): void {
  const query = formatView(secret ? { ...view, search: '', host: '' } : view);
  if (query !== location.search) history[how](null, '', location.pathname + query);
}
