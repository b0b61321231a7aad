import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { killGroup } from '../../../tools/browser/processes.mjs';

/** A process that leads a group, with one that it has started. Its output is closed once both are gone. */
async function startGroup(): Promise<{ leader: ChildProcess; pid: number; gone: Promise<unknown[]> }> {
  const script = `const wait = 'setInterval(() => {}, 1000)';
    require('node:child_process').spawn(process.execPath, ['-e', wait], { stdio: 'inherit' });
    setInterval(() => {}, 1000); console.log('up')`;
  const leader = spawn(process.execPath, ['-e', script], { detached: true });
  await once(leader.stdout, 'data');
  if (leader.pid === undefined) throw new Error('It did not start.');
  return { leader, pid: leader.pid, gone: once(leader, 'close') };
}

test('ended processes are gone, with their children, and no others', async () => {
  const one = await startGroup();
  const other = await startGroup();
  try {
    await killGroup(one.pid);
    expect((await one.gone)[1]).toBe('SIGKILL');
    expect(other.leader.exitCode ?? other.leader.signalCode).toBeNull();
  } finally {
    await killGroup(other.pid);
  }
  await other.gone;
  // Four starts of Node, which take seconds where others use the cores too.
}, 30_000);

test('a process that has ended by itself is no trouble', async () => {
  const { pid, gone } = await startGroup();
  await killGroup(pid);
  await gone;
  await killGroup(pid);
}, 30_000);
