/** Takes the failures of an export file into the stored ones. */
import type { Failure } from '../../domain/failure.ts';
import { merge, recordOf } from '../../domain/import.ts';
import { keptSince, type Retention } from '../../domain/retention.ts';
import { fromRow } from './row.ts';
import { type Failures, readable, select, writeRows } from './stored.ts';

/** How many failures of an export file were new, took the place of a record that knew less, or told nothing new. */
export interface Merged {
  added: number;
  updated: number;
  unchanged: number;
  /** Of private windows, which are never written to disk. */
  leftOut: number;
  /** New, but older than what is kept: the next start would forget them. */
  tooOld: number;
}

/** Requests under way at once: one at a time would take several times as long. */
const BATCH = 500;

/** The records that could be of the same download as an imported failure. */
async function candidates(failures: Failures, failure: Failure): Promise<Failure[]> {
  const items = failure.attempts.flatMap(({ item }) => item ?? []);
  const keys = items.flatMap(({ key, trace }) => (trace === null ? [key] : [key, trace]));
  // Of what was listed before anybody watched, the start is the nearest that is known of its failure.
  const times = new Set([failure.failedAt, failure.attempts[0].startedAt]);
  const found = await Promise.all([
    select(failures, { keys: [...new Set(keys)] }),
    ...[...times].map(async (time) => readable(await failures.index('newest').getAll(-time))),
  ]);
  return found.flat();
}

/**
 * Takes in failures from an export file, each id once: all of them, or none if anything goes wrong. What `retention`
 * leaves no room for is left out, at the time `now` (ms since the epoch).
 */
export async function mergeImported(
  imported: readonly Failure[],
  retention: Retention,
  now: number,
): Promise<Merged> {
  const ordinary = imported
    .filter(({ incognito }) => !incognito)
    .sort((one, other) => other.failedAt - one.failedAt);
  const leftOut = imported.length - ordinary.length;
  const merged: Merged = { added: 0, updated: 0, unchanged: 0, leftOut, tooOld: 0 };
  await writeRows(async (failures, replace) => {
    const known = new Set(await failures.getAllKeys());
    const room = retention.records - known.size;
    /** Records that have their failure: a second one of the same download is another failure. */
    const matched = new Set<unknown>(ordinary.map(({ id }) => id).filter((id) => known.has(id)));

    async function mergeOne(failure: Failure, similar: readonly Failure[]): Promise<void> {
      const free = similar.filter(({ id }) => known.has(id) && !matched.has(id));
      const before = recordOf(failure, free);
      if (before) return mergeInto(before, failure);
      if (merged.added >= room || failure.failedAt < keptSince(retention, now)) {
        merged.tooOld += 1;
        return;
      }
      merged.added += 1;
      return replace(undefined, failure);
    }

    async function mergeInto(before: Failure | undefined, failure: Failure): Promise<void> {
      // A row that can't be read is left in place.
      const after = before && merge(before, failure);
      merged[after ? 'updated' : 'unchanged'] += 1;
      if (before) matched.add(before.id);
      if (after) await replace(before, after);
    }

    for (let start = 0; start < ordinary.length; start += BATCH) {
      const batch = ordinary.slice(start, start + BATCH);
      const similar = await Promise.all(
        batch.map((failure) =>
          known.size === 0 || known.has(failure.id) ? [] : candidates(failures, failure),
        ),
      );
      await Promise.all(
        batch.map(async (failure, index) =>
          known.has(failure.id)
            ? mergeInto(fromRow(await failures.get(failure.id)), failure)
            : mergeOne(failure, similar[index] ?? []),
        ),
      );
    }
  });
  return merged;
}
