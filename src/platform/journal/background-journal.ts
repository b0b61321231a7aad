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
import { healthAfter, type JournalHealth } from './health.ts';
import {
  adopting,
  type Change,
  changing,
  type Find,
  type Kept,
  type Observe,
  observing,
  removing,
  type Selection,
  type Work,
} from './journal.ts';
import { createMemoryJournal, type MemoryJournal } from './memory-journal.ts';
import type { StoredJournal } from './stored-journal.ts';

export interface BackgroundJournalParts {
  stored: StoredJournal;
  /** Of private windows. */
  hidden: MemoryJournal;
  /** Holds what waits until the disk can be written. */
  unsaved: NamedValue;
  health: { read(): Promise<JournalHealth>; write(health: JournalHealth): Promise<void> };
  /** Whether the disk has room: see {@link healthAfter}. */
  hasRoom?: () => Promise<boolean>;
  /** The last round of which the person has seen how it ended, and which the disk knows nothing of. */
  closedRound: NamedValue;
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
  /** Notes that the person has seen how a round ended. */
  closeRound(id: number): Promise<void>;
  /** Brings to disk what could not be written before, if that goes by now. */
  saveUnsaved(): Promise<void>;
  health(): Promise<JournalHealth>;
}

export function createBackgroundJournal(parts: BackgroundJournalParts): Journal {
  const { stored, hidden, health, forgotten, hiddenSettledBefore, closedRound } = parts;
  let resetting: Promise<void> | undefined;

  async function broken(error: unknown): Promise<void> {
    const before = await health.read();
    if (before.state === 'fine') console.error(error);
    await health.write(await healthAfter(error, before, parts.hasRoom));
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
  const unsaved = createMemoryJournal(parts.unsaved, onDisk);
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
      () => unsaved.write(work),
    );
  async function inMemory(): Promise<Kept> {
    const [{ failures: secret }, { replaced, failures }] = await Promise.all([
      hidden.records(),
      unsaved.records(),
    ]);
    return { replaced, failures: new Map([...secret, ...failures]) };
  }

  const find: Find = async (selection) => [
    ...(await hidden.find(selection)),
    ...(await unsaved.find(selection)),
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
      const [kept, closed] = await Promise.all([inMemory(), closedRound.read()]);
      return recountKept(await reading(stored.counts, noCounts), kept, closed);
    },
    async queue(busy) {
      const { failures } = await inMemory();
      const onDisk = await reading(() => stored.queue(busy, failures), []);
      return firstInLine([...failures.values(), ...onDisk], busy);
    },
    async observe(snapshots, decide) {
      const ordinary = snapshots.filter(({ incognito }) => !incognito);
      const secret = snapshots.filter(({ incognito }) => incognito);
      const deleted = await forgotten.among(snapshots);
      const work = (some: readonly DownloadSnapshot[]): Work => observing(some, decide, deleted);
      return [
        ...(ordinary.length > 0 ? await writeRecords(work(ordinary)) : []),
        // That one place is full must not keep from anybody what the other has taken.
        ...(secret.length > 0 ? await hidden.write(work(secret)).catch(reported) : []),
      ];
    },
    async change(selection, decide) {
      const work = changing(selection, decide);
      return [...(await writeRecords(work)), ...(await hidden.write(work).catch(reported))];
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
    async closeRound(id) {
      const { round } = await reading(stored.counts, noCounts);
      const inMemory = (): Promise<void> => closedRound.write(id);
      // One of private windows only: not even its time comes to disk.
      if (round?.id !== id) return inMemory();
      await writing<unknown>(() => stored.closeRound(id), inMemory);
    },
    repairCounts: () => reading(stored.repairCounts, false),
    trim: (retention, now, step) =>
      reading(async () => {
        const beyond = await stored.beyond(retention, await stored.believedTime(now), step);
        // First, lest the background die between the two.
        await rememberDeleted([...beyond.values()].filter((failure) => failure !== undefined));
        return stored.forget([...beyond.keys()]);
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
      if ((await unsaved.records()).failures.size > 0) await writing(nothing, nothing);
    },
    health: health.read,
  };
}
