/** The history as its page reads it: directly, without waking the background, wherever that can be. */
import * as v from 'valibot';
import { send } from '../messages.ts';
import { inPrivateFirefox } from '../private-page.ts';
import { readStretchDirectly, type Stretch } from './history-reader.ts';
import { Health } from './session-values.ts';
import { StoredFailure } from './stored-failure.ts';

const Answer = v.object({
  health: Health,
  failures: v.array(StoredFailure),
  next: v.nullable(v.number()),
});

/** As {@link readStretchDirectly}. */
export async function readStretch(from: number | null, limit: number): Promise<Stretch> {
  return inPrivateFirefox()
    ? v.parse(Answer, await send({ command: 'read-history', from, limit }))
    : readStretchDirectly(from, limit);
}
