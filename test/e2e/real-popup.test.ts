import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { knownReasons } from '../../src/domain/reasons.ts';
import { download } from '../../tools/download.ts';
import { inLanguage } from '../../tools/in-language.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { forRealPopup, isPopupOpen, openRealPopup, type RealPopup, setZoom } from '../../tools/real-popup.ts';
import { eightFailures } from '../fakes/eight-failures.ts';
import { seedFailures, seedJournal } from '../fakes/seed-journal.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { makeNewer } from './extension-page.ts';
import { target } from './target.ts';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What is measured of the popup, in CSS pixels. */
interface Measured {
  width: number;
  height: number;
  /** Where the widest part of its content ends. */
  contentEnd: number;
  /** Rows that can be seen whole. */
  wholeRows: number;
  /** Categories whose count can be seen. */
  countsSeen: string[];
  categories: string[];
}

const measure = (popup: RealPopup): Promise<Measured> =>
  popup.evaluate((window) => {
    const { document, innerHeight, innerWidth } = window;
    const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
    const isSeen = (element: HTMLElement): boolean => {
      const { top, bottom } = element.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    };
    const ends = all('header button, .reason, .row').map((one) => one.getBoundingClientRect().right);
    const namesOf = (elements: HTMLElement[]) => [
      ...new Set(elements.map(({ dataset }) => dataset.category ?? '')),
    ];
    const head = document.querySelector('header')?.getBoundingClientRect().bottom ?? 0;
    return {
      width: innerWidth,
      height: innerHeight,
      contentEnd: Math.max(...ends),
      wholeRows: all('[data-failure]').filter((row) => isSeen(row) && row.getBoundingClientRect().top >= head)
        .length,
      countsSeen: namesOf(all('[data-category][data-count]').filter(isSeen)),
      categories: namesOf(all('section[data-category]')),
    };
  });

/** Presses a button as a person would who points at it. */
const press = (popup: RealPopup, selector: string): Promise<void> =>
  popup.evaluate((window, where) => window.document.querySelector<HTMLElement>(where)?.click(), selector);

const matches = (popup: RealPopup, selector: string): Promise<boolean> =>
  popup.evaluate((window, where) => window.document.querySelector(where) !== null, selector);

