/** The keys by which the journal finds the failure that an item of the browser belongs to. */
import {
  awaitsItem,
  currentAttempt,
  type Failure,
  isCancelled,
  isRecovered,
  type ObservedDownload,
} from './failure.ts';
import { addressKeys, cluesOf, cluesOfSnapshot, fileKeys, linkKey } from './same-file.ts';

/** By this a new item of ours finds the failure it was started for. */
export const startingKey = (url: string): string => `starting ${url}`;

/**
 * By this an item that the browser resumed by itself after a restart finds the attempt that was running: it has another
 * id and start by then, but still the same target.
 */
const targetKey = (filename: string): string => `file ${filename}`;

/** The keys of the items that a failure had or has. */
export function knownItemKeysOf(failure: Failure): string[] {
  const keys = new Set<string>();
  for (const { item } of failure.attempts) {
    if (item) keys.add(item.key);
    if (item?.trace) keys.add(item.trace);
  }
  const { state, item, download } = currentAttempt(failure);
  const filename = download?.filename ?? failure.filename;
  if (state === 'running' && item?.trace && filename) keys.add(targetKey(filename));
  return [...keys];
}

/** The same, and those of the items that it waits for, which another failure may wait for, too. */
export function itemKeysOf(failure: Failure): string[] {
  const keys = new Set(knownItemKeysOf(failure));
  for (const attempt of failure.attempts.filter(awaitsItem)) {
    // What we ask for as the page does isn't marked as ours: by its address it is found even if the file has come.
    for (const key of attempt.asPage ? addressKeys(failure.url) : [startingKey(failure.url)]) keys.add(key);
  }
  return [...keys];
}

/** Where a failure is found whose file has come: nobody waits for that any more. */
const cameKey = (key: string): string => `came ${key}`;

/** Every key by which a snapshot can be matched to this failure. */
export function keysOf(failure: Failure): string[] {
  const keys = fileKeys(cluesOf(failure));
  return [...itemKeysOf(failure), ...(isRecovered(failure) ? keys.map(cameKey) : keys)];
}

/** The keys by which to look up the failure that a snapshot's item belongs to already, best first. */
export function itemLookupKeys({ item, ours, url, filename }: ObservedDownload): string[] {
  if (!item) return [];
  const keys = [item.key];
  if (ours) keys.push(startingKey(url));
  if (item.trace) keys.push(item.trace);
  if (item.trace && filename) keys.push(targetKey(filename));
  return keys;
}

/** All keys by which to look up the failures that a snapshot could be about. */
export function lookupKeys(snapshot: ObservedDownload): string[] {
  const clues = cluesOfSnapshot(snapshot);
  const keys = fileKeys(clues);
  return [
    ...itemLookupKeys(snapshot),
    ...keys,
    // The person may have cancelled it because the file came in another way.
    ...(isCancelled(snapshot) ? keys.map(cameKey) : []),
    ...(clues.name === null ? [] : [linkKey(clues.name)]),
  ];
}
