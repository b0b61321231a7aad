import { refererFor } from '../domain/referer.ts';
import { inContainer } from './containers.ts';
import type { Quirks } from './downloads.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * `session` identifies this browser session: item ids mean nothing beyond it. `patience` is how long (ms) a start that
 * the browser doesn't answer holds up the next one with the same name.
 */
export function firefoxQuirks(session: () => Promise<string>, patience = 1_000): Quirks {
  const starting = new Map<string | null, Promise<unknown>>();

  /**
   * Starts one download after another of the same name: Firefox has been seen to give two started together the same
   * file.
   */
  async function afterSameName(name: string | null, start: () => Promise<number>): Promise<number> {
    const before = starting.get(name);
    const ready = before ? Promise.race([before, pause(patience)]).catch(() => undefined) : Promise.resolve();
    const started = ready.then(start);
    starting.set(name, started);
    return started.finally(() => {
      if (starting.get(name) === started) starting.delete(name);
    });
  }

  return {
    // Firefox reports too few, and even fewer for a moment whenever it resumes.
    exactBytes: false,
    isErrorPage: ({ error }) => error?.startsWith('SERVER_') ?? false,
    // It goes on with them by itself, or no longer lists them.
    reasonAtClose: (error) => error,
    session,
    async references() {
      const run = await session();
      // Ids start at 1 in each session, and the start time changes with every resume.
      return ({ id, startTime, url }) => ({
        id,
        session: run,
        key: `${run} ${id}`,
        trace: `${startTime} ${url}`,
      });
    },
    // A paused download looks like a failed one.
    isPaused: ({ paused }) => paused === true,
    // It counts 0 for a file that was taken away before it looked, as virus scanners do.
    sizeOnDisk: ({ fileSize, exists }) =>
      fileSize === null || fileSize < 0 || (fileSize === 0 && exists === false) ? null : fileSize,
    sentTypes:
      async () =>
      ({ mime }) =>
        mime,
    async resumed(answer) {
      // Firefox settles this only when the transfer ends, and rejects if that fails again.
      answer.catch(() => undefined);
    },
    start(api, options, { url, filename, incognito, referrer, cookieStoreId }) {
      const referer = refererFor(url, referrer);
      return afterSameName(filename, () =>
        api.download({
          ...options,
          // Otherwise, if the person wants to be asked where to save, it waits until somebody answers.
          saveAs: false,
          ...(incognito && { incognito }),
          ...(referer !== undefined && { headers: [{ name: 'Referer', value: referer }] }),
          ...(inContainer(cookieStoreId) && { cookieStoreId }),
        }),
      );
    },
  };
}
