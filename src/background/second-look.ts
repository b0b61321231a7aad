/**
 * Has the background woken for another look at the downloads, in case it dies while it handles what the browser told:
 * then nothing else might wake it. Once all of that is in the journal, nothing has to.
 */
import type { Monitor } from './monitor.ts';

export interface SecondLookOptions {
  monitor: Pick<Monitor, 'hear' | 'isSettled'>;
  wakeSoon: () => void;
  /** Takes that back. */
  letSleep: () => void;
  /** How long (ms) nothing is told until it is taken back: of many downloads the next is about to tell something. */
  quiet?: number;
}

/** Returns what to call when the browser tells of an item. */
export function createSecondLook({ monitor, wakeSoon, letSleep, quiet = 5_000 }: SecondLookOptions) {
  let timer: ReturnType<typeof setTimeout> | undefined;

  return async (id: number, stateChanged: boolean): Promise<void> => {
    wakeSoon();
    await monitor.hear(id, stateChanged);
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (monitor.isSettled()) letSleep();
    }, quiet);
  };
}
