import browser from './browser.ts';

/** The extension's commands in words, each with its shortcut; that is empty where none is set. */
export async function shortcuts(): Promise<{ description: string; shortcut: string }[]> {
  const commands = await browser.commands.getAll();
  return commands.map(({ description = '', shortcut = '' }) => ({ description, shortcut }));
}
