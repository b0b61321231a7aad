/** What a page tells those who don't see it change: one lasting region, in which the newest word takes the place of the last. */

let region: HTMLElement | undefined;

/** The page's one live region. */
export function liveRegion(): HTMLElement {
  if (!region) {
    region = document.createElement('p');
    region.className = 'visually-hidden';
    region.role = 'status';
  }
  return region;
}

/** Says a text politely, also when it is the same as before. */
export function say(words: string): void {
  const where = liveRegion();
  where.textContent = '';
  // A change is what is read aloud.
  setTimeout(() => {
    where.textContent = words;
  });
}
