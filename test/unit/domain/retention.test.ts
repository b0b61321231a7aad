import { describe, expect, it } from 'vitest';
import { type ClockWatch, keptSince, watchClock } from '../../../src/domain/retention.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('what is older than the record goes back', () => {
  it('failed before that many days', () => {
    expect(keptSince({ days: 3, records: 1 }, 10 * DAY)).toBe(7 * DAY);
  });
});

describe('a clock', () => {
  const watch = (before: ClockWatch | undefined, ...times: number[]): ClockWatch | undefined =>
    times.reduce<ClockWatch | undefined>((last, now) => watchClock(last, now), before);

  it('is not believed at first sight', () => {
    expect(watch(undefined, 5 * DAY)).toEqual({ believed: 0, next: 5 * DAY, last: 5 * DAY, seen: 0 });
  });

  it('is believed once it was seen to go on for a day, as of when that began', () => {
    const [almost, whole] = [8 * HOUR - 1, 8 * HOUR].map((step) =>
      watch(undefined, 0, 8 * HOUR, 16 * HOUR, 16 * HOUR + step),
    );
    expect(almost).toMatchObject({ believed: 0, next: 0, seen: DAY - 1 });
    expect(whole).toEqual({ believed: 0, next: DAY, last: DAY, seen: 0 });
    const begun = watch(undefined, 5 * DAY, 5 * DAY + 8 * HOUR, 5 * DAY + 16 * HOUR, 6 * DAY);
    expect(begun).toEqual({ believed: 5 * DAY, next: 6 * DAY, last: 6 * DAY, seen: 0 });
  });

  it('is not seen for longer than eight hours between two looks', () => {
    expect(watch(undefined, 0, 100 * DAY)).toEqual({ believed: 0, next: 0, last: 100 * DAY, seen: 8 * HOUR });
  });

  it('that goes back is not seen meanwhile, and no later time is believed', () => {
    const before = { believed: 9 * DAY, next: 10 * DAY, last: 10 * DAY, seen: HOUR };
    expect(watchClock(before, 2 * DAY)).toEqual({
      believed: 2 * DAY,
      next: 2 * DAY,
      last: 2 * DAY,
      seen: HOUR,
    });
    expect(watchClock(before, 11 * DAY)).toMatchObject({ believed: 9 * DAY, next: 10 * DAY });
  });
});
