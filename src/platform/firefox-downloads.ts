import { refererFor } from '../domain/referer.ts';
import { inContainer } from './containers.ts';
import type { Quirks } from './downloads.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * `session` names this run of the browser: ids of its items mean nothing beyond it. `patience` is how long (ms) a start
 * that the browser doesn't answer holds up the next of the same name.
 */
export function firefoxQuirks(session: () => Promise<string>, patience = 1_000): Quirks {
  const starting = new Map<string | null, Promise<unknown>>();

  /** Firefox was seen to give two downloads of one name, started together, the same file. */
  async function afterSameName(name: string | null, start: () => Promise<number>): Promise<number> {
    const before = starting.get(name);
    const turn = before ? Promise.race([before, pause(patience)]).catch(() => undefined) : Promise.resolve();
    const started = turn.then(start);
    starting.set(name, started);
    return started.finally(() => {
      if (starting.get(name) === started) starting.delete(name);
    });
  }

  return {
    // It tells too few, and fewer for a moment whenever it resumes.
    exactBytes: false,
    session,
    async references() {
      const run = await session();
      // Its ids begin at 1 in each session, and its start time moves with every resume.
      return ({ id, startTime, url }) => ({
        id,
        session: run,
        key: `${run} ${id}`,
        trace: `${startTime} ${url}`,
      });
    },
    // A paused download looks like a failed one.
    isPaused: ({ paused }) => paused === true,
    async resumed(answer) {
      // Settles only when the transfer ends, and rejects when that fails again.
      answer.catch(() => undefined);
    },
    start(api, options, { url, filename, incognito, referrer, cookieStoreId }) {
      const referer = refererFor(url, referrer);
      return afterSameName(filename, () =>
        api.download({
          ...options,
          // Else it asks where to save, for as long as nobody answers, when the person set it so.
          saveAs: false,
          ...(incognito && { incognito }),
          ...(referer !== undefined && { headers: [{ name: 'Referer', value: referer }] }),
          ...(inContainer(cookieStoreId) && { cookieStoreId }),
        }),
      );
    },
  };
}
