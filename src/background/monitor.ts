/**
 * Watches the browser's downloads and keeps the journal in line with them. Events only say where to look: what a
 * record becomes is decided from a fresh snapshot, so it doesn't matter how often or in which order they come.
 */
import { attemptVanished, type DownloadSnapshot, type Failure, lastAttempt } from '../domain/failure.ts';
import { observe } from '../domain/observe.ts';
import type { Browser } from '../domain/reasons.ts';
import type { Downloads } from '../platform/downloads.ts';
import { createTurns } from '../platform/in-turn.ts';
import type { Journal } from '../platform/journal/background-journal.ts';

export interface MonitorOptions {
  browser: Browser;
  downloads: Downloads;
  journal: Journal;
  /** ms since the epoch. */
  now: () => number;
  newId: () => string;
  /** Told after each write that changed something. */
  changed: (failures: readonly Failure[]) => void;
}

export interface Monitor {
  /** Looks at one item. `stateChanged`: because the browser said that its state changed. */
  look(id: number, stateChanged?: boolean): Promise<void>;
  /** Looks at what the browser dropped from its list. */
  lookForVanished(): Promise<void>;
  /** Looks at everything listed (`all`), or at what could have changed while the background slept (`recent`). */
  reconcile(range: 'all' | 'recent'): Promise<void>;
}

/** How far before a look an item can have started without being in it: clocks and start times are coarse. */
const MARGIN_MS = 60_000;

export function createMonitor(options: MonitorOptions): Monitor {
  const { browser, downloads, journal, now, newId, changed } = options;
  const pending = new Map<number, { stateChanged: boolean }>();
  /** One thing at a time, so that two looks at one item can't overtake each other. */
  const inTurn = createTurns();
  /** The look at running attempts that has not begun yet. */
  let lookingForVanished: Promise<void> | undefined;

  async function record(
    snapshots: readonly DownloadSnapshot[],
    how: (snapshot: DownloadSnapshot) => {
      imported?: boolean;
      stateChanged?: boolean;
      forgottenBefore?: number;
    },
  ): Promise<void> {
    if (snapshots.length === 0) return;
    const failures = await journal.observe(snapshots, (candidates, snapshot) =>
      observe(candidates, snapshot, {
        now: now(),
        newId: newId(),
        browser,
        imported: false,
        stateChanged: false,
        forgottenBefore: 0,
        ...how(snapshot),
      }),
    );
    if (failures.length > 0) changed(failures);
  }

  async function lookAtPending(): Promise<void> {
    const batch = new Map(pending);
    pending.clear();
    try {
      const found = await Promise.all([...batch.keys()].map((id) => downloads.find(id)));
      await record(
        found.filter((snapshot) => snapshot !== undefined),
        ({ item }) => batch.get(item.id) ?? {},
      );
    } catch (error) {
      // They are looked at again with whatever comes next.
      for (const [id, told] of batch) if (!pending.has(id)) pending.set(id, told);
      throw error;
    }
  }

  /** Looks at the items of all attempts under way: how they are now, or that they are no more. */
  async function lookAtRunning(): Promise<void> {
    const gone: string[] = [];
    const found: DownloadSnapshot[] = [];
    for (const failure of await journal.find('retrying')) {
      const { item } = lastAttempt(failure);
      if (!item) continue;
      const snapshot = await downloads.findAgain(item);
      if (snapshot) found.push(snapshot);
      else gone.push(failure.id);
    }
    await record(found, () => ({}));
    if (gone.length === 0) return;
    const failures = await journal.change({ ids: gone }, (failure) => attemptVanished(failure, now()));
    if (failures.length > 0) changed(failures);
  }

  return {
    look(id, stateChanged = false) {
      pending.set(id, { stateChanged: stateChanged || (pending.get(id)?.stateChanged ?? false) });
      return inTurn(lookAtPending);
    },
    lookForVanished() {
      // Clearing the browser's list drops all its items at once; one look afterwards tells as much as one for each.
      lookingForVanished ??= inTurn(() => {
        lookingForVanished = undefined;
        return lookAtRunning();
      });
      return lookingForVanished;
    },
    reconcile: (range) =>
      inTurn(async () => {
        const startedLooking = now();
        await journal.saveUnsaved();
        const settledBefore = await journal.settledBefore();
        // What we know can't be read: the list would be all news. Once it can, the list will still be there.
        if (settledBefore === 'unknown') return;
        const snapshots = await downloads.list(range === 'recent' ? settledBefore : undefined);
        // Before the very first look nobody watched: what is listed then is history, not news.
        const imported = settledBefore === undefined;
        // What started before the last look was recorded then; without a record now, it was forgotten since.
        await record(snapshots, () => ({ imported, forgottenBefore: settledBefore ?? 0 }));
        await lookAtRunning();
        const unsettled = snapshots.filter(
          ({ status }) => status.kind === 'running' || status.kind === 'paused',
        );
        const before = (some: readonly DownloadSnapshot[]): number =>
          Math.min(startedLooking - MARGIN_MS, ...some.map(({ startedAt }) => startedAt - 1));
        await journal.setSettledBefore({
          ordinary: before(unsettled.filter(({ incognito }) => !incognito)),
          hidden: before(unsettled.filter(({ incognito }) => incognito)),
        });
      }),
  };
}
