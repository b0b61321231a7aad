/** The rows of either page. */
const ROW = '[data-row], [data-failure]:not([data-row] *)';
const LIST = '[data-category], [role="grid"]';

const idOf = (row: HTMLElement | null): string | undefined => row?.dataset.row ?? row?.dataset.failure;

const allRows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(ROW)];

/** Where the focus is. */
interface Place {
  element: HTMLElement;
  /** The failure whose row it is in, if any. */
  failure: string | undefined;
  /** The number of rows before it; undefined outside a list. */
  index: number | undefined;
  /** Whether its outline is drawn, as for keyboard users. */
  outlined: boolean;
}

function placeOf(element: HTMLElement): Place {
  const row = element.closest<HTMLElement>(ROW);
  const isBefore = (other: HTMLElement): boolean =>
    other !== row && (other.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  return {
    element,
    failure: idOf(row),
    index: element.closest(LIST) ? allRows().filter(isBefore).length : undefined,
    outlined: element.matches(':focus-visible'),
  };
}

/** Where the focus goes next: back if the element only moved, else its failure's row, the row in its place, or the heading. */
function successorOf({ element, failure, index }: Place): HTMLElement | null | undefined {
  if (element.isConnected) return element;
  const rows = allRows();
  const same = failure === undefined ? undefined : rows.find((row) => idOf(row) === failure);
  const row = same ?? (index === undefined ? undefined : (rows[index] ?? rows.at(-1)));
  if (row) {
    if (row.hasAttribute('tabindex')) return row;
    return row.querySelector<HTMLElement>('[data-action="details"]') ?? row.querySelector('button');
  }
  const heading = document.querySelector('h1');
  heading?.setAttribute('tabindex', '-1');
  return heading;
}

/** Moves the focus on whenever the element that has it is removed. */
export function keepFocus(): void {
  let place: Place | undefined;
  document.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLElement) place = placeOf(target);
  });
  // Clicking elsewhere gives up the focus on purpose.
  const forget = ({ target }: Event): void => {
    if (!(target instanceof Node && place?.element.contains(target))) place = undefined;
  };
  document.addEventListener('mousedown', forget, true);
  new MutationObserver(() => {
    if (!place) return;
    const { activeElement, body } = document;
    if (activeElement === place.element) place = placeOf(place.element);
    else if (activeElement === body) successorOf(place)?.focus({ preventScroll: !place.outlined });
  }).observe(document.body, { childList: true, subtree: true });
}
