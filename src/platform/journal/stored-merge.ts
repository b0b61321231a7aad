/** Merges the failures of an export file into the stored ones. */
import type { Failure } from '../../domain/failure.ts';
import { isUnderWay, merge, recordOf } from '../../domain/import.ts';
import { areOfOneFile, joinAll, joined } from '../../domain/join.ts';
import { keptSince, type Retention } from '../../domain/retention.ts';
import { cluesOf, fileKeys } from '../../domain/same-file.ts';
import { fromRow } from './row.ts';
import { type Failures, readable, select, writeRows } from './stored.ts';

/** How many failures of an export file were new, replaced a record that knew less, or told nothing new. */
export interface Merged {
  added: number;
  updated: number;
  unchanged: number;
  /** Of private windows, which are never written to disk. */
  leftOut: number;
  /** New, but too old to be kept: the next start would delete them. */
  tooOld: number;
}

/** How many requests run at once: one at a time would take several times as long. */
const BATCH = 500;

/** How many records with the same name and time are compared: more would not tell downloads apart. */
const MOST_ALIKE = 100;

/** Finds the records that could be of the same download as an imported failure. */
function candidatesIn(failures: Failures): (failure: Failure) => Promise<Failure[]> {
  /** By time, then by name. Each time is read once, as a burst or a long list gives many failures the same time. */
  const times = new Map<number, Promise<Map<string, Failure[]>>>();

  async function byName(time: number): Promise<Map<string, Failure[]>> {
    const names = new Map<string, Failure[]>();
    for (const failure of readable(await failures.index('newest').getAll(-time))) {
      const alike = names.get(failure.filename) ?? [];
      if (alike.length < MOST_ALIKE) names.set(failure.filename, [...alike, failure]);
    }
    return names;
  }

  async function at(time: number, { filename }: Failure): Promise<Failure[]> {
    const names = times.get(time) ?? byName(time);
    times.set(time, names);
    return (await names).get(filename) ?? [];
  }

  return async (failure) => {
    const items = failure.attempts.flatMap(({ item }) => item ?? []);
    const keys = [
      ...items.flatMap(({ key, trace }) => (trace === null ? [key] : [key, trace])),
      ...fileKeys(cluesOf(failure)),
    ];
    const found = await Promise.all([
      select(failures, { keys: [...new Set(keys)] }),
      // For downloads from before the extension was installed, the start is the closest we know to the failure's time.
      ...[...new Set([failure.failedAt, failure.attempts[0].startedAt])].map((time) => at(time, failure)),
    ]);
    return found.flat();
  };
}

/**
 * Imports failures from an export file, each id once: all of them, or none if anything goes wrong. Leaves out those
 * that `retention` would delete at the time `now` (ms since the epoch). Tells after each batch how many are done.
 */
export async function mergeImported(
  imported: readonly Failure[],
  retention: Retention,
  now: number,
  tell?: (progress: { done: number; total: number }) => void,
): Promise<Merged> {
  const kept = imported.filter(({ incognito }) => !incognito);
  const leftOut = imported.length - kept.length;
  const ordinary = (await joinAll(kept)).sort((one, other) => other.failedAt - one.failedAt);
  const merged: Merged = { added: 0, updated: 0, unchanged: 0, leftOut, tooOld: 0 };
  await writeRows(async (failures, replace) => {
    const known = new Set(await failures.getAllKeys());
    const candidates = candidatesIn(failures);
    const room = retention.records - known.size;
    /** Ids of the records that match a failure of the import already, or will: each can match only one. */
    const matched = new Set(ordinary.map(({ id }) => id));

    async function mergeOne(failure: Failure, similar: readonly Failure[]): Promise<void> {
      const free = similar.filter(({ id }) => known.has(id) && !matched.has(id));
      const before = recordOf(failure, free);
      if (before) return mergeInto(before, failure);
      const same = free.find((one) => areOfOneFile(one, failure));
      if (same) {
        matched.add(same.id);
        if (isUnderWay(same)) {
          merged.unchanged += 1;
          return;
        }
        merged.updated += 1;
        // What is dismissed here stays so.
        return replace(same, { ...joined(same, failure), id: same.id, dismissed: same.dismissed });
      }
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
        batch.map((failure) => (known.size === 0 || known.has(failure.id) ? [] : candidates(failure))),
      );
      await Promise.all(
        batch.map(async (failure, index) =>
          known.has(failure.id)
            ? mergeInto(fromRow(await failures.get(failure.id)), failure)
            : mergeOne(failure, similar[index] ?? []),
        ),
      );
      tell?.({ done: start + batch.length, total: ordinary.length });
    }
  });
  return merged;
}
