/**
 * What the page knows of the history, kept up with the journal: a short entry of every failure, and the whole
 * record of those whose rows are in view. The first rows come with one small read; the rest follows in steps, between
 * which the page can do other things. After a change the newest failures and the rows in view are read again at once,
 * all the others after a while, or at once where the newest show that more came.
 */
import type { Failure } from '../domain/failure.ts';
import { coalesced, createTurns } from '../platform/in-turn.ts';
import type { JournalHealth } from '../platform/journal/health.ts';
import type { Stretch } from '../platform/journal/reads.ts';
import { type Entry, entryOf, sameEntry } from './entry.ts';

export interface History {
  health: JournalHealth;
  /** In no order that means anything. */
  entries: readonly Entry[];
  /** Whether the entries are of all failures, and not just of the newest. */
  complete: boolean;
  /** By id, those whose rows are in view and some others. */
  failures: ReadonlyMap<string, Failure>;
}

export interface HistorySource {
  readStretch(from: number | null, limit: number): Promise<Stretch>;
  readFailures(ids: readonly string[]): Promise<Failure[]>;
  /** Runs something after a time (ms). */
  later(ms: number, work: () => void): void;
  /** ms, from any beginning. */
  clock(): number;
}

export interface HistoryStore {
  begin(): Promise<void>;
  /** To be told that the journal changed. */
  changed(): Promise<void>;
  /** To be told that failures of any time may have come: what is known is a part until all is read again. */
  imported(): Promise<void>;
  /** To be told whose rows are in view. */
  look(ids: readonly string[]): Promise<void>;
  /** Reads these failures again, where the page has just made something of them. */
  readAgain(ids: readonly string[]): Promise<void>;
  /** Reads the whole records of these failures, in steps; those that are gone are left out. */
  readAll(ids: readonly string[]): Promise<Failure[]>;
}

/** More rows than a tall screen shows. */
const FIRST_STEP = 60;
/** After a change. */
const NEWEST = 200;
/** Some 10 ms of work, after a longer wait for the disk. */
const STEP = 500;
/** The pause (ms) between two readings of the whole history, and at least so many times as long as one took. */
const PAUSE_MS = 3_000;
const PAUSE_FACTOR = 5;

export function createHistoryStore(source: HistorySource, show: (history: History) => void): HistoryStore {
  const { readStretch, readFailures, later, clock } = source;
  const entries = new Map<string, Entry>();
  const failures = new Map<string, Failure>();
  let shownEntries: readonly Entry[] = [];
  let entriesChanged = false;
  let health: JournalHealth = { state: 'fine' };
  /** Whether the last stretch could be read. What can't be read may still be there, and is not forgotten. */
  let readable = true;
  let complete = false;
  /** Ids whose rows are in view. */
  let inView: ReadonlySet<string> = new Set();
  /** What was read while a reading of the whole history went on; undefined while none does. */
  let metWhileReading: Set<string> | undefined;
  /** One reading after the other, so that no older one can be taken for a newer one. */
  const inTurn = createTurns();

  function publish(): void {
    if (entriesChanged) shownEntries = [...entries.values()];
    entriesChanged = false;
    show({ health, entries: shownEntries, complete, failures: new Map(failures) });
  }

  function take(read: readonly Failure[], keepWhole: boolean): void {
    for (const failure of read) {
      const { id } = failure;
      metWhileReading?.add(id);
      if (keepWhole || inView.has(id)) failures.set(id, failure);
      const before = entries.get(id);
      const after = entryOf(failure);
      if (before && sameEntry(before, after)) continue;
      entries.set(id, after);
      entriesChanged = true;
    }
  }

  function forget(id: string): void {
    entriesChanged = entries.delete(id) || entriesChanged;
    failures.delete(id);
  }

  /** Takes what a stretch holds. If its last failure was not known, those after it may be as new. */
  const takeStretch = (
    from: number | null,
    limit: number,
    keepWhole = false,
  ): Promise<Stretch & { endsKnown: boolean }> =>
    inTurn(async () => {
      const stretch = await readStretch(from, limit);
      const last = stretch.failures.at(-1);
      const endsKnown = last === undefined || entries.has(last.id);
      take(stretch.failures, keepWhole);
      ({ health, readable } = stretch);
      return { ...stretch, endsKnown };
    });

  /** Takes what these ids are now; those that are no more are forgotten. */
  const takeFailures = (ids: readonly string[]): Promise<void> =>
    inTurn(async () => {
      if (ids.length === 0) return;
      const found = await readFailures(ids);
      take(found, false);
      if (!readable) return;
      const there = new Set(found.map(({ id }) => id));
      for (const id of ids) if (!there.has(id)) forget(id);
    });

  /** Takes that these are all there are. */
  function forgetOthers(met: ReadonlySet<string>): void {
    if (!readable) return;
    for (const id of entries.keys()) if (!met.has(id)) forget(id);
  }

  /** Whether more may have come since the whole history began to be read than that reading can tell of. */
  let overtaken = false;

  const readWhole = coalesced(async () => {
    const begun = clock();
    const met = new Set<string>();
    metWhileReading = met;
    overtaken = false;
    try {
      let next: number | null = null;
      do {
        ({ next } = await takeStretch(next, STEP));
        // To sort and count all again takes the longer the more there are; like this, it is soon done and seldom.
        if (entries.size >= 2 * shownEntries.length) publish();
      } while (next !== null);
    } finally {
      metWhileReading = undefined;
    }
    forgetOthers(met);
    complete = !overtaken;
    publish();
    restUntil = clock() + Math.max(PAUSE_MS, PAUSE_FACTOR * (clock() - begun));
  });

  function readWholeAtOnce(): Promise<void> {
    complete = false;
    overtaken = true;
    publish();
    return readWhole();
  }

  /** When the whole history may be read again. */
  let restUntil = 0;
  let readingPlanned = false;

  function planReading(): void {
    if (readingPlanned) return;
    readingPlanned = true;
    later(Math.max(PAUSE_MS, restUntil - clock()), () => {
      readingPlanned = false;
      if (metWhileReading) planReading();
      else void readWhole();
    });
  }

  const refresh = coalesced(async () => {
    const { failures: newest, next, endsKnown } = await takeStretch(null, NEWEST);
    await takeFailures([...inView]);
    if (next !== null && !endsKnown) {
      void readWholeAtOnce();
      return;
    }
    const thatIsAll = next === null && !metWhileReading;
    if (thatIsAll) {
      forgetOthers(new Set(newest.map(({ id }) => id)));
      complete = true;
    }
    publish();
    if (!thatIsAll) planReading();
  });

  const readMissing = coalesced(async () => {
    for (const id of failures.keys()) if (!inView.has(id)) failures.delete(id);
    const missing = [...inView].filter((id) => !failures.has(id));
    if (missing.length === 0) return;
    await takeFailures(missing);
    publish();
  });

  return {
    async begin() {
      const first = await takeStretch(null, FIRST_STEP, true);
      complete = first.next === null;
      publish();
      if (!complete) await readWhole();
    },
    changed: refresh,
    imported: readWholeAtOnce,
    look(ids) {
      inView = new Set(ids);
      return readMissing();
    },
    async readAgain(ids) {
      for (let done = 0; done < ids.length; done += STEP) await takeFailures(ids.slice(done, done + STEP));
      publish();
    },
    async readAll(ids) {
      const all: Failure[] = [];
      for (let done = 0; done < ids.length; done += STEP) {
        all.push(...(await readFailures(ids.slice(done, done + STEP))));
      }
      return all;
    },
  };
}
