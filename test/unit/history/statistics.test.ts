import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsOf, statisticsOf } from '../../../src/history/statistics.ts';
import { entry } from './entries.ts';

const at = (day: number, hour = 12): number => new Date(2026, 2, day, hour).getTime();

describe('the statistics', () => {
  it('are empty without failures', () => {
    expect(statisticsOf([])).toMatchObject({ total: 0, periods: [], earlier: 0, hosts: [] });
  });

  it('count each day by category, without leaving one out', () => {
    const { periods: days, earlier } = statisticsOf([
      entry({ id: 'a', failedAt: at(31, 23) }),
      entry({ id: 'b', failedAt: at(31, 0), category: 'server' }),
      entry({ id: 'c', failedAt: at(1) }),
    ]);
    expect(days).toHaveLength(31);
    expect(days.at(-1)).toMatchObject({ total: 2, byCategory: { network: 1, server: 1, file: 0 } });
    expect(days[0]).toMatchObject({ start: at(1, 0), total: 1 });
    expect(days.reduce((sum, { total }) => sum + total, 0)).toBe(3);
    expect(earlier).toBe(0);
  });

  it('draw two weeks at least and 90 days at most', () => {
    expect(statisticsOf([entry({ id: 'a', failedAt: at(31) })]).periods).toHaveLength(14);
    const long = statisticsOf([
      entry({ id: 'a', failedAt: at(31) }),
      entry({ id: 'b', failedAt: at(31 - 89) }),
      entry({ id: 'c', failedAt: at(31 - 90) }),
    ]);
    expect(long.periods).toHaveLength(90);
    expect(long.periods[0]?.total).toBe(1);
    expect(long.earlier).toBe(1);
  });

  it('draw the last 24 hours by hours, also the empty ones', () => {
    const now = new Date(2026, 2, 31, 14, 20).getTime();
    const { unit, periods, earlier } = statisticsOf(
      [
        entry({ id: 'a', failedAt: at(31, 14) }),
        entry({ id: 'b', failedAt: new Date(2026, 2, 30, 14, 25).getTime() }),
        entry({ id: 'c', failedAt: at(31, 9), category: 'file' }),
      ],
      { since: now - 24 * 3_600_000, now },
    );
    expect(unit).toBe('hour');
    expect(periods).toHaveLength(25);
    expect([periods[0], periods[19], periods[24]].map((period) => [period?.start, period?.total])).toEqual([
      [at(30, 14), 1],
      [at(31, 9), 1],
      [at(31, 14), 1],
    ]);
    expect(earlier).toBe(0);
  });

  it('draw each day of another span that ends now', () => {
    const { unit, periods } = statisticsOf([entry({ id: 'a', failedAt: at(29) })], {
      since: at(24),
      now: at(31),
    });
    expect(unit).toBe('day');
    expect(periods.map(({ total }) => total)).toEqual([0, 0, 0, 0, 0, 1, 0, 0]);
  });

  it('make one failure visible beside thousands', () => {
    const { periods } = statisticsOf([
      entry({ id: 'one', failedAt: at(30), category: 'user' }),
      ...Array.from({ length: 3_000 }, (_, id) => entry({ id: `${id}`, failedAt: at(31) })),
      entry({ id: 'other', failedAt: at(31), category: 'file' }),
    ]);
    const bars = barsOf(periods).map((bar) => bar.reduce((sum, { height }) => sum + height, 0));
    expect(Math.max(...bars)).toBe(1);
    // More than three of the 112 pixels.
    expect(bars.at(-2)).toBeGreaterThan(0.028);
    expect(bars.at(-3)).toBe(0);
  });

  it('count every failure once, also where the clocks are changed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: at(-200), max: at(300) }), { minLength: 1 }), (times) => {
        const { periods: days, earlier } = statisticsOf(
          times.map((failedAt, id) => entry({ id: `${id}`, failedAt })),
        );
        expect(days.reduce((sum, { total }) => sum + total, earlier)).toBe(times.length);
        for (const time of times) {
          const day = days.findLast(({ start }) => start <= time);
          if (day) expect(new Date(day.start).toDateString()).toBe(new Date(time).toDateString());
        }
      }),
    );
  });

  it('name the hosts with the most failures, the worst first', () => {
    const hosts = ['b', 'a', 'c', 'c', 'd', 'e', 'f', 'g', 'c', 'a'];
    const found = statisticsOf(hosts.map((host, id) => entry({ id: `${id}`, host })));
    expect(found.hosts.slice(0, 3)).toEqual([
      { host: 'c', count: 3 },
      { host: 'a', count: 2 },
      { host: 'b', count: 1 },
    ]);
    expect(found.hosts).toHaveLength(6);
  });

  it('tell what became of them', () => {
    const { byStatus } = statisticsOf([
      entry({ id: 'a' }),
      entry({ id: 'b', status: 'recovered' }),
      entry({ id: 'c', status: 'recovered' }),
    ]);
    expect(byStatus).toEqual({
      ...{ failed: 1, suspect: 0, scheduled: 0, retrying: 0 },
      ...{ recovered: 2, accepted: 0, dismissed: 0 },
    });
  });
});
