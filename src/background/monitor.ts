/**
 * Watches the browser's downloads and keeps the journal in line with them. Events only say where to look: what a
 * record becomes is decided from a fresh snapshot, so it doesn't matter how often or in which order they come.
 */

import type { SeenRequest } from '../domain/evidence.ts';
import {
  attemptVanished,
  bytesLost,
  type CompletedDownload,
  type DownloadSnapshot,
  type Failure,
  type ItemRef,
  isCancelled,
  type ObservedDownload,
  resumable,
} from '../domain/failure.ts';
import { downloadOf, hasItem } from '../domain/never-began.ts';
import { observe, showsSurplus, surplusItems } from '../domain/observe.ts';
import type { Browser } from '../domain/reasons.ts';
import type { Downloads } from '../platform/downloads.ts';
import { insteadOf } from '../platform/instead-of.ts';
import type { Journal } from '../platform/journal/journal.ts';
import { createMutex } from '../platform/mutex.ts';
import type { NamedValue } from '../platform/named-value.ts';
import { unattended } from '../platform/unattended.ts';
import { createCameBeside } from './came-beside.ts';

export interface MonitorOptions {
  browser: Browser;
  downloads: Downloads;
  journal: Journal;
  /** Outlives the background: see `came-beside.ts`. */
  cameBeside: NamedValue<readonly CompletedDownload[]>;
  /** ms since the epoch. */
  now: () => number;
  newId: () => string;
  /** Called after each write that changed something. */
  changed: (failures: readonly Failure[]) => void;
  /** How long (ms) a look at an item whose state did not change may wait: of a short download the end comes meanwhile. */
  patience?: number;
}

/** What is known of a snapshot beside what it shows. */
interface Told {
  /** When it ended: ms since the epoch. */
  now?: number;
  imported?: boolean;
  stateChanged?: boolean;
  /** Whether it was under way at the last look before the browser was closed, so that it ended later than that. */
  wasUnderWay?: boolean;
  /**
   * Failed items that started before this time (ms since the epoch) were recorded by an earlier look. One that has no
   * record now had it deleted, by the person or by `trim`, and must not get a new one.
   */
  forgottenBefore?: number;
}

export interface Monitor {
  /** Looks at one item. */
  look(id: number): Promise<void>;
  /** Looks at an item of which the browser has just told something: that its state changed, or anything else. */
  hear(id: number, stateChanged: boolean): Promise<void>;
  /** Checks on the failures behind an item that has left the browser's list. */
  lookForVanished(id: number): Promise<void>;
  /** Records the downloads that never began: those of the requests of which the browser lists no item. */
  lookForItemsOf(requests: readonly SeenRequest[]): Promise<void>;
  /** Resolves once everything the browser has reported so far is in the journal. */
  caughtUp(): Promise<void>;
  /** Looks at everything listed (`all`), or at what could have changed while the background slept (`recent`). */
  reconcile(range: 'all' | 'recent'): Promise<void>;
}

/** A look can miss an item that started up to this long (ms) before it: clocks and start times are coarse. */
const MARGIN_MS = 60_000;

