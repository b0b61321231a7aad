/**
 * What the page knows of the history, kept up with the journal: a short entry of every failure, and the whole
 * record of those whose rows are in view. The first rows come with one small read; the rest follows in steps, between
 * which the page can do other things. After that only what changed is read again.
 */
import type { Failure } from '../domain/failure.ts';
import type { Changed } from '../platform/changes.ts';
import { coalesced } from '../platform/coalesced.ts';
import type { JournalHealth } from '../platform/journal/health.ts';
import type * as reads from '../platform/journal/reads.ts';
import { createMutex } from '../platform/mutex.ts';
import { type CauseTitle, type Entry, entryOf, sameEntry } from './entry.ts';

export interface History {
  health: JournalHealth;
  /** In no particular order. */
  entries: readonly Entry[];
  /** Whether the entries are of all failures, and not just of the newest. */
  complete: boolean;
  /** By id, those whose rows are in view and some others. */
  failures: ReadonlyMap<string, Failure>;
}

export interface HistorySource extends Pick<typeof reads, 'readHistory' | 'readFailures'> {
  causeTitle?: CauseTitle;
}

export interface HistoryStore {
  begin(): Promise<void>;
  /** Call when the journal changed. If nobody can say what, the history counts as incomplete until all is read again. */
  changed(what: Changed): Promise<void>;
  /** Call with the ids whose rows are in view. */
  look(ids: readonly string[]): Promise<void>;
  /** Reads the whole records of these failures, in steps; those that are gone are left out. */
  readAll(ids: readonly string[]): Promise<Failure[]>;
}

/** More rows than a tall screen shows. */
const FIRST_STEP = 60;
/** Some 10 ms of work, after a longer wait for the disk. */
const STEP = 500;

function* stepsOf(ids: readonly string[]): Generator<readonly string[]> {
  for (let done = 0; done < ids.length; done += STEP) yield ids.slice(done, done + STEP);
}

export function createHistoryStore(
  { readHistory, readFailures, causeTitle }: HistorySource,
  show: (history: History) => void,
): HistoryStore {
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
  /** The ids that were read since the whole history began to be read; undefined while it is not being read. */
  let readMeanwhile: Set<string> | undefined;
  /** One read at a time, so that an older result never replaces a newer one. */
  const exclusive = createMutex();

  function publish(): void {
    if (entriesChanged) shownEntries = [...entries.values()];
    entriesChanged = false;
    show({ health, entries: shownEntries, complete, failures: new Map(failures) });
  }

  function take(read: readonly Failure[], keepWhole: boolean): void {
    for (const failure of read) {
      const { id } = failure;
      readMeanwhile?.add(id);
      if (keepWhole || inView.has(id)) failures.set(id, failure);
      const before = entries.get(id);
      const after = entryOf(failure, causeTitle);
      if (before && sameEntry(before, after)) continue;
      entries.set(id, after);
      entriesChanged = true;
    }
  }

  function forget(id: string): void {
    entriesChanged = entries.delete(id) || entriesChanged;
    failures.delete(id);
  }

  /** Reads a stretch, and returns where the next one begins. */
  const takeStretch = (from: number | null, limit: number, keepWhole = false): Promise<number | null> =>
    exclusive(async () => {
      const stretch = await readHistory({ from, limit });
      take(stretch.failures, keepWhole);
      ({ health, readable } = stretch);
      return stretch.next;
    });

  /** Reads these failures again, and forgets those that are gone. */
  async function takeFailures(ids: readonly string[]): Promise<void> {
    for (const step of stepsOf(ids)) {
      await exclusive(async () => {
        const found = await readFailures(step);
        take(found.failures, false);
        ({ health, readable } = found);
        if (!readable) return;
        const there = new Set(found.failures.map(({ id }) => id));
        for (const id of step) if (!there.has(id)) forget(id);
      });
    }
  }

  /** Whether something changed while the whole history was being read, which that may have missed. */
  let overtaken = false;

  const readWhole = coalesced(async () => {
    const met = new Set<string>();
    readMeanwhile = met;
    overtaken = false;
    try {
      let next: number | null = null;
      do {
        next = await takeStretch(next, STEP);
        // Sorting and counting takes longer the more there are, so it is done only when their number has doubled.
        if (entries.size >= 2 * shownEntries.length) publish();
      } while (next !== null);
    } finally {
      readMeanwhile = undefined;
    }
    if (readable) for (const id of entries.keys()) if (!met.has(id)) forget(id);
    complete = !overtaken;
    publish();
  });

  const changedIds = new Set<string>();
  const readChanged = coalesced(async () => {
    const ids = [...changedIds];
    changedIds.clear();
    await takeFailures(ids);
    publish();
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
      complete = (await takeStretch(null, FIRST_STEP, true)) === null;
      publish();
      if (!complete) await readWhole();
    },
    changed(what) {
      if (what !== 'anything') {
        for (const id of what) changedIds.add(id);
        return readChanged();
      }
      complete = false;
      overtaken = true;
      publish();
      return readWhole();
    },
    look(ids) {
      inView = new Set(ids);
      return readMissing();
    },
    async readAll(ids) {
      const all: Failure[] = [];
      for (const step of stepsOf(ids)) all.push(...(await readFailures(step)).failures);
      return all;
    },
  };
}
