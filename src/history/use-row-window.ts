import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { layOut, type PlacedRow, placeRows, type RowRange, rangeBetween, setHeight } from './row-layout.ts';

/** Rows that exist beyond either edge of the screen, so that scrolling rarely overtakes them. */
const SPARE_ROWS = 12;
/** In CSS pixels, until the first rows are measured. */
const FIRST_ESTIMATE = 56;
/** In CSS pixels. Firefox can't make an element higher than about 17,800,000. */
const MOST_HEIGHT = 15_000_000;
const NONE: RowRange = { first: 0, last: -1 };

export interface RowWindow {
  /** How many of the rows have a place on the page: not all, if there are too many. */
  fitting: number;
  /** How high (CSS pixels) a row most likely is. */
  estimate: number;
  rows: readonly PlacedRow[];
  /** Whether it is known by now where the page is scrolled to; until then only the row that is kept exists. */
  looked: boolean;
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
  /** Where the rows that exist stand among all. */
  const indexes = useRef(new Map<string, number>());
  const [estimate, setEstimate] = useState({ height: FIRST_ESTIMATE });
  const [range, setRange] = useState<RowRange>();
  const [measured, setMeasured] = useState(0);

  const fitting = Math.min(shown.length, Math.floor(MOST_HEIGHT / estimate.height));
  const offsets = useMemo(
    () => layOut(fitting, (index) => heights.current.get(shown[index]?.id ?? '') ?? estimate.height),
    [shown, fitting, estimate],
  );
  const laidOut = useRef(offsets);
  laidOut.current = offsets;

  const look = useCallback(() => {
    if (!list.current) return;
    const top = -list.current.getBoundingClientRect().top;
    const next = rangeBetween(laidOut.current, top, top + innerHeight, SPARE_ROWS);
    setRange((before) => (before?.first === next.first && before.last === next.last ? before : next));
  }, []);
  // In another layout other rows are at the same place.
  useLayoutEffect(look, [look, offsets, measured]);
  useEffect(() => {
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [look]);

  const observer = useMemo(() => {
    let width = 0;
    return new ResizeObserver((changes) => {
      const sizes = changes.flatMap(({ target, borderBoxSize: [size] }) =>
        target instanceof HTMLElement && target.isConnected && size ? { target, size } : [],
      );
      const [first] = sizes;
      if (!first) return;
      if (first.size.inlineSize !== width) {
        // Another width breaks lines elsewhere: what was measured is of the past.
        width = first.size.inlineSize;
        heights.current.clear();
        const sum = sizes.reduce((before, { size }) => before + size.blockSize, 0);
        setEstimate({ height: Math.round(sum / sizes.length) });
      }
      for (const { target, size } of sizes) {
        const id = target.dataset.row ?? '';
        heights.current.set(id, size.blockSize);
        setHeight(laidOut.current, indexes.current.get(id) ?? -1, size.blockSize);
        if (target.querySelector('[data-action="details"][aria-expanded="true"]')) open.current.add(id);
        else open.current.delete(id);
      }
      setMeasured((count) => count + 1);
    });
  }, []);
  useEffect(() => () => observer.disconnect(), [observer]);

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

  // Measuring changes the layout in place.
  const placed = useMemo(() => {
    const opened =
      open.current.size === 0 ? [] : shown.flatMap(({ id }, index) => (open.current.has(id) ? index : []));
    return placeRows(offsets, range ?? NONE, [kept, ...opened]);
  }, [offsets, measured, range, kept, shown]);
  indexes.current = new Map(placed.rows.map(({ index }) => [shown[index]?.id ?? '', index]));
  return { ...placed, looked: range !== undefined, fitting, estimate: estimate.height, list, measure };
}
