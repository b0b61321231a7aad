/** What one run of the benchmark finds, as `docs/performance.json` holds it. */

/** The pages that are compared. */
export type PageName = 'empty' | 'bare' | 'downloads' | 'popup' | 'history';

/** What one opening of a page costs. */
export interface Opening {
  /** First contentful paint, ms from the start of the navigation. */
  firstPaint: number;
  /** Until the page has handed over a frame with its content: ms from the same start, and before it is shown. */
  content: number;
  /** What the page's main thread does until it rests, in ms. */
  mainThread: number;
  /** JavaScript heap once the page rests and its garbage is collected, in bytes. */
  heap: number;
  /** DOM nodes at the same time. */
  nodes: number;
}

/** The medians of all openings of one page. */
export interface PageResult extends Opening {
  page: PageName;
  /** Failed downloads: in the journal or, for chrome://downloads, in the browser's own list. */
  failures: number;
}

/** What it takes from the browser's event to the record on disk: medians, in ms for each failure. */
export interface CaptureResult {
  /** Failures in the journal before. */
  stored: number;
  /** Of failures that come all at once. */
  inBurst: number;
  /** Of failures that come one after the other. */
  alone: number;
}

/** What the background's start takes: medians, in ms. */
export interface StartUpResult {
  compile: number;
  /** The evaluation of the script, at whose end all listeners are registered. */
  evaluate: number;
  /** From the browser's decision to start the background to the end of the evaluation. */
  wakeToListening: number;
}

/** What the history's page costs with so many failures: medians. */
export interface HistoryOpening {
  failures: number;
  /** Until the first rows are there, in ms. */
  content: number;
  /** What the main thread has worked until all is read and the page rests, in ms. */
  mainThread: number;
  /** In bytes, after a collection of garbage. */
  heap: number;
  /** The same of the page's worker. */
  workerHeap: number;
  /** From the input of a word until only matching rows are there, in ms. */
  search: number;
}

/** What is done to all of many failures on the history's page, in ms. */
export interface CommandResult {
  name: string;
  took: number;
  /** The longest task of the page's main thread meanwhile; 0 if none took 50. */
  longest: number;
}

/** What the background hears and asks for. */
export interface Asked {
  /** Events of the browser. */
  events: number;
  /** Looks at the browser's list of downloads. */
  looks: number;
  /** Of the browser's storage, beside the database. */
  reads: number;
  writes: number;
  /** Whatever else it asks of the browser or tells pages. */
  others: number;
  /** Of the database. */
  transactions: number;
  /** To the database. */
  questions: number;
}

/** What the background's thread spends its time on, by the profiler, in ms. */
export interface Spent {
  /** The extension's code. */
  ours: number;
  /** Calls of the database. */
  database: number;
  /** Collecting garbage. */
  garbage: number;
  /** Other calls of the browser, and what it does around them. */
  others: number;
}

/** What the background does for downloads that succeed. */
export interface BackgroundResult {
  /** Whether these are the sources as they are, or the other build. */
  build: 'now' | 'there';
  /** Processor time of the extension's process for each download, in ms. */
  processor: number;
  /** The same of the browser's own process, which has the downloads to make as well. */
  browser: number;
  /** For each. */
  spent: Spent;
  asked: Asked;
  /** Processor time of the extension's process for one that comes while the background sleeps, in ms: the median. */
  wake: number;
  /** How often a background that sleeps begins for one, and for what follows from it. */
  starts: number;
  /** How long it is awake then, in s. */
  awake: number;
  /** Alarms that are planned once all is over. */
  alarms: number;
}

/** What one run of the background heard and asked for. */
export interface Notes {
  /** When it began, in ms since the epoch. */
  at: number;
  /** The events, and how many ms after that they came. */
  heard: { after: number; event: string }[];
  /** How often it called each of what is noted. */
  asked: Record<string, number>;
}

/** What a browser does in some minutes in which nobody uses it. */
export interface IdleResult {
  /** What there is to do for the extension. */
  name: string;
  /** How often the background began, and how long it was awake in all, in s. */
  starts: number;
  awake: number;
  /** What the server was asked for, which are the retries. */
  retries: number;
  /** Processor time by kind of process, in ms: pages and backgrounds of extensions, the browser itself, all others. */
  taken: Record<'renderer' | 'browser' | 'others', number>;
  /** Of each run of the background, if they were noted. */
  notes: Notes[];
}

/** In bytes. */
export interface SizeResult {
  name: string;
  raw: number;
  /** Absent for what is packed already. */
  gzipped?: number;
}

export interface Results {
  /** When it was measured, in ISO 8601. */
  measuredAt: string;
  browser: string;
  cores: number;
  processor: string;
  platform: string;
  /** How often each was measured. */
  openings: number;
  bursts: number;
  burstSize: number;
  wakes: number;
  pages: PageResult[];
  history: HistoryOpening[];
  capture: CaptureResult[];
  background: BackgroundResult[];
  startUp: StartUpResult;
  sizes: SizeResult[];
}
