import { perLanguage } from '../platform/i18n.ts';

const percents = perLanguage((language) => new Intl.NumberFormat(language, { style: 'percent' }));

/** A share (0 to 1) as a whole percentage, never 100 % before everything is there. */
export const formatPercent = (fraction: number): string =>
  percents().format(Math.floor(fraction * 100) / 100);

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** For each unit a format without and one with a decimal. */
const inUnits = (per: '' | '-per-second') =>
  units.map((unit, index) =>
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

/** Formats bytes in the largest unit that gives at least 1. */
function inBytes(bytes: number, formats: ReturnType<typeof inUnits>): string {
  let value = bytes;
  let index = 0;
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  return formats[index]?.[index > 0 && value < 100 ? 1 : 0]?.().format(value) ?? '';
}

const sizes = inUnits('');
const speeds = inUnits('-per-second');

/** A size in the person's language, with about three digits: "3.2 MB". */
export const formatSize = (bytes: number): string => inBytes(bytes, sizes);

/** A speed in bytes a second: "3.2 MB/s". */
export const formatSpeed = (bytesPerSecond: number): string => inBytes(bytesPerSecond, speeds);

const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** Rounds past times down to whole units, and times to come to the nearest. */
const inWhole = (time: number): number => (time < 0 ? Math.trunc(time) : Math.round(time));

const ages = perLanguage(
  (language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' }),
);

/** How far from now a time (ms since the epoch) is: "5 min. ago", "in 20 sec."; "now" within the last minute. */
export function formatAgo(time: number, now: number): string {
  const seconds = (time - now) / 1000;
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return ages().format(inWhole(seconds / length), unit);
  }
  return ages().format(Math.max(0, Math.ceil(seconds)), 'second');
}

const times = perLanguage(
  (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }),
);

/** A time (ms since the epoch) in full. */
export const formatTime = (time: number): string => times().format(time);
