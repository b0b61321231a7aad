import { toggled } from '../ui/toggled.ts';

/** Which rows are selected. */
export interface Selection {
  ids: ReadonlySet<string>;
  /** Where a range begins: the row that was toggled last. */
  anchor: string | null;
}

export const nothingSelected: Selection = { ids: new Set(), anchor: null };

export const toggleId = ({ ids }: Selection, id: string): Selection => ({
  ids: toggled(ids, id),
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

export const selectAll = (shown: readonly string[]): Selection => ({ ids: new Set(shown), anchor: null });

/** Only what is shown, since nothing may happen to rows that the person doesn't see. */
export function keepShown(selection: Selection, shown: readonly string[]): Selection {
  if (selection.ids.size === 0) return selection;
  const kept = shown.filter((id) => selection.ids.has(id));
  return kept.length === selection.ids.size ? selection : { ...selection, ids: new Set(kept) };
}
