/** Whether there is any connection at all. */
export const isOnline = (): boolean => navigator.onLine;

/** Calls `listener` when the connection returns while this context lives. */
export const onOnline = (listener: () => void): void => globalThis.addEventListener('online', listener);
