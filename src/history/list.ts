/**
 * A short entry of every failure, and what follows from all of them: which a query lets through, in which order, and
 * the numbers of the charts. It has no page and no browser, so that it can run in a worker, where a long history takes
 * nothing from what the person does.
 */
import type { Status } from '../domain/columns.ts';
import type { Cause } from '../domain/diagnosis.ts';
import type { Failure } from '../domain/failure.ts';
import { classify } from '../domain/reasons.ts';
import type { JournalHealth } from '../platform/journal/health.ts';
import type { Stretch } from '../platform/journal/reads.ts';
import { type Entry, entryOf, sameEntry } from './entry.ts';
import {
  compareIn,
  filterEntries,
  type Query,
  type ReasonTitle,
  recentSince,
  sortEntries,
  wholeHistory,
} from './query.ts';
import { countStatuses, type Statistics, statisticsOf } from './statistics.ts';
import { STEP } from './steps.ts';

/** What the list needs of the person's language. */
export interface Titles {
  language: string;
  /** By the stems of their texts. */
  reasons: Readonly<Record<string, string>>;
  causes: Readonly<Partial<Record<Cause, string>>>;
}

/** What to show. */
export interface Asked {
  query: Query;
  /** ms since the epoch. */
  now: number;
  titles: Titles;
}

/** What the list is told; each part may be missing. */
export interface Told {
  asked?: Asked;
  /** Failures as they are now, and the ids of those that are gone. */
  failures?: readonly Failure[];
  gone?: readonly string[];
  /** Whether to read everything: what is told from now on is newer than what is then found. */
  readAll?: boolean;
}

/** All failures in a few words. */
export interface Summary {
  total: number;
  byStatus: Readonly<Record<Status, number>>;
  /** When the latest failed: ms since the epoch. */
  newest: number;
  hasPrivate: boolean;
  causes: readonly Cause[];
  /** Some, to choose from. */
  hosts: readonly string[];
}

/** What a person sees first. */
export interface FirstView {
  query: Query;
  /** The ids of the failures that the query lets through, in its order. */
  shown: readonly string[];
  /** For each of them 1 if it is dismissed, else 0. */
  dismissed: Uint8Array;
  /** False until all were looked at. */
  whole: boolean;
}

export interface View extends FirstView {
  /** How many are shown. */
  count: number;
  /** Of those that are shown; undefined until all are read, as charts would change all the time. */
  statistics: Statistics | undefined;
  all: Summary;
  /** Whether all are read, and not just the newest. */
  complete: boolean;
  /** Of the journal, as it was found while all were read. */
  health: JournalHealth;
}

/** A view, or only what a person sees first of it. */
export type News = View | FirstView;

export interface List {
  tell(told: Told): void;
}

type ReadStretch = (wanted: { from: number | null; limit: number }) => Promise<Stretch>;

/** How many times as many failures are read before they are shown again. */
const GROWTH = 4;
/** More rows than a tall screen shows. */
export const FIRST_ROWS = 60;
/** Nobody looks through more hosts. */
const MOST_HOSTS = 200;

function summaryOf(entries: readonly Entry[]): Summary {
  return {
    total: entries.length,
    byStatus: countStatuses(entries),
    newest: entries.reduce((newest, { failedAt }) => Math.max(newest, failedAt), 0),
    hasPrivate: entries.some(({ incognito }) => incognito),
    causes: [...new Set(entries.flatMap(({ cause }) => cause ?? []))],
    hosts: [...new Set(entries.map(({ host }) => host))].slice(0, MOST_HOSTS).sort(),
  };
}

/** Finds a reason's title; a list is sorted by it, so each is looked for once. */
function reasonTitleIn({ reasons }: Titles): ReasonTitle {
  const known = new Map<string, string>();
  return ({ reason, browser }) => {
    const key = `${browser} ${reason}`;
    const title = known.get(key) ?? reasons[classify(reason, browser).textStem] ?? '';
    known.set(key, title);
    return title;
  };
}

