/**
 * The browser's items whose records were deleted. Its list still has them, so that a look at it would take them for
 * news: they are remembered until no look goes so far back. One that the person tries again in that list in the
 * meantime is passed over as well, should it fail.
 *
 * An item is known again by its key, and after a restart of Firefox, which gives other keys, by its trace. That has
 * the file's address in it, so only a hash of it is kept.
 */
import * as v from 'valibot';
import {
  awaitsItem,
  currentAttempt,
  type DownloadSnapshot,
  type Failure,
  type ItemRef,
} from '../../domain/failure.ts';
import { startingKey } from '../../domain/keys.ts';
import { LATEST_ITEM_MS } from '../../domain/observe.ts';
import { createMutex } from '../mutex.ts';
import type { NamedValue } from '../named-value.ts';

/**
 * By an item's key, or the hash of its trace or of the address that was asked for: until when the item can have begun,
 * in ms since the epoch. Mostly that is when its record was deleted.
 */
export const deletedSchema = v.record(v.string(), v.number());
type Deleted = v.InferOutput<typeof deletedSchema>;

export interface DeletedItems {
  /** Those of the snapshots whose records were deleted. */
  among(snapshots: readonly DownloadSnapshot[]): Promise<ReadonlySet<DownloadSnapshot>>;
  /** To be called before records are deleted. Looks go back to `settledBefore` (ms since the epoch), or for ever. */
  add(failures: readonly Failure[], settledBefore: number | undefined): Promise<void>;
  /** To be called before looks go back further than to `settledBefore` (ms since the epoch), with what they then find. */
  addItems(snapshots: readonly DownloadSnapshot[], settledBefore: number): Promise<void>;
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

/** Where what is deleted is remembered. */
interface Place {
  incognito: boolean;
  read(): Promise<Deleted>;
  write(changed: Deleted): Promise<void>;
}

/** Only one may be used at a time: it reads the values once. */
export function createDeletedItems({ disk, memory, now }: DeletedItemsOptions): DeletedItems {
  const exclusive = createMutex();

  function createPlace(value: NamedValue<Deleted>, incognito: boolean): Place {
    let known: Deleted | undefined;
    return {
      incognito,
      async read() {
        known ??= await value.read();
        return known;
      },
      async write(changed) {
        known = changed;
        await value.write(changed);
      },
    };
  }
  const places = [createPlace(disk, false), createPlace(memory, true)];

  /** Stops items that are known by `names` and began before `latest` (ms since the epoch) from making a record. */
  async function remember(place: Place, names: readonly string[], latest: number): Promise<void> {
    if (names.length === 0) return;
    const known = await place.read();
    const added = names.map((name) => [name, Math.max(latest, known[name] ?? 0)]);
    await place.write({ ...known, ...Object.fromEntries(added) });
  }

  /** What can't be read must keep no failure from being recorded. */
  function unreadable(error: unknown): Deleted {
    console.error(error);
    return {};
  }

  return {
    among: (snapshots) =>
      exclusive(async () => {
        const all = await Promise.all(places.map((place) => place.read().catch(unreadable)));
        const names = new Set(all.flatMap(Object.keys));
        const found = new Set<DownloadSnapshot>();
        // Mostly nothing was deleted of late, and nothing has to be hashed.
        if (names.size === 0) return found;
        for (const snapshot of snapshots) {
          const its = await namesOf(snapshot.item);
          if (snapshot.ours) its.push(await hashOf(startingKey(snapshot.url)));
          if (its.some((name) => names.has(name))) found.add(snapshot);
        }
        return found;
      }),
    add: (failures, settledBefore = 0) =>
      exclusive(async () => {
        for (const place of places) {
          const deleted = failures
            .filter(({ incognito }) => incognito === place.incognito)
            .filter((failure) => mayShow(failure, settledBefore));
          const items = deleted.flatMap(({ attempts }) => attempts.flatMap(({ item }) => item ?? []));
          await remember(place, (await Promise.all(items.map(namesOf))).flat(), now());
          // What was asked for may still come, as an item that nobody has seen.
          const asked = deleted.filter(({ attempts }) => attempts.some(awaitsItem));
          const starting = await Promise.all(asked.map(({ url }) => hashOf(startingKey(url))));
          await remember(place, starting, now() + LATEST_ITEM_MS);
        }
      }),
    addItems: (snapshots, settledBefore) =>
      exclusive(async () => {
        for (const place of places) {
          const items = snapshots
            .filter(({ incognito }) => incognito === place.incognito)
            .filter(({ status, startedAt }) => status.kind === 'failed' && startedAt < settledBefore)
            .map(({ item }) => item);
          await remember(place, (await Promise.all(items.map(namesOf))).flat(), settledBefore);
        }
      }),
    prune: (settledBefore) =>
      exclusive(async () => {
        for (const place of places) {
          const all = Object.entries(await place.read());
          const left = all.filter(([, latest]) => latest >= settledBefore);
          if (left.length < all.length) await place.write(Object.fromEntries(left));
        }
      }),
  };
}

async function hashOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What an item is known again by. */
const namesOf = async ({ key, trace }: ItemRef): Promise<string[]> =>
  trace === null ? [key] : [key, await hashOf(trace)];

/** Whether one of its items may have begun after `settledBefore`. */
function mayShow(failure: Failure, settledBefore: number): boolean {
  const last = currentAttempt(failure);
  return !('endedAt' in last) || last.endedAt >= settledBefore;
}
