/**
 * How a long list of ids goes from the worker to the page: only what is new of it, in parts. All of 100,000 at once would
 * hold the page up, each time that one of them left.
 */

/** Where a list has changed: between what stays at its beginning and at its end. */
export interface ShownChange {
  /** How many stay at the beginning. */
  before: number;
  /** How many stay at the end. */
  after: number;
}

/** What changed from one list to the next, and the ids that are new between what stays. */
export function changeOf(
  old: readonly string[],
  now: readonly string[],
): { change: ShownChange; between: readonly string[] } {
  const most = Math.min(old.length, now.length);
  let before = 0;
  while (before < most && old[before] === now[before]) before += 1;
  let after = 0;
  while (after < most - before && old.at(-1 - after) === now.at(-1 - after)) after += 1;
  return { change: { before, after }, between: now.slice(before, now.length - after) };
}

/** The list after a change: the same one if nothing changed, which then needs no further look. */
export function changed(
  old: readonly string[],
  { before, after }: ShownChange,
  between: readonly string[],
): readonly string[] {
  if (between.length === 0 && before + after === old.length) return old;
  return old.slice(0, before).concat(between, old.slice(old.length - after));
}