const shownOf = (entries: readonly Entry[]): Pick<FirstView, 'shown' | 'dismissed'> => ({
  shown: entries.map(({ id }) => id),
  dismissed: Uint8Array.from(entries, ({ status }) => (status === 'dismissed' ? 1 : 0)),
});

export interface Views {
  view(): View;
  /** If the query lets many through, it takes the same time however many there are. */
  firstView(): FirstView;
}

/** `onChange` is called whenever the view has changed. */
export function createList(readStretch: ReadStretch, onChange: () => void): List & Views {
  const entries = new Map<string, Entry>();
  let asked: Asked = { query: wholeHistory, now: 0, titles: { language: 'en', reasons: {}, causes: {} } };
  let complete = false;
  let health: JournalHealth = { state: 'fine' };
  /** All entries in the order that is asked for; undefined once that or an entry has changed. */
  let sorted: Entry[] | undefined;
  let all: Summary | undefined;
  /** The ids that were told or found since the whole history began to be read; undefined while it is not. */
  let fresh: Set<string> | undefined;

  function forgetOrder(): void {
    sorted = undefined;
    all = undefined;
  }

  function take(failure: Failure): void {
    const before = entries.get(failure.id);
    const after = entryOf(failure);
    if (before && sameEntry(before, after)) return;
    entries.set(failure.id, after);
    forgetOrder();
  }

  function forget(id: string): void {
    if (entries.delete(id)) forgetOrder();
  }

  /** The first `most` entries that the query lets through, in its order. */
  function passing(most?: number): Entry[] {
    const { query, now, titles } = asked;
    const reasonTitle = reasonTitleIn(titles);
    sorted ??= sortEntries([...entries.values()], query.order, reasonTitle, compareIn(titles.language));
    const causeTitle = (cause: Cause): string => titles.causes[cause] ?? '';
    return filterEntries(query, { entries: sorted, reasonTitle, causeTitle, now }, most);
  }

  async function readAll(found: Set<string>): Promise<void> {
    let shownCount = entries.size;
    let next: number | null = null;
    let readable = true;
    do {
      const stretch: Stretch = await readStretch({ from: next, limit: STEP });
      // Begun anew meanwhile.
      if (fresh !== found) return;
      ({ next, readable, health } = stretch);
      for (const failure of stretch.failures) {
        if (found.has(failure.id)) continue;
        found.add(failure.id);
        take(failure);
      }
      // To sort and count takes longer the more there are, so it is not done after each step.
      if (entries.size < GROWTH * shownCount) continue;
      shownCount = entries.size;
      onChange();
    } while (next !== null);
    // What can't be read may still be there.
    if (readable) for (const id of entries.keys()) if (!found.has(id)) forget(id);
    fresh = undefined;
    complete = true;
    onChange();
  }

  return {
    tell(told) {
      const { failures = [], gone = [] } = told;
      if (told.asked) {
        const { by, descending } = told.asked.query.order;
        const { order } = asked.query;
        if (by !== order.by || descending !== order.descending) sorted = undefined;
        asked = told.asked;
      }
      const found = told.readAll ? new Set<string>() : undefined;
      if (found) {
        fresh = found;
        complete = false;
      }
      for (const failure of failures) take(failure);
      for (const id of gone) forget(id);
      for (const id of [...failures.map((failure) => failure.id), ...gone]) fresh?.add(id);
      if (told.asked || found || !sorted) onChange();
      if (found) void readAll(found);
    },
    firstView() {
      return { ...shownOf(passing(FIRST_ROWS)), query: asked.query, whole: false };
    },
    view() {
      const { query, now } = asked;
      const passed = passing();
      all ??= summaryOf([...entries.values()]);
      const since = recentSince(query, now);
      return {
        query,
        ...shownOf(passed),
        whole: true,
        count: passed.length,
        statistics: complete
          ? statisticsOf(passed, since === undefined ? undefined : { since, now })
          : undefined,
        ...{ all, complete, health },
      };
    },
  };
}
