import * as v from 'valibot';

/** The value as the schema gives it, or undefined where it is something else. */
export function parsed<Output>(schema: v.GenericSchema<unknown, Output>, value: unknown): Output | undefined {
  const result = v.safeParse(schema, value, { abortEarly: true });
  return result.success ? result.output : undefined;
}
