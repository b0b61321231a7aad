/** The journal as pages read it: directly, without waking the background, wherever that can be. */
import type { Failure } from '../../domain/failure.ts';
import { send } from '../messages.ts';
import { list, map, object } from '../parse.ts';
import { inPrivateFirefox } from '../private-page.ts';
import { type Limits, type OpenFailures, readDirectly, readFailuresDirectly } from './open-failures.ts';
import { parseHealth } from './session-values.ts';
import { parseFailure } from './stored-failure.ts';
import { parseCounts } from './stored-reader.ts';

const parseFailures = list(parseFailure);
const parseAnswer = object({ health: parseHealth, counts: parseCounts, failures: map(parseFailures) });

export async function readOpenFailures(limits: Limits): Promise<OpenFailures> {
  return inPrivateFirefox()
    ? parseAnswer(await send({ command: 'read-open-failures', limits }))
    : readDirectly(limits);
}

/** The failures with these ids, in any order; unknown ids are passed over. */
export async function readFailures(ids: readonly string[]): Promise<Failure[]> {
  return inPrivateFirefox()
    ? parseFailures(await send({ command: 'read-failures', ids: [...ids] }))
    : readFailuresDirectly(ids);
}
