import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { type DownloadRequest, download } from '../../../tools/download.ts';
import type { BrowserSession } from '../../../tools/launch.ts';
import type { FaultServer } from '../../faults/server.ts';
import { cancel } from './browser-calls.ts';

/** What is at hand for making a download go wrong. */
export interface Bench {
  faults: FaultServer;
  session: BrowserSession;
  /** A page of the extension to start downloads from. */
  starter: Page;
}

/** One way to make a download fail for one reason. */
export interface LiveFault {
  reason: string;
  /** What goes wrong, in plain words. */
  how: string;
  /**
   * Makes the download of a file with that name fail, or begin to.
   * @throws {Refused} where this system does not allow it.
   */
  bringAbout(bench: Bench, file: string): Promise<void>;
}

/** Starts a download that is going to fail. Older versions of Chrome reject then; what counts is the popup. */
export async function startDoomed({ starter }: Bench, request: DownloadRequest): Promise<void> {
  await download(starter, request).catch(() => undefined);
}

/** A fault that an address of the fault server is enough for; `path` makes it from the file's name. */
export function faultAt(reason: string, how: string, path: (file: string) => string): LiveFault {
  return {
    reason,
    how,
    bringAbout: (bench, file) => startDoomed(bench, { url: bench.faults.url(path(file)), filename: file }),
  };
}

/** In either browser: nothing can be written where a folder stands. */
export const nameOfFolder: LiveFault = {
  reason: 'FILE_FAILED',
  how: 'a folder has that name',
  async bringAbout(bench, file) {
    await mkdir(join(bench.session.downloadDir, file));
    const url = bench.faults.url(`/ok/${file}`);
    await startDoomed(bench, { url, filename: file, conflictAction: 'overwrite' });
  },
};

/** In either browser: the person ends it. */
export const cancelled: LiveFault = {
  reason: 'USER_CANCELED',
  how: 'the person cancels it',
  async bringAbout({ starter, faults }, file) {
    await cancel(starter, await download(starter, { url: faults.url(`/slow/${file}`), filename: file }));
  },
};
