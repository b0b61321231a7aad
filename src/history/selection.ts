import { toggled } from '../ui/toggled.ts';

/** Which rows are selected. */
export interface Selection {
  ids: ReadonlySet<string>;
  /** Where a range begins: the row that was toggled last. */
  anchor: string | null;
  /** What was shown when nothing else was left in it: to look again for each of many takes a while. */
  among?: readonly string[];
}

export const nothingSelected: Selection = { ids: new Set(), anchor: null };

export const toggleId = (selection: Selection, id: string): Selection => ({
  ...selection,
  ids: toggled(selection.ids, id),
  anchor: id,
});

/** Adds all rows from the anchor to `id`. */
export function extend({ ids, anchor }: Selection, shown: readonly string[], id: string): Selection {
  const to = shown.indexOf(id);
  const from = anchor === null ? -1 : shown.indexOf(anchor);
  const [first, last] = from === -1 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
  const range = shown.slice(Math.max(0, first), last + 1);
  return { ids: new Set([...ids, ...range]), anchor: from === -1 ? id : anchor };
}

export const selectAll = (shown: readonly string[]): Selection => ({
  ids: new Set(shown),
  anchor: null,
  among: shown,
});

/** Only what is shown, since nothing may happen to rows that the person doesn't see. */
export function keepShown(selection: Selection, shown: readonly string[]): Selection {
  if (selection.ids.size === 0 || selection.among === shown) return selection;
  const kept = shown.filter((id) => selection.ids.has(id));
  return kept.length === selection.ids.size ? selection : { ...selection, ids: new Set(kept), among: shown };
}
