import { parseTest } from './arguments.ts';
import buildBoth from './build.ts';
import { findBrowser, names } from './find-browser.ts';
import { runTool } from './run-tool.ts';
import { provideScreen } from './screen.ts';

async function findBrowsers(): Promise<boolean> {
  for (const target of ['chrome', 'firefox'] as const) {
    const { executable, version } = await findBrowser(target);
    console.log(`${executable} ${version}`);
    // For the tests, which run in processes of their own.
    process.env[names[target].variable] = executable;
  }
  // Tests that need it say so themselves, and are skipped.
  console.log((await provideScreen()) ?? 'a screen that nobody sees');
  return true;
}

const vitest = (project: string) => (args: string[]) =>
  runTool('vitest/vitest.mjs', 'run', '--project', project, ...args);

interface Step {
  run(args: string[]): Promise<boolean>;
  /** The steps without which this one can't be run alone. */
  needs?: string[];
  /** Takes minutes, so it runs only when it is asked for. */
  onlyAlone?: boolean;
}

/** In this order; each only after the ones before it have succeeded. */
const steps = new Map<string, Step>([
  ['browsers', { run: findBrowsers }],
  ['lint', { run: (args) => runTool('@biomejs/biome/bin/biome', 'ci', ...(args.length > 0 ? args : ['.'])) }],
  ['types', { run: (args) => runTool('typescript/bin/tsc', '-p', '.', ...args) }],
  ['build', { run: async () => (await buildBoth([])) === 0 }],
  ['unit', { run: vitest('unit') }],
  ['package', { run: vitest('package') }],
  ['e2e', { run: vitest('e2e-*'), needs: ['browsers', 'build'] }],
  ['e2e-chrome', { run: vitest('e2e-chrome'), needs: ['browsers', 'build'], onlyAlone: true }],
  ['e2e-firefox', { run: vitest('e2e-firefox'), needs: ['browsers', 'build'], onlyAlone: true }],
  ['slow', { run: vitest('slow'), needs: ['browsers', 'build'], onlyAlone: true }],
]);

/** `npm test [-- <step> [arguments]]`: all steps, or one of them with what it needs. */
export default async function main(args: string[]): Promise<number> {
  const { step: only, rest } = parseTest(args, [...steps.keys()]);
  const needed = only === undefined ? undefined : [only, ...(steps.get(only)?.needs ?? [])];
  const summary: string[] = [];
  let succeeded = true;
  for (const [name, step] of steps) {
    if (needed === undefined ? step.onlyAlone : !needed.includes(name)) continue;
    console.log(`\n── ${name}`);
    const begun = performance.now();
    try {
      succeeded = await step.run(name === only ? rest : []);
    } catch (error) {
      succeeded = false;
      console.error(error instanceof Error && error.name === 'Problem' ? error.message : error);
    }
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    summary.push(`  ${name.padEnd(10)}${seconds.padStart(6)} s${succeeded ? '' : '  failed'}`);
    if (!succeeded) break;
  }
  console.log(`\n${summary.join('\n')}`);
  return succeeded ? 0 : 1;
}
