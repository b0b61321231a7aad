import { uiLanguage } from '../platform/i18n.ts';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** The largest unit of which there is at least one, and how many of it. */
function inUnits(bytes: number): {
  value: number;
  unit: (typeof units)[number];
  maximumFractionDigits: number;
} {
  let value = bytes;
  let index = 0;
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  return {
    value,
    unit: units[index] ?? 'byte',
    maximumFractionDigits: index > 0 && value < 100 ? 1 : 0,
  };
}

/** A size in the person's language, with about three digits: "3.2 MB". */
export function formatSize(bytes: number): string {
  const { value, unit, maximumFractionDigits } = inUnits(bytes);
  const unitDisplay = unit === 'byte' ? 'long' : 'short';
  return new Intl.NumberFormat(uiLanguage(), {
    style: 'unit',
    unit,
    unitDisplay,
    maximumFractionDigits,
  }).format(value);
}

/** A speed in bytes a second: "3.2 MB/s". */
export function formatSpeed(bytesPerSecond: number): string {
  const { value, unit, maximumFractionDigits } = inUnits(bytesPerSecond);
  return new Intl.NumberFormat(uiLanguage(), {
    style: 'unit',
    unit: `${unit}-per-second`,
    unitDisplay: 'short',
    maximumFractionDigits,
  }).format(value);
}

/** A whole number: "1,234". */
export const formatNumber = (value: number): string => new Intl.NumberFormat(uiLanguage()).format(value);

/** A share (0 to 1) as a whole percentage, never 100 % before all is there. */
export function formatPercent(fraction: number): string {
  return new Intl.NumberFormat(uiLanguage(), { style: 'percent' }).format(Math.floor(fraction * 100) / 100);
}

const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** What is past counts in full units only; what is to come is told by the nearest. */
const inWhole = (time: number): number => (time < 0 ? Math.trunc(time) : Math.round(time));

/** How far from now a time (ms since the epoch) is: "5 min. ago", "in 20 sec."; "now" within the last minute. */
export function formatAgo(time: number, now: number): string {
  const format = new Intl.RelativeTimeFormat(uiLanguage(), { numeric: 'auto', style: 'short' });
  const seconds = (time - now) / 1000;
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return format.format(inWhole(seconds / length), unit);
  }
  return format.format(Math.max(0, Math.ceil(seconds)), 'second');
}

/** A time (ms since the epoch) in full. */
export function formatTime(time: number): string {
  return new Intl.DateTimeFormat(uiLanguage(), { dateStyle: 'medium', timeStyle: 'medium' }).format(time);
}

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
