/**
 * Where requests wait that ended in an error and were for a file: the browser may still make an item of one. They wait
 * in session storage, so a background that begins meanwhile goes on with them.
 */
import type { SeenRequest } from '../domain/evidence.ts';
import { coalesced } from '../platform/coalesced.ts';
import { unattended } from '../platform/unattended.ts';
import type { Monitor } from './monitor.ts';

export interface WaitingRoomOptions {
  /** The requests that were seen. */
  requests: () => Promise<readonly SeenRequest[]>;
  /** Notes that it is clear whether there are downloads of these requests. */
  settle: (ids: readonly string[]) => Promise<void>;
  monitor: Pick<Monitor, 'lookForItemsOf'>;
  /** ms since the epoch. */
  now: () => number;
  /** Called while some still wait: the background may die before their time. */
  wakeSoon: () => void;
  /** How long (ms) an item may take to appear. */
  patience?: number;
}

/** Returns a function that records the downloads that have waited long enough. Call it when there is new evidence. */
export function createWaitingRoom(options: WaitingRoomOptions): () => Promise<void> {
  const { requests, settle, monitor, now, wakeSoon, patience = 3_000 } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const look = coalesced(async () => {
    const waiting = (await requests()).flatMap(({ id, navigation, endedAt, ...request }) =>
      navigation && endedAt !== null ? [{ ...request, id, navigation, endedAt }] : [],
    );
    // If the clock was set back, nobody waits longer.
    const left = (endedAt: number): number => Math.min(patience, endedAt + patience - now());
    const due = waiting.filter(({ endedAt }) => left(endedAt) <= 0 || now() < endedAt - patience);
    if (due.length > 0) {
      await monitor.lookForItemsOf(due);
      await settle(due.map(({ id }) => id));
    }
    clearTimeout(timer);
    const others = waiting.filter((one) => !due.includes(one));
    if (others.length === 0) return;
    wakeSoon();
    const soonest = Math.min(...others.map(({ endedAt }) => left(endedAt)));
    timer = setTimeout(() => unattended(look()), soonest);
  });
  return look;
}
