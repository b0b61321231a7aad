/**
 * Everything we show about a failure, and where. A row's details, the history's columns and their order, and the CSV
 * table all come from this list.
 */
import {
  acceptedOf,
  causeOf,
  closedBy,
  currentAttempt,
  type Failure,
  type FailureState,
  isRecovered,
  neverBegan,
  stateOf,
  suspectFiles,
  tellingAttempt,
} from './failure.ts';
import { baseName, fileName, hostOf } from './file-name.ts';
import { classify, isSuspicion } from './reasons.ts';

export type Value = string | number | boolean | null;

interface Column {
  value: (failure: Failure) => Value;
  /** Its name in the CSV table. Programs read it, so it is the same in every language. */
  csv?: string;
  /** Its value in the CSV table, if that differs. */
  csvValue?: (failure: Failure) => Value;
  /** Key of its label in a row's details, which leave out null values. */
  details?: string;
  /** What a number there is. */
  detailsAs?: 'size' | 'time' | 'status';
  /** Its column in the history, if it has one. */
  history?: {
    /** Key of the column heading. */
    head: string;
    /** A CSS grid track size. */
    width: string;
    /** The direction it sorts in first, if sortable. Needs the texts `history_order_<column>_up` and `_down`. */
    sort?: 'up' | 'down';
  };
}

/** A failure's state, or that the person dismissed it, that it may not have failed, or that the person found it fine. */
export type Status = FailureState | 'dismissed' | 'suspect' | 'accepted';

function statusOf(failure: Failure): Status {
  const state = stateOf(failure);
  if (state === 'recovered') return acceptedOf(failure) ? 'accepted' : state;
  if (failure.dismissed) return 'dismissed';
  return state === 'failed' && isSuspicion(failure.reason) ? 'suspect' : state;
}

/** Size in bytes of the whole file or, if that is unknown, of what was received; null if nothing was. */
function sizeOf(failure: Failure): number | null {
  const { totalBytes, bytesReceived } = currentAttempt(failure);
  return totalBytes ?? (bytesReceived || null);
}

/** The browser's own reason; null if it gave none, as the download never began. */
function browserReason(failure: Failure): string | null {
  const attempt = tellingAttempt(failure);
  if (!attempt) return failure.reason;
  return neverBegan(attempt) ? null : attempt.reason;
}

const evidenceOf = (failure: Failure) => tellingAttempt(failure)?.evidence;

/** The other download that brought the file: its name, if it has one, and address. */
function downloadThatClosed(failure: Failure): string | null {
  const download = closedBy(failure);
  if (!download) return null;
  const { filename, url } = download;
  return filename === '' ? url : `${baseName(filename)} (${url})`;
}

/** The names of what is on disk and may not be the file. */
function suspectNames(failure: Failure): string | null {
  const names = suspectFiles(failure).map(baseName);
  return names.length === 0 ? null : names.join(', ');
}

/** Once there are several files of one failure on disk: the name of the good one. */
function goodName(failure: Failure): string | null {
  const accepted = acceptedOf(failure);
  const isOneOfMany = suspectFiles(failure).length > 0 && isRecovered(failure);
  return accepted || isOneOfMany
    ? baseName(accepted?.file ?? closedBy(failure)?.filename ?? failure.filename)
    : null;
}

