/**
 * The journal as the background uses it: one place for all records, wherever they are kept.
 *
 * | a failure                       | is kept                                                           |
 * | ------------------------------- | ----------------------------------------------------------------- |
 * | of an ordinary window           | on disk (`stored.ts`)                                             |
 * | of a private window             | never on disk: in memory, until an update or the browser's end    |
 * | that can't be written to disk   | in memory, until a later write, which saves it first, succeeds    |
 *
 * So with a full or broken disk no failure is lost while the browser runs, and retries still work. What is kept in
 * memory then replaces the disk's record of the same download (`memory.ts`). If the browser closes first, that is gone;
 * but `settledBefore` isn't stored while a failure is unsaved, so the next look goes back far enough to find what the
 * browser still lists.
 *
 * A deleted record is removed from where it was. The browser's list still has the download: `deleted-items.ts`
 * remembers the deletion, on disk or in memory like the record, so that a look at the list brings nothing back.
 */
import { type Counts, noCounts, recountKept } from '../../domain/counts.ts';
import {
  type DownloadSnapshot,
  type Failure,
  isRunning,
  type ObservedDownload,
} from '../../domain/failure.ts';
import { lookupKeys } from '../../domain/keys.ts';
import { mayBeNews } from '../../domain/observe.ts';
import { firstInLine } from '../../domain/queue.ts';
import type { Retention } from '../../domain/retention.ts';
import { insteadOf } from '../instead-of.ts';
import { known } from '../known-value.ts';
import { deleteDatabase } from './database.ts';
import type { DeletedItems } from './deleted-items.ts';
import { healthAfter, type JournalHealth } from './health.ts';
import { adopting, createMemory, readKept } from './memory.ts';
import type { Selection } from './row.ts';
import { type Change, changing, type Find, type Observe, observing, removing, type Work } from './work.ts';

/** Where failures are kept. Every write returns the records that it changed. */
export interface Journal {
  find: Find;
  failure(id: string): Promise<Failure | undefined>;
  counts(): Promise<Counts>;
  /** For each host that is not in `busy`, the failure whose retry is first in line. */
  queue(busy: ReadonlySet<string>): Promise<Failure[]>;
  /**
   * Whether these snapshots could change anything: mostly not, as most downloads succeed and no failure is of the same
   * file.
   */
  concerns(snapshots: readonly ObservedDownload[]): Promise<boolean>;
  /** Updates the records to what the browser shows. */
  observe(snapshots: readonly ObservedDownload[], decide: Observe): Promise<Failure[]>;
  /** Changes every record of a selection. */
  change(selection: Selection, decide: Change): Promise<Failure[]>;
  /**
   * Removes the records with these ids for good.
   * @throws when the disk can't be written.
   */
  remove(ids: readonly string[]): Promise<void>;
  /**
   * Looks need to go back no further than to items that started at this time (ms since the epoch): those that started
   * earlier had ended by the last look. Undefined before the first look, `unknown` while the disk can't be read.
   */
  settledBefore(): Promise<number | undefined | 'unknown'>;
  /**
   * Sets it, separately for private downloads, of which not even times reach the disk; and notes the keys of the items of
   * ordinary windows that were under way.
   */
  setSettledBefore(
    before: Record<'ordinary' | 'private', number>,
    underWay: readonly string[],
  ): Promise<void>;
  /**
   * Call with what the person has cancelled: if the browser is closed later, it is not taken for under way until then,
   * even if no record says that it was cancelled.
   */
  noteCancelled(snapshots: readonly DownloadSnapshot[]): Promise<void>;
  /** The keys of the items that were under way when the browser was closed; none after the first look since. */
  underWayAtClose(): Promise<ReadonlySet<string>>;
  /**
   * Call when the coming looks will go back further than those so far, which went back to `settledBefore` (ms since the
   * epoch). Of these snapshots, failed items that started before it are then treated like deleted ones: they get no new
   * record.
   */
  passOver(snapshots: readonly DownloadSnapshot[], settledBefore: number): Promise<void>;
  /** Forgets at most `step` of the failures that exceed the limits, oldest first. Returns how many. */
  trim(retention: Retention, now: number, step: number): Promise<number>;
  /** Recomputes the counts from the records if they disagree. Returns whether they did. */
  repairCounts(): Promise<boolean>;
  /** Notes that the person has seen how a round ended. */
  closeRound(id: number): Promise<void>;
  /** Tries again to write to disk what could not be written before. */
  saveUnsaved(): Promise<void>;
  health(): Promise<JournalHealth>;
  /**
   * Deletes all records on disk and starts over, with what could not be saved until then.
   * @throws when they can't be deleted.
   */
  reset(): Promise<void>;
}

