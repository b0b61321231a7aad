import browser from './browser.ts';
import { text } from './i18n.ts';

/** The extension's commands in words, each with its shortcut (empty if none is set). */
export async function shortcuts(): Promise<{ description: string; shortcut: string }[]> {
  const commands = await browser.commands.getAll();
  // Chrome has no description of the command that opens the popup.
  return commands.map(({ description, shortcut = '' }) => ({
    description: description || text('command_popup'),
    shortcut,
  }));
}
