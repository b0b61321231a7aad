/** The numbers of one run beside those of an earlier one. */
import { table } from '../table.ts';
import { titleOf } from './pages.ts';
import type { Asked, Results } from './results.ts';
import { targetsOf } from './targets.ts';

/** A number of a run. Less is better. */
export interface Measure {
  name: string;
  value: number;
  /**
   * By what share two runs of the same sources differ at most; absent for times, which tell nothing about the sources
   * where the machine is another or does something else.
   */
  noise?: number;
}

/** Ratios of times in one run. */
const OF_TIMES = 0.25;
/** Ratios of times that wait for the disk: the same sources were seen to give 0.8 and 1.5. */
const OF_DISK = 0.9;
const OF_MEMORY = 0.1;
/** Of transactions: how many downloads share one depends on how quickly they come. */
const OF_SHARED = 1;
const COUNTED = 0.02;

const askedFor: Record<keyof Asked, string> = {
  events: 'events',
  looks: 'looks at the list',
  reads: 'reads of storage',
  writes: 'writes of storage',
  others: 'other calls',
  transactions: 'transactions',
  questions: 'questions to the journal',
};

/** How much a target's number differs between two runs of the same sources. */
function noiseOf(target: string): number {
  if (target.startsWith('capture')) return OF_DISK;
  if (/^(zip|reads|starts)/.test(target)) return COUNTED;
  return /heap/.test(target) ? OF_MEMORY : OF_TIMES;
}

/** All numbers of a run: the ratios and counts first, then what depends on the machine. */
export function measuresOf(results: Results): Measure[] {
  const { pages, history, capture, background, startUp, sizes } = results;
  const there = background.find(({ build }) => build === 'now');
  const count = (failures: number): string => failures.toLocaleString('en');
  const ofPages = pages.flatMap((one): Measure[] => {
    const name = `${titleOf(one.page)}, ${count(one.failures)}`;
    const empty = pages.find(({ page, failures }) => page === 'empty' && failures === one.failures);
    return [
      ...(empty && one !== empty
        ? [{ name: `${name}: content ÷ empty page`, value: one.content / empty.content, noise: OF_TIMES }]
        : []),
      { name: `${name}: heap, MB`, value: one.heap / 1e6, noise: OF_MEMORY },
      { name: `${name}: nodes`, value: one.nodes, noise: OF_MEMORY },
      { name: `${name}: first paint, ms`, value: one.firstPaint },
      { name: `${name}: content, ms`, value: one.content },
      { name: `${name}: main thread, ms`, value: one.mainThread },
    ];
  });
  const ofHistory = history.flatMap(({ failures, ...one }): Measure[] => [
    { name: `long history, ${count(failures)}: heap, MB`, value: one.heap / 1e6, noise: OF_MEMORY },
    {
      name: `long history, ${count(failures)}: worker’s heap, MB`,
      value: one.workerHeap / 1e6,
      noise: OF_MEMORY,
    },
    { name: `long history, ${count(failures)}: first rows, ms`, value: one.content },
    { name: `long history, ${count(failures)}: main thread, ms`, value: one.mainThread },
    { name: `long history, ${count(failures)}: first matches, ms`, value: one.search },
  ]);
  const ofBackground = there
    ? [
        ...Object.entries(there.asked).map(
          ([name, value]): Measure => ({
            name: `a download that succeeds: ${askedFor[name as keyof Asked]}`,
            value,
            noise: name === 'transactions' ? OF_SHARED : OF_MEMORY,
          }),
        ),
        { name: 'a download that succeeds: processor time, ms', value: there.processor },
        { name: 'a download that succeeds: processor time if the background sleeps, ms', value: there.wake },
        ...Object.entries(there.spent).map(([name, value]) => ({
          name: `a download that succeeds: profiler, ${name}, ms`,
          value,
        })),
      ]
    : [];
  return [
    ...targetsOf(results).map(({ name, value }) => ({ name, value, noise: noiseOf(name) })),
    ...sizes.map(({ name, raw }) => ({ name: `${name}, bytes`, value: raw, noise: COUNTED })),
    ...ofPages,
    ...ofHistory,
    ...capture.flatMap(({ stored, inBurst, alone }) => [
      { name: `capture, ${count(stored)} stored: in a burst, ms each`, value: inBurst },
      { name: `capture, ${count(stored)} stored: alone, ms each`, value: alone },
    ]),
    ...ofBackground,
    ...Object.entries(startUp).map(([name, value]) => ({
      name: `start of the background: ${name}, ms`,
      value,
    })),
  ];
}

const shown = (value: number): string =>
  Math.abs(value) < 100 ? value.toFixed(2) : Math.round(value).toLocaleString('en');

function changeOf(before: number, after: number): string {
  if (before === after) return '0 %';
  if (before === 0) return 'new';
  const percent = Math.round((after / before - 1) * 100);
  return `${percent > 0 ? '+' : ''}${percent} %`;
}

/** Whether a number is worse than before by more than it differs between two runs of the same sources. */
const isWorse = ({ value, noise }: Measure, before: number): boolean =>
  noise !== undefined && value - before > noise * Math.abs(before);

/** A table of all numbers of a run beside those of an earlier one. What is worse beyond the noise is marked. */
export function comparison(earlier: Results, results: Results): string {
  const before = new Map(measuresOf(earlier).map(({ name, value }) => [name, value]));
  const rows = measuresOf(results).map((measure) => {
    const { name, value } = measure;
    const was = before.get(name);
    if (was === undefined) return [name, '', shown(value), '', ''];
    return [name, shown(was), shown(value), changeOf(was, value), isWorse(measure, was) ? 'worse' : ''];
  });
  const worse = rows.filter((row) => row.includes('worse')).map(([name]) => name);
  return [
    table(['what', 'before', 'now', 'change', 'beyond the noise'], rows),
    worse.length === 0
      ? 'Nothing is worse beyond the noise.'
      : `Worse beyond the noise: ${worse.join('; ')}.`,
  ].join('\n\n');
}
