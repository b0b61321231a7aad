import { DATABASE } from './database.ts';
import { settled } from './requests.ts';

/**
 * Everything in the database, whatever its version: what a person can save before it is destroyed.
 * @throws when it can't be opened, and AbortError when there is none.
 */
export async function readRaw(): Promise<Record<string, unknown>> {
  const request = indexedDB.open(DATABASE);
  // Only where there is none: an empty one would later count as damaged.
  request.onupgradeneeded = () => request.transaction?.abort();
  const db = await settled(request);
  try {
    const stores: Record<string, unknown> = {};
    for (const name of db.objectStoreNames) {
      const store = db.transaction(name).objectStore(name);
      const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
      stores[name] = { keys, values };
    }
    return { database: DATABASE, version: db.version, stores };
  } finally {
    db.close();
  }
}
