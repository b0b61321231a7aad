import { createBuilder } from 'vite';
import type { Target } from '../src/platform/target.ts';

/** Builds the extension for one browser into `dist/<target>/`. */
export async function build(target: Target): Promise<void> {
  const builder = await createBuilder({ mode: target, logLevel: 'warn' }, null);
  await builder.buildApp();
}

/** `npm run build [-- chrome|firefox]`: both browsers unless one is named. */
export default async function main(args: string[]): Promise<number> {
  const targets: Target[] = args[0] === 'chrome' || args[0] === 'firefox' ? [args[0]] : ['chrome', 'firefox'];
  for (const target of targets) {
    await build(target);
    console.log(`dist/${target}/`);
  }
  return 0;
}