describe(`the popup of the toolbar in ${target}`, () => {
  let session: BrowserSession;
  let opener: Page;

  let popup: RealPopup | undefined;

  const open = async (): Promise<RealPopup> => {
    popup = await openRealPopup(session, opener);
    return popup;
  };

  beforeAll(async () => {
    session = await launch(target, forRealPopup);
    opener = await session.openExtensionPage('options.html');
  });

  afterEach(() => popup?.close());

  afterAll(() => session?.close());

  it('is full as soon as it is ready, and has every reason a moment later', async () => {
    await seedJournal(opener, target, 1_000);
    await opener.bringToFront();
    const [lastRowEnds, reasons] = (await opener.evaluate(`(async () => {
      const { action, extension } = globalThis.browser ?? chrome;
      const until = async (look) => {
        for (const begun = Date.now(); Date.now() < begun + 10_000; ) {
          const [popup] = extension.getViews({ type: 'popup' });
          const seen = popup?.document.documentElement && look(popup);
          if (seen) return seen;
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      };
      const end = ({ document }) => [...document.querySelectorAll('.row')].at(-1).getBoundingClientRect().bottom;
      void action.openPopup();
      // Looked at in the moment in which it is ready.
      let lastRowEnds;
      await until((popup) => {
        const { documentElement } = popup.document;
        if (documentElement.dataset.ready) lastRowEnds ??= end(popup);
        else if (!documentElement.isWatched) {
          documentElement.isWatched = true;
          const look = () => {
            lastRowEnds = end(popup);
          };
          new popup.MutationObserver(look).observe(documentElement, { attributeFilter: ['data-ready'] });
        }
        return lastRowEnds;
      });
      const reasons = await until(({ document }) => {
        const { length } = document.querySelectorAll('[data-reason] .row:first-child');
        return length >= ${knownReasons.length} && length;
      });
      extension.getViews({ type: 'popup' })[0]?.close();
      return [lastRowEnds, reasons];
    })()`)) as [number, number];
    expect(lastRowEnds).toBeGreaterThanOrEqual(600);
    expect(reasons).toBe(knownReasons.length);
    await expect.poll(() => isPopupOpen(opener)).toBe(false);
  });

  it('is as wide as its content, and shows six of eight failures and the count of each category', async () => {
    await seedFailures(opener, eightFailures());
    const popup = await open();
    const seen = await measure(popup);
    expect(seen.width - seen.contentEnd).toBeLessThanOrEqual(16);
    expect(seen.width).toBeLessThanOrEqual(420);
    expect(seen.height).toBeLessThanOrEqual(600);
    expect(seen.wholeRows).toBeGreaterThanOrEqual(6);
    expect(seen.categories).toEqual(['network', 'server', 'file']);
    expect(seen.countsSeen).toEqual(seen.categories);
  });

  it('shows the count of each category of 223 failures, and leads to its group', async () => {
    await seedJournal(opener, target, 223);
    const popup = await open();
    const seen = await measure(popup);
    expect(seen.categories).toHaveLength(5);
    expect([...seen.countsSeen].sort()).toEqual([...seen.categories].sort());
    expect(seen.width - seen.contentEnd).toBeLessThanOrEqual(16);
    for (const category of seen.categories) {
      await press(popup, `header [data-category="${category}"]`);
      const [top, head, focused] = await popup.evaluate((window, name) => {
        const { document } = window;
        const section = document.querySelector(`section[data-category="${name}"]`);
        const bottom = document.querySelector('header')?.getBoundingClientRect().bottom ?? 0;
        const end = section?.parentElement;
        const isAtEnd = end ? end.scrollTop + end.clientHeight >= end.scrollHeight - 1 : false;
        const where = section?.getBoundingClientRect().top ?? 0;
        return [
          isAtEnd ? Math.max(bottom, where) : where,
          bottom,
          section?.contains(document.activeElement),
        ] as const;
      }, category);
      expect(top, category).toBeGreaterThanOrEqual(head - 1);
      expect(focused, category).toBe(true);
    }
    // What leads there is still in view.
    expect((await measure(popup)).countsSeen.sort()).toEqual([...seen.categories].sort());
  });

  it('has no line of counts for a single category', async () => {
    await seedFailures(opener, eightFailures().slice(0, 4));
    const popup = await open();
    expect(await matches(popup, 'header [data-category]')).toBe(false);
    expect((await measure(popup)).countsSeen).toEqual(['network']);
  });

  it('begins with the focus on the first row, and is left with Escape', async () => {
    await seedFailures(opener, eightFailures());
    const popup = await open();
    const focused = () =>
      popup.evaluate(({ document }) => {
        const { activeElement } = document;
        const row = activeElement?.closest<HTMLElement>('[data-failure]')?.dataset.failure;
        return `${row} ${(activeElement as HTMLElement | null)?.dataset.action ?? activeElement?.tagName}`;
      });
    await expect.poll(focused).toBe('failure-0 retry');
    await popup.press('ArrowDown');
    await expect.poll(focused).toBe('failure-1 retry');
    await popup.press('Tab');
    await expect.poll(focused).toBe('failure-1 dismiss');
    await popup.press('Enter');
    await expect.poll(focused).toBe('undefined undo');
    await popup.press('Enter');
    await expect.poll(focused).toBe('failure-1 details');
    // For Chrome see popup-escape.chrome.test.ts.
    if (target === 'firefox') {
      await popup.press('Escape');
      await expect.poll(() => isPopupOpen(opener)).toBe(false);
    }
  });

  it('has nothing that axe-core finds fault with', async () => {
    const axe = await readFile(axeFile, 'utf8');
    for (const count of [0, 223]) {
      await seedJournal(opener, target, count);
      const popup = await open();
      if (count > 0) await press(popup, '[data-action="details"]');
      const violations = await findings(opener, axe);
      expect(violations, `${count} failures`).toEqual([]);
      await popup.close();
    }
  });

  it('fits into the window when it is zoomed to 200 %', async () => {
    await seedFailures(opener, eightFailures());
    const zoom = (factor: number) => setZoom(session, opener, factor);
    if (target === 'chrome') await zoom(2);
    const zoomed = await open();
    if (target === 'firefox') await zoom(2);
    const look = () =>
      zoomed.evaluate(({ document, innerHeight, innerWidth }) => {
        const { scrollWidth, scrollHeight } = document.documentElement;
        const head = document.querySelector('header')?.getBoundingClientRect();
        return {
          fits: scrollWidth <= innerWidth && scrollHeight <= innerHeight,
          innerHeight,
          head: head?.bottom,
        };
      });
    await expect.poll(look).toMatchObject({ fits: true, innerHeight: 300 });
    expect((await look()).head).toBeLessThan(150);
    await zoom(1);
  });

  it.each(['open-history', 'open-options'])('closes when it has opened a page with %s', async (action) => {
    const popup = await open();
    await press(popup, `[data-action="${action}"]`);
    await expect.poll(() => isPopupOpen(opener)).toBe(false);
    await opener.bringToFront();
  });
});

