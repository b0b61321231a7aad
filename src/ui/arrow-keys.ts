/** Where the arrow keys stop: the heads of groups, and in each row one button. */
const STOPS = 'summary, .row';

/** Moves the focus through the lists with the arrow keys, Home and End, and from row to row to the like button. */
export function moveWithArrows(event: KeyboardEvent): void {
  const { target, key, currentTarget } = event;
  if (!(target instanceof HTMLElement) || !(currentTarget instanceof HTMLElement)) return;
  const current = target.closest<HTMLElement>(STOPS);
  if (!current || event.altKey || event.ctrlKey || event.metaKey) return;
  const stops = [...currentTarget.querySelectorAll<HTMLElement>(STOPS)].filter(
    (stop) => stop.getClientRects().length > 0,
  );
  const at = stops.indexOf(current);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[key];
  const stop = next === undefined ? undefined : stops[next];
  if (!stop) return;
  event.preventDefault();
  const like = `[data-action="${CSS.escape(target.dataset.action ?? '')}"]`;
  const button = stop.querySelector<HTMLElement>(like) ?? stop.querySelector<HTMLElement>('button') ?? stop;
  button.focus();
}
