/** Runs in the background's service worker: counts what it hears, and what it asks of the browser and the database. */
import type { Asked } from './results.ts';

type Namespace = Record<string, unknown>;
declare const chrome: Record<string, Namespace> & { storage: Record<string, Namespace> };

const asked: Asked = { events: 0, looks: 0, reads: 0, writes: 0, others: 0, transactions: 0, questions: 0 };

const isEvent = (
  value: unknown,
): value is { hasListeners(): boolean; addListener(listener: () => void): void } =>
  typeof value === 'object' && value !== null && 'hasListeners' in value && 'addListener' in value;

function count(what: keyof Asked): void {
  asked[what] += 1;
}

/** Has each call of a method counted. */
function countCalls(holder: object, name: string, as: keyof Asked): void {
  const method: unknown = Reflect.get(holder, name);
  if (typeof method !== 'function') return;
  Reflect.set(holder, name, function (this: unknown, ...parameters: unknown[]): unknown {
    count(as);
    return Reflect.apply(method, this, parameters);
  });
}

/** What one of the browser's functions counts as. */
function kindOf(namespace: string, name: string): keyof Asked {
  if (namespace === 'downloads' && name === 'search') return 'looks';
  if (namespace.startsWith('storage')) return name.startsWith('get') ? 'reads' : 'writes';
  return 'others';
}

function watch(namespace: string, api: Namespace | undefined): void {
  for (const [name, value] of Object.entries(api ?? {})) {
    // Only what the extension hears, as a listener would be one that wakes it.
    if (isEvent(value)) {
      if (value.hasListeners()) value.addListener(() => count('events'));
    } else if (typeof value === 'function' && api) countCalls(api, name, kindOf(namespace, name));
  }
}

for (const name of ['downloads', 'alarms', 'action', 'permissions', 'tabs', 'notifications', 'webRequest'])
  watch(name, chrome[name]);
for (const area of ['local', 'session', 'sync', 'managed']) watch(`storage.${area}`, chrome.storage[area]);
countCalls(IDBDatabase.prototype, 'transaction', 'transactions');
for (const { prototype } of [IDBObjectStore, IDBIndex])
  for (const name of ['get', 'getAll', 'put', 'delete', 'count', 'openCursor'])
    countCalls(prototype, name, 'questions');
countCalls(BroadcastChannel.prototype, 'postMessage', 'others');

/** What was counted so far, for each of so many downloads. */
export function forEach(downloads: number): Asked {
  const { events, looks, reads, writes, others, transactions, questions } = asked;
  return {
    events: events / downloads,
    looks: looks / downloads,
    reads: reads / downloads,
    writes: writes / downloads,
    others: others / downloads,
    transactions: transactions / downloads,
    questions: questions / downloads,
  };
}
