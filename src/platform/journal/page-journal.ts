/** The journal as pages read it: directly, without waking the background, wherever that can be. */
import * as v from 'valibot';
import type { Failure } from '../../domain/failure.ts';
import { send } from '../messages.ts';
import { inPrivateFirefox } from '../private-page.ts';
import { type Limits, type OpenFailures, readDirectly, readFailuresDirectly } from './open-failures.ts';
import { Health } from './session-values.ts';
import { StoredFailure } from './stored-failure.ts';
import { StoredCounts } from './stored-reader.ts';

const Answer = v.object({
  health: Health,
  counts: StoredCounts,
  failures: v.map(v.string(), v.array(StoredFailure)),
});

export async function readOpenFailures(limits: Limits): Promise<OpenFailures> {
  return inPrivateFirefox()
    ? v.parse(Answer, await send({ command: 'read-open-failures', limits }))
    : readDirectly(limits);
}

/** The failures with these ids, in any order; unknown ids are passed over. */
export async function readFailures(ids: readonly string[]): Promise<Failure[]> {
  return inPrivateFirefox()
    ? v.parse(v.array(StoredFailure), await send({ command: 'read-failures', ids: [...ids] }))
    : readFailuresDirectly(ids);
}
