import type * as v from 'valibot';
import browser from './browser.ts';
import { parsed } from './parsed.ts';

/** A value with a name in one of the browser's storages. */
export interface NamedValue<Value> {
  read(): Promise<Value>;
  write(value: Value): Promise<void>;
}

const valueIn =
  (area: 'session' | 'local') =>
  /** `otherwise` stands for what is not there or can't be read. */
  <Value>(name: string, schema: v.GenericSchema<unknown, Value>, otherwise: Value): NamedValue<Value> => ({
    read: async () => parsed(schema, (await browser.storage[area].get(name))[name]) ?? otherwise,
    write: (value) => browser.storage[area].set({ [name]: value }),
  });

/** In memory: it outlives the background, and is gone with the browser. */
export const sessionValue = valueIn('session');
/** On disk. */
export const localValue = valueIn('local');
