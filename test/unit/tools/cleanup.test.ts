import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryFolder } from '../../../tools/cleanup.ts';
import { root } from '../../../tools/paths.ts';

test('a temporary folder is gone with the work that it was for', async () => {
  const folder = await withTemporaryFolder(async (path) => {
    writeFileSync(join(path, 'file'), '');
    return path;
  });
  expect(existsSync(folder)).toBe(false);
});

test('a temporary folder is gone when the work fails', async () => {
  let folder = '';
  const work = withTemporaryFolder(async (path) => {
    folder = path;
    throw new Error('no luck');
  });
  await expect(work).rejects.toThrow('no luck');
  expect(existsSync(folder)).toBe(false);
});

/** A tool that has started a browser, or what looks like one, which keeps the tool's output open. */
const tool = `
  import { spawn } from 'node:child_process';
  import { RunFolder } from './tools/browser/run-folder.ts';
  const { path, profile } = await RunFolder.open('chrome');
  const browser = ['-e', 'setInterval(() => {}, 1000)', '--', '--user-data-dir=' + profile];
  spawn(process.execPath, browser, { detached: true, stdio: 'inherit' }).once('spawn', () => console.log(path));
  setInterval(() => {}, 1000);`;

test.for<'SIGINT' | 'SIGKILL'>(['SIGINT', 'SIGKILL'])(
  'nothing of a browser is left after a tool that %s ended',
  { timeout: 30_000 },
  async (signal) => {
    const started = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', tool], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output]: unknown[] = await once(started.stdout, 'data');
    const folder = String(output).trim();
    expect(existsSync(folder)).toBe(true);
    const bothGone = once(started, 'close');
    started.kill(signal);
    await bothGone;
    await expect.poll(() => existsSync(folder)).toBe(false);
  },
);
