/** Runs in the background's service worker: see `capture.ts`. */
import * as stored from '../../src/platform/journal/stored.ts';
import { median } from './statistics.ts';

declare const chrome: {
  downloads: {
    onChanged: { dispatch(delta: object): void };
    search(query: { limit: 0 }): Promise<{ id: number }[]>;
  };
};

/** The name in `src/platform/changes.ts`: what is said there comes after the record is on disk. */
const changes = new BroadcastChannel('journal-changes');

async function openFailures(): Promise<number> {
  const { open } = await stored.counts();
  return Object.values(open).reduce((sum, count) => sum + count, 0);
}

/** Resolves with the time when so many open failures are on disk. */
function onDisk(wanted: number): Promise<number> {
  return new Promise((done) => {
    changes.onmessage = async () => {
      if ((await openFailures()) >= wanted) done(performance.now());
    };
  });
}

const nextTask = (): Promise<unknown> =>
  new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(null);
  });

async function capture(ids: readonly number[]): Promise<number> {
  const recorded = onDisk((await openFailures()) + ids.length);
  const begun = performance.now();
  for (const id of ids) {
    chrome.downloads.onChanged.dispatch({
      id,
      state: { previous: 'in_progress', current: 'interrupted' },
      error: { current: 'NETWORK_FAILED' },
    });
    // Each of the browser's events comes in a task of its own.
    await nextTask();
  }
  return (await recorded) - begun;
}

/** Some of the browser's downloads, as many for the same numbers. */
async function listed(from: number, to: number): Promise<number[]> {
  const items = await chrome.downloads.search({ limit: 0 });
  return items.slice(from, to).map(({ id }) => id);
}

/** Tells the extension that downloads have failed, all at once. Gives the ms for each, until all are on disk. */
export async function atOnce(from: number, to: number): Promise<number> {
  const ids = await listed(from, to);
  return (await capture(ids)) / ids.length;
}

/** Tells of each failure when the one before is on disk. Gives the median of the ms that each takes. */
export async function oneByOne(from: number, to: number): Promise<number> {
  const times: number[] = [];
  for (const id of await listed(from, to)) times.push(await capture([id]));
  return median(times);
}

/**
 * Takes the failures that nobody has seen out of the journal again: those that were captured. Past the background, which
 * would see to it that deleted ones do not come back.
 */
export async function forget(): Promise<void> {
  await stored.remove((await stored.find('unseen')).map(({ id }) => id));
}
