/**
 * Where rows of different heights stand, and which of them have to exist. Rows that were never seen count with an
 * estimate. All lengths are in CSS pixels from the top of the list.
 */

/** Where each row begins, and after them all where the last one ends. */
export function layOut(count: number, heightOf: (index: number) => number): Float64Array {
  const offsets = new Float64Array(count + 1);
  let offset = 0;
  for (let index = 0; index < count; index += 1) {
    offset += heightOf(index);
    offsets[index + 1] = offset;
  }
  return offsets;
}

const at = (offsets: Float64Array, index: number): number => offsets[index] ?? 0;

/** Gives a row another height: all rows after it move. Changes `offsets` itself, as they can be many. */
export function setHeight(offsets: Float64Array, index: number, height: number): void {
  const more = height - (at(offsets, index + 1) - at(offsets, index));
  if (index < 0 || more === 0) return;
  for (let after = index + 1; after < offsets.length; after += 1) offsets[after] = at(offsets, after) + more;
}

/** The row at `y`: the first one for what is above the list, the last one for what is below it; -1 without any. */
export function rowAt(offsets: Float64Array, y: number): number {
  let low = 0;
  let high = offsets.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (at(offsets, middle) <= y) low = middle;
    else high = middle - 1;
  }
  return high < 0 ? -1 : low;
}

/** The rows from the first to the last, both included. */
export interface RowRange {
  first: number;
  last: number;
}

/** The rows between two heights, with `spare` more at either end. */
export function rangeBetween(offsets: Float64Array, top: number, bottom: number, spare: number): RowRange {
  const most = offsets.length - 2;
  return {
    first: Math.max(0, rowAt(offsets, top) - spare),
    last: Math.min(most, rowAt(offsets, bottom) + spare),
  };
}

/** A row that has to exist, and how much room for rows that don't is before it. */
export interface PlacedRow {
  index: number;
  gap: number;
}

/** The rows of a range, and those that are kept though they may be elsewhere; and the room after the last one. */
export function placeRows(
  offsets: Float64Array,
  { first, last }: RowRange,
  kept: Iterable<number>,
): { rows: PlacedRow[]; after: number } {
  const count = offsets.length - 1;
  const indexes = new Set([...kept].filter((index) => index >= 0 && index < count));
  for (let index = first; index <= Math.min(last, count - 1); index += 1) indexes.add(index);
  let end = 0;
  const rows = [...indexes]
    .sort((one, other) => one - other)
    .map((index) => {
      const gap = at(offsets, index) - end;
      end = at(offsets, index + 1);
      return { index, gap };
    });
  return { rows, after: at(offsets, count) - end };
}
