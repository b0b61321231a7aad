/**
 * An alarm that wakes the background a little after the browser reported something: should it die over what it
 * was told, nothing else might wake it for hours.
 */
import browser from './browser.ts';

const ALARM = 'second-look';
/** The least that Chrome allows. */
const DELAY_MINUTES = 0.5;

let planned = false;

/** Plans a second look, unless one is planned already. */
export function planSecondLook(): void {
  if (planned) return;
  planned = true;
  browser.alarms.create(ALARM, { delayInMinutes: DELAY_MINUTES });
}

/** Must be called while the background starts. */
export function onSecondLook(listener: () => void): void {
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name !== ALARM) return;
    planned = false;
    listener();
  });
}
