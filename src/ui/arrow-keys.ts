/** Where the arrow keys stop: heads of groups and rows. */
const STOPS = '.fold, .row';

/** Lets the arrow keys, Home and End move the focus through the list, from one row's button to the same one in the next. */
export function followArrows(): void {
  document.addEventListener('keydown', moveFocus);
}

function moveFocus(event: KeyboardEvent): void {
  const { target, key } = event;
  if (!(target instanceof HTMLElement)) return;
  const current = target.closest<HTMLElement>(STOPS);
  if (!current || event.altKey || event.ctrlKey || event.metaKey) return;
  const stops = [...document.querySelectorAll<HTMLElement>(STOPS)].filter(
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
