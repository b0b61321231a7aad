/**
 * Alarms that wake the background: it ends after half a minute without work, and its timers with it. Chrome's alarms
 * can't fire sooner than after 30 s.
 */
import browser from './browser.ts';

/** What the background is woken for. */
export type Wake =
  /**
   * A look at the downloads shortly after an event: if the background dies while handling it, nothing else might wake
   * it.
   */
  | 'second-look'
  /** The same for requests that wait for a download of theirs. */
  | 'waiting-requests'
  /** A retry that is due, or one to check on: whether it has begun or ended. */
  | 'retry';

const LEAST_DELAY_MS = 30_000;
/** An alarm that is this close (ms) to the time that is wanted is left as it is. */
const NEAR_MS = 1_000;

/**
 * When each is planned (ms since the epoch), or Infinity if it isn't. What an earlier run of the background has planned
 * isn't known.
 */
const planned = new Map<Wake, number>();

/**
 * Wakes the background at `time` (ms since the epoch), or as soon after as an alarm can, and not before; for Infinity
 * not at all.
 */
export function wakeAt(wake: Wake, time: number): void {
  const now = Date.now();
  const at = Math.max(time, now + LEAST_DELAY_MS);
  const known = planned.get(wake);
  const isNear = known === at || (known !== undefined && known >= time - NEAR_MS && known <= at + NEAR_MS);
  if (isNear && known > now) return;
  planned.set(wake, at);
  if (at === Number.POSITIVE_INFINITY) void browser.alarms.clear(wake);
  else void browser.alarms.create(wake, { delayInMinutes: (at - now) / 60_000 });
}

/** Wakes the background as soon as an alarm can. */
export const wakeSoon = (wake: Wake): void => wakeAt(wake, 0);

/** Takes a wake back. */
export const letSleep = (wake: Wake): void => wakeAt(wake, Number.POSITIVE_INFINITY);

/** Must be called while the background starts. */
export function onWake(listener: (wake: Wake) => void): void {
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name !== 'second-look' && name !== 'waiting-requests' && name !== 'retry') return;
    planned.delete(name);
    listener(name);
  });
}
