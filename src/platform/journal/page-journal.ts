/** The journal as pages read it: directly, without waking the background, wherever that can be. */
import type { Failure } from '../../domain/failure.ts';
import { inPrivateFirefox } from '../private-page.ts';
import { type Limits, type OpenFailures, readDirectly, readFailuresDirectly } from './open-failures.ts';

export async function readOpenFailures(limits: Limits): Promise<OpenFailures> {
  if (__TARGET__ === 'chrome' || !inPrivateFirefox) return readDirectly(limits);
  const { askOpenFailures } = await import('./asked-journal.ts');
  return askOpenFailures(limits);
}

/** The failures with these ids, in any order; unknown ids are passed over. */
export async function readFailures(ids: readonly string[]): Promise<Failure[]> {
  if (__TARGET__ === 'chrome' || !inPrivateFirefox) return readFailuresDirectly(ids);
  const { askFailures } = await import('./asked-journal.ts');
  return askFailures(ids);
}
