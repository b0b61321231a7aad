import type { PageName, PageResult, Results } from './results.ts';
import { zipName } from './sizes.ts';

/** Something that must not be more than its limit. */
export interface Target {
  name: string;
  value: number;
  limit: number;
  kind: 'ratio' | 'bytes';
}

export const isMet = ({ value, limit }: Target): boolean => value <= limit;

/** What one run says of each target. */
export function targetsOf({ pages, capture, sizes }: Results): Target[] {
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
  const ratio = (name: string, value: number, limit: number): Target => ({
    name,
    value,
    limit,
    kind: 'ratio',
  });
  const bytes = (name: string, value: number, limit: number): Target => ({
    name,
    value,
    limit,
    kind: 'bytes',
  });
  return [
    ratio('popup content at 1,000 failures ÷ empty page', overEmpty(1_000), 1.25),
    ratio('popup content ÷ empty page: at 100,000 over at 100', overEmpty(100_000) / overEmpty(100), 1.1),
    bytes(
      'popup heap at 100,000 − empty page’s',
      page('popup', 100_000).heap - page('empty', 100_000).heap,
      2_000_000,
    ),
    ratio(
      'history content at 100,000 ÷ chrome://downloads at 1,000',
      page('history', 100_000).content / page('downloads', 1_000).content,
      1,
    ),
    ratio('capture of one failure in a burst, 100,000 stored ÷ empty journal', captured('inBurst'), 1.2),
    ratio('capture of one failure alone, 100,000 stored ÷ empty journal', captured('alone'), 1.2),
    bytes('zip for Chrome', zip('chrome'), 300_000),
    bytes('zip for Firefox', zip('firefox'), 300_000),
  ];
}
