/** What is asked of IndexedDB. */
export interface DatabaseWork {
  /** Records that were handed over. */
  records: number;
  /** Questions to an index. */
  lookUps: number;
  writes: number;
  transactions: number;
}

/** Has each call of a method noticed, with what it gave. Returns a function that ends that. */
function onCall(prototype: object, name: string, notice: (given: unknown) => void): () => void {
  const method: unknown = Reflect.get(prototype, name);
  if (typeof method !== 'function') throw new Error(`There is no method ${name}.`);
  Reflect.set(prototype, name, function (this: unknown, ...parameters: unknown[]) {
    const given: unknown = Reflect.apply(method, this, parameters);
    notice(given);
    return given;
  });
  return () => void Reflect.set(prototype, name, method);
}

/** Does some work, and gives what it asked of the database. */
export async function databaseWork(work: () => Promise<unknown>): Promise<DatabaseWork> {
  const done: DatabaseWork = { records: 0, lookUps: 0, writes: 0, transactions: 0 };
  const noticeRecords = (request: unknown): void => {
    if (!(request instanceof IDBRequest)) return;
    // A cursor succeeds once for each of its records, and with nothing at its end.
    request.addEventListener('success', () => {
      const { result } = request;
      done.records += Array.isArray(result) ? result.length : result ? 1 : 0;
    });
  };
  const ends = [
    ...[IDBObjectStore.prototype, IDBIndex.prototype].flatMap((prototype) =>
      ['get', 'getAll', 'openCursor'].map((name) => onCall(prototype, name, noticeRecords)),
    ),
    ...['get', 'getAll', 'openCursor', 'openKeyCursor', 'count'].map((name) =>
      onCall(IDBIndex.prototype, name, () => {
        done.lookUps += 1;
      }),
    ),
    ...['put', 'add', 'delete'].map((name) =>
      onCall(IDBObjectStore.prototype, name, () => {
        done.writes += 1;
      }),
    ),
    onCall(IDBDatabase.prototype, 'transaction', () => {
      done.transactions += 1;
    }),
  ];
  try {
    await work();
  } finally {
    // The last wrapped is the first unwrapped.
    for (const end of ends.reverse()) end();
  }
  return done;
}
