import { parseArgs } from 'node:util';
import type { Target } from '../src/platform/target.ts';
import { messageOf, Problem } from './problem.ts';

/** Which browser `npm start` and `npm run dev` were asked for. */
export interface LaunchArguments {
  target: Target;
  headless: boolean;
}

/** What `npm test` was asked for. */
export interface TestArguments {
  /** The one step to run; all of them when absent. */
  step: string | undefined;
  /** What follows the step: filters and options for vitest. */
  rest: string[];
}

function orProblem<T>(parse: () => T, usage: string): T {
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

/** Reads the arguments of `npm test`: a step's name, then whatever that step takes. */
export function parseTest(args: string[], steps: readonly string[]): TestArguments {
  const [step, ...rest] = args;
  if (step === undefined || steps.includes(step)) return { step, rest };
  throw new Problem(
    `There is no step "${step}".\nUsage: npm test [-- ${steps.join('|')} [test file or vitest options]]`,
  );
}

/** Reads the arguments of `npm run bench`. */
export function parseBench(args: string[]): { popupAgainst: string | undefined } {
  return orProblem(() => {
    const { values } = parseArgs({ args, options: { 'popup-against': { type: 'string' } } });
    return { popupAgainst: values['popup-against'] };
  }, 'npm run bench [-- --popup-against <folder of a build for Chrome>]');
}
