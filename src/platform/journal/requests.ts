/** IndexedDB's requests and transactions as promises. */

export const settled = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Resolves when all that was done in the transaction is stored, rejects when nothing of it is. */
export const completed = (tx: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve();
    // There is no error where it was us, or the browser closing the database.
    tx.onabort = () => reject(tx.error ?? new DOMException('The transaction was aborted.', 'AbortError'));
  });

/** Undoes a transaction, unless it is over already. */
export function abort(tx: IDBTransaction): void {
  try {
    tx.abort();
  } catch {
    // It ended by an error of its own, or with the database.
  }
}

/** Where a cursor comes to from here: at the next place, or the first from `key` on; null behind the last. */
export function advance<Cursor extends IDBCursor>(cursor: Cursor, key?: IDBValidKey): Promise<Cursor | null> {
  cursor.continue(key);
  return settled(cursor.request);
}
