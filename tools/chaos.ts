import { parseArgs } from 'node:util';
import { type Defect, defects } from '../test/chaos/deliberate-defects.ts';
import { orProblem } from './arguments.ts';
import { root } from './paths.ts';
import { Problem } from './problem.ts';
import { runTool } from './run-tool.ts';

const test = 'test/unit/background/chaos.test.ts';

/**
 * `npm run test:chaos [-- --steps 100000] [--seed <seed>]`: the test that lets anything happen to downloads, for so many
 * steps in each browser. One that fails prints its seed and the fewest steps that lead there. With `--defects` it shows
 * that the run of `npm test`, or one of so many steps, finds each of the defects that it puts in on purpose.
 */
export default async function main(args: string[]): Promise<number> {
  const { steps, seed, ...mode } = orProblem(() => {
    const { values } = parseArgs({
      args,
      options: {
        steps: { type: 'string' },
        seed: { type: 'string' },
        defects: { type: 'boolean', default: false },
      },
    });
    for (const value of [values.steps ?? '0', values.seed ?? '0']) {
      if (!/^-?\d+$/.test(value)) throw new Error(`${value} is no whole number.`);
    }
    return values;
  }, 'npm run test:chaos [-- --steps <number>] [--seed <number>] [--defects]');
  if (seed !== undefined) process.env.CHAOS_SEED = seed;
  if (steps !== undefined) process.env.CHAOS_STEPS = steps;
  if (mode.defects) return tryDefects();
  process.env.CHAOS_STEPS ??= '100000';
  return (await runTool('vitest/vitest.mjs', 'run', '--project', 'unit', test)) ? 0 : 1;
}

/** Runs the test with each defect. It has failed if it lets one pass. */
async function tryDefects(): Promise<number> {
  process.env.CHAOS_SHRINK = 'no';
  let missed = 0;
  for (const defect of defects) {
    const found = await whereFound(defect);
    if (found.length === 0) missed += 1;
    console.log(`${defect.name}: ${found.length === 0 ? 'NOT FOUND' : found.join(', ')}`);
  }
  return missed === 0 ? 0 : 1;
}

/** In which browsers the test finds a defect, and after how many steps. No file changes: it is put in as it is read. */
async function whereFound({ file, line, instead }: Defect): Promise<string[]> {
  // Only here, as it takes a while.
  const { startVitest } = await import('vitest/node');
  let isIn = false;
  const transform = (code: string, id: string): string | undefined => {
    if (!id.endsWith(`/src/${file}`)) return undefined;
    isIn = code.split(line).length === 2;
    return code.replace(line, () => instead);
  };
  const vitest = await startVitest(
    'test',
    [test],
    { config: false, root, watch: false, reporters: [{}], silent: true },
    {
      define: { __TARGET__: JSON.stringify('chrome') },
      plugins: [{ name: 'deliberate-defect', enforce: 'pre', transform }],
    },
  );
  const results = vitest.state.getTestModules().flatMap(({ children }) => [...children.allTests()]);
  await vitest.close();
  if (!isIn) throw new Problem(`This line is not there, or not only once, in src/${file}: ${line}`);
  return results
    .filter((result) => result.result().state === 'failed')
    .map((result) => `after ${result.meta().steps} steps in ${result.meta().kind}`);
}
