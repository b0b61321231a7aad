import { runTool } from './run-tool.ts';

/** `npm run test:mutation [-- --mutate src/domain/join.ts]`: whether the unit tests see each small change of the code. */
export default async function main(args: string[]): Promise<number> {
  const config = 'tools/mutation/stryker.json';
  return (await runTool('@stryker-mutator/core/bin/stryker.js', 'run', config, ...args)) ? 0 : 1;
}
