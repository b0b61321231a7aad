/** What a run has found, in words and tables: the same on the screen and in the document. */

import { table } from '../table.ts';
import { comparedPages, titleOf } from './pages.ts';
import type { Line } from './picture.ts';
import type {
  BackgroundResult,
  CommandResult,
  HistoryOpening,
  IdleResult,
  Notes,
  Results,
} from './results.ts';
import { isMet, type Target, targetsOf } from './targets.ts';

const count = (value: number): string => value.toLocaleString('en');
const time = (ms: number): string =>
  ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : count(Math.round(ms));
const ratio = (value: number): string => value.toFixed(2);
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);

const targetRow = (target: Target): string[] => [
  target.name,
  ratio(target.value),
  ratio(target.limit),
  isMet(target) ? 'met' : 'not met',
];

function pagesTable({ pages }: Results): string {
  return table(
    [
      'page, failures',
      'first paint, ms',
      'content, ms',
      '÷ empty page',
      'main thread, ms',
      'heap, MB',
      'nodes',
    ],
    pages.map((one) => {
      const empty = pages.find(({ page, failures }) => page === 'empty' && failures === one.failures);
      return [
        `${titleOf(one.page)}, ${count(one.failures)}`,
        time(one.firstPaint),
        time(one.content),
        empty ? ratio(one.content / empty.content) : '',
        time(one.mainThread),
        megabytes(one.heap),
        count(Math.round(one.nodes)),
      ];
    }),
  );
}

/** What the history's page costs with so many failures. */
export const historyTable = (openings: readonly HistoryOpening[]): string =>
  table(
    ['failures', 'first rows, ms', 'main thread, ms', 'heap, MB', 'worker’s heap, MB', 'first matches, ms'],
    openings.map((one) => [
      count(one.failures),
      time(one.content),
      time(one.mainThread),
      megabytes(one.heap),
      megabytes(one.workerHeap),
      time(one.search),
    ]),
  );

/** What is done to all of many failures there. */
export const commandsTable = (commands: readonly CommandResult[]): string =>
  table(
    ['what', 'took, s', 'longest task, ms'],
    commands.map(({ name, took, longest }) => [
      name,
      (took / 1000).toFixed(1),
      longest === 0 ? 'under 50' : time(longest),
    ]),
  );

const backgroundRows: readonly [name: string, of: (result: BackgroundResult) => string][] = [
  ['processor time of the extension’s process, ms', ({ processor }) => time(processor)],
  ['the same of the browser’s own process, ms', ({ browser }) => time(browser)],
  ['the background’s thread by the profiler, ms: our code', ({ spent }) => time(spent.ours)],
  ['calls of the database', ({ spent }) => time(spent.database)],
  ['other calls of the browser', ({ spent }) => time(spent.others)],
  ['collecting garbage', ({ spent }) => time(spent.garbage)],
  ['events it hears', ({ asked }) => ratio(asked.events)],
  ['looks at the browser’s list', ({ asked }) => ratio(asked.looks)],
  ['reads of the browser’s storage', ({ asked }) => ratio(asked.reads)],
  ['writes there', ({ asked }) => ratio(asked.writes)],
  ['transactions of the journal', ({ asked }) => ratio(asked.transactions)],
  ['questions to it', ({ asked }) => ratio(asked.questions)],
  ['other calls: alarms, badge, messages', ({ asked }) => ratio(asked.others)],
  ['processor time of the process if the background sleeps, ms', ({ wake }) => time(wake)],
  ['starts of a background that sleeps', ({ starts }) => count(starts)],
  ['seconds that it is awake then', ({ awake }) => count(Math.round(awake))],
  ['alarms that are left', ({ alarms }) => count(alarms)],
];

/** What the background does for a download that succeeds. */
export const backgroundTable = (results: readonly BackgroundResult[]): string =>
  table(
    [
      'for a download that succeeds',
      ...results.map(({ build }) => (build === 'now' ? 'now' : 'the other build')),
    ],
    backgroundRows.map(([name, of]) => [name, ...results.map(of)]),
  );

/** What browsers did that nobody used, each column beside the first, which has none of ours. */
export const idleTable = (results: readonly IdleResult[]): string =>
  table(
    ['what', ...results.map(({ name }) => name)],
    [
      ['starts of the background', ...results.map(({ starts }) => count(starts))],
      ['seconds that it is awake', ...results.map(({ awake }) => count(Math.round(awake)))],
      ['requests of the server', ...results.map(({ retries }) => count(retries))],
      ...(['renderer', 'browser', 'others'] as const).map((kind) => [
        `processor time, ms: ${kind}`,
        ...results.map(({ taken }) => count(Math.round(taken[kind]))),
      ]),
    ],
  );

/** What each run of a background heard, first of all what woke it, and what it asked for. */
export const notesText = (notes: readonly Notes[]): string =>
  notes
    .map(({ at, heard, asked }) => {
      const events = new Map<string, string[]>();
      for (const { event, after } of heard)
        events.set(event, [...(events.get(event) ?? []), (after / 1000).toFixed(0)]);
      const told = [...events].map(([event, times]) =>
        event.startsWith('alarm') ? `${event} after ${times.join(', ')} s` : `${times.length} × ${event}`,
      );
      const calls = Object.entries(asked).map(([name, times]) => `${times} × ${name}`);
      return `${new Date(at).toISOString().slice(11, 19)} heard ${told.join('; ')} — asked ${calls.join(', ')}`;
    })
    .join('\n');

function captureTable({ capture }: Results): string {
  return table(
    ['failures stored', 'in a burst, ms each', 'alone, ms each'],
    capture.map(({ stored, inBurst, alone }) => [count(stored), time(inBurst), time(alone)]),
  );
}

function startUpTable({ startUp }: Results): string {
  return table(
    ['of the background’s start', 'ms'],
    [
      ['compiling the script', time(startUp.compile)],
      ['evaluating it, to the last listener', time(startUp.evaluate)],
      ['from the wake to the last listener', time(startUp.wakeToListening)],
    ],
  );
}

function sizesTable({ sizes }: Results): string {
  return table(
    ['what', 'raw, bytes', 'gzipped, bytes'],
    sizes.map(({ name, raw, gzipped }) => [name, count(raw), gzipped === undefined ? '' : count(gzipped)]),
  );
}

function machineText({ measuredAt, browser, cores, processor, platform, ...times }: Results): string {
  return [
    `Measured on ${measuredAt.slice(0, 10)} with ${browser}, headless, on ${cores} cores of ${processor} (${platform}).`,
    `Medians of ${times.openings} openings, ${times.bursts} bursts of ${count(times.burstSize)} failures, and ${times.wakes} wakes.`,
  ].join('\n');
}

/** The parts of the report by their names, in their order. */
export function reportOf(results: Results): Record<string, string> {
  return {
    machine: machineText(results),
    targets: table(['what', 'is', 'at most', 'target'], targetsOf(results).map(targetRow)),
    pages: pagesTable(results),
    history: historyTable(results.history),
    background: backgroundTable(results.background),
    capture: captureTable(results),
    'start-up': startUpTable(results),
    sizes: sizesTable(results),
  };
}

/** The lines of the picture. */
export const linesOf = ({ pages }: Results): Line[] =>
  comparedPages
    .filter(({ failures }) => failures === undefined)
    .map(({ name, title }) => ({
      name,
      title,
      points: pages.filter(({ page }) => page === name).map(({ failures, content }) => [failures, content]),
    }));