/** What axe-core finds in the popup: it runs outside, since the popup's own policy lets no script in. */
async function findings(opener: Page, axe: string): Promise<string[]> {
  const results = (await opener.evaluate(`(async () => {
    const [popup] = (globalThis.browser ?? chrome).extension.getViews({ type: 'popup' });
    (function (window, document, self, globalThis) { ${axe} }).call(popup, popup, popup.document, popup, popup);
    return JSON.stringify(await popup.axe.run(popup.document));
  })()`)) as string;
  const { violations }: AxeResults = JSON.parse(results);
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  );
}

/** Shows eight failures in a browser that speaks a language. */
const speaking = (language: string, look: (popup: RealPopup) => Promise<void>): Promise<void> =>
  inLanguage(target, language, async (extensionDir) => {
    const session = await launch(target, { ...forRealPopup, extensionDir });
    try {
      const opener = await session.openExtensionPage('options.html');
      await seedFailures(opener, eightFailures());
      await look(await openRealPopup(session, opener));
    } finally {
      await session.close();
    }
  });

describe(`the popup of the toolbar in ${target}`, () => {
  it('shows five of eight failures in German', () =>
    speaking('de', async (popup) => {
      const seen = await measure(popup);
      expect(seen.wholeRows).toBeGreaterThanOrEqual(5);
      expect(seen.width - seen.contentEnd).toBeLessThanOrEqual(16);
      expect(seen.countsSeen).toEqual(seen.categories);
    }));

  it('separates facts from right to left in Arabic', () =>
    speaking('ar', async (popup) => {
      const lines = await popup.evaluate(({ document, getComputedStyle }) =>
        [...document.querySelectorAll('.row-facts')].map((line) =>
          [...line.children].map((fact) => {
            const { left, right } = fact.getBoundingClientRect();
            const { content, direction } = getComputedStyle(fact, '::before');
            // A separator at the beginning of a fact stands where the text begins.
            const separator = content === 'none' ? 'none' : direction;
            return { left, right, separator, after: getComputedStyle(fact, '::after').content };
          }),
        ),
      );
      expect(lines).toHaveLength(8);
      for (const [first, ...others] of lines) {
        expect(first).toMatchObject({ separator: 'none', after: 'none' });
        expect(others.map(({ separator, after }) => [separator, after])).toEqual([
          ['rtl', 'none'],
          ['rtl', 'none'],
        ]);
        let end = first?.left ?? 0;
        for (const { left, right } of others) {
          expect(right).toBeLessThanOrEqual(end + 1);
          end = left;
        }
      }
      const seen = await measure(popup);
      expect(seen.wholeRows).toBeGreaterThanOrEqual(6);
      expect(seen.countsSeen).toEqual(seen.categories);
    }));
});

/** Notes every row that is elsewhere for a moment, and the popup's heights. */
const watchRows = (popup: RealPopup): Promise<void> =>
  popup.evaluate((window) => {
    const { document } = window;
    const rows = new Map(
      [...document.querySelectorAll('.row')].map((row) => [row, row.getBoundingClientRect().top]),
    );
    const ids = new Map([...rows].map(([row]) => [row, (row as HTMLElement).dataset.failure ?? '']));
    const seen = { moved: [] as string[], heights: [] as number[] };
    const look = (): void => {
      for (const [row, top] of rows) {
        const now = [...document.querySelectorAll<HTMLElement>('.row')].find(
          ({ dataset }) => (dataset.failure ?? dataset.row) === ids.get(row),
        );
        const moved = (now?.getBoundingClientRect().top ?? 0) - top;
        if (Math.abs(moved) > 0.5) seen.moved.push(`${ids.get(row)} by ${moved}`);
      }
      if (seen.heights.at(-1) !== window.innerHeight) seen.heights.push(window.innerHeight);
    };
    Object.assign(window, { seen });
    new MutationObserver(look).observe(document.body, {
      childList: true,
      subtree: true,
      characterData: true,
    });
    window.addEventListener('resize', look);
    look();
  });

const seenSince = (popup: RealPopup): Promise<{ moved: string[]; heights: number[] }> =>
  popup.evaluate((window) => (window as unknown as { seen: { moved: string[]; heights: number[] } }).seen);

