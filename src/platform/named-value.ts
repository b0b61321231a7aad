import type * as v from 'valibot';
import browser from './browser.ts';
import { parsed } from './parsed.ts';

/** A named value in one of the browser's storage areas. */
export interface NamedValue<Value> {
  read(): Promise<Value>;
  write(value: Value): Promise<void>;
}

const valueIn =
  (area: 'session' | 'local') =>
  /** `otherwise` is the value if nothing is stored, or something that doesn't fit the schema. */
  <Value>(name: string, schema: v.GenericSchema<unknown, Value>, otherwise: Value): NamedValue<Value> => ({
    read: async () => parsed(schema, (await browser.storage[area].get(name))[name]) ?? otherwise,
    write: (value) => browser.storage[area].set({ [name]: value }),
  });

/** In memory: it survives the background, but not the browser. */
export const sessionValue = valueIn('session');
/** On disk. */
export const localValue = valueIn('local');
