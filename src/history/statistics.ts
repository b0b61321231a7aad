/** The numbers behind the charts. */
import type { Status } from '../domain/columns.ts';
import { type Category, categories } from '../domain/reasons.ts';
import { startOfDay, startOfHour } from './days.ts';
import type { Entry } from './entry.ts';

/** An hour or a day, and the failures in it. */
export interface Period {
  /** When it began: ms since the epoch. */
  start: number;
  total: number;
  byCategory: Record<Category, number>;
}

export interface Statistics {
  total: number;
  unit: 'hour' | 'day';
  /** Consecutive hours or days; none without failures. */
  periods: readonly Period[];
  /** Failures before the first of them. */
  earlier: number;
  /** The hosts with the most failures, the worst first. */
  hosts: readonly { host: string; count: number }[];
  byStatus: Readonly<Record<Status, number>>;
}

/** A span that ends now, to be drawn whole. Times are ms since the epoch. */
export interface RecentSpan {
  since: number;
  now: number;
}

const FEWEST_DAYS = 14;
const MOST_DAYS = 90;
const MOST_HOSTS = 6;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const noCategories: Readonly<Record<Category, number>> = { network: 0, server: 0, file: 0, misc: 0, user: 0 };
const noStatuses: Readonly<Record<Status, number>> = {
  failed: 0,
  suspect: 0,
  scheduled: 0,
  retrying: 0,
  recovered: 0,
  accepted: 0,
  dismissed: 0,
};

const emptyPeriod = (start: number): Period => ({ start, total: 0, byCategory: { ...noCategories } });

/** The hours from the one of `since` to the one of `now`. */
function hoursOf({ since, now }: RecentSpan): Period[] {
  const hours: Period[] = [];
  for (let time = since; startOfHour(time) <= now; time += HOUR_MS)
    hours.push(emptyPeriod(startOfHour(time)));
  return hours;
}

/** The days from the one of `oldest` to the one of `newest`, at least and at most so many. */
function daysUpTo(newest: number, oldest: number, { fewest = 1, most = Infinity } = {}): Period[] {
  const last = startOfDay(newest);
  const wanted = Math.round((last - startOfDay(oldest)) / DAY_MS) + 1;
  const count = Math.min(most, Math.max(fewest, wanted));
  return Array.from({ length: count }, (_, index) => emptyPeriod(startOfDay(last, index - count + 1)));
}

export function countStatuses(entries: readonly Entry[]): Record<Status, number> {
  const counts = { ...noStatuses };
  for (const { status } of entries) counts[status] += 1;
  return counts;
}

/** What the charts show: the whole of a recent span, or else the days up to the newest failure. */
export function statisticsOf(entries: readonly Entry[], recent?: RecentSpan): Statistics {
  let newest = -Infinity;
  let oldest = Infinity;
  const byHost = new Map<string, number>();
  for (const { failedAt, host } of entries) {
    newest = Math.max(newest, failedAt);
    oldest = Math.min(oldest, failedAt);
    byHost.set(host, (byHost.get(host) ?? 0) + 1);
  }
  const unit = recent && recent.now - recent.since <= DAY_MS ? 'hour' : 'day';
  const periods = periodsOf();
  const length = unit === 'hour' ? HOUR_MS : DAY_MS;
  const first = periods[0]?.start ?? 0;
  let earlier = 0;
  for (const { failedAt, category } of entries) {
    // As days differ in length, this may be off by one.
    let index = Math.min(periods.length - 1, Math.floor((failedAt - first) / length));
    if (failedAt < (periods[index]?.start ?? 0)) index -= 1;
    else if (failedAt >= (periods[index + 1]?.start ?? Infinity)) index += 1;
    const period = periods[index];
    if (period) {
      period.total += 1;
      period.byCategory[category] += 1;
    } else {
      earlier += 1;
    }
  }
  const hosts = [...byHost]
    .map(([host, count]) => ({ host, count }))
    .sort((one, other) => other.count - one.count || (one.host < other.host ? -1 : 1))
    .slice(0, MOST_HOSTS);
  return { total: entries.length, unit, periods, earlier, hosts, byStatus: countStatuses(entries) };

  function periodsOf(): Period[] {
    if (entries.length === 0) return [];
    if (!recent) return daysUpTo(newest, oldest, { fewest: FEWEST_DAYS, most: MOST_DAYS });
    return unit === 'hour' ? hoursOf(recent) : daysUpTo(recent.now, recent.since);
  }
}

/** The least height of a category in a bar, as a part of the highest bar: one failure must be seen beside thousands. */
const LEAST_HEIGHT = 0.03;

/** A part of a bar in the chart: how high it is and what is below it; the highest bar is 1. */
export interface BarPart {
  category: Category;
  below: number;
  height: number;
}

/** The bar of each period, from the bottom up. */
export function barsOf(periods: readonly Period[]): BarPart[][] {
  const most = Math.max(1, ...periods.map(({ total }) => total));
  let highest = 1;
  const bars = periods.map(({ byCategory }) => {
    let below = 0;
    return categories.flatMap((category) => {
      if (byCategory[category] === 0) return [];
      const part = { category, below, height: Math.max(LEAST_HEIGHT, byCategory[category] / most) };
      below += part.height;
      highest = Math.max(highest, below);
      return [part];
    });
  });
  return bars.map((bar) =>
    bar.map(({ category, below, height }) => ({
      category,
      below: below / highest,
      height: height / highest,
    })),
  );
}
