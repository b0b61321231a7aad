import type { NamedValue } from './named-value.ts';

/** The same value, read once and then remembered: for one that nobody else writes. */
export function known<Value>({ read, write }: NamedValue<Value>): NamedValue<Value> {
  let last: { value: Value } | undefined;
  return {
    async read() {
      if (last) return last.value;
      const value = await read();
      // A write may have come meanwhile.
      last ??= { value };
      return last.value;
    },
    async write(value) {
      await write(value);
      last = { value };
    },
  };
}
