import { BARE_PAGE, EMPTY_PAGE } from './extension.ts';
import type { PageName } from './results.ts';

/** A page that is compared with the others. */
export interface ComparedPage {
  name: PageName;
  title: string;
  /** A path in the extension, or a whole address. */
  address: string;
  /** In CSS pixels. */
  viewport: { width: number; height: number };
  /** Measured only with so many failures; with any number where it is absent. */
  failures?: number;
  /** An expression that holds in the page once its first content is there: a row, or that there are none. */
  content: string;
}

const tab = { width: 1000, height: 800 };

const OUR_CONTENT = `document.querySelector('[data-failure], .empty') !== null`;

export const emptyPage: ComparedPage = {
  name: 'empty',
  title: 'empty page',
  address: EMPTY_PAGE,
  viewport: tab,
  content: `document.querySelector('p') !== null`,
};

export const barePage: ComparedPage = {
  name: 'bare',
  title: 'bare page',
  address: BARE_PAGE,
  viewport: { width: 400, height: 600 },
  failures: 1_000,
  content: `document.querySelector('p') !== null`,
};

export const popupPage: ComparedPage = {
  name: 'popup',
  title: 'popup',
  address: 'popup.html',
  // The most that Chrome gives a popup's height.
  viewport: { width: 400, height: 600 },
  content: OUR_CONTENT,
};

export const comparedPages: readonly ComparedPage[] = [
  emptyPage,
  barePage,
  {
    name: 'downloads',
    title: 'chrome://downloads',
    address: 'chrome://downloads/',
    viewport: tab,
    content: `(() => {
      const root = document.querySelector('downloads-manager')?.shadowRoot;
      const nothing = root?.querySelector('#no-downloads');
      return !!root?.querySelector('downloads-item') || (!!nothing && nothing.checkVisibility());
    })()`,
  },
  popupPage,
  {
    name: 'history',
    title: 'history',
    address: 'history.html',
    viewport: tab,
    content: OUR_CONTENT,
  },
];

/** The title of a page by its name. */
export function titleOf(name: PageName): string {
  return comparedPages.find((page) => page.name === name)?.title ?? name;
}
