/** The numbers behind the charts. */
import type { Status } from '../domain/columns.ts';
import type { Category } from '../domain/reasons.ts';
import { startOfDay } from './days.ts';
import type { Entry } from './entry.ts';

export interface DayCount {
  /** When the day began: ms since the epoch. */
  start: number;
  total: number;
  byCategory: Record<Category, number>;
}

export interface Statistics {
  total: number;
  /** Consecutive days up to the newest failure's, at least {@link FEWEST_DAYS}; none without failures. */
  days: readonly DayCount[];
  /** Failures before the first of the days. */
  earlier: number;
  /** The hosts with the most failures, the worst first. */
  hosts: readonly { host: string; count: number }[];
  byStatus: Readonly<Record<Status, number>>;
}

const FEWEST_DAYS = 14;
const MOST_DAYS = 90;
const MOST_HOSTS = 6;
const DAY_MS = 86_400_000;

const noCategories: Readonly<Record<Category, number>> = { network: 0, server: 0, file: 0, misc: 0, user: 0 };
const noStatuses: Readonly<Record<Status, number>> = {
  failed: 0,
  scheduled: 0,
  retrying: 0,
  recovered: 0,
  dismissed: 0,
};

/** The days from `oldest` to `newest` that are drawn. */
function daysUpTo(newest: number, oldest: number): DayCount[] {
  const last = startOfDay(newest);
  const wanted = Math.round((last - startOfDay(oldest)) / DAY_MS) + 1;
  const count = Math.min(MOST_DAYS, Math.max(FEWEST_DAYS, wanted));
  return Array.from({ length: count }, (_, index) => ({
    start: startOfDay(last, index - count + 1),
    total: 0,
    byCategory: { ...noCategories },
  }));
}

export function statisticsOf(entries: readonly Entry[]): Statistics {
  let newest = -Infinity;
  let oldest = Infinity;
  const byStatus = { ...noStatuses };
  const byHost = new Map<string, number>();
  for (const { failedAt, status, host } of entries) {
    newest = Math.max(newest, failedAt);
    oldest = Math.min(oldest, failedAt);
    byStatus[status] += 1;
    byHost.set(host, (byHost.get(host) ?? 0) + 1);
  }
  const days = entries.length === 0 ? [] : daysUpTo(newest, oldest);
  const first = days[0]?.start ?? 0;
  let earlier = 0;
  for (const { failedAt, category } of entries) {
    // As days differ in length, this may be off by one.
    let index = Math.min(days.length - 1, Math.floor((failedAt - first) / DAY_MS));
    if (failedAt < (days[index]?.start ?? 0)) index -= 1;
    else if (failedAt >= (days[index + 1]?.start ?? Infinity)) index += 1;
    const day = days[index];
    if (day) {
      day.total += 1;
      day.byCategory[category] += 1;
    } else {
      earlier += 1;
    }
  }
  const hosts = [...byHost]
    .map(([host, count]) => ({ host, count }))
    .sort((one, other) => other.count - one.count || (one.host < other.host ? -1 : 1))
    .slice(0, MOST_HOSTS);
  return { total: entries.length, days, earlier, hosts, byStatus };
}
