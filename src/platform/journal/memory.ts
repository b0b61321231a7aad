/**
 * Failures in session storage: it outlives the background, never reaches the disk, and is gone when the browser closes.
 * Those of private windows stay there; others wait there until the disk can be written, and meanwhile replace its
 * records of the same downloads. Pages read this, and the background writes it.
 */
import { absorb } from '../../domain/absorb.ts';
import type { Failure } from '../../domain/failure.ts';
import { FileIndex, joined } from '../../domain/join.ts';
import { itemKeysOf, knownItemKeysOf } from '../../domain/keys.ts';
import { cluesOf, fileKeys } from '../../domain/same-file.ts';
import { createMutex } from '../mutex.ts';
import type { NamedValue } from '../named-value.ts';
import { isSelected, type Selection } from './row.ts';
import type { Find, Work } from './work.ts';

/** Failures kept in memory, and the records on disk that they replace, each by id. */
export interface Kept {
  failures: ReadonlyMap<string, Failure>;
  /** As they stand on disk. */
  replaced: ReadonlyMap<string, Failure>;
}

const byId = (some: readonly Failure[]): Map<string, Failure> =>
  new Map(some.map((failure) => [failure.id, failure]));

/** Puts failures in the place of what the disk has of the same files, and makes one record of both. */
export async function inPlaceOf(onDisk: Find, kept: readonly Failure[]): Promise<Kept> {
  if (kept.length === 0) return { failures: new Map(), replaced: new Map() };
  const same = byId(await onDisk({ ids: kept.map(({ id }) => id) }));
  // By file even if its file has arrived by now: joining the two then closes the record on disk.
  const keysToFind = (failure: Failure): string[] => [...itemKeysOf(failure), ...fileKeys(cluesOf(failure))];
  const keys = kept.filter(({ id }) => !same.has(id)).flatMap(keysToFind);
  const replaced = new Map([...same, ...(keys.length > 0 ? byId(await onDisk({ keys })) : [])]);
  const all = new Map<string, Failure>();
  const owners = new Map<string, string>();
  const files = new FileIndex();
  const add = (failure: Failure): void => {
    all.set(failure.id, failure);
    files.add(failure);
    for (const key of knownItemKeysOf(failure)) owners.set(key, failure.id);
  };
  for (const failure of replaced.values()) add(failure);
  for (const failure of kept) {
    const ids = knownItemKeysOf(failure).flatMap((key) => owners.get(key) ?? []);
    // If the disk has this id, the failure was made from that record and takes its place. If not, no record was found
    // when it was recorded, perhaps because the disk could not be read: look for one of the same item or file.
    const isNew = !all.has(failure.id);
    const owner = isNew ? all.get(ids[0] ?? '') : undefined;
    const ofSameFile = isNew ? all.get(files.find(failure) ?? '') : undefined;
    if (owner) add(absorb(owner, failure) ?? owner);
    else add(ofSameFile ? { ...joined(ofSameFile, failure), id: ofSameFile.id } : failure);
  }
  return { failures: all, replaced };
}

/** Adds failures that were kept elsewhere; one that is already there is updated. */
export const adopting =
  (adopted: readonly Failure[]): Work =>
  async (find, replace) => {
    const kept = await inPlaceOf(find, adopted);
    for (const after of kept.failures.values()) {
      const before = kept.replaced.get(after.id);
      if (after !== before) await replace(before, after);
    }
  };

/** Everything kept in memory: failures of private windows, and those that replace records on disk. */
export async function readKept(
  values: Record<'private' | 'unsaved', NamedValue<Failure[]>>,
  onDisk: Find,
): Promise<Kept> {
  const [ofPrivate, unsaved] = await Promise.all([values.private.read(), values.unsaved.read()]);
  const { failures: inPlace, replaced } = await inPlaceOf(onDisk, unsaved);
  return { failures: new Map([...byId(ofPrivate), ...inPlace]), replaced };
}

export interface Memory {
  /** The failures of a selection: those kept here, and those on disk that none here replaces. */
  find: Find;
  /** Does some work, which finds failures as above, and returns the records that it changed. They are kept here. */
  write(work: Work): Promise<Failure[]>;
  /** Hands all failures to `save`, and forgets them if it succeeds. Nothing else runs meanwhile. */
  drain(save: (failures: Failure[]) => Promise<unknown>): Promise<void>;
}

/** Without `onDisk` the failures replace no records. */
export function createMemory(value: NamedValue<Failure[]>, onDisk: Find = async () => []): Memory {
  /** One thing at a time: session storage has no transactions. */
  const exclusive = createMutex();
  const read = async (): Promise<Kept> => inPlaceOf(onDisk, await value.read());

  async function findIn(kept: Kept['failures'], selection: Selection): Promise<Failure[]> {
    return [
      ...[...kept.values()].filter((failure) => isSelected(failure, selection)),
      ...(await onDisk(selection)).filter(({ id }) => !kept.has(id)),
    ];
  }

  return {
    find: async (selection) => findIn((await read()).failures, selection),
    write: (work) =>
      exclusive(async () => {
        const before = await read();
        const kept = new Map(before.failures);
        const changed: (Failure | undefined)[] = [];
        await work(
          (selection) => findIn(kept, selection),
          async (old, replacement) => {
            changed.push(replacement);
            if (replacement) kept.set(replacement.id, replacement);
            else if (old) kept.delete(old.id);
          },
        );
        if (changed.length > 0) {
          await value.write([...kept.values()].filter((one) => one !== before.replaced.get(one.id)));
        }
        return changed.filter((failure) => failure !== undefined);
      }),
    drain: (save) =>
      exclusive(async () => {
        const kept = await value.read();
        if (kept.length === 0) return;
        await save(kept);
        await value.write([]);
      }),
  };
}
