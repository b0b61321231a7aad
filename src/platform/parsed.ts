import * as v from 'valibot';

/** The value as parsed by the schema, or undefined if it doesn't fit. */
export function parsed<Output>(schema: v.GenericSchema<unknown, Output>, value: unknown): Output | undefined {
  const result = v.safeParse(schema, value, { abortEarly: true });
  return result.success ? result.output : undefined;
}
