/**
 * The journal as the background writes it: on disk, but private windows only in memory; and all of it in memory
 * while the disk can't be written, so that no failure is lost and nothing stored is destroyed. What is kept in
 * memory under the id of a record on disk stands in its place until it can be written.
 */
import { addCounts, noCounts, recount } from '../../domain/counts.ts';
import type { Failure } from '../../domain/failure.ts';
import { firstInLine } from '../../domain/queue.ts';
import {
  type Change,
  type FailureStore,
  healthOf,
  type JournalHealth,
  type StoredJournal,
} from './journal.ts';
import type { MemoryJournal } from './memory-journal.ts';

export interface BackgroundJournalParts {
  stored: StoredJournal;
  /** Of private windows. */
  hidden: MemoryJournal;
  /** What waits until the disk can be written. */
  unsaved: MemoryJournal;
  health: { read(): Promise<JournalHealth>; write(health: JournalHealth): Promise<void> };
}

export interface Journal extends FailureStore {
  /** As in the stored journal; `unknown` while that can't be read. */
  settledBefore(): Promise<number | undefined | 'unknown'>;
  setSettledBefore: StoredJournal['setSettledBefore'];
  repairCounts: StoredJournal['repairCounts'];
  trim: StoredJournal['trim'];
  /** @throws when the database can't be destroyed. */
  reset: StoredJournal['reset'];
  closeRound: StoredJournal['closeRound'];
  /** Brings to disk what could not be written before, if that goes by now. */
  saveUnsaved(): Promise<void>;
  health(): Promise<JournalHealth>;
}

export function createBackgroundJournal({
  stored,
  hidden,
  unsaved,
  health,
}: BackgroundJournalParts): Journal {
  let resetting: Promise<void> | undefined;

  async function broken(error: unknown): Promise<void> {
    if ((await health.read()).state === 'fine') console.error(error);
    await health.write(healthOf(error));
  }

  /** Reads from disk; gives `otherwise` where that can't be. That it can says nothing of writing. */
  async function reading<Result>(work: () => Promise<Result>, otherwise: Result): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      await broken(error);
      return otherwise;
    }
  }

  /** Writes to disk, first what waited for it; gives `otherwise` where that can't be. */
  async function writing<Result>(
    work: () => Promise<Result>,
    otherwise: () => Promise<Result>,
  ): Promise<Result> {
    try {
      await unsaved.drain((failures) => stored.adopt(failures));
      const result = await work();
      // A transaction without a change proves nothing.
      const wrote = !Array.isArray(result) || result.length > 0;
      if (wrote && (await health.read()).state !== 'fine') await health.write({ state: 'fine' });
      return result;
    } catch (error) {
      await broken(error);
      return otherwise();
    }
  }

  /** The records on disk in whose place others are kept in memory, by id. */
  async function shadowed(): Promise<Map<string, Failure>> {
    const found = new Map<string, Failure>();
    for (const { id } of await unsaved.all()) {
      const failure = await reading(() => stored.failure(id), undefined);
      if (failure) found.set(id, failure);
    }
    return found;
  }

  /** Changes what waits for the disk, and in memory what of the disk is to be changed. */
  async function changeUnsaved(
    readDisk: () => Promise<Failure[]>,
    change: () => Promise<Failure[]>,
    decide: Change,
  ): Promise<Failure[]> {
    const newer = new Set((await unsaved.all()).map(({ id }) => id));
    const onDisk = (await reading(readDisk, [])).filter(({ id }) => !newer.has(id));
    const changed = onDisk.flatMap((failure) => decide(failure) ?? []);
    return [...(await change()), ...(await unsaved.put(changed))];
  }

  return {
    async observe(snapshots, decide) {
      const ordinary = snapshots.filter(({ incognito }) => !incognito);
      const secret = snapshots.filter(({ incognito }) => incognito);
      const written =
        ordinary.length === 0
          ? []
          : await writing(
              () => stored.observe(ordinary, decide),
              async () => {
                const onDisk = await reading(() => stored.candidates(ordinary), []);
                return unsaved.observe(ordinary, (candidates, snapshot) => {
                  const newer = new Set(candidates.map(({ id }) => id));
                  return decide([...candidates, ...onDisk.filter(({ id }) => !newer.has(id))], snapshot);
                });
              },
            );
      return [...written, ...(await hidden.observe(secret, decide))];
    },
    async change(ids, decide) {
      const written = await writing(
        () => stored.change(ids, decide),
        () =>
          changeUnsaved(
            async () =>
              (await Promise.all(ids.map((id) => stored.failure(id)))).flatMap((failure) => failure ?? []),
            () => unsaved.change(ids, decide),
            decide,
          ),
      );
      return [...written, ...(await hidden.change(ids, decide))];
    },
    async changeAll(selection, decide) {
      const written = await writing(
        () => stored.changeAll(selection, decide),
        () =>
          changeUnsaved(
            () => stored.selected(selection),
            () => unsaved.changeAll(selection, decide),
            decide,
          ),
      );
      return [...written, ...(await hidden.changeAll(selection, decide))];
    },
    async remove(ids) {
      await stored.remove(ids);
      await unsaved.remove(ids);
      await hidden.remove(ids);
    },
    async queue(busy) {
      const inMemory = [...(await hidden.queue(busy)), ...(await unsaved.queue(busy))];
      const newer = new Set((await unsaved.all()).map(({ id }) => id));
      const onDisk = await reading(() => stored.queue(busy, newer), []);
      return firstInLine([...inMemory, ...onDisk], busy);
    },
    async retrying() {
      const inMemory = [...(await hidden.retrying()), ...(await unsaved.retrying())];
      const newer = new Set((await unsaved.all()).map(({ id }) => id));
      const onDisk = await reading(() => stored.retrying(), []);
      return [...inMemory, ...onDisk.filter(({ id }) => !newer.has(id))];
    },
    async failure(id) {
      return (
        (await hidden.failure(id)) ??
        (await unsaved.failure(id)) ??
        (await reading(() => stored.failure(id), undefined))
      );
    },
    async counts() {
      const onDisk = await reading(() => stored.counts(), noCounts);
      const before = await shadowed();
      const current = (await unsaved.all()).reduce(
        (counts, failure) => recount(counts, before.get(failure.id), failure),
        onDisk,
      );
      return addCounts(current, await hidden.counts());
    },
    settledBefore: () => reading<number | undefined | 'unknown'>(() => stored.settledBefore(), 'unknown'),
    setSettledBefore: (time) =>
      writing(
        () => stored.setSettledBefore(time),
        async () => undefined,
      ),
    closeRound: (id) =>
      writing(
        () => stored.closeRound(id),
        async () => undefined,
      ),
    repairCounts: () => reading(() => stored.repairCounts(), false),
    trim: (retention, now, step) => reading(() => stored.trim(retention, now, step), 0),
    reset() {
      // A second press must not destroy what the first one saved.
      resetting ??= (async () => {
        await stored.reset();
        await health.write({ state: 'fine' });
        await unsaved.drain((failures) => stored.adopt(failures));
      })().finally(() => {
        resetting = undefined;
      });
      return resetting;
    },
    async saveUnsaved() {
      if ((await unsaved.all()).length === 0) return;
      await writing(
        async () => undefined,
        async () => undefined,
      );
    },
    health: health.read,
  };
}
