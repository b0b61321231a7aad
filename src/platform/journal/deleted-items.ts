/**
 * The browser's items whose records were deleted. Its list still has them, so that a look at it would take them for
 * news: they are remembered until no look goes so far back. One that the person tries again in that list in the
 * meantime is passed over as well, should it fail.
 *
 * An item is known again by its key, and after a restart of Firefox, which gives other keys, by its trace. That has
 * the file's address in it, so only a hash of it is kept.
 */
import * as v from 'valibot';
import { type DownloadSnapshot, type Failure, type ItemRef, lastAttempt } from '../../domain/failure.ts';
import { createTurns } from '../in-turn.ts';
import type { NamedValue } from '../named-value.ts';

/** By an item's key or the hash of its trace: when its record was deleted, in ms since the epoch. */
export const deletedSchema = v.record(v.string(), v.number());
type Deleted = v.InferOutput<typeof deletedSchema>;

export interface DeletedItems {
  /** Those of the snapshots whose records were deleted. */
  among(snapshots: readonly DownloadSnapshot[]): Promise<ReadonlySet<DownloadSnapshot>>;
  /** To be called before records are deleted. Looks go back to `settledBefore` (ms since the epoch), or for ever. */
  add(failures: readonly Failure[], settledBefore: number | undefined): Promise<void>;
  /** To be called when no look goes further back than `settledBefore` (ms since the epoch). */
  prune(settledBefore: number): Promise<void>;
}

export interface DeletedItemsOptions {
  disk: NamedValue<Deleted>;
  /** For what is of private windows. */
  memory: NamedValue<Deleted>;
  /** ms since the epoch. */
  now: () => number;
}

/** Only one may be used at a time: it reads the values once. */
export function createDeletedItems({ disk, memory, now }: DeletedItemsOptions): DeletedItems {
  const inTurn = createTurns();

  function createPlace(value: NamedValue<Deleted>, incognito: boolean) {
    let known: Deleted | undefined;
    return {
      incognito,
      async read(): Promise<Deleted> {
        known ??= await value.read();
        return known;
      },
      async write(changed: Deleted): Promise<void> {
        known = changed;
        await value.write(changed);
      },
    };
  }
  const places = [createPlace(disk, false), createPlace(memory, true)];

  /** What can't be read must keep no failure from being recorded. */
  function unreadable(error: unknown): Deleted {
    console.error(error);
    return {};
  }

  return {
    among: (snapshots) =>
      inTurn(async () => {
        const all = await Promise.all(places.map((place) => place.read().catch(unreadable)));
        const names = new Set(all.flatMap(Object.keys));
        const found = new Set<DownloadSnapshot>();
        // Mostly nothing was deleted of late, and nothing has to be hashed.
        if (names.size === 0) return found;
        for (const snapshot of snapshots) {
          if ((await namesOf(snapshot.item)).some((name) => names.has(name))) found.add(snapshot);
        }
        return found;
      }),
    add: (failures, settledBefore = 0) =>
      inTurn(async () => {
        for (const place of places) {
          const items = failures
            .filter(({ incognito }) => incognito === place.incognito)
            .filter((failure) => mayShow(failure, settledBefore))
            .flatMap(({ attempts }) => attempts.flatMap(({ item }) => item ?? []));
          if (items.length === 0) continue;
          const names = (await Promise.all(items.map(namesOf))).flat();
          const added = Object.fromEntries(names.map((name) => [name, now()]));
          await place.write({ ...(await place.read()), ...added });
        }
      }),
    prune: (settledBefore) =>
      inTurn(async () => {
        for (const place of places) {
          const all = Object.entries(await place.read());
          // All its items began before it was deleted.
          const left = all.filter(([, deletedAt]) => deletedAt >= settledBefore);
          if (left.length < all.length) await place.write(Object.fromEntries(left));
        }
      }),
  };
}

/** What an item is known again by. */
async function namesOf({ key, trace }: ItemRef): Promise<string[]> {
  if (trace === null) return [key];
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(trace));
  return [key, Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')];
}

/** Whether one of its items may have begun after `settledBefore`. */
function mayShow(failure: Failure, settledBefore: number): boolean {
  const last = lastAttempt(failure);
  return !('endedAt' in last) || last.endedAt >= settledBefore;
}
