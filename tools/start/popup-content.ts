import type { Page } from 'puppeteer-core';

/** The failures of one reason, as the popup shows them. */
export interface PopupReason {
  reason: string;
  title: string;
  count: number;
  /** What each row says, name first, and the labels of its buttons. */
  rows: { texts: string[]; buttons: string[] }[];
}

/** The failures of one category, as the popup shows them. */
export interface PopupCategory {
  title: string;
  count: number;
  reasons: PopupReason[];
}

/** Reads what the popup shows from its page. */
export async function readPopup(page: Page): Promise<PopupCategory[]> {
  return await page.evaluate(() => {
    // Methods, not functions by name: tsx wraps those in a helper that the page does not have.
    const find = {
      all(element: Element, selector: string): HTMLElement[] {
        return [...element.querySelectorAll<HTMLElement>(selector)];
      },
      texts(element: Element): string[] {
        const texts: string[] = [];
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const parent = walker.currentNode.parentElement;
          const text = walker.currentNode.textContent?.trim();
          const said = parent?.checkVisibility() && parent.closest('button, [aria-hidden="true"]') === null;
          // A name stands there in two parts, so that its ending stays when it is shortened.
          const name = parent?.closest('.row-name')?.textContent;
          const isSecondPart = name && texts.at(-1) === name;
          if (text && said && !isSecondPart) texts.push(name || text);
        }
        return texts;
      },
    };
    return find.all(document.body, 'section[data-category]').map((category) => ({
      title: find.texts(category)[0] ?? '',
      count: Number(category.dataset.count),
      reasons: find.all(category, '[data-reason]').map((reason) => ({
        reason: reason.dataset.reason ?? '',
        title: find.texts(reason)[0] ?? '',
        count: Number(reason.dataset.count),
        rows: find.all(reason, '[data-failure]').map((row) => ({
          texts: find.texts(row),
          buttons: find.all(row, 'button').flatMap((button) => button.textContent.trim() || []),
        })),
      })),
    }));
  });
}

/** All failures that the popup counts. */
export function total(categories: PopupCategory[]): number {
  return categories.reduce((sum, { count }) => sum + count, 0);
}

/** How many rows of a reason are printed, and how much of a text. */
const rowsPrinted = 6;
const charactersPrinted = 60;

/** Texts come from outside; characters that move the cursor or turn the writing round must not reach a terminal. */
function harmless(text: string): string {
  const characters = [...text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')];
  return characters.length <= charactersPrinted
    ? characters.join('')
    : `${characters.slice(0, charactersPrinted - 1).join('')}…`;
}

/** The popup's content for a terminal, indented as the popup nests it. */
export function printable(categories: PopupCategory[]): string {
  const lines = categories.flatMap(({ title, count, reasons }) => [
    `${harmless(title)}  ${count}`,
    ...reasons.flatMap(({ title, count, reason, rows }) => {
      const more = count - Math.min(rows.length, rowsPrinted);
      return [
        `  ${harmless(title)}  ${count}  (${harmless(reason)})`,
        ...rows.slice(0, rowsPrinted).map(({ texts, buttons }) => {
          const labels = buttons.map((label) => ` [${harmless(label)}]`).join('');
          return `    ${texts.map(harmless).join(' · ')}${labels}`;
        }),
        ...(more > 0 ? [`    … and ${more} more`] : []),
      ];
    }),
  ]);
  return lines.join('\n');
}