export function createMonitor(options: MonitorOptions): Monitor {
  const { browser, downloads, journal, now, newId, changed, patience = 300 } = options;
  const cameBeside = createCameBeside(options.cameBeside);
  const pending = new Map<number, { stateChanged: boolean }>();
  /** Items whose look can wait, and the look at them. */
  const waiting = new Set<number>();
  let lookingAtWaiting: Promise<void> | undefined;
  /** One thing at a time, so that two looks at one item can't overtake each other. */
  const exclusive = createMutex();
  /** Ids of items that left the browser's list, and the look at them that is queued but has not begun. */
  const erased = new Set<number>();
  let lookingForVanished: Promise<void> | undefined;
  let lookingAround = false;

  async function record(
    snapshots: readonly ObservedDownload[],
    how: (snapshot: ObservedDownload) => Told,
  ): Promise<void> {
    if (snapshots.length === 0) return;
    await cameBeside
      .notice(snapshots, (snapshot) => {
        const { stateChanged = false, wasUnderWay = false } = how(snapshot);
        return stateChanged || wasUnderWay;
      })
      .catch(console.error);
    const came = await cameBeside.read().catch(insteadOf([]));
    const surplus = new Map<string, ItemRef>();
    const failures = await journal.observe([...snapshots, ...came], (candidates, snapshot, isDeleted) => {
      const { item, status, startedAt } = snapshot;
      // Of what is only remembered nothing is told.
      const { forgottenBefore = 0, ...known }: Told = snapshot.beside ? {} : how(snapshot);
      if (item && showsSurplus(candidates, snapshot)) surplus.set(item.key, item);
      return observe(candidates, snapshot, {
        now: now(),
        newId: newId(),
        browser,
        imported: false,
        stateChanged: false,
        forgotten: isDeleted || (status.kind === 'failed' && startedAt < forgottenBefore),
        ...known,
      });
    });
    if (came.length > 0) await cameBeside.tidy().catch(console.error);
    for (const item of failures.flatMap(surplusItems)) surplus.set(item.key, item);
    if (failures.length > 0) changed(failures);
    lookAround(failures);
    for (const item of surplus.values()) unattended(downloads.cancelItem(item));
  }

  /**
   * Looks at what else is under way or has come since the last look at everything, once there is a new failure: the
   * person may have pressed the link twice.
   */
  function lookAround(failures: readonly Failure[]): void {
    if (lookingAround || !failures.some(({ seen, attempts }) => !seen && attempts.length === 1)) return;
    lookingAround = true;
    unattended(
      exclusive(async () => {
        lookingAround = false;
        const settledBefore = await journal.settledBefore();
        if (settledBefore === 'unknown') return;
        const snapshots = await downloads.list(settledBefore);
        await record(
          snapshots.filter(({ status }) => status.kind !== 'failed'),
          () => ({}),
        );
      }),
    );
  }

  async function lookAtPending(): Promise<void> {
    if (pending.size === 0) return;
    const batch = new Map(pending);
    pending.clear();
    try {
      const found = (await Promise.all([...batch.keys()].map((id) => downloads.find(id)))).filter(
        (snapshot) => snapshot !== undefined,
      );
      await journal.noteCancelled(found.filter(isCancelled));
      const told = ({ item }: ObservedDownload): Told => (item && batch.get(item.id)) ?? {};
      // What fails just now is news, whenever it began. Read only if needed, as most downloads succeed.
      const hadFailed = (snapshot: ObservedDownload): boolean =>
        snapshot.status.kind === 'failed' && !told(snapshot).stateChanged;
      const settledBefore = found.some(hadFailed) ? await journal.settledBefore() : undefined;
      const forgottenBefore = typeof settledBefore === 'number' ? settledBefore : 0;
      await record(found, (snapshot) => ({
        ...told(snapshot),
        ...(hadFailed(snapshot) && { forgottenBefore }),
      }));
    } catch (error) {
      // They get another look with whatever comes next.
      for (const [id, told] of batch) if (!pending.has(id)) pending.set(id, told);
      throw error;
    }
  }

  function lookAt(id: number, stateChanged: boolean): Promise<void> {
    waiting.delete(id);
    const told = pending.get(id)?.stateChanged ?? false;
    // In the order of their last news: what came after a failure closes it.
    pending.delete(id);
    pending.set(id, { stateChanged: stateChanged || told });
    return exclusive(lookAtPending);
  }

  /** Lets those that wait no longer do so. */
  function lookAtWaiting(): Promise<void> {
    for (const id of waiting) if (!pending.has(id)) pending.set(id, { stateChanged: false });
    waiting.clear();
    return exclusive(lookAtPending);
  }

  /**
   * Checks the items of all running attempts: how they are now, or that they are gone. Those with a key of `atClose` were
   * under way when the browser was closed.
   */
  async function lookAtRunning(atClose?: ReadonlySet<string>): Promise<void> {
    const session = await downloads.session();
    const gone = new Map<string, Set<string>>();
    const found: DownloadSnapshot[] = [];
    for (const failure of await journal.find('retrying')) {
      for (const { state, item } of failure.attempts) {
        if (!item || (state !== 'running' && state !== 'starting')) continue;
        const snapshot = await downloads.findAgain(item, atClose);
        if (snapshot) found.push(snapshot);
        else gone.set(failure.id, (gone.get(failure.id) ?? new Set()).add(item.key));
      }
    }
    await record(found, () => ({}));
    await change([...gone.keys()], (failure) => {
      let after: Failure | undefined;
      for (const key of gone.get(failure.id) ?? []) {
        const attempt = (after ?? failure).attempts.findLast(({ item }) => item?.key === key);
        after = (attempt && attemptVanished(after ?? failure, attempt, now(), session)) ?? after;
      }
      return after;
    });
  }

  /** Checks that the browser still has the kept bytes of failed downloads, so that no resume is offered in vain. */
  async function lookAtKept(isKept: (item: ItemRef) => boolean | Promise<boolean>): Promise<void> {
    const gone: string[] = [];
    for (const failure of await journal.find('resumable')) {
      const item = resumable(failure)?.item;
      if (item && !(await isKept(item))) gone.push(failure.id);
    }
    await change(gone, bytesLost);
  }

  async function change(
    ids: readonly string[],
    decide: (failure: Failure) => Failure | undefined,
  ): Promise<void> {
    if (ids.length === 0) return;
    const failures = await journal.change({ ids }, decide);
    if (failures.length > 0) changed(failures);
  }

  return {
    look: (id) => lookAt(id, false),
    hear(id, stateChanged) {
      if (stateChanged) return lookAt(id, true);
      waiting.add(id);
      lookingAtWaiting ??= new Promise((done) => setTimeout(done, patience)).then(() => {
        lookingAtWaiting = undefined;
        return lookAtWaiting();
      });
      return lookingAtWaiting;
    },
    lookForVanished(id) {
      cameBeside.forget(id);
      erased.add(id);
      // Clearing the browser's list removes all items at once; one look afterwards does for all of them.
      lookingForVanished ??= exclusive(async () => {
        lookingForVanished = undefined;
        const ids = new Set(erased);
        erased.clear();
        await lookAtRunning();
        await lookAtKept(
          async (item) => !ids.has(item.id) || (await downloads.findAgain(item)) !== undefined,
        );
      });
      return lookingForVanished;
    },
    lookForItemsOf: (requests) =>
      exclusive(async () => {
        const first = Math.min(...requests.map(({ at }) => at));
        const items = await downloads.list(first - MARGIN_MS);
        await record(
          requests.flatMap((request) =>
            hasItem(request, items) ? [] : (downloadOf(request, browser) ?? []),
          ),
          ({ evidence }) => (evidence ? { now: evidence.endedAt } : {}),
        );
      }),
    caughtUp() {
      unattended(lookAtWaiting());
      return exclusive(async () => undefined);
    },
    reconcile(range) {
      const asked = now();
      return exclusive(async () => {
        const startedLooking = now();
        await journal.saveUnsaved();
        const settledBefore = await journal.settledBefore();
        // Our own records can't be read, so everything listed would look new. Once they can, the list will still be
        // there.
        if (settledBefore === 'unknown') return;
        const atClose = await journal.underWayAtClose();
        const listed = await downloads.list(range === 'recent' ? settledBefore : undefined, atClose);
        // A file that came after a failure closes it.
        const snapshots = listed.sort((one, other) => one.startedAt - other.startedAt);
        // Nobody watched before the very first look, so what was there by then is history, not news.
        const isHistory = (startedAt: number): boolean => settledBefore === undefined && startedAt <= asked;
        const wasUnderWay = ({ item }: ObservedDownload): boolean => item !== null && atClose.has(item.key);
        // What came beside another was forgotten as the browser was closed.
        await cameBeside
          .notice(
            snapshots.filter(wasUnderWay).map((one) => ({ ...one, status: { kind: 'running' } })),
            () => false,
          )
          .catch(console.error);
        await record(snapshots, (snapshot) => ({
          wasUnderWay: wasUnderWay(snapshot),
          imported: isHistory(snapshot.startedAt),
          forgottenBefore: settledBefore ?? 0,
        }));
        // What had failed long ago and was resumed is not among them.
        await lookAtRunning(atClose);
        if (range === 'all') {
          // Those of an earlier session have their new keys by now.
          const keys = new Set(snapshots.map(({ item }) => item.key));
          await lookAtKept(({ key }) => keys.has(key));
        }
        const unsettled = snapshots.filter(
          ({ status }) => status.kind === 'running' || status.kind === 'paused',
        );
        const ordinary = unsettled.filter(({ incognito }) => !incognito);
        const before = (some: readonly DownloadSnapshot[]): number =>
          Math.min(startedLooking - MARGIN_MS, ...some.map(({ startedAt }) => startedAt - 1));
        const next = {
          ordinary: before(ordinary),
          private: before(unsettled.filter(({ incognito }) => incognito)),
        };
        const earliest = Math.min(next.ordinary, next.private);
        // The clock was set back, or somebody resumed an old item: what has no record by now must not get one later.
        if (settledBefore !== undefined && earliest < settledBefore)
          await journal.passOver(await downloads.list(earliest), settledBefore);
        await journal.setSettledBefore(
          next,
          ordinary.map(({ item }) => item.key),
        );
      });
    },
  };
}
