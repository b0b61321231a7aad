import { parseArgs } from 'node:util';
import { orProblem } from './arguments.ts';
import { runTool } from './run-tool.ts';

/**
 * `npm run test:chaos [-- --steps 100000] [--seed <seed>]`: the test that lets anything happen to downloads, for so many
 * steps in each browser. One that fails prints its seed and the fewest steps that lead there.
 */
export default async function main(args: string[]): Promise<number> {
  const { steps, seed } = orProblem(() => {
    const { values } = parseArgs({
      args,
      options: { steps: { type: 'string', default: '100000' }, seed: { type: 'string' } },
    });
    for (const value of [values.steps, values.seed ?? '0']) {
      if (!/^-?\d+$/.test(value)) throw new Error(`${value} is no whole number.`);
    }
    return values;
  }, 'npm run test:chaos [-- --steps <number>] [--seed <number>]');
  process.env.CHAOS_STEPS = steps;
  if (seed !== undefined) process.env.CHAOS_SEED = seed;
  const file = 'test/unit/background/chaos.test.ts';
  return (await runTool('vitest/vitest.mjs', 'run', '--project', 'unit', file)) ? 0 : 1;
}
