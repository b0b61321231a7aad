import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { killMarked, selectMarked } from '../../../tools/browser/processes.mjs';

test('a run’s processes are those that name its folder, and all that they started', () => {
  const processes = [
    { pid: 5, parent: 4, command: 'renderer' },
    { pid: 2, parent: 1, command: 'firefox --profile /tmp/run-1/profile' },
    { pid: 4, parent: 2, command: 'zygote' },
    { pid: 3, parent: 1, command: 'crash-handler /tmp/run-1/tmp' },
    { pid: 6, parent: 1, command: 'firefox --profile /tmp/run-2/profile' },
  ];
  expect(selectMarked(processes, ['/tmp/run-1']).sort()).toEqual([2, 3, 4, 5]);
});

test('ended processes are gone, with their children, and no others', async () => {
  const script = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    setInterval(() => {}, 1000); console.log('up')`;
  const mark = `dfm-test-${process.pid}-${Date.now()}`;
  const marked = spawn(process.execPath, ['-e', script, `${mark}-a`]);
  const other = spawn(process.execPath, ['-e', script, `${mark}-b`]);
  try {
    await Promise.all([once(marked.stdout, 'data'), once(other.stdout, 'data')]);
    const exit = once(marked, 'exit');
    await killMarked([`${mark}-a`]);
    expect((await exit)[1]).toBe('SIGKILL');
    expect(other.exitCode ?? other.signalCode).toBeNull();
  } finally {
    await killMarked([mark]);
  }
  // Four starts of Node, which take seconds where others use the cores too.
}, 30_000);
