import { parseArgs } from 'node:util';
import type { Target } from '../src/platform/target.ts';
import { messageOf, Problem } from './problem.ts';

/** Which browser `npm start` and `npm run dev` were asked for. */
export interface LaunchArguments {
  target: Target;
  headless: boolean;
}

/** What `parse` gives; if it throws, a {@link Problem} with its message and the usage. */
export function orProblem<T>(parse: () => T, usage: string): T {
  try {
    return parse();
  } catch (error) {
    throw new Problem(`${messageOf(error)}\nUsage: ${usage}`);
  }
}

/** Reads the arguments of `npm start` and `npm run dev`. */
export function parseLaunch(command: 'npm start' | 'npm run dev', args: string[]): LaunchArguments {
  return orProblem(() => {
    const { values } = parseArgs({
      args,
      options: {
        browser: { type: 'string', default: 'chrome' },
        headless: { type: 'boolean', default: false },
      },
    });
    const { browser: target, headless } = values;
    if (target !== 'chrome' && target !== 'firefox') throw new Error(`There is no browser "${target}".`);
    return { target, headless };
  }, `${command} [-- --browser chrome|firefox] [--headless]`);
}

/** Parts of the benchmark that can be measured alone. */
const benchParts = ['popup', 'browsing', 'history', 'background', 'idle'] as const;

/** Reads the arguments of `npm run bench`: parts, if not all is measured, and the folders of other builds for Chrome. */
export function parseBench(
  args: string[],
): Record<'popupAgainst' | 'captureAgainst' | 'against', string | undefined> &
  Record<(typeof benchParts)[number] | 'compare', boolean> & { minutes: number } {
  const alone = benchParts.map((part) => `[--${part}]`).join(' ');
  return orProblem(() => {
    const folder = { type: 'string' } as const;
    const wish = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({
      args,
      options: {
        'popup-against': folder,
        'capture-against': folder,
        against: folder,
        popup: wish,
        browsing: wish,
        history: wish,
        background: wish,
        idle: wish,
        minutes: { type: 'string', default: '60' },
        compare: wish,
      },
    });
    const { 'popup-against': popupAgainst, 'capture-against': captureAgainst, against, ...others } = values;
    const minutes = Number(others.minutes);
    if (!(minutes > 0)) throw new Error(`${others.minutes} are no minutes.`);
    return { popupAgainst, captureAgainst, against, ...others, minutes };
  }, `npm run bench [-- ${alone} [--popup-against <folder>] [--capture-against <folder>] [--against <folder>] [--minutes <number>] [--compare]]`);
}

/** Reads the arguments of `npm test`: a step's name, if not all are to run, then whatever that step takes. */
export function parseTest(
  args: string[],
  steps: readonly string[],
): { step: string | undefined; rest: string[] } {
  const [step, ...rest] = args;
  if (step === undefined || steps.includes(step)) return { step, rest };
  throw new Problem(
    `There is no step "${step}".\nUsage: npm test [-- ${steps.join('|')} [test file or vitest options]]`,
  );
}
