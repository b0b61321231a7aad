import { parseArgs } from 'node:util';
import type { Target } from '../src/platform/target.ts';
import { messageOf, Problem } from './problem.ts';

/** What `npm start` was asked for. */
export interface StartArguments {
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

/** Reads the arguments of `npm start`. */
export function parseStart(args: string[]): StartArguments {
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
  }, 'npm start [-- --browser chrome|firefox] [--headless]');
}

/** Reads the arguments of `npm test`: a step's name, then whatever that step takes. */
export function parseTest(args: string[], steps: readonly string[]): TestArguments {
  const [step, ...rest] = args;
  if (step === undefined || steps.includes(step)) return { step, rest };
  throw new Problem(
    `There is no step "${step}".\nUsage: npm test [-- ${steps.join('|')} [test file or vitest options]]`,
  );
}
