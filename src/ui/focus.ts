/** Puts the focus on the page's heading: for buttons that leave with their press and have no neighbour. */
export function focusHeading(options?: FocusOptions): void {
  const heading = document.querySelector<HTMLElement>('h1');
  heading?.setAttribute('tabindex', '-1');
  heading?.focus(options);
}