export interface JournalParts {
  stored: typeof import('./stored.ts');
  /** Read once, as nobody else writes it. */
  inSession: typeof import('./in-session.ts').inSession;
  deleted: DeletedItems;
  /** Whether the disk has room: see {@link healthAfter}. */
  hasRoom?: () => Promise<boolean>;
  /** Called when the disk becomes unusable or usable again: what is kept in memory may then look different. */
  healthChanged: () => void;
}

export function createJournal(parts: JournalParts): Journal {
  const { stored, deleted } = parts;
  const inSession = {
    private: known(parts.inSession.private),
    unsaved: known(parts.inSession.unsaved),
    health: known(parts.inSession.health),
    closedRound: known(parts.inSession.closedRound),
    privateSettledBefore: known(parts.inSession.privateSettledBefore),
  };
  const { health, closedRound, privateSettledBefore } = inSession;
  const ofPrivate = createMemory(inSession.private);
  /** Looks at the disk as well: `unsaved.find` finds all failures of ordinary windows, saved or not. */
  const unsaved = createMemory(inSession.unsaved, findOnDisk);
  let resetting: Promise<void> | undefined;

  async function noteHealth(after: JournalHealth, before: JournalHealth): Promise<void> {
    await health.write(after);
    if (after.state !== before.state) parts.healthChanged();
  }

  async function broken(error: unknown): Promise<void> {
    const before = await health.read();
    if (before.state === 'fine') console.error(error);
    await noteHealth(await healthAfter(error, before, parts.hasRoom), before);
  }

  /**
   * For reading from disk, and for tidying up there, which can wait; returns `otherwise` if that fails. Success doesn't
   * make the health `fine`, as a disk that can be read may still be full.
   */
  async function reading<Result>(work: () => Promise<Result>, otherwise: Result): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      await broken(error);
      return otherwise;
    }
  }

  function findOnDisk(selection: Selection): Promise<Failure[]> {
    return reading(() => stored.find(selection), []);
  }

  const save = (): Promise<void> => unsaved.drain((failures) => stored.write(adopting(failures)));

  /** Writes to disk, first what waits for that; runs `otherwise` if it fails. */
  async function writing<Result>(
    work: () => Promise<Result>,
    otherwise: () => Promise<Result>,
  ): Promise<Result> {
    try {
      await save();
      const result = await work();
      // If nothing changed, nothing was written: the disk may still be full.
      const wrote = !Array.isArray(result) || result.length > 0;
      const before = await health.read();
      if (wrote && before.state !== 'fine') await noteHealth({ state: 'fine' }, before);
      return result;
    } catch (error) {
      await broken(error);
      return otherwise();
    }
  }

  /** For ordinary windows: on disk, or in memory until that can be written. */
  const writeOrdinary = (work: Work): Promise<Failure[]> =>
    writing(
      () => stored.write(work),
      () => unsaved.write(work),
    );
  /** If session storage is full, this is only logged: the caller must still return the ordinary failures it wrote. */
  const writePrivate = (work: Work): Promise<Failure[]> => ofPrivate.write(work).catch(insteadOf([]));

  const find: Find = async (selection) => [
    ...(await ofPrivate.find(selection)),
    ...(await unsaved.find(selection)),
  ];

  const settledBefore = (): Promise<number | undefined | 'unknown'> =>
    reading<number | undefined | 'unknown'>(async () => {
      const [ordinary, inPrivate] = await Promise.all([stored.settledBefore(), privateSettledBefore.read()]);
      return ordinary === undefined || inPrivate === null ? ordinary : Math.min(ordinary, inPrivate);
    }, 'unknown');

  /** Call before removing records, as the background may die in between. */
  async function rememberDeleted(failures: readonly Failure[]): Promise<void> {
    const before = await settledBefore();
    await deleted.add(failures, before === 'unknown' ? undefined : before).catch(console.error);
  }

  return {
    find,
    failure: async (id) => (await find({ ids: [id] }))[0],
    async counts() {
      const [kept, closed] = await Promise.all([readKept(inSession, findOnDisk), closedRound.read()]);
      return recountKept(await reading(stored.counts, noCounts), kept, closed);
    },
    async queue(busy) {
      const { failures } = await readKept(inSession, findOnDisk);
      const onDisk = await reading(() => stored.queue(busy, failures), []);
      return firstInLine([...failures.values(), ...onDisk], busy);
    },
    async concerns(snapshots) {
      // Each write also tries to save what is unsaved.
      if (snapshots.some(mayBeNews) || (await inSession.unsaved.read()).length > 0) return true;
      return (await find({ keys: snapshots.flatMap(lookupKeys) })).length > 0;
    },
    async observe(snapshots, decide) {
      const gone = await deleted.among(snapshots);
      const observed = async (incognito: boolean, write: (work: Work) => Promise<Failure[]>) => {
        const some = snapshots.filter((snapshot) => snapshot.incognito === incognito);
        return some.length === 0 ? [] : write(observing(some, decide, gone));
      };
      return [...(await observed(false, writeOrdinary)), ...(await observed(true, writePrivate))];
    },
    async change(selection, decide) {
      const work = changing(selection, decide);
      return [...(await writeOrdinary(work)), ...(await writePrivate(work))];
    },
    async remove(ids) {
      await rememberDeleted(await find({ ids }));
      await ofPrivate.write(removing(ids));
      await stored.remove(ids);
      // Not before the disk has let go of them: what it knows is older, and would be tried again.
      await unsaved.write(removing(ids));
    },
    settledBefore,
    async setSettledBefore(before, underWay) {
      await writing(() => stored.setSettledBefore(before.ordinary, underWay), nothing);
      await privateSettledBefore.write(before.private).catch(console.error);
      // The stored value: if this one could not be stored, the next look goes back as far as the last one did.
      const stands = await settledBefore();
      if (typeof stands === 'number') await deleted.prune(stands).catch(console.error);
    },
    async noteCancelled(snapshots) {
      const keys = snapshots.filter(({ incognito }) => !incognito).map(({ item }) => item.key);
      if (keys.length > 0) await reading(() => stored.endUnderWay(new Set(keys)), undefined);
    },
    async underWayAtClose() {
      // Once there was a look in this session, the browser has told of all that ended since. An extension that was
      // switched off or updated has not looked yet either, which can't be told from a browser that was closed.
      if ((await privateSettledBefore.read()) !== null) return new Set();
      const attempts = (await findOnDisk('retrying')).flatMap((failure) =>
        failure.attempts.filter(isRunning),
      );
      const ours = attempts.flatMap(({ item }) => item?.key ?? []);
      return new Set([...(await reading(stored.underWay, [])), ...ours]);
    },
    async passOver(snapshots, before) {
      await deleted.addItems(snapshots, before).catch(console.error);
    },
    trim: (retention, now, step) =>
      reading(async () => {
        const beyond = await stored.beyond(retention, await stored.believedTime(now), step);
        // Mostly nothing does, and then nothing has to be written.
        if (beyond.size === 0) return 0;
        await rememberDeleted([...beyond.values()].filter((failure) => failure !== undefined));
        return stored.forget([...beyond.keys()]);
      }, 0),
    repairCounts: () => reading(stored.repairCounts, false),
    async closeRound(id) {
      const { round } = await reading(stored.counts, noCounts);
      const inMemory = (): Promise<void> => closedRound.write(id);
      // The disk doesn't know this round, so it may be of private windows only. Its id is a time, and of those not even
      // times may reach the disk.
      if (round?.id !== id) return inMemory();
      await writing<unknown>(() => stored.closeRound(id), inMemory);
    },
    async saveUnsaved() {
      if ((await inSession.unsaved.read()).length > 0) await writing(nothing, nothing);
    },
    health: health.read,
    reset() {
      // A second press must not destroy what the first one saved.
      resetting ??= (async () => {
        await deleteDatabase();
        await health.write({ state: 'fine' });
        await save();
      })().finally(() => {
        resetting = undefined;
      });
      return resetting;
    },
  };
}

async function nothing(): Promise<void> {}