/** By name. The history's columns are also the fields of its entries. */
export const columns = {
  id: { value: ({ id }) => id, csv: 'id' },
  name: {
    value: fileName,
    csv: 'file',
    details: 'detail_file',
    history: { head: 'detail_file', width: 'minmax(0, 2fr)', sort: 'up' },
  },
  path: { value: ({ filename }) => filename, csv: 'path' },
  url: { value: ({ url }) => url, csv: 'url', details: 'detail_address' },
  finalUrl: {
    value: ({ url, finalUrl }) => (finalUrl === url ? null : finalUrl),
    csv: 'final_url',
    csvValue: ({ finalUrl }) => finalUrl,
    details: 'detail_final_address',
  },
  host: {
    value: ({ url }) => hostOf(url),
    csv: 'host',
    history: { head: 'history_host', width: 'minmax(0, 1.4fr)', sort: 'up' },
  },
  page: { value: ({ referrer }) => referrer, csv: 'page', details: 'detail_page' },
  mime: { value: ({ mime }) => mime, csv: 'mime' },
  reason: {
    value: ({ reason }) => reason,
    csv: 'reason',
    details: 'detail_code',
    history: { head: 'history_reason', width: 'minmax(0, 1.6fr)', sort: 'up' },
  },
  browserReason: {
    // Only where there is a finer one.
    value: (failure) => (browserReason(failure) === failure.reason ? null : browserReason(failure)),
    csv: 'browser_reason',
    csvValue: browserReason,
    details: 'detail_browser_word',
  },
  cause: { value: causeOf, csv: 'cause' },
  httpStatus: {
    value: (failure) => evidenceOf(failure)?.status ?? null,
    csv: 'http_status',
    details: 'detail_status',
    detailsAs: 'status',
  },
  error: {
    value: (failure) => evidenceOf(failure)?.error ?? null,
    csv: 'network_error',
    details: 'detail_error',
  },
  askedUrl: { value: (failure) => evidenceOf(failure)?.url ?? null, details: 'detail_asked_address' },
  contentType: { value: (failure) => evidenceOf(failure)?.type ?? null, details: 'detail_type' },
  contentLength: {
    value: (failure) => evidenceOf(failure)?.length ?? null,
    details: 'detail_length',
    detailsAs: 'size',
  },
  waitUntil: {
    value: (failure) => evidenceOf(failure)?.waitUntil ?? null,
    details: 'detail_wait',
    detailsAs: 'time',
  },
  category: { value: ({ reason, browser }) => classify(reason, browser).category, csv: 'category' },
  // That it was dismissed has a column of its own.
  state: { value: (failure) => statusOf({ ...failure, dismissed: false }), csv: 'state' },
  dismissed: { value: ({ dismissed }) => dismissed, csv: 'dismissed' },
  failedAt: {
    value: ({ failedAt }) => failedAt,
    csv: 'failed_at',
    csvValue: ({ failedAt }) => new Date(failedAt).toISOString(),
    history: { head: 'history_when', width: 'clamp(5.25rem, 33.3vw - 13.5rem, 10.5rem)', sort: 'down' },
  },
  status: { value: statusOf, history: { head: 'history_status', width: '6.5rem' } },
  attempts: { value: ({ attempts }) => attempts.length, csv: 'attempts' },
  bytesReceived: { value: (failure) => currentAttempt(failure).bytesReceived, csv: 'bytes_received' },
  totalBytes: { value: (failure) => currentAttempt(failure).totalBytes, csv: 'total_bytes' },
  size: { value: sizeOf, history: { head: 'history_size', width: '4.5rem', sort: 'down' } },
  browser: { value: ({ browser }) => browser, csv: 'browser' },
  closedBy: { value: downloadThatClosed, csv: 'closed_by', details: 'detail_closed_by' },
  suspectFile: { value: suspectNames, csv: 'suspect_file', details: 'detail_suspect_file' },
  goodFile: { value: goodName, csv: 'good_file', details: 'detail_good_file' },
  private: { value: ({ incognito }) => incognito, csv: 'private' },
} as const satisfies Record<string, Column>;

type Columns = typeof columns;
/** The names of the columns that have `Part`. */
type With<Part> = { [Name in keyof Columns]: Columns[Name] extends Part ? Name : never }[keyof Columns];

export type HistoryColumn = With<{ history: object }>;
/** What the history can be sorted by. */
export type SortKey = With<{ history: { sort: string } }>;
/** A failure's values in the history's columns. */
export type HistoryValues = { readonly [Name in HistoryColumn]: ReturnType<Columns[Name]['value']> };

const names = Object.keys(columns).filter((name): name is keyof Columns => Object.hasOwn(columns, name));

/** In the order in which a row shows them. */
export const historyColumns = names.filter((name): name is HistoryColumn => 'history' in columns[name]);
export const sortKeys = historyColumns.filter((name): name is SortKey => 'sort' in columns[name].history);
