import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { onSignal } from './cleanup.ts';
import { root } from './paths.ts';

/** Runs a program from node_modules with its output in sight. Gives whether it succeeded. */
export async function runTool(script: string, ...args: string[]): Promise<boolean> {
  const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  const ended = new Promise<boolean>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
  const withdraw = onSignal(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return await ended.finally(withdraw);
}
