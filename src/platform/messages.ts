/** The commands that pages send to the background, checked where they arrive. */
import * as v from 'valibot';
import browser from './browser.ts';

const Command = v.variant('command', [
  v.object({ command: v.literal('retry'), id: v.string() }),
  v.object({ command: v.literal('mark-all-seen') }),
  v.object({ command: v.literal('reset-journal') }),
]);

export type Command = v.InferOutput<typeof Command>;

/** Sends a command and waits until the background has carried it out. */
export async function send(command: Command): Promise<void> {
  await browser.runtime.sendMessage(command);
}

/** Carries out the commands of this extension's own pages. Anything else is refused and logged. */
export function onCommand(carryOut: (command: Command) => Promise<void>): void {
  browser.runtime.onMessage.addListener((message: unknown, sender, respond) => {
    const parsed = v.safeParse(Command, message);
    const done =
      parsed.success && sender.id === browser.runtime.id
        ? carryOut(parsed.output)
        : Promise.reject(new Error(`Not a command: ${JSON.stringify(message)}`));
    done.catch((error: unknown) => console.error(error)).finally(() => respond(null));
    // Chrome before 148 ignores a returned promise; `true` and `respond` hold everywhere.
    return true;
  });
}