describe(`in the popup of the toolbar in ${target}`, () => {
  let faults: FaultServer;
  let session: BrowserSession;
  let opener: Page;
  let popup: RealPopup;

  const fail = (path: string): Promise<unknown> =>
    download(opener, { url: faults.url(path) }).catch(() => undefined);

  const idOf = async (name: string): Promise<string> => {
    const find = (): Promise<string> =>
      popup.evaluate(({ document }, wanted) => {
        const rows = [...document.querySelectorAll<HTMLElement>('[data-failure]')];
        const row = rows.find((one) => one.querySelector('.row-name')?.textContent === wanted);
        return row?.dataset.failure ?? '';
      }, name);
    await expect.poll(find).not.toBe('');
    return find();
  };

  /** What a row, or the head during a round, says of how far the tries came: Chromium may leave one hanging. */
  const stateOf = (id: string): Promise<string | undefined> =>
    popup.evaluate(
      ({ document }, row) => document.querySelector<HTMLElement>(`[data-failure="${row}"]`)?.dataset.state,
      id,
    );
  const head = (): Promise<string | null | undefined> =>
    popup.evaluate(({ document }) => document.querySelector('.totals.round p')?.textContent);

  beforeEach(async () => {
    faults = await startFaultServer();
    session = await launch(target, forRealPopup);
    opener = await session.openExtensionPage('options.html');
    for (const path of [
      '/status/404/gone.bin',
      '/status/503/first.bin',
      '/status/503/second.bin?key=second',
    ]) {
      await fail(path);
    }
    await expect
      .poll(() => opener.evaluate('(globalThis.browser ?? chrome).action.getBadgeText({})'))
      .toBe('3');
    popup = await openRealPopup(session, opener);
    await idOf('first.bin');
  });

  afterEach(async () => {
    await session?.close();
    await faults?.close();
  });

  it('nothing jumps when a row is dismissed and brought back', async () => {
    const id = await idOf('second.bin');
    await watchRows(popup);
    await press(popup, `[data-failure="${id}"] [data-action="dismiss"]`);
    await expect.poll(() => matches(popup, `[data-row="${id}"] [data-action="undo"]`)).toBe(true);
    expect(await matches(popup, `[data-failure="${id}"]`)).toBe(false);
    await press(popup, '[data-action="undo"]');
    await expect.poll(() => matches(popup, `[data-failure="${id}"]`)).toBe(true);
    const { moved, heights } = await seenSince(popup);
    expect(moved).toEqual([]);
    expect(heights).toHaveLength(1);
  });

  it('nothing jumps when a retry runs, fails again and succeeds', async () => {
    const [first, second] = [await idOf('first.bin'), await idOf('second.bin')];
    faults.heal('second');
    await watchRows(popup);
    const asked = faults.requests.length;
    await press(popup, `[data-failure="${first}"] [data-action="retry"]`);
    await expect.poll(() => faults.requests.length).toBeGreaterThan(asked);
    await expect.poll(() => stateOf(first)).toBe('failed');
    await press(popup, `[data-failure="${second}"] [data-action="retry"]`);
    await expect.poll(() => stateOf(second)).toBe('recovered');
    const { moved, heights } = await seenSince(popup);
    expect(moved).toEqual([]);
    expect(heights).toHaveLength(1);
  });

  it('nothing jumps when a round begins and ends', async () => {
    await watchRows(popup);
    await press(popup, '[data-action="retry-all"]');
    await expect.poll(head).toBe('0 of 2 downloaded · 2 failed again');
    const { moved, heights } = await seenSince(popup);
    expect(moved).toEqual([]);
    expect(heights).toHaveLength(1);
  });

  it('it says that the failures can not be saved, and goes on', async () => {
    await makeNewer(opener);
    await fail('/status/403/meanwhile.bin');
    await expect.poll(() => matches(popup, '[data-action="reset-record"]')).toBe(true);
    await press(popup, '[data-action="reset-record"]');
    await press(popup, '[data-action="confirm-reset"]');
    await expect.poll(() => matches(popup, '[data-action="confirm-reset"]')).toBe(false);
  });

  it('nothing that is looked at jumps when a failure arrives', async () => {
    const gone = await idOf('gone.bin');
    await popup.evaluate(({ document }, id) => {
      document.querySelector<HTMLElement>(`[data-failure="${id}"] [data-action="details"]`)?.focus();
    }, gone);
    const topOf = (): Promise<number | undefined> =>
      popup.evaluate(
        ({ document }, id) => document.querySelector(`[data-failure="${id}"]`)?.getBoundingClientRect().top,
        gone,
      );
    const before = await topOf();
    const { height } = await measure(popup);
    for (let index = 0; index < 6; index += 1) await fail(`/status/503/later-${index}.bin`);
    await idOf('later-5.bin');
    expect(Math.abs(((await topOf()) ?? 0) - (before ?? 0))).toBeLessThanOrEqual(1);
    expect((await measure(popup)).height).toBe(height);
  });
});
