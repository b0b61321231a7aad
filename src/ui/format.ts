import { uiLanguage } from '../platform/i18n.ts';

const inNumbers = (value: number, options?: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat(uiLanguage(), options).format(value);

/** A whole number: "1,234". */
export const formatNumber = (value: number): string => inNumbers(value);

/** A share (0 to 1) as a whole percentage, never 100 % before all is there. */
export const formatPercent = (fraction: number): string =>
  inNumbers(Math.floor(fraction * 100) / 100, { style: 'percent' });

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** In the largest unit of which there is at least one. */
function inBytes(bytes: number, per: '' | '-per-second'): string {
  let value = bytes;
  let index = 0;
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  return inNumbers(value, {
    style: 'unit',
    unit: `${units[index]}${per}`,
    unitDisplay: index === 0 && per === '' ? 'long' : 'short',
    maximumFractionDigits: index > 0 && value < 100 ? 1 : 0,
  });
}

/** A size in the person's language, with about three digits: "3.2 MB". */
export const formatSize = (bytes: number): string => inBytes(bytes, '');

/** A speed in bytes a second: "3.2 MB/s". */
export const formatSpeed = (bytesPerSecond: number): string => inBytes(bytesPerSecond, '-per-second');

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
