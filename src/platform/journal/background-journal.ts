/**
 * The journal as the background writes it: on disk, but private windows only in memory; and all of it in memory
 * while the disk can't be written, so that no failure is lost and nothing stored is destroyed.
 */
import { addCounts, noCounts } from '../../domain/counts.ts';
import type { DownloadSnapshot, Failure } from '../../domain/failure.ts';
import { type FailureStore, healthOf, type JournalHealth, type StoredJournal } from './journal.ts';
import type { MemoryJournal } from './memory-journal.ts';

export interface BackgroundJournalParts {
  stored: StoredJournal;
  /** Of private windows. */
  hidden: MemoryJournal;
  /** What waits until the disk can be written. */
  unsaved: MemoryJournal;
  health: { read(): Promise<JournalHealth>; write(health: JournalHealth): Promise<void> };
}

export interface Journal extends Omit<StoredJournal, 'adopt' | 'settledBefore'> {
  /** As in the stored journal; `unknown` while that can't be read. */
  settledBefore(): Promise<number | undefined | 'unknown'>;
  health(): Promise<JournalHealth>;
}

export function createBackgroundJournal({
  stored,
  hidden,
  unsaved,
  health,
}: BackgroundJournalParts): Journal {
  /** Works on the disk and notes whether that went well; gives `otherwise` where it didn't. */
  async function onDisk<Result>(work: () => Promise<Result>, otherwise: Result): Promise<Result> {
    try {
      const result = await work();
      if ((await health.read()).state !== 'fine') await health.write({ state: 'fine' });
      return result;
    } catch (error) {
      if ((await health.read()).state === 'fine') console.error(error);
      await health.write(healthOf(error));
      return otherwise;
    }
  }

  /** Brings to disk what could not be written before. */
  async function saveUnsaved(): Promise<void> {
    const failures = await unsaved.all();
    if (failures.length === 0) return;
    await stored.adopt(failures);
    await unsaved.clear();
  }

  /** Does the same in every store that works. */
  async function everywhere(work: (store: FailureStore) => Promise<Failure[]>): Promise<Failure[]> {
    const onTheDisk = await onDisk(() => work(stored), []);
    return [...onTheDisk, ...(await work(hidden)), ...(await work(unsaved))];
  }

  return {
    async observe(snapshots, decide) {
      const isPrivate = ({ incognito }: DownloadSnapshot): boolean => incognito;
      const secret = await hidden.observe(snapshots.filter(isPrivate), decide);
      const others = snapshots.filter((snapshot) => !isPrivate(snapshot));
      if (others.length === 0) return secret;
      const written = await onDisk(async () => {
        await saveUnsaved();
        return stored.observe(others, decide);
      }, undefined);
      return [...secret, ...(written ?? (await unsaved.observe(others, decide)))];
    },
    change: (ids, decide) => everywhere((store) => store.change(ids, decide)),
    changeUnseen: (decide) => everywhere((store) => store.changeUnseen(decide)),
    retrying: () => everywhere((store) => store.retrying()),
    async failure(id) {
      return (
        (await hidden.failure(id)) ??
        (await unsaved.failure(id)) ??
        (await onDisk(() => stored.failure(id), undefined))
      );
    },
    async counts() {
      const onTheDisk = await onDisk(() => stored.counts(), noCounts);
      return addCounts(onTheDisk, addCounts(await hidden.counts(), await unsaved.counts()));
    },
    settledBefore: () => onDisk<number | undefined | 'unknown'>(() => stored.settledBefore(), 'unknown'),
    setSettledBefore: (time) => onDisk(() => stored.setSettledBefore(time), undefined),
    repairCounts: () => onDisk(() => stored.repairCounts(), false),
    trim: (retention, now, step) => onDisk(() => stored.trim(retention, now, step), 0),
    async reset() {
      await stored.reset();
      await onDisk(saveUnsaved, undefined);
    },
    health: health.read,
  };
}
