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
  capture: CaptureResult[];
  startUp: StartUpResult;
  sizes: SizeResult[];
}
