import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { PopupView } from './view.ts';

/** By then (ms) the browser has given the popup its size. */
const SIZED_AFTER_MS = 500;

interface Anchor {
  row: Element;
  /** Where it was on the screen, in CSS pixels. */
  top: number;
}

/** The row that the person points at, is in with the keyboard, or sees first. */
function anchorIn(list: HTMLElement): Anchor | undefined {
  const { bottom: from } = list.querySelector('header')?.getBoundingClientRect() ?? { bottom: 0 };
  const { bottom: to } = list.getBoundingClientRect();
  const rows = [
    list.querySelector('.row:hover'),
    document.activeElement?.closest('.row'),
    ...list.querySelectorAll('.row'),
  ];
  for (const row of rows) {
    if (!row) continue;
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom > from && top < to) return { row, top };
  }
  return undefined;
}

/** Keeps the popup's height, and scrolls so that a new view doesn't move what the person is looking at. */
export function useCalm(list: { readonly current: HTMLElement | null }, view: PopupView | undefined): void {
  const shown = useRef(view);
  // The page still shows the old view while the new one is rendered: asking for sizes needs no layout then.
  const old = shown.current !== view && list.current;
  const before = old ? { height: old.offsetHeight, anchor: anchorIn(old) } : undefined;
  useLayoutEffect(() => {
    shown.current = view;
    const { current } = list;
    if (!current || !before) return;
    if (current.style.blockSize === '') current.style.blockSize = `${before.height}px`;
    const { anchor } = before;
    if (anchor?.row.isConnected) current.scrollTop += anchor.row.getBoundingClientRect().top - anchor.top;
  });
  // Nor after the paint.
  useEffect(() => {
    const { current } = list;
    if (!current) return;
    current.style.scrollPaddingBlockStart = `${current.querySelector('header')?.offsetHeight ?? 0}px`;
  });
  const loaded = view !== undefined;
  useEffect(() => {
    if (!loaded) return;
    const { current } = list;
    const wanted = current?.offsetHeight ?? 0;
    // A popup that is zoomed, or on a small screen, has less room than the styles assume.
    const adapt = (): void => {
      if (current) current.style.blockSize = `${Math.min(wanted, innerHeight)}px`;
    };
    const sized = setTimeout(() => {
      adapt();
      addEventListener('resize', adapt);
    }, SIZED_AFTER_MS);
    return () => {
      clearTimeout(sized);
      removeEventListener('resize', adapt);
    };
  }, [loaded, list]);
}
