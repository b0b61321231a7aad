/**
 * The browser's items whose records were deleted. Its list still has them, so that a look at it would take them for
 * news: they are remembered until no look goes so far back.
 */
import { type DownloadSnapshot, type Failure, isRunning, lastAttempt } from '../../domain/failure.ts';
import { createTurns } from '../in-turn.ts';
import type { NamedValue } from '../named-value.ts';
import { number, type Parsed, parsed, record } from '../parse.ts';

/** By an item's key, which says nothing of its file: when (ms since the epoch) its record's last attempt began. */
const parseBegun = record(number);
type Begun = Parsed<typeof parseBegun>;

export interface ForgottenItems {
  /** Gives what tells whether a snapshot is of an item whose record was deleted. */
  known(): Promise<(snapshot: DownloadSnapshot) => boolean>;
  /** To be called before records are deleted. Looks go back to `settledBefore` (ms since the epoch), or for ever. */
  add(failures: readonly Failure[], settledBefore: number | undefined): Promise<void>;
  /** To be called when no look goes further back than `settledBefore` (ms since the epoch). */
  prune(settledBefore: number): Promise<void>;
}

/** What is of private windows is kept in `memory`. Only one may be used at a time: it reads the values once. */
export function createForgottenItems(disk: NamedValue, memory: NamedValue): ForgottenItems {
  const inTurn = createTurns();

  function createPlace(value: NamedValue) {
    let begun: Begun | undefined;
    return {
      read: async (): Promise<Begun> => (begun ??= parsed(parseBegun, await value.read()) ?? {}),
      async write(changed: Begun): Promise<void> {
        begun = changed;
        await value.write(changed);
      },
    };
  }
  const [onDisk, inMemory] = [createPlace(disk), createPlace(memory)];

  return {
    known: () =>
      inTurn(async () => {
        const all = { ...(await onDisk.read()), ...(await inMemory.read()) };
        return ({ item }) => Object.hasOwn(all, item.key);
      }),
    add: (failures, settledBefore = 0) =>
      inTurn(async () => {
        for (const place of [onDisk, inMemory]) {
          const added = failures
            .filter(({ incognito }) => incognito === (place === inMemory))
            .flatMap((failure) => {
              const last = lastAttempt(failure);
              const mayCome = isRunning(last) || last.startedAt >= settledBefore;
              return failure.attempts.flatMap(({ item }) =>
                mayCome && item ? [[item.key, last.startedAt] as const] : [],
              );
            });
          if (added.length > 0) await place.write({ ...(await place.read()), ...Object.fromEntries(added) });
        }
      }),
    prune: (settledBefore) =>
      inTurn(async () => {
        for (const place of [onDisk, inMemory]) {
          const all = Object.entries(await place.read());
          const left = all.filter(([, begun]) => begun >= settledBefore);
          if (left.length < all.length) await place.write(Object.fromEntries(left));
        }
      }),
  };
}
