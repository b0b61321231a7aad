/** What a journal is, wherever it keeps its failures. */
import type { DownloadSnapshot, Failure } from '../../domain/failure.ts';
import { keysOf } from '../../domain/failure.ts';
import { absorb, lookupKeys } from '../../domain/observe.ts';

/**
 * Failures that are looked for together: those that the badge counts, that wait for a retry, that are under way, that
 * are open, of which the browser keeps some bytes, that the browser was asked for and said nothing; those of certain ids, or that items of the browser with these keys could belong to.
 */
export type Selection =
  | 'unseen'
  | 'queue'
  | 'retrying'
  | 'open'
  | 'resumable'
  | 'unanswered'
  | { openReason: string }
  | { ids: readonly string[] }
  | { keys: readonly string[] };

export type Find = (selection: Selection) => Promise<Failure[]>;

/** Puts `after` in the place of `before`, which is undefined for a new record; without `after` it is removed. */
export type Replace = (before: Failure | undefined, after: Failure | undefined) => Promise<void>;

/** What is done with the records of one place. Runs inside a transaction, so it can wait for nothing else. */
export type Work = (find: Find, replace: Replace) => Promise<void>;

/** What a record becomes; undefined when it stays as it is. */
export type Change = (failure: Failure) => Failure | undefined;

/** What the record of a snapshot becomes, given the failures that it could belong to; undefined for no change. */
export type Observe = (candidates: Failure[], snapshot: DownloadSnapshot) => Failure | undefined;

/** Changes every record of a selection. */
export const changing =
  (selection: Selection, decide: Change): Work =>
  async (find, replace) => {
    for (const before of await find(selection)) {
      const after = decide(before);
      if (after) await replace(before, after);
    }
  };

/** Brings the records in line with what the browser shows; no new one comes of an item whose record was deleted. */
export const observing =
  (
    snapshots: readonly DownloadSnapshot[],
    decide: Observe,
    wasDeleted: (snapshot: DownloadSnapshot) => boolean = () => false,
  ): Work =>
  async (find, replace) => {
    for (const snapshot of snapshots) {
      const candidates = await find({ keys: lookupKeys(snapshot) });
      const after = decide(candidates, snapshot);
      if (!after) continue;
      const before = candidates.find(({ id }) => id === after.id);
      if (before || !wasDeleted(snapshot)) await replace(before, after);
    }
  };

/** Removes records for good. */
export const removing =
  (ids: readonly string[]): Work =>
  async (find, replace) => {
    for (const failure of await find({ ids })) await replace(failure, undefined);
  };

/** Takes over failures that were kept elsewhere; one that is there already is brought up to date. */
export const adopting =
  (adopted: readonly Failure[]): Work =>
  async (find, replace) => {
    for (const failure of adopted) {
      const [same] = await find({ ids: [failure.id] });
      const [before = same] = same ? [] : await find({ keys: keysOf(failure) });
      // Under the same id it was made from what stands here; else it was noted without knowing of it.
      const after = before && !same ? absorb(before, failure) : failure;
      if (after) await replace(before, after);
    }
  };
