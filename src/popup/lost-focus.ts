import { focusHeading } from '../ui/focus.ts';

/** Where the person is: tells where to go on when that is gone. */
interface Place {
  element: HTMLElement;
  /** The failure in whose row it is, or that it puts back. */
  failure: string | undefined;
  reason: Element | null;
  /** Whether the focus is seen there, as it is with the keyboard. */
  outlined: boolean;
}

/**
 * From now on the focus goes on when what has it leaves: to the same failure's row, from "Show more" to the first row
 * that came, and else to the heading. There it waits for that failure to come back, unless the person goes elsewhere.
 */
export function catchLostFocus(): void {
  let place: Place | undefined;
  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    place = target.matches('h1') ? place && { ...place, element: target } : placeOf(target);
  });
  // Whoever presses beside it takes the focus away on purpose.
  const forget = ({ target }: Event): void => {
    if (!(target instanceof Node && place?.element.contains(target))) place = undefined;
  };
  document.addEventListener('mousedown', forget, true);
  new MutationObserver((changes) => {
    if (place) goOn(place, changes);
  }).observe(document.body, { childList: true, subtree: true });
}

const placeOf = (element: HTMLElement): Place => ({
  element,
  failure: element.closest<HTMLElement>('[data-failure]')?.dataset.failure ?? element.dataset.putsBack,
  reason: element.closest('[data-reason]'),
  outlined: element.matches(':focus-visible'),
});

function goOn({ element, failure, reason, outlined }: Place, changes: readonly MutationRecord[]): void {
  const { activeElement, body } = document;
  const lost = activeElement === body;
  if (!lost && !activeElement?.matches('h1')) return;
  const options = { preventScroll: !outlined };
  if (lost && element.isConnected) {
    // It was only moved.
    element.focus(options);
    return;
  }
  const added = new Set(changes.flatMap(({ addedNodes }) => [...addedNodes]));
  const isNext = (row: HTMLElement): boolean =>
    failure === undefined
      ? lost && added.has(row) && reason?.contains(row) === true
      : row.dataset.failure === failure;
  const next = [...document.querySelectorAll<HTMLElement>('.row')].find(isNext);
  const button = next?.querySelector<HTMLElement>('[data-action="details"]');
  if (button) {
    button.focus(options);
    // What was being read goes along.
    if (element.closest('.row')?.querySelector('.details')) button.click();
  } else if (lost) {
    // Without a jump: another part may be about to take the focus, such as the way back from a dismissal.
    focusHeading({ preventScroll: true });
  }
}
