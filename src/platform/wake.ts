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
  /** A retry that is due, or one to check on: whether it has begun or ended. */
  | 'retry';

const LEAST_DELAY_MS = 30_000;

/** When each is planned (ms since the epoch), as far as this run of the background knows. */
const planned = new Map<Wake, number>();

/**
 * Wakes the background at `time` (ms since the epoch), or as soon after as an alarm can, unless it will wake sooner
 * anyway.
 */
export function wakeAt(wake: Wake, time: number): void {
  const now = Date.now();
  const at = Math.max(time, now + LEAST_DELAY_MS);
  const known = planned.get(wake);
  if (known !== undefined && known > now && known <= at) return;
  planned.set(wake, at);
  void browser.alarms.create(wake, { delayInMinutes: (at - now) / 60_000 });
}

/** Wakes the background as soon as an alarm can. */
export const wakeSoon = (wake: Wake): void => wakeAt(wake, 0);

/** Must be called while the background starts. */
export function onWake(listener: (wake: Wake) => void): void {
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name !== 'second-look' && name !== 'retry') return;
    planned.delete(name);
    listener(name);
  });
}
