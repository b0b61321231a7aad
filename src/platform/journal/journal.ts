/** What a journal is, wherever it keeps its failures. */
import type { DownloadSnapshot, Failure } from '../../domain/failure.ts';
import { keysOf, startingKey } from '../../domain/failure.ts';
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
    deleted: ReadonlySet<DownloadSnapshot> = new Set(),
  ): Work =>
  async (find, replace) => {
    for (const snapshot of snapshots) {
      const candidates = await find({ keys: lookupKeys(snapshot) });
      const after = decide(candidates, snapshot);
      if (!after) continue;
      const before = candidates.find(({ id }) => id === after.id);
      if (before || !deleted.has(snapshot)) await replace(before, after);
    }
  };

/** Removes records for good. */
export const removing =
  (ids: readonly string[]): Work =>
  async (find, replace) => {
    for (const failure of await find({ ids })) await replace(failure, undefined);
  };

/** Failures that are kept in memory until the disk can be written, and the records there that they stand for. */
export interface Kept {
  /** As they stand on disk, by id. */
  replaced: ReadonlyMap<string, Failure>;
  /** As they are in truth, by id. */
  failures: ReadonlyMap<string, Failure>;
}

/** Finds for failures that are kept in memory what stands of them on disk, and makes one record of both. */
export async function inPlaceOf(onDisk: Find, kept: readonly Failure[]): Promise<Kept> {
  if (kept.length === 0) return { replaced: new Map(), failures: new Map() };
  const same = byId(await onDisk({ ids: kept.map(({ id }) => id) }));
  const keys = kept.filter(({ id }) => !same.has(id)).flatMap(itemKeys);
  const replaced = new Map([...same, ...(keys.length > 0 ? byId(await onDisk({ keys })) : [])]);
  const failures = new Map(replaced);
  const owners = new Map<string, string>();
  const add = (failure: Failure): void => {
    failures.set(failure.id, failure);
    for (const key of itemKeys(failure)) owners.set(key, failure.id);
  };
  for (const failure of replaced.values()) add(failure);
  for (const failure of kept) {
    const ids = itemKeys(failure).flatMap((key) => owners.get(key) ?? []);
    // Under the same id it was made from what stands there; else it was noted without knowing of it.
    const owner = failures.has(failure.id) ? undefined : failures.get(ids[0] ?? '');
    add(owner ? (absorb(owner, failure) ?? owner) : failure);
  }
  return { replaced, failures };
}

const byId = (failures: readonly Failure[]): Map<string, Failure> =>
  new Map(failures.map((failure) => [failure.id, failure]));

/** The keys of the browser's items that a failure had, apart from those that are still to come. */
const itemKeys = (failure: Failure): string[] =>
  keysOf(failure).filter((key) => key !== startingKey(failure.url));

/** Takes over failures that were kept elsewhere; one that is there already is brought up to date. */
export const adopting =
  (adopted: readonly Failure[]): Work =>
  async (find, replace) => {
    const { replaced, failures } = await inPlaceOf(find, adopted);
    for (const after of failures.values()) {
      const before = replaced.get(after.id);
      if (after !== before) await replace(before, after);
    }
  };
