import { visibleText } from '../domain/file-name.ts';
import { formatNumber, perLanguage } from '../platform/i18n.ts';

/** A value of unknown origin, safe to show. */
export const formatValue = (value: string | number): string =>
  typeof value === 'number' ? formatNumber(value) : visibleText(value);

const percents = perLanguage((language) => new Intl.NumberFormat(language, { style: 'percent' }));

/** A share (0 to 1) as a whole percentage, never 100 % before everything is there. */
export function formatPercent(fraction: number): string {
  // The division that made the share may have left it just below a whole percentage.
  const percent = Math.floor(fraction * 100 * (1 + 2 * Number.EPSILON));
  return percents().format((fraction < 1 ? Math.min(percent, 99) : percent) / 100);
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** Makes a format for bytes, or bytes a second, in the largest unit that gives at least 1. */
function byteFormat(per: '' | '-per-second'): (bytes: number) => string {
  // For each unit a format without and one with a decimal.
  const formats = units.map((unit, index) =>
    [0, 1].map((maximumFractionDigits) =>
      perLanguage(
        (language) =>
          new Intl.NumberFormat(language, {
            style: 'unit',
            unit: `${unit}${per}`,
            unitDisplay: index === 0 && per === '' ? 'long' : 'short',
            maximumFractionDigits,
          }),
      ),
    ),
  );
  return (bytes) => {
    let value = bytes;
    let index = 0;
    while (value >= 1000 && index < units.length - 1) {
      value /= 1000;
      index += 1;
    }
    return formats[index]?.[index > 0 && value < 100 ? 1 : 0]?.().format(value) ?? '';
  };
}

/** A size in the person's language, with about three digits: "3.2 MB". */
export const formatSize = byteFormat('');
/** A speed in bytes a second: "3.2 MB/s". */
export const formatSpeed = byteFormat('-per-second');

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = 30.4375 * DAY;
const YEAR = 12 * MONTH;

/** Counts units: "1 mo. ago". */
const counted = perLanguage((language) => new Intl.RelativeTimeFormat(language, { style: 'short' }));
/** Has words for near days: "yesterday". */
const named = perLanguage(
  (language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' }),
);

/** Rounds past times down to whole units, and times to come to the nearest. */
const inWhole = (time: number): number => (time < 0 ? Math.trunc(time) : Math.round(time));

/** The day of a time (ms since the epoch) in the person's time zone, counted so that the next day is one more. */
function dayNumber(time: number): number {
  const date = new Date(time);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / (DAY * 1000);
}

/**
 * How far from now a time (ms since the epoch) is: "5 min. ago", "in 20 sec."; "now" within the last minute. Days are
 * those of the calendar, so that "yesterday" is yesterday.
 */
export function formatAgo(time: number, now: number): string {
  const seconds = (time - now) / 1000;
  const distance = Math.abs(seconds);
  if (distance < MINUTE) return named().format(Math.max(0, Math.ceil(seconds)), 'second');
  if (distance < HOUR) return counted().format(inWhole(seconds / MINUTE), 'minute');
  if (distance < DAY) return counted().format(inWhole(seconds / HOUR), 'hour');
  if (distance < MONTH) return named().format(dayNumber(time) - dayNumber(now), 'day');
  if (distance < YEAR) return counted().format(inWhole(seconds / MONTH), 'month');
  return counted().format(inWhole(seconds / YEAR), 'year');
}

/** Makes a format for times in ms since the epoch. */
function timeFormat(options: Intl.DateTimeFormatOptions): (time: number) => string {
  const made = perLanguage((language) => new Intl.DateTimeFormat(language, options));
  return (time) => made().format(time);
}

/** Whether two times (ms since the epoch) are on the same day. */
export const isSameDay = (one: number, other: number): boolean => dayNumber(one) === dayNumber(other);

/** A time in full. */
export const formatTime = timeFormat({ dateStyle: 'medium', timeStyle: 'medium' });
/** A time to the minute: "31 May 2026, 14:05". */
export const formatMinute = timeFormat({ dateStyle: 'medium', timeStyle: 'short' });
/** A time of today: "14:05". */
export const formatClock = timeFormat({ timeStyle: 'short' });
/** A day: "31 May 2026". */
export const formatDay = timeFormat({ dateStyle: 'medium' });
/** An hour of the last day: "Sun 14:00". */
export const formatHour = timeFormat({ weekday: 'short', hour: 'numeric', minute: '2-digit' });
