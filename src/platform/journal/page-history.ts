/** The history as its page reads it: directly, without waking the background, wherever that can be. */
import { send } from '../messages.ts';
import { list, nullable, number, object } from '../parse.ts';
import { inPrivateFirefox } from '../private-page.ts';
import { readStretchDirectly, type Stretch } from './history-reader.ts';
import { parseHealth } from './session-values.ts';
import { parseFailure } from './stored-failure.ts';

const parseAnswer = object({ health: parseHealth, failures: list(parseFailure), next: nullable(number) });

/** As {@link readStretchDirectly}. */
export async function readStretch(from: number | null, limit: number): Promise<Stretch> {
  return inPrivateFirefox()
    ? parseAnswer(await send({ command: 'read-history', from, limit }))
    : readStretchDirectly(from, limit);
}
