/**
 * What the page knows of the history, kept up with the journal: the list of all failures, and the whole record of
 * those whose rows are in view. The first rows come with one small read; the rest the list reads by itself. After that
 * only what changed is read again.
 */
import type { Failure } from '../domain/failure.ts';
import type { Changed } from '../platform/changes.ts';
import { coalesced } from '../platform/coalesced.ts';
import type { JournalHealth } from '../platform/journal/health.ts';
import type * as reads from '../platform/journal/reads.ts';
import { createMutex } from '../platform/mutex.ts';
import { type Asked, FIRST_ROWS, type List, type News, type View } from './list.ts';
import { stepsOf } from './steps.ts';

export interface History extends View {
  /** By id, those whose rows are in view and some others. */
  failures: ReadonlyMap<string, Failure>;
}

export interface HistorySource extends Pick<typeof reads, 'readHistory' | 'readFailures'> {
  openList(show: (news: News) => void): List;
}

export interface HistoryStore {
  begin(): Promise<void>;
  /** Call before {@link begin}, and whenever what is to be shown changes. */
  ask(asked: Asked): void;
  /** Call when the journal changed. If nobody can say what, the history counts as incomplete until all is read again. */
  changed(what: Changed): Promise<void>;
  /** Call with the places, among those that are shown, whose rows are in view. */
  look(places: readonly number[]): Promise<void>;
  /** Reads the whole records of these failures, in steps; those that are gone are left out. */
  readAll(ids: readonly string[]): AsyncIterable<Failure>;
}

/** How many whole records are read at once. */
const READ_AT_ONCE = 200;

export function createHistoryStore(
  { readHistory, readFailures, openList }: HistorySource,
  show: (history: History) => void,
): HistoryStore {
  const failures = new Map<string, Failure>();
  let asked: Asked | undefined;
  /** What is shown, and what is to be; undefined before the first rows. */
  let view: View | undefined;
  let latest: View | undefined;
  let health: JournalHealth = { state: 'fine' };
  /** The places whose rows are in view: before the page knows, the first ones. */
  let places: readonly number[] = Array.from({ length: FIRST_ROWS }, (_, index) => index);
  /** One read at a time, so that an older result never replaces a newer one. */
  const exclusive = createMutex();

  const list = openList((news) => {
    latest = 'all' in news ? news : latest && { ...latest, ...news };
    void showLatest();
  });

  function publish(): void {
    if (!view) return;
    show({
      ...view,
      // Either may meet what the other can read.
      health: health.state === 'broken' ? health : view.health,
      failures: new Map(failures),
    });
  }

  /** Reads the newest and what is kept in memory, and has the list read the rest. */
  const takeAll = (): Promise<void> =>
    exclusive(async () => {
      const first = await readHistory({ from: null, limit: FIRST_ROWS });
      ({ health } = first);
      for (const failure of first.failures) failures.set(failure.id, failure);
      list.tell({ ...(asked && { asked }), failures: first.failures, readAll: true });
    });

  /** Reads failures again, or also for the first time (`keep`), and tells the list of them. */
  async function takeFailures(ids: readonly string[], keep: boolean): Promise<void> {
    for (const step of stepsOf(ids, READ_AT_ONCE)) {
      await exclusive(async () => {
        const found = await readFailures(step);
        ({ health } = found);
        for (const failure of found.failures) {
          if (keep || failures.has(failure.id)) failures.set(failure.id, failure);
        }
        const there = new Set(found.failures.map(({ id }) => id));
        // What can't be read may still be there.
        list.tell({
          failures: found.failures,
          gone: found.readable ? step.filter((id) => !there.has(id)) : [],
        });
      });
    }
  }

  const changedIds = new Set<string>();
  const readChanged = coalesced(async () => {
    const ids = [...changedIds];
    changedIds.clear();
    await takeFailures(ids, false);
    publish();
  });

  /** Not before the rows in view are read, so that each is whole from the first moment on. */
  const showLatest = coalesced(async () => {
    const next = latest;
    const shown = next?.shown ?? [];
    const atPlaces = places.flatMap((place) => shown[place] ?? []);
    // All of a short list. Others may be shorter now than where the page was scrolled to, or longer than when all were in
    // view.
    const isFirst =
      shown.length <= FIRST_ROWS || atPlaces.length === 0 || places.length >= (view?.shown.length ?? 0);
    const inView = new Set(isFirst ? shown.slice(0, FIRST_ROWS) : atPlaces);
    const missing = [...inView].filter((id) => !failures.has(id));
    if (missing.length === 0 && view === next) return;
    await takeFailures(missing, true);
    for (const id of failures.keys()) if (!inView.has(id)) failures.delete(id);
    view = next;
    publish();
  });

  return {
    begin: takeAll,
    ask(next) {
      asked = next;
      if (latest) list.tell({ asked });
    },
    async changed(what) {
      if (what === 'anything') await takeAll();
      for (const id of what === 'anything' ? failures.keys() : what) changedIds.add(id);
      await readChanged();
    },
    look(inView) {
      places = inView;
      return showLatest();
    },
    async *readAll(ids) {
      for (const step of stepsOf(ids, READ_AT_ONCE)) yield* (await readFailures(step)).failures;
    },
  };
}
