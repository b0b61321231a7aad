import { execFile } from 'node:child_process';
import { access, chmod, constants, mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { onSignal } from '../../../tools/cleanup.ts';
import { messageOf } from '../../../tools/problem.ts';

const run = promisify(execFile);

/** What a command had to say, without the line that repeats the command, and in one line. */
function complaintOf(error: unknown): string {
  const message = messageOf(error);
  return (message.split('\n')[1] ?? message).trim();
}

/** This system does not let something be broken; the message says why. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Undoes something at the end of `work`, also when a signal ends this process before. */
async function withUndoing(undo: () => Promise<void>, work: () => Promise<void>): Promise<void> {
  const withdraw = onSignal(undo);
  try {
    await work();
  } finally {
    await undo();
    withdraw();
  }
}

/**
 * Makes a folder that a disk of only so many KB is mounted on.
 * @throws {Refused} where that is not allowed.
 */
export async function withTinyDisk(
  folder: string,
  work: () => Promise<void>,
  kilobytes = 600,
): Promise<void> {
  await mkdir(folder);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder]);
  } catch (error) {
    throw new Refused(`a disk can't be mounted here (${complaintOf(error)})`);
  }
  // Lazily, since the browser may still have a file open there.
  const unmount = () => run('umount', ['-l', folder]).then(() => undefined);
  await withUndoing(unmount, work);
}

const isWritable = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );

/**
 * Lets nobody create, rename or remove anything in a folder, not even root.
 * @throws {Refused} where that is not possible.
 */
export async function withLockedFolder(folder: string, work: () => Promise<void>): Promise<void> {
  await chmod(folder, 0o555);
  const allow = () => chmod(folder, 0o755);
  if (!(await isWritable(folder))) return await withUndoing(allow, work);
  // Root may write everywhere but in what is immutable.
  try {
    await run('chattr', ['+i', folder]);
  } catch (error) {
    await allow();
    throw new Refused(`a folder can't be made read-only here (${complaintOf(error)})`);
  }
  const release = async () => {
    await run('chattr', ['-i', folder]);
    await allow();
  };
  await withUndoing(release, work);
}
