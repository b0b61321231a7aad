/** Changes to records, wherever they are kept. */
import type { Failure, ObservedDownload } from '../../domain/failure.ts';
import { itemLookupKeys, lookupKeys } from '../../domain/keys.ts';
import { mayBeNews } from '../../domain/observe.ts';
import type { Selection } from './row.ts';

export type Find = (selection: Selection) => Promise<Failure[]>;

/** Replaces `before` (undefined for a new record) by `after` (undefined to remove it). */
export type Replace = (before: Failure | undefined, after: Failure | undefined) => Promise<void>;

/** Work on the records of one place. On disk it runs inside a transaction, so it must not wait for anything else. */
export type Work = (find: Find, replace: Replace) => Promise<void>;

/** What a record becomes; undefined if it doesn't change. */
export type Change = (failure: Failure) => Failure | undefined;

/**
 * What a snapshot makes of the failures that it could be about: those that change, or a new one. `isDeleted`: whether
 * its record was deleted.
 */
export type Observe = (candidates: Failure[], snapshot: ObservedDownload, isDeleted: boolean) => Failure[];

/** Changes every record of a selection. */
export const changing =
  (selection: Selection, decide: Change): Work =>
  async (find, replace) => {
    for (const before of await find(selection)) {
      const after = decide(before);
      if (after) await replace(before, after);
    }
  };

/**
 * Updates the records to what the browser shows. Items whose records were `deleted` are looked for by themselves only,
 * once they end without their file.
 */
export const observing =
  (
    snapshots: readonly ObservedDownload[],
    decide: Observe,
    deleted: ReadonlySet<ObservedDownload> = new Set(),
  ): Work =>
  async (find, replace) => {
    for (const snapshot of snapshots) {
      // It makes no record again, but it can still bring the file of another.
      const isDeleted = deleted.has(snapshot) && mayBeNews(snapshot);
      const keys = isDeleted ? itemLookupKeys(snapshot) : lookupKeys(snapshot);
      const candidates = await find({ keys });
      for (const after of decide(candidates, snapshot, isDeleted)) {
        await replace(
          candidates.find(({ id }) => id === after.id),
          after,
        );
      }
    }
  };

/** Removes records for good. */
export const removing =
  (ids: readonly string[]): Work =>
  async (find, replace) => {
    for (const failure of await find({ ids })) await replace(failure, undefined);
  };
