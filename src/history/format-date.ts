import { perLanguage } from '../platform/i18n.ts';

const days = perLanguage((language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium' }));
const hours = perLanguage(
  (language) => new Intl.DateTimeFormat(language, { weekday: 'short', hour: 'numeric', minute: '2-digit' }),
);
const minutes = perLanguage(
  (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }),
);

/** The day of a time (ms since the epoch): "31 May 2026". */
export const formatDay = (time: number): string => days().format(time);

/** An hour of the last day: "Sun 14:00". */
export const formatHour = (time: number): string => hours().format(time);

/** A time (ms since the epoch) to the minute: "31 May 2026, 14:05". */
export const formatMinute = (time: number): string => minutes().format(time);
