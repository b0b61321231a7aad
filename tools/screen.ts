import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { installPackages } from './browser/install.ts';
import { onSignal } from './cleanup.ts';
import { messageOf } from './problem.ts';

const run = promisify(execFile);

/** Debian's packages by what they are needed for. */
const programs = { Xvfb: 'xvfb', xdotool: 'xdotool' };

async function missingPackages(): Promise<string[]> {
  const missing: string[] = [];
  for (const [program, name] of Object.entries(programs)) {
    await run('which', [program]).catch(() => missing.push(name));
  }
  return missing;
}

/** Why there can be no {@link Screen} here; undefined if there can. */
export async function whyNoScreen(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'A screen that nobody sees is to be had on Linux only.';
  const missing = await missingPackages();
  if (missing.length === 0) return undefined;
  return `What the browser itself asks can't be answered here without ${missing.join(' and ')}.`;
}

/** Installs what a {@link Screen} needs where that can be done. Gives why there can still be none. */
export async function provideScreen(): Promise<string | undefined> {
  const reason = await whyNoScreen();
  if (reason === undefined || process.platform !== 'linux') return reason;
  try {
    await installPackages('A screen that nobody sees', await missingPackages());
  } catch (error) {
    return `${reason} apt-get: ${messageOf(error)}`;
  }
  return await whyNoScreen();
}

/** A screen that nobody sees, for what browsers show outside of pages. */
export interface Screen {
  /** Its name for the programs that are to be shown there. */
  readonly display: string;
  /** Presses keys of the keyboard, one after the other, by their names (`Tab`, `Return`). */
  press(...keys: string[]): Promise<void>;
  /** Presses the mouse at a place in pixels. */
  click(x: number, y: number): Promise<void>;
  close(): Promise<void>;
}

export async function openScreen(): Promise<Screen> {
  // It chooses a number that is free, and writes it to the fourth of its files.
  // It ends with the last program that is shown on it, should this process not live to end it.
  const options = ['-terminate', '-displayfd', '3', '-screen', '0', '1400x1100x24', '-nolisten', 'tcp'];
  const server = spawn('Xvfb', options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const ended = once(server, 'exit');
  const close = async (): Promise<void> => {
    server.kill();
    await ended;
  };
  const withdraw = onSignal(close);
  const [, , , numbers] = server.stdio;
  if (!numbers) throw new Error('Xvfb has no pipe.');
  const [number] = await Promise.race([
    once(numbers, 'data'),
    ended.then(([code]) => Promise.reject(new Error(`Xvfb ended with ${code}.`))),
  ]);
  const display = `:${String(number).trim()}`;
  const xdotool = (...words: string[]) =>
    run('xdotool', words, { env: { ...process.env, DISPLAY: display } });
  return {
    display,
    async press(...keys) {
      await xdotool('key', '--delay', '100', ...keys);
    },
    async click(x, y) {
      const place = [String(Math.round(x)), String(Math.round(y))];
      await xdotool('mousemove', ...place, 'sleep', '0.2', 'click', '1', 'sleep', '0.1');
      // Nothing but the mouse says here which window has the focus, and the next may come up under it.
      await xdotool('mousemove', '0', '0');
    },
    async close() {
      withdraw();
      await close();
    },
  };
}
