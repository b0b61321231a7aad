/**
 * Alarms that wake the background: it ends after half a minute without work, and its timers with it. Chrome lets
 * an alarm come no sooner than after 30 s.
 */
import browser from './browser.ts';

/** What the background is woken for. */
export type Wake =
  /** A look at the downloads a little after an event: should it die over what it was told, nothing else might wake it. */
  | 'second-look'
  /** A retry that is due, or one that has to be seen to have begun or ended. */
  | 'retry';

const LEAST_DELAY_MS = 30_000;

/** When each is planned, in ms since the epoch, as far as this life of the background knows. */
const planned = new Map<Wake, number>();

/** Wakes the background at `time` (ms since the epoch) or as soon after as an alarm can, unless it is sooner anyway. */
export function wakeAt(wake: Wake, time: number): void {
  const now = Date.now();
  const at = Math.max(time, now + LEAST_DELAY_MS);
  const known = planned.get(wake);
  if (known !== undefined && known > now && known <= at) return;
  planned.set(wake, at);
  void browser.alarms.create(wake, { delayInMinutes: (at - now) / 60_000 });
}

/** Wakes the background a little later. */
export const wakeSoon = (wake: Wake): void => wakeAt(wake, 0);

/** Must be called while the background starts. */
export function onWake(listener: (wake: Wake) => void): void {
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name !== 'second-look' && name !== 'retry') return;
    planned.delete(name);
    listener(name);
  });
}
