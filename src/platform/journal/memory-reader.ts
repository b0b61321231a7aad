/** Reading what is kept in session storage, apart from its writing, so that pages need not load that. */
import type { Failure } from '../../domain/failure.ts';
import type { NamedValue } from '../named-value.ts';
import { readable } from './stored-reader.ts';

export async function readFailures(value: NamedValue): Promise<Failure[]> {
  const stored = await value.read();
  return Array.isArray(stored) ? readable(stored) : [];
}
