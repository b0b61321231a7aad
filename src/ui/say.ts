import { useEffect, useRef } from 'preact/hooks';

/** Tells screen readers about changes, in one live region that holds the latest message. */

let region: HTMLElement | undefined;

/** The page's one live region. */
export function liveRegion(): HTMLElement {
  if (!region) {
    region = document.createElement('p');
    region.className = 'visually-hidden';
    region.role = 'status';
  }
  return region;
}

/** Announces a text politely, even if it is the same as before. */
export function say(message: string): void {
  const where = liveRegion();
  where.textContent = '';
  // Only a change is read out.
  setTimeout(() => {
    where.textContent = message;
  });
}

/** Says a text whenever it changes. The first one is read out with the page anyway. */
export function useSaid(message: string): void {
  const before = useRef(message);
  useEffect(() => {
    if (message !== before.current && message !== '') say(message);
    before.current = message;
  }, [message]);
}
