import browser from './browser.ts';

/** A value with a name in one of the browser's storages. */
export interface NamedValue {
  read(): Promise<unknown>;
  write(value: unknown): Promise<void>;
}

const valueIn =
  (area: 'session' | 'local') =>
  (name: string): NamedValue => ({
    read: async () => (await browser.storage[area].get(name))[name],
    write: (value) => browser.storage[area].set({ [name]: value }),
  });

/** In memory: it outlives the background, and is gone with the browser. */
export const sessionValue = valueIn('session');
/** On disk. */
export const localValue = valueIn('local');
