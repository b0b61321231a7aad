/** The commands that pages send to the background, checked where they arrive. */
import * as v from 'valibot';
import browser from './browser.ts';

const ids = v.array(v.string());

const Command = v.variant('command', [
  v.object({ command: v.literal('retry'), id: v.string() }),
  /** Ends the retry that is under way, or what is to come. */
  v.object({ command: v.literal('cancel'), id: v.string() }),
  /** Begins a round, or adds to the one under way. */
  v.object({ command: v.literal('retry-all') }),
  v.object({ command: v.literal('retry-group'), reason: v.string() }),
  v.object({ command: v.literal('retry-many'), ids }),
  /** Takes what still waits out of the round. */
  v.object({ command: v.literal('stop-round') }),
  v.object({ command: v.literal('close-round'), id: v.number() }),
  v.object({ command: v.literal('dismiss'), ids }),
  v.object({ command: v.literal('restore'), ids }),
  v.object({ command: v.literal('delete'), ids }),
  v.object({ command: v.literal('mark-all-seen') }),
  /** A page wrote to the journal itself. */
  v.object({ command: v.literal('journal-changed') }),
  v.object({ command: v.literal('reset-journal') }),
  v.object({ command: v.literal('read-failures'), ids }),
  v.object({ command: v.literal('read-history'), from: v.nullable(v.number()), limit: v.number() }),
  v.object({
    command: v.literal('read-open-failures'),
    limits: v.object({
      standard: v.number(),
      of: v.record(v.string(), v.number()),
      search: v.string(),
    }),
  }),
]);

export type Command = v.InferOutput<typeof Command>;

const Answer = v.object({ error: v.nullable(v.string()), result: v.optional(v.unknown()) });

/**
 * Sends a command, waits until the background has carried it out, and gives what came of it.
 * @throws with the background's own word when that failed.
 */
export async function send(command: Command): Promise<unknown> {
  const { error, result } = v.parse(Answer, await browser.runtime.sendMessage(command));
  if (error !== null) throw new Error(error);
  return result;
}

/** Sends a command whose outcome shows in the journal; that it could not be carried out is only logged. */
export const order = (command: Command): void => void send(command).catch(console.error);

/** Carries out the commands of this extension's own pages. Anything else is refused and logged. */
export function onCommand(carryOut: (command: Command) => Promise<unknown>): void {
  browser.runtime.onMessage.addListener((message: unknown, sender, respond) => {
    const parsed = v.safeParse(Command, message);
    const done =
      parsed.success && sender.id === browser.runtime.id
        ? carryOut(parsed.output)
        : Promise.reject(new Error(`Not a command: ${JSON.stringify(message)}`));
    const answer = (answered: v.InferOutput<typeof Answer>): void => respond(answered);
    done.then(
      (result) => answer({ error: null, result }),
      (error: unknown) => {
        console.error(error);
        answer({ error: error instanceof Error ? error.message : String(error) });
      },
    );
    // Chrome before 148 ignores a returned promise; `true` and `respond` hold everywhere.
    return true;
  });
}
