/**
 * The browser's items whose records were deleted. Its list still has them, so that a look at it would take them for
 * news: they are remembered until no look goes so far back. One that the person tries again in that list in the
 * meantime is passed over as well, should it fail.
 *
 * An item is known again by its key, and after a restart of Firefox, which gives other keys, by its trace. That has
 * the file's address in it, so only a hash of it is kept.
 */
import { type DownloadSnapshot, type Failure, type ItemRef, lastAttempt } from '../../domain/failure.ts';
import { createTurns } from '../in-turn.ts';
import type { NamedValue } from '../named-value.ts';
import { number, type Parsed, parsed, record } from '../parse.ts';

/** By an item's key or the hash of its trace: when its record was deleted, in ms since the epoch. */
const parseForgotten = record(number);
type Forgotten = Parsed<typeof parseForgotten>;

export interface ForgottenItems {
  /** Those of the snapshots whose records were deleted. */
  among(snapshots: readonly DownloadSnapshot[]): Promise<ReadonlySet<DownloadSnapshot>>;
  /** To be called before records are deleted. Looks go back to `settledBefore` (ms since the epoch), or for ever. */
  add(failures: readonly Failure[], settledBefore: number | undefined): Promise<void>;
  /** To be called when no look goes further back than `settledBefore` (ms since the epoch). */
  prune(settledBefore: number): Promise<void>;
}

export interface ForgottenItemsOptions {
  disk: NamedValue;
  /** For what is of private windows. */
  memory: NamedValue;
  /** ms since the epoch. */
  now: () => number;
}

/** Only one may be used at a time: it reads the values once. */
export function createForgottenItems({ disk, memory, now }: ForgottenItemsOptions): ForgottenItems {
  const inTurn = createTurns();

  function createPlace(value: NamedValue) {
    let forgotten: Forgotten | undefined;
    return {
      async read(): Promise<Forgotten> {
        forgotten ??= parsed(parseForgotten, await value.read()) ?? {};
        return forgotten;
      },
      async write(changed: Forgotten): Promise<void> {
        forgotten = changed;
        await value.write(changed);
      },
    };
  }
  const [onDisk, inMemory] = [createPlace(disk), createPlace(memory)];

  /** What can't be read must keep no failure from being recorded. */
  function unreadable(error: unknown): Forgotten {
    console.error(error);
    return {};
  }

  return {
    among: (snapshots) =>
      inTurn(async () => {
        const places = [onDisk, inMemory].map((place) => place.read().catch(unreadable));
        const all: Forgotten = Object.assign({}, ...(await Promise.all(places)));
        const found = new Set<DownloadSnapshot>();
        // Mostly nothing was deleted of late, and nothing has to be hashed.
        if (Object.keys(all).length === 0) return found;
        for (const snapshot of snapshots) {
          const names = await namesOf(snapshot.item);
          if (names.some((name) => Object.hasOwn(all, name))) found.add(snapshot);
        }
        return found;
      }),
    add: (failures, settledBefore = 0) =>
      inTurn(async () => {
        for (const place of [onDisk, inMemory]) {
          const items = failures
            .filter(({ incognito }) => incognito === (place === inMemory))
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
        for (const place of [onDisk, inMemory]) {
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
