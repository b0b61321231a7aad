import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { layOut, type PlacedRow, placeRows, type RowRange, rangeBetween, setHeight } from './row-layout.ts';

/** Rows to have ready beyond either edge of the screen, for scrolling. */
const SPARE_ROWS = 12;
/** In a new list they are there by then (ms), whatever else there is to do. */
const LATEST_MS = 100;
/** In CSS pixels, until the first rows are measured. */
const FIRST_ESTIMATE = 56;
/** In CSS pixels. Firefox can't make an element higher than about 17,800,000. */
const MOST_HEIGHT = 15_000_000;
/** Not even rows to spare. */
const NONE: RowRange = { first: -Infinity, last: -Infinity };

export interface RowWindow {
  /** How many rows fit on the page, which can't be endlessly long. */
  fitting: number;
  /** The likely height of a row, in CSS pixels. */
  estimate: number;
  rows: readonly PlacedRow[];
  /** These rows, and those that will exist soon: their records are to be read. */
  near: readonly PlacedRow[];
  /** Whether the scroll position is known by now. Until then only the rows that are kept exist. */
  looked: boolean;
  /** The room to leave after the last of these rows, in CSS pixels. */
  after: number;
  /** For the element that holds the rows. */
  list: { current: HTMLDivElement | null };
  /** The `ref` of each row. */
  measure: (element: HTMLElement | null) => void;
}

/**
 * Decides which of many rows need to exist as the page is scrolled: those in view, and those in `kept`. Rows are
 * measured. If one is higher than estimated, the browser's scroll anchoring keeps what is in view where it is.
 */
export function useRowWindow(shown: readonly string[], kept: readonly number[]): RowWindow {
  const list = useRef<HTMLDivElement>(null);
  const heights = useRef(new Map<string, number>());
  /** The indexes of the rows that exist. */
  const indexes = useRef(new Map<string, number>());
  const [estimate, setEstimate] = useState({ height: FIRST_ESTIMATE });
  const [range, setRange] = useState<RowRange>();
  const [measured, setMeasured] = useState(0);

  const fitting = Math.min(shown.length, Math.floor(MOST_HEIGHT / estimate.height));
  const offsets = useMemo(
    () => layOut(fitting, (index) => heights.current.get(shown[index] ?? '') ?? estimate.height),
    [shown, fitting, estimate],
  );
  const laidOut = useRef(offsets);
  laidOut.current = offsets;

  const look = useCallback(() => {
    if (!list.current) return;
    const top = -list.current.getBoundingClientRect().top;
    const next = rangeBetween(laidOut.current, top, top + innerHeight);
    setRange((before) => (before?.first === next.first && before.last === next.last ? before : next));
  }, []);
  useLayoutEffect(look, [look]);
  // A new layout puts other rows at the same place. To look at once would force a layout within the same task.
  useLayoutEffect(() => {
    const frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [look, offsets, measured]);
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
    return new ResizeObserver((changes, self) => {
      // Rows that were removed are told of once more. Firefox would keep them for as long as they are observed.
      for (const { target } of changes) if (!target.isConnected) self.unobserve(target);
      const sizes = changes.flatMap(({ target, borderBoxSize: [size] }) =>
        target instanceof HTMLElement && target.isConnected && size ? { target, size } : [],
      );
      const [first] = sizes;
      if (!first) return;
      if (first.size.inlineSize !== width) {
        // With another width lines break elsewhere: forget what was measured.
        width = first.size.inlineSize;
        heights.current.clear();
        const sum = sizes.reduce((before, { size }) => before + size.blockSize, 0);
        setEstimate({ height: Math.round(sum / sizes.length) });
      }
      for (const { target, size } of sizes) {
        const id = target.dataset.row ?? '';
        heights.current.set(id, size.blockSize);
        setHeight(laidOut.current, indexes.current.get(id) ?? -1, size.blockSize);
      }
      setMeasured((count) => count + 1);
    });
  }, []);
  useEffect(() => () => observer.disconnect(), [observer]);

  const measure = useCallback(
    (element: HTMLElement | null) => {
      if (element) observer.observe(element);
    },
    [observer],
  );

  // `measured` is listed because measuring changes `offsets` in place.
  const near = useMemo(
    () => placeRows(offsets, range ?? NONE, SPARE_ROWS, kept),
    [offsets, measured, range, kept],
  );
  // In a new list all rows may be new: those in view come first, so that no task is long. Those that exist stay.
  const [filledFor, setFilledFor] = useState<readonly string[]>();
  const placed = useMemo(() => {
    if (filledFor === shown) return near;
    const existing = near.rows.flatMap(({ index }) => (indexes.current.has(shown[index] ?? '') ? index : []));
    // One more row, so that the gap is before none in view: its change would end the scroll anchoring.
    return placeRows(offsets, range ?? NONE, 1, [...kept, ...existing]);
  }, [near, filledFor, shown]);
  useEffect(() => {
    const idle = requestIdleCallback(() => setFilledFor(shown), { timeout: LATEST_MS });
    return () => cancelIdleCallback(idle);
  }, [shown]);
  indexes.current = new Map(placed.rows.map(({ index }) => [shown[index] ?? '', index]));
  return {
    ...placed,
    near: near.rows,
    looked: range !== undefined,
    fitting,
    estimate: estimate.height,
    list,
    measure,
  };
}
