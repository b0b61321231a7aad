/** The commands that pages send to the background, checked where they arrive. */
import browser from './browser.ts';
import {
  boolean,
  list,
  nullable,
  number,
  object,
  type Parsed,
  parsed,
  record,
  string,
  unknown,
  variant,
} from './parse.ts';
import { unattended } from './unattended.ts';

const ids = list(string);

const parseCommand = variant('command', {
  retry: { id: string },
  /** Ends the retry that is under way, or what is to come. */
  cancel: { id: string },
  /** Begins a round, or adds to the one under way. */
  'retry-all': {},
  'retry-group': { reason: string },
  'retry-many': { ids },
  /** Takes what still waits out of the round. */
  'stop-round': {},
  'close-round': { id: number },
  dismiss: { ids },
  restore: { ids },
  delete: { ids },
  'mark-all-seen': {},
  /** A page wrote to the journal itself. */
  'journal-changed': {},
  'reset-journal': {},
  'read-failures': { ids },
  'read-history': { from: nullable(number), limit: number },
  'read-open-failures': {
    limits: object({ standard: nullable(number), of: record(number), search: string }),
  },
});

export type Command = Parsed<typeof parseCommand>;

/** What a round took in: how many failures, and whether it left out some only because they are too old. */
export const parseRoundTaken = object({ taken: number, older: boolean });
export type RoundTaken = Parsed<typeof parseRoundTaken>;

const parseAnswer = object({ error: nullable(string), result: unknown });
type Answer = Parsed<typeof parseAnswer>;

/**
 * Sends a command, waits until the background has carried it out, and gives what came of it.
 * @throws with the background's own word when that failed.
 */
export async function send(command: Command): Promise<unknown> {
  const { error, result } = parseAnswer(await browser.runtime.sendMessage(command));
  if (error !== null) throw new Error(error);
  return result;
}

/** Sends a command whose outcome shows in the journal; that it could not be carried out is only logged. */
export const order = (command: Command): void => unattended(send(command));

/** Carries out the commands of this extension's own pages. Anything else is refused and logged. */
export function onCommand(carryOut: (command: Command) => Promise<unknown>): void {
  browser.runtime.onMessage.addListener((message: unknown, sender, respond) => {
    const command = sender.id === browser.runtime.id ? parsed(parseCommand, message) : undefined;
    const done = command
      ? carryOut(command)
      : Promise.reject(new Error(`Not a command: ${JSON.stringify(message)}`));
    const answer = (answered: Answer): void => respond(answered);
    done.then(
      (result) => answer({ error: null, result }),
      (error: unknown) => {
        console.error(error);
        answer({ error: error instanceof Error ? error.message : String(error), result: undefined });
      },
    );
    // Chrome before 148 ignores a returned promise; `true` and `respond` hold everywhere.
    return true;
  });
}
