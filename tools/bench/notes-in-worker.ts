/**
 * Runs in front of the background: notes what each of its runs hears and asks of the browser, in a database of its own.
 * So it can be told afterwards, without a look into the background, which would keep it awake.
 */
import type { Notes } from './results.ts';

type Namespace = Record<string, unknown>;
declare const chrome: Record<string, Namespace>;

/** The notes' database, and the only store in it. */
const NOTES = 'notes';
/** What comes within that time (ms) is written at once. */
const TOGETHER_MS = 500;

const notes: Notes = { at: Date.now(), heard: [], asked: {} };
let waits = false;
/** Not noted itself. */
const { put } = IDBObjectStore.prototype;

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(NOTES);
  request.onupgradeneeded = () => request.result.createObjectStore(NOTES, { keyPath: 'at' });
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function write(): Promise<void> {
  waits = false;
  const database = await opened();
  Reflect.apply(put, database.transaction(NOTES, 'readwrite').objectStore(NOTES), [notes]);
  database.close();
}

function writeSoon(): void {
  if (!waits) setTimeout(() => void write(), TOGETHER_MS);
  waits = true;
}

const isMethod = (value: unknown): value is (...parameters: unknown[]) => unknown =>
  typeof value === 'function';

function nameOf(event: string, told: unknown): string {
  const named = typeof told === 'object' && told !== null && 'name' in told;
  return event === 'alarms.onAlarm' && named ? `alarm ${String(told.name)}` : event;
}

function noteEvents(event: object, called: string): void {
  const add: unknown = Reflect.get(event, 'addListener');
  if (!isMethod(add)) return;
  Reflect.set(event, 'addListener', (listener: unknown, ...others: unknown[]) => {
    // One of its listeners is enough.
    Reflect.set(event, 'addListener', add);
    const noting = (...told: unknown[]): unknown => {
      notes.heard.push({ after: Date.now() - notes.at, event: nameOf(called, told[0]) });
      writeSoon();
      return isMethod(listener) ? listener(...told) : undefined;
    };
    return Reflect.apply(add, event, [noting, ...others]);
  });
}

function noteCalls(holder: object, method: string, called: string): void {
  const ask: unknown = Reflect.get(holder, method);
  if (!isMethod(ask)) return;
  Reflect.set(holder, method, function (this: unknown, ...parameters: unknown[]): unknown {
    notes.asked[called] = (notes.asked[called] ?? 0) + 1;
    writeSoon();
    return Reflect.apply(ask, this, parameters);
  });
}

for (const [namespace, api] of Object.entries(chrome)) {
  if (!['alarms', 'downloads', 'notifications', 'permissions', 'runtime', 'storage'].includes(namespace))
    continue;
  for (const [name, value] of Object.entries(api))
    if (typeof value === 'object' && value !== null && /^on[A-Z]/.test(name))
      noteEvents(value, `${namespace}.${name}`);
}
const { downloads } = chrome;
if (downloads) for (const name of ['search', 'download', 'resume']) noteCalls(downloads, name, name);
noteCalls(IDBObjectStore.prototype, 'put', 'written');

/** All that was noted; for a page of the extension. */
export async function all(): Promise<Notes[]> {
  const database = await opened();
  const request = database.transaction(NOTES).objectStore(NOTES).getAll();
  return await new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
