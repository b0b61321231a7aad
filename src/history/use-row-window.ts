import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { layOut, type PlacedRow, placeRows, type RowRange, rangeBetween } from './row-layout.ts';

/** Rows that exist beyond either edge of the screen, so that scrolling rarely overtakes them. */
const SPARE_ROWS = 12;
/** In CSS pixels, until the first rows are measured. */
const FIRST_ESTIMATE = 56;
/** In CSS pixels. Firefox can't make an element higher than about 17,800,000. */
const MOST_HEIGHT = 15_000_000;

export interface RowWindow {
  /** How many of the rows have a place on the page: not all, if there are too many. */
  fitting: number;
  /** How high (CSS pixels) a row most likely is. */
  estimate: number;
  rows: readonly PlacedRow[];
  /** The room (CSS pixels) after the last of these rows. */
  after: number;
  /** For the element that holds the rows. */
  list: { current: HTMLDivElement | null };
  /** To be called with each row's element when it appears, and with null when it goes. */
  measure: (id: string, element: HTMLElement | null) => void;
}

/**
 * Which of many rows have to exist while the page is scrolled. Their heights are measured; the browser's own scroll
 * anchoring keeps what is seen in its place when a row turns out to be higher than was thought. A row with open
 * details stays, so that they are still open when the person comes back to it; so does the row `kept`.
 */
export function useRowWindow(shown: readonly { id: string }[], kept: number): RowWindow {
  const list = useRef<HTMLDivElement>(null);
  const heights = useRef(new Map<string, number>());
  const open = useRef(new Set<string>());
  const [estimate, setEstimate] = useState<number>();
  const [measured, setMeasured] = useState(0);
  const [range, setRange] = useState<RowRange>({ first: 0, last: 0 });

  const height = estimate ?? FIRST_ESTIMATE;
  const fitting = Math.min(shown.length, Math.floor(MOST_HEIGHT / height));
  const offsets = useMemo(
    () => layOut(fitting, (index) => heights.current.get(shown[index]?.id ?? '') ?? height),
    // What was measured stands in a ref; `measured` tells of its changes.
    [shown, fitting, height, measured],
  );

  const update = useCallback(() => {
    if (!list.current) return;
    const top = -list.current.getBoundingClientRect().top;
    const next = rangeBetween(offsets, top, top + innerHeight, SPARE_ROWS);
    setRange((before) => (before.first === next.first && before.last === next.last ? before : next));
  }, [offsets]);

  useLayoutEffect(() => {
    update();
    addEventListener('scroll', update, { passive: true });
    addEventListener('resize', update);
    return () => {
      removeEventListener('scroll', update);
      removeEventListener('resize', update);
    };
  }, [update]);

  const observer = useMemo(() => {
    let width = 0;
    return new ResizeObserver((changes) => {
      let changed = false;
      for (const { target, borderBoxSize } of changes) {
        const id = target instanceof HTMLElement ? target.dataset.row : undefined;
        const [size] = borderBoxSize;
        if (id === undefined || !size || !target.isConnected) continue;
        if (size.inlineSize !== width) {
          // Another width breaks lines elsewhere: all heights are of the past.
          width = size.inlineSize;
          heights.current.clear();
          setEstimate(size.blockSize);
          changed = true;
        }
        if (target.querySelector('[data-action="details"][aria-expanded="true"]')) open.current.add(id);
        else open.current.delete(id);
        changed ||= heights.current.get(id) !== size.blockSize;
        heights.current.set(id, size.blockSize);
      }
      if (changed) setMeasured((count) => count + 1);
    });
  }, []);
  useLayoutEffect(() => () => observer.disconnect(), [observer]);

  const elements = useRef(new Map<string, HTMLElement>());
  const measure = useCallback(
    (id: string, element: HTMLElement | null) => {
      const before = elements.current.get(id);
      if (before === element) return;
      if (before) observer.unobserve(before);
      if (element) {
        elements.current.set(id, element);
        observer.observe(element);
      } else {
        elements.current.delete(id);
      }
    },
    [observer],
  );

  const { rows, after } = useMemo(() => {
    const opened =
      open.current.size === 0 ? [] : shown.flatMap(({ id }, index) => (open.current.has(id) ? index : []));
    return placeRows(offsets, range, [kept, ...opened]);
  }, [offsets, range, kept, shown]);
  return { fitting, estimate: height, rows, after, list, measure };
}
