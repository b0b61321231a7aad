import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Undoes something that must not outlive this process. */
export type Cleanup = () => Promise<void> | void;

const cleanups = new Set<Cleanup>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let stopping = false;

/** Newest first, and each in spite of the others' failures. */
async function cleanUp(): Promise<void> {
  for (const cleanup of [...cleanups].reverse()) {
    try {
      await cleanup();
    } catch (error) {
      console.error(error);
    }
  }
}

async function stop(signal: (typeof signals)[number]): Promise<void> {
  // Ctrl-C reaches us twice when npm passes it on as well.
  if (stopping) return;
  stopping = true;
  await cleanUp();
  process.exit(128 + constants.signals[signal]);
}

/**
 * The outcome of a task, but none once a signal has come: what fails from then on fails because of it, and the
 * clean-up ends the process when it is done.
 */
export async function unlessStopped<T>(work: Promise<T>): Promise<T> {
  const never = new Promise<never>(() => {});
  try {
    const result = await work;
    return stopping ? await never : result;
  } catch (error) {
    if (stopping) return await never;
    throw error;
  }
}

/**
 * Has something done when a signal ends this process. Returns a function that withdraws it, for when it has been
 * done in the ordinary way.
 */
export function onSignal(cleanup: Cleanup): () => void {
  if (cleanups.size === 0) for (const signal of signals) process.on(signal, stop);
  cleanups.add(cleanup);
  return () => {
    cleanups.delete(cleanup);
    if (cleanups.size === 0 && !stopping) for (const signal of signals) process.off(signal, stop);
  };
}

/** Gives work a temporary folder, which is gone when the work is over or a signal ends this process. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  // As browsers tell paths: without links, behind one of which macOS has its temporary folder.
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'dfm-'));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  const withdraw = onSignal(remove);
  try {
    return await work(folder);
  } finally {
    await remove();
    withdraw();
  }
}
