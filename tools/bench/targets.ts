import type { HistoryOpening, PageName, PageResult, Results } from './results.ts';
import { zipName } from './sizes.ts';

/** Something that must not be more than its limit. */
export interface Target {
  name: string;
  value: number;
  limit: number;
}

export const isMet = ({ value, limit }: Target): boolean => value <= limit;

/** What one run says of each target. */
export function targetsOf({ pages, history, capture, background, sizes }: Results): Target[] {
  const page = (name: PageName, failures: number): PageResult => {
    const found = pages.find((one) => one.page === name && one.failures === failures);
    if (!found) throw new Error(`${name} was not measured with ${failures} failures.`);
    return found;
  };
  const overEmpty = (failures: number): number =>
    page('popup', failures).content / page('empty', failures).content;
  const captured = (of: 'inBurst' | 'alone'): number => {
    const cost = (stored: number): number => capture.find((one) => one.stored === stored)?.[of] ?? Number.NaN;
    return cost(100_000) / cost(0);
  };
  const zip = (target: string): number =>
    sizes.find(({ name }) => name === zipName(target))?.raw ?? Number.NaN;
  const heapBeyondEmpty = page('popup', 100_000).heap - page('empty', 100_000).heap;
  const firstRows = page('history', 100_000).content / page('downloads', 1_000).content;
  const long = (of: keyof HistoryOpening, failures = 100_000): number =>
    history.find((one) => one.failures === failures)?.[of] ?? Number.NaN;
  const [now, there] = background;
  const { reads = Number.NaN, writes = Number.NaN } = now?.asked ?? {};
  const targets: (readonly [name: string, value: number, limit: number])[] = [
    ['popup content at 1,000 failures ÷ empty page', overEmpty(1_000), 1.25],
    ['popup content ÷ empty page: at 100,000 over at 100', overEmpty(100_000) / overEmpty(100), 1.1],
    ['popup heap at 100,000 − empty page’s, MB', heapBeyondEmpty / 1e6, 2],
    ['history content at 100,000 ÷ chrome://downloads at 1,000', firstRows, 1],
    ['history main thread until it rests, 100,000 ÷ 100', long('mainThread') / long('mainThread', 100), 3],
    ['history heap, 100,000 − 100, MB', (long('heap') - long('heap', 100)) / 1e6, 8],
    ['history first rows, 100,000 ÷ 100', long('content') / long('content', 100), 1.2],
    ['history first matches, 100,000 ÷ 1,000', long('search') / long('search', 1_000), 1.5],
    ['reads and writes of storage for a download that succeeds', reads + writes, 0],
    ['starts of a sleeping background for a download that succeeds', now?.starts ?? Number.NaN, 1],
    ...(now && there
      ? [
          [
            'processor time for a download that succeeds ÷ the other build’s',
            now.processor / there.processor,
            1,
          ] as const,
        ]
      : []),
    ['capture of one failure in a burst, 100,000 stored ÷ empty journal', captured('inBurst'), 1.2],
    ['capture of one failure alone, 100,000 stored ÷ empty journal', captured('alone'), 1.2],
    ['zip for Chrome, kB', zip('chrome') / 1e3, 300],
    ['zip for Firefox, kB', zip('firefox') / 1e3, 300],
  ];
  return targets.map(([name, value, limit]) => ({ name, value, limit }));
}
