/**
 * The browser's items whose records were deleted. The browser's list still has them, so the next look at it would
 * import them again: they are remembered until no look goes back that far. If the person retries one in that list
 * meanwhile and it fails, it is ignored too.
 *
 * An item is recognized by its key, and after a restart of Firefox, which assigns new keys, by its trace. The trace
 * contains the file's address, so only a hash of it is kept.
 */
import * as v from 'valibot';
import {
  awaitsItem,
  currentAttempt,
  type DownloadSnapshot,
  type Failure,
  type ItemRef,
  type ObservedDownload,
} from '../../domain/failure.ts';
import { startingKey } from '../../domain/keys.ts';
import { LATEST_ITEM_MS } from '../../domain/observe.ts';
import { insteadOf } from '../instead-of.ts';
import { createMutex } from '../mutex.ts';
import type { NamedValue } from '../named-value.ts';

/**
 * By an item's key, or by the hash of its trace or of the address that was requested: the latest time (ms since the
 * epoch) at which the item can have begun, which is mostly when its record was deleted. It only tells how long to
 * remember the item: to recognize one, its start is not compared.
 */
export const deletedSchema = v.record(v.string(), v.number());
type Deleted = v.InferOutput<typeof deletedSchema>;

export interface DeletedItems {
  /** Returns the snapshots whose records were deleted. */
  among(snapshots: readonly ObservedDownload[]): Promise<ReadonlySet<ObservedDownload>>;
  /** Call before deleting records. Looks go back to `settledBefore` (ms since the epoch), or without limit. */
  add(failures: readonly Failure[], settledBefore: number | undefined): Promise<void>;
  /** Call before looks go back further than `settledBefore` (ms since the epoch), with what they will then find. */
  addItems(snapshots: readonly DownloadSnapshot[], settledBefore: number): Promise<void>;
  /** Call once no look goes back further than `settledBefore` (ms since the epoch). */
  prune(settledBefore: number): Promise<void>;
}

export interface DeletedItemsOptions {
  disk: NamedValue<Deleted>;
  /** For items of private windows. */
  memory: NamedValue<Deleted>;
  /** ms since the epoch. */
  now: () => number;
}

/** Where deleted items are remembered. */
interface Place {
  incognito: boolean;
  read(): Promise<Deleted>;
  write(changed: Deleted): Promise<void>;
}

/** Create only one for the same values: it reads each of them once and then relies on its own copy. */
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

  /**
   * Keeps items with these names from getting a new record, until no look goes back as far as `latest` (ms since the
   * epoch), the latest time at which they can have begun.
   */
  async function remember(place: Place, names: readonly string[], latest: number): Promise<void> {
    if (names.length === 0) return;
    const known = await place.read();
    const added = names.map((name) => [name, Math.max(latest, known[name] ?? 0)]);
    await place.write({ ...known, ...Object.fromEntries(added) });
  }

  return {
    among: (snapshots) =>
      exclusive(async () => {
        // If this can't be read, failures must still be recorded.
        const all = await Promise.all(places.map((place) => place.read().catch(insteadOf({}))));
        const names = new Set(all.flatMap(Object.keys));
        const found = new Set<ObservedDownload>();
        // Usually nothing was deleted lately, so nothing has to be hashed.
        if (names.size === 0) return found;
        for (const snapshot of snapshots) {
          if (!snapshot.item) continue;
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
          // A requested retry may still start, as an item that we have never seen.
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

/** What an item is recognized by. */
const namesOf = async ({ key, trace }: ItemRef): Promise<string[]> =>
  trace === null ? [key] : [key, await hashOf(trace)];

/** Whether one of its items may have begun after `settledBefore`. */
function mayShow(failure: Failure, settledBefore: number): boolean {
  const last = currentAttempt(failure);
  return !('endedAt' in last) || last.endedAt >= settledBefore;
}
