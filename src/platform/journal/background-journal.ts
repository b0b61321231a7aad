/**
 * The journal as the background writes it: on disk, but private windows only in memory; and all of it in memory
 * while the disk can't be written, so that no failure is lost and nothing stored is destroyed. What is kept in
 * memory under the id of a record on disk stands in its place until it can be written.
 */
import { type Counts, noCounts, recountKept } from '../../domain/counts.ts';
import type { DownloadSnapshot, Failure } from '../../domain/failure.ts';
import { firstInLine } from '../../domain/queue.ts';
import type { Retention } from '../../domain/retention.ts';
import type { NamedValue } from '../named-value.ts';
import type { ForgottenItems } from './forgotten-items.ts';
import { healthOf, type JournalHealth } from './health.ts';
import {
  adopting,
  type Change,
  changing,
  type Find,
  type Observe,
  observing,
  removing,
  type Selection,
  type Work,
} from './journal.ts';
import type { MemoryJournal } from './memory-journal.ts';
import type { StoredJournal } from './stored-journal.ts';

export interface BackgroundJournalParts {
  stored: StoredJournal;
  /** Of private windows. */
  hidden: MemoryJournal;
  /** What waits until the disk can be written. */
  unsaved: MemoryJournal;
  health: { read(): Promise<JournalHealth>; write(health: JournalHealth): Promise<void> };
  forgotten: ForgottenItems;
  /** Before when what private windows download needs no further look. */
  hiddenSettledBefore: NamedValue;
}

/** Where failures are kept. Every write gives the records that it changed. */
export interface Journal extends Pick<StoredJournal, 'repairCounts' | 'reset'> {
  find: Find;
  failure(id: string): Promise<Failure | undefined>;
  counts(): Promise<Counts>;
  /** Of each host that is not in `busy`, the failure whose retry is first in line. */
  queue(busy: ReadonlySet<string>): Promise<Failure[]>;
  /** Brings the records in line with what the browser shows. */
  observe(snapshots: readonly DownloadSnapshot[], decide: Observe): Promise<Failure[]>;
  /** Changes every record of a selection. */
  change(selection: Selection, decide: Change): Promise<Failure[]>;
  /**
   * Removes the records with these ids for good.
   * @throws when the disk can't be written.
   */
  remove(ids: readonly string[]): Promise<void>;
  /** As in the stored journal, for all windows; `unknown` while that can't be read. */
  settledBefore(): Promise<number | undefined | 'unknown'>;
  /** Sets it, apart for what private windows download: not even its times come to disk. */
  setSettledBefore(before: { ordinary: number; hidden: number }): Promise<void>;
  /** Forgets at most `step` of the failures that are beyond the limits, oldest first. Gives how many. */
  trim(retention: Retention, now: number, step: number): Promise<number>;
  closeRound(id: number): Promise<unknown>;
  /** Brings to disk what could not be written before, if that goes by now. */
  saveUnsaved(): Promise<void>;
  health(): Promise<JournalHealth>;
}

export function createBackgroundJournal(parts: BackgroundJournalParts): Journal {
  const { stored, hidden, unsaved, health, forgotten, hiddenSettledBefore } = parts;
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

  const onDisk: Find = (selection) => reading(() => stored.find(selection), []);
  const save = (): Promise<void> => unsaved.drain((failures) => stored.write(adopting(failures)));

  /** Writes to disk, first what waited for it; gives `otherwise` where that can't be. */
  async function writing<Result>(
    work: () => Promise<Result>,
    otherwise: () => Promise<Result>,
  ): Promise<Result> {
    try {
      await save();
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

  const nothing = async (): Promise<void> => undefined;
  function reported(error: unknown): [] {
    console.error(error);
    return [];
  }
  const writeRecords = (work: Work): Promise<Failure[]> =>
    writing(
      () => stored.write(work),
      () => unsaved.write(work, onDisk),
    );
  const inMemory = async (): Promise<Failure[]> => [...(await hidden.all()), ...(await unsaved.all())];

  const find: Find = async (selection) => [
    ...(await hidden.find(selection)),
    ...(await unsaved.find(selection, onDisk)),
  ];

  const settledBefore = (): Promise<number | undefined | 'unknown'> =>
    reading<number | undefined | 'unknown'>(async () => {
      const [ordinary, secret] = await Promise.all([stored.settledBefore(), hiddenSettledBefore.read()]);
      return ordinary === undefined || typeof secret !== 'number' ? ordinary : Math.min(ordinary, secret);
    }, 'unknown');

  /** Has what the browser still lists of these stay away. */
  async function rememberDeleted(failures: readonly Failure[]): Promise<void> {
    const before = await settledBefore();
    await forgotten.add(failures, before === 'unknown' ? undefined : before).catch(reported);
  }

  return {
    find,
    failure: async (id) => (await find({ ids: [id] }))[0],
    async counts() {
      const kept = await inMemory();
      const replaced = await onDisk({ ids: kept.map(({ id }) => id) });
      return recountKept(await reading(stored.counts, noCounts), replaced, kept);
    },
    async queue(busy) {
      const kept = await inMemory();
      const newer = new Set(kept.map(({ id }) => id));
      return firstInLine([...kept, ...(await reading(() => stored.queue(busy, newer), []))], busy);
    },
    async observe(snapshots, decide) {
      const ordinary = snapshots.filter(({ incognito }) => !incognito);
      const secret = snapshots.filter(({ incognito }) => incognito);
      const wasDeleted = await forgotten.known();
      const work = (some: readonly DownloadSnapshot[]): Work => observing(some, decide, wasDeleted);
      return [
        ...(ordinary.length > 0 ? await writeRecords(work(ordinary)) : []),
        // That one place is full must not keep from anybody what the other has taken.
        ...(secret.length > 0 ? await hidden.write(work(secret)).catch(reported) : []),
      ];
    },
    async change(selection, decide) {
      const work = changing(selection, decide);
      return [...(await writeRecords(work)), ...(await hidden.write(work))];
    },
    async remove(ids) {
      // First, lest the background die between the two.
      await rememberDeleted(await find({ ids }));
      for (const place of [unsaved, hidden]) await place.write(removing(ids));
      await stored.remove(ids);
    },
    settledBefore,
    async setSettledBefore(before) {
      await writing(() => stored.setSettledBefore(before.ordinary), nothing);
      await hiddenSettledBefore.write(before.hidden).catch(reported);
      await forgotten.prune(Math.min(before.ordinary, before.hidden)).catch(reported);
    },
    closeRound: (id) => writing<unknown>(() => stored.closeRound(id), nothing),
    repairCounts: () => reading(stored.repairCounts, false),
    trim: (retention, now, step) =>
      reading(async () => {
        const { removed, failures } = await stored.trim(retention, now, step);
        await rememberDeleted(failures);
        return removed;
      }, 0),
    reset() {
      // A second press must not destroy what the first one saved.
      resetting ??= (async () => {
        await stored.reset();
        await health.write({ state: 'fine' });
        await save();
      })().finally(() => {
        resetting = undefined;
      });
      return resetting;
    },
    async saveUnsaved() {
      if ((await unsaved.all()).length > 0) await writing(nothing, nothing);
    },
    health: health.read,
  };
}
