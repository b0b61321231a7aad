/**
 * Where rows of different heights are, and which of them need to exist. Rows that were never measured have an
 * estimated height. All lengths are in CSS pixels from the top of the list.
 */

/** Where each row begins, followed by where the last one ends. */
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

/** Changes the height of a row, and so where all later ones are. Changes `offsets` in place: it can be long. */
export function setHeight(offsets: Float64Array, index: number, height: number): void {
  const more = height - (at(offsets, index + 1) - at(offsets, index));
  if (index < 0 || more === 0) return;
  for (let after = index + 1; after < offsets.length; after += 1) offsets[after] = at(offsets, after) + more;
}

/** The row at `y`; above the list the first one, below it the last one, and -1 in an empty one. */
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

/** The rows between two heights. */
export const rangeBetween = (offsets: Float64Array, top: number, bottom: number): RowRange => ({
  first: rowAt(offsets, top),
  last: rowAt(offsets, bottom),
});

/** A row that has to exist, and the room to leave before it for rows that don't. */
export interface PlacedRow {
  index: number;
  gap: number;
}

/** The rows of a range with `spare` more at either end, those to be kept wherever they are, and the room after them. */
export function placeRows(
  offsets: Float64Array,
  { first, last }: RowRange,
  spare: number,
  kept: Iterable<number>,
): { rows: PlacedRow[]; after: number } {
  const count = offsets.length - 1;
  const indexes = new Set([...kept].filter((index) => index >= 0 && index < count));
  for (let index = Math.max(0, first - spare); index <= Math.min(last + spare, count - 1); index += 1) {
    indexes.add(index);
  }
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
