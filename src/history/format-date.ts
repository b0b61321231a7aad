import { uiLanguage } from '../platform/i18n.ts';

/** The day of a time (ms since the epoch): "31 May 2026". */
export function formatDay(time: number): string {
  return new Intl.DateTimeFormat(uiLanguage(), { dateStyle: 'medium' }).format(time);
}

let minutes: Intl.DateTimeFormat | undefined;

/** A time (ms since the epoch) to the minute: "31 May 2026, 14:05". Quick, for lists. */
export function formatMinute(time: number): string {
  minutes ??= new Intl.DateTimeFormat(uiLanguage(), { dateStyle: 'medium', timeStyle: 'short' });
  return minutes.format(time);
}
