/** Days in the person's own time zone, where not all of them are equally long. Times are ms since the epoch. */

/** When the day of `time` began, or the day that many `later`. */
export function startOfDay(time: number, later = 0): number {
  const date = new Date(time);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + later).getTime();
}

/** When the hour of `time` began. */
export const startOfHour = (time: number): number => new Date(time).setMinutes(0, 0, 0);

/** When a day written as `2026-05-31` begins, or the day that many `later`. */
export function startOfNamedDay(day: string, later = 0): number {
  // Without a zone it means the person's own.
  return startOfDay(new Date(`${day}T00:00`).getTime(), later);
}
