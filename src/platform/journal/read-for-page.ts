import type { Command } from '../messages.ts';

/** A command of a page that can't read the journal itself. */
export type ReadCommand = Extract<Command, { command: `read-${string}` }>;

/** Reads for a page in a private window of Firefox, with code that is loaded only when there is one. */
export async function readForPage(command: ReadCommand): Promise<unknown> {
  // Chrome's pages read by themselves, and its background can't load anything later.
  if (__TARGET__ === 'chrome') return undefined;
  if (command.command === 'read-history') {
    const { readStretchDirectly } = await import('./history-reader.ts');
    return readStretchDirectly(command.from, command.limit);
  }
  const { readDirectly, readFailuresDirectly } = await import('./open-failures.ts');
  return command.command === 'read-failures'
    ? readFailuresDirectly(command.ids)
    : readDirectly(command.limits);
}
