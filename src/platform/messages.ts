/** The commands that pages send to the background, checked where they arrive. */
import * as v from 'valibot';
import browser from './browser.ts';

const Command = v.variant('command', [
  v.object({ command: v.literal('retry'), id: v.string() }),
  v.object({ command: v.literal('mark-all-seen') }),
  v.object({ command: v.literal('reset-journal') }),
]);

export type Command = v.InferOutput<typeof Command>;

const Answer = v.object({ error: v.nullable(v.string()) });

/**
 * Sends a command and waits until the background has carried it out.
 * @throws with the background's own word when that failed.
 */
export async function send(command: Command): Promise<void> {
  const { error } = v.parse(Answer, await browser.runtime.sendMessage(command));
  if (error !== null) throw new Error(error);
}

/** Carries out the commands of this extension's own pages. Anything else is refused and logged. */
export function onCommand(carryOut: (command: Command) => Promise<void>): void {
  browser.runtime.onMessage.addListener((message: unknown, sender, respond) => {
    const parsed = v.safeParse(Command, message);
    const done =
      parsed.success && sender.id === browser.runtime.id
        ? carryOut(parsed.output)
        : Promise.reject(new Error(`Not a command: ${JSON.stringify(message)}`));
    const answer = (error: string | null): void => respond({ error } satisfies v.InferOutput<typeof Answer>);
    done.then(
      () => answer(null),
      (error: unknown) => {
        console.error(error);
        answer(error instanceof Error ? error.message : String(error));
      },
    );
    // Chrome before 148 ignores a returned promise; `true` and `respond` hold everywhere.
    return true;
  });
}
