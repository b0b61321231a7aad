/** What pages ask of the background, and what it answers: both are checked where they arrive. */
import * as v from 'valibot';
import { acceptedKindSchema } from '../domain/accepted.ts';
import browser from './browser.ts';
import { parsed } from './parsed.ts';

const one = { id: v.string() };
const some = { ids: v.array(v.string()) };

/** How many failures a round took, and whether it left some out as too old or as already being tried. */
const roundTakenSchema = v.object({ taken: v.number(), older: v.boolean(), busy: v.boolean() });
export type RoundTaken = v.InferOutput<typeof roundTakenSchema>;

/** Each command: what it says, and what it returns. */
const commands = {
  retry: { says: v.object(one), answer: v.void() },
  /** Cancels the running retry, or the one that was to come. */
  cancel: { says: v.object(one), answer: v.void() },
  /** Starts a round, or adds to the one in progress. */
  'retry-all': { says: v.object({}), answer: roundTakenSchema },
  'retry-group': { says: v.object({ reason: v.string() }), answer: roundTakenSchema },
  'retry-many': { says: v.object(some), answer: roundTakenSchema },
  /** Takes what is still waiting out of the round. */
  'stop-round': { says: v.object({}), answer: v.void() },
  'close-round': { says: v.object({ id: v.number() }), answer: v.void() },
  /** Returns how many it changed, as does `restore`. */
  dismiss: { says: v.object(some), answer: v.number() },
  restore: { says: v.object(some), answer: v.number() },
  delete: { says: v.object(some), answer: v.void() },
  /** The person opens its page, perhaps for a new link. */
  'await-link': { says: v.object(one), answer: v.void() },
  /** The download that closed the failure was of another file. */
  'not-this-file': { says: v.object(one), answer: v.void() },
  /** What came is the file, or may not be after all; and what was said of such files no longer holds. */
  accept: { says: v.object(one), answer: v.void() },
  'suspect-again': { says: v.object(one), answer: v.void() },
  'forget-accepted': { says: acceptedKindSchema, answer: v.void() },
  'mark-all-seen': { says: v.object({}), answer: v.void() },
  /** A page has imported failures into the journal itself. */
  imported: { says: v.object({}), answer: v.void() },
  'reset-journal': { says: v.object({}), answer: v.void() },
  /** For a page that can't read the journal itself: see `journal/reads.ts`, which checks both. */
  read: { says: v.object({ what: v.string(), asked: v.unknown() }), answer: v.unknown() },
};

type Commands = typeof commands;
export type CommandName = keyof Commands;
type Says<Name extends CommandName> = v.InferOutput<Commands[Name]['says']>;
export type Command<Name extends CommandName = CommandName> = { command: Name } & Says<Name>;
export type Answer<Name extends CommandName> = v.InferOutput<Commands[Name]['answer']>;
/** What carries out each command. */
export type Handlers = { [Name in CommandName]: (says: Says<Name>) => Promise<Answer<Name>> };

const replySchema = v.object({ error: v.nullable(v.string()), result: v.optional(v.unknown()) });
type Reply = v.InferOutput<typeof replySchema>;

/**
 * Sends a command, waits until the background has carried it out, and returns the result.
 * @throws with the background's error message if that failed.
 */
export async function send<Name extends CommandName>(command: Command<Name>): Promise<Answer<Name>> {
  const { error, result } = v.parse(replySchema, await browser.runtime.sendMessage(command));
  if (error !== null) throw new Error(error);
  return v.parse(commands[command.command].answer, result);
}

const named = v.object({ command: v.picklist(Object.keys(commands).filter(isCommandName)) });

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

async function carryOut<Name extends CommandName>(
  handlers: Handlers,
  name: Name,
  message: unknown,
): Promise<Answer<Name>> {
  return handlers[name](v.parse(commands[name].says, message));
}

/** Carries out the commands of this extension's own pages. Anything else is refused and logged. */
export function onCommand(handlers: Handlers): void {
  browser.runtime.onMessage.addListener((message: unknown, sender, respond) => {
    const name = sender.id === browser.runtime.id ? parsed(named, message)?.command : undefined;
    const done = name
      ? carryOut(handlers, name, message)
      : Promise.reject(new Error(`Not a command: ${JSON.stringify(message)}`));
    const reply = (replied: Reply): void => respond(replied);
    done.then(
      (result: unknown) => reply({ error: null, result }),
      (error: unknown) => {
        console.error(error);
        reply({ error: error instanceof Error ? error.message : String(error) });
      },
    );
    // Chrome before 148 ignores a returned promise; `true` and `respond` work everywhere.
    return true;
  });
}
