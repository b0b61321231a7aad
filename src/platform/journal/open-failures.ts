/** Reading the open failures: what is on disk, of private windows, and not yet saved, as one. */
import { type Counts, noCounts, recountKept } from '../../domain/counts.ts';
import { type Failure, isOpen } from '../../domain/failure.ts';
import { matches } from '../../domain/search.ts';
import { reading } from './database.ts';
import { healthAfter, type JournalHealth } from './health.ts';
import { type Find, inPlaceOf, type Kept } from './journal.ts';
import { readFailures } from './memory-reader.ts';
import { closedRound, hiddenFailures, journalHealth, unsavedFailures } from './session-values.ts';
import { openIn, openMatchingIn, storedCounts, storedFailures } from './stored-reader.ts';

export interface OpenFailures {
  health: JournalHealth;
  counts: Counts;
  /** By reason, newest first, as many as were asked for. */
  failures: ReadonlyMap<string, readonly Failure[]>;
  /** How many were read of a reason at most, where no other number was asked for. */
  standard: number;
}

/** Which failures to read, and how many of each reason. */
export interface Limits {
  /** Of each reason; null for so many that those of all reasons together are few. */
  standard: number | null;
  /** Where it is another number. */
  of: Readonly<Record<string, number>>;
  /** Words that a failure must have in its name or address; empty for all failures. */
  search: string;
}

/** Rows of all reasons together, and of one reason at most and at least. */
const SHARED = { together: 60, most: 20, least: 3 };

const shareOf = (reasons: number): number =>
  Math.max(SHARED.least, Math.min(SHARED.most, Math.floor(SHARED.together / reasons)));

const limitOf = ({ of }: Limits, reason: string, standard: number): number =>
  (Object.hasOwn(of, reason) ? of[reason] : undefined) ?? standard;

/** Reads the counts and, of each reason, the newest open failures within the limits. */
export async function readDirectly(limits: Limits): Promise<OpenFailures> {
  const [disk, memory, known, closed] = await Promise.all([
    readDisk(limits),
    readMemory(),
    journalHealth.read(),
    closedRound.read(),
  ]);
  const counts = recountKept(disk.counts, memory, closed);
  const { standard } = disk;
  const found = [...memory.failures.values()].filter((failure) => matches(failure, limits.search));
  const failures = new Map(
    Object.keys(counts.open).map((reason) => {
      const stored = (disk.failures.get(reason) ?? []).filter(({ id }) => !memory.failures.has(id));
      return [reason, openOf([...stored, ...found], reason, limitOf(limits, reason, standard))];
    }),
  );
  return { health: await healthWith(known, disk.error), counts, failures, standard };
}

/** The failures with these ids, wherever they are kept, in any order; those that can't be read are passed over. */
export async function readFailuresDirectly(ids: readonly string[]): Promise<Failure[]> {
  const { failures } = await readMemory();
  const stored = await onDisk({ ids: ids.filter((id) => !failures.has(id)) });
  return [...ids.flatMap((id) => failures.get(id) ?? []), ...stored];
}

interface OnDisk extends Omit<OpenFailures, 'health'> {
  /** Why nothing could be read. */
  error?: unknown;
}

async function readDisk(limits: Limits): Promise<OnDisk> {
  const { search } = limits;
  try {
    const counts = await storedCounts();
    const reasons = Object.keys(counts.open);
    const standard = limits.standard ?? shareOf(reasons.length);
    const stored = await reading('failures');
    const rows = await Promise.all(
      reasons.map((reason) => {
        const limit = limitOf(limits, reason, standard);
        return search === ''
          ? openIn(stored, reason, limit)
          : openMatchingIn(stored, reason, limit, (failure) => matches(failure, search));
      }),
    );
    const failures = new Map(reasons.map((reason, index) => [reason, rows[index] ?? []]));
    return { counts, failures, standard };
  } catch (error) {
    return { error, counts: noCounts, failures: new Map(), standard: limits.standard ?? SHARED.most };
  }
}

/** What is known of the record where reading it ended with `error`, or went well. */
export const healthWith = async (known: JournalHealth, error: unknown): Promise<JournalHealth> =>
  error === undefined || known.state === 'broken' ? known : healthAfter(error, known);

const onDisk: Find = (selection) => storedFailures(selection).catch(() => []);

/** The newest `limit` open failures of one reason, newest first. */
const openOf = (failures: readonly Failure[], reason: string, limit: number): Failure[] =>
  failures
    .filter((failure) => isOpen(failure) && failure.reason === reason)
    .sort((a, b) => b.failedAt - a.failedAt)
    .slice(0, limit);

/** What is kept in memory: failures of private windows, and those that could not be written to disk. */
export async function readMemory(): Promise<Kept> {
  const [secret, unsaved] = await Promise.all([readFailures(hiddenFailures), readFailures(unsavedFailures)]);
  const { replaced, failures } = await inPlaceOf(onDisk, unsaved);
  return {
    replaced,
    failures: new Map([...secret.map((failure) => [failure.id, failure] as const), ...failures]),
  };
}
