/** Reading the whole history in stretches: what is on disk, of private windows, and not yet saved, as one. */
import type { Failure } from '../../domain/failure.ts';
import { reading } from './database.ts';
import type { JournalHealth } from './health.ts';
import { healthWith, readMemory } from './open-failures.ts';
import { settled } from './requests.ts';
import { journalHealth } from './session-values.ts';
import type { FailureRow } from './stored-failure.ts';
import { readable } from './stored-reader.ts';

/** A part of the history. */
export interface Stretch {
  /** Of reading, and of writing before. */
  health: JournalHealth;
  /** Whether the disk could be read; if not, there may be more than these. */
  readable: boolean;
  /** Newest first, except that those kept in memory come first of all. */
  failures: Failure[];
  /** Where the next stretch begins; null after the last. */
  next: number | null;
}

/**
 * Reads about `limit` failures from `from` on (where an earlier stretch said, null for the beginning). The first
 * stretch also has all that is kept in memory. Failures of the same moment may come in two stretches.
 */
export async function readStretchDirectly(from: number | null, limit: number): Promise<Stretch> {
  const [memory, known, disk] = await Promise.all([
    readMemory(),
    journalHealth.read(),
    readDisk(from, limit),
  ]);
  const stored = readable(disk.rows).filter(({ id }) => !memory.failures.has(id));
  return {
    health: await healthWith(known, disk.error),
    readable: disk.error === undefined,
    failures: from === null ? [...memory.failures.values(), ...stored] : stored,
    next: disk.next,
  };
}

interface DiskStretch {
  /** Why nothing could be read. */
  error?: unknown;
  rows: FailureRow[];
  next: number | null;
}

async function readDisk(from: number | null, limit: number): Promise<DiskStretch> {
  try {
    const range = from === null ? null : IDBKeyRange.lowerBound(from);
    const rows: FailureRow[] = await settled(
      (await reading('failures')).index('newest').getAll(range, limit),
    );
    const next = rows.length < limit ? null : (rows.at(-1)?.newest ?? null);
    // More failures of one moment than fit: the next stretch would be this one again.
    if (next !== null && next === rows[0]?.newest) return await readDisk(from, limit * 2);
    return { rows, next };
  } catch (error) {
    return { error, rows: [], next: null };
  }
}
