/** What the page keeps of every failure, to filter, sort and count without reading whole records. */
import { type Failure, type FailureState, lastAttempt, stateOf } from '../domain/failure.ts';
import { fileName, hostOf, visibleText } from '../domain/file-name.ts';
import { type Browser, type Category, classify } from '../domain/reasons.ts';
import { searchable } from '../domain/search.ts';

/** A failure's state, or that the person dismissed it. */
export const statuses = ['failed', 'scheduled', 'retrying', 'recovered', 'dismissed'] as const;
export type Status = FailureState | 'dismissed';

export interface Entry {
  id: string;
  /** ms since the epoch. */
  failedAt: number;
  name: string;
  host: string;
  browser: Browser;
  reason: string;
  category: Category;
  status: Status;
  /** From a private window, so nothing of it may reach the disk. */
  incognito: boolean;
  /** Size in bytes of the whole file or, if unknown, of what was received; null if nothing is known. */
  size: number | null;
  /** What a search looks through besides the reason, made {@link searchable}. */
  searched: string;
}

export function entryOf(failure: Failure): Entry {
  const { id, failedAt, url, browser, reason, incognito } = failure;
  const { totalBytes, bytesReceived } = lastAttempt(failure);
  const state = stateOf(failure);
  const name = visibleText(fileName(failure));
  const host = hostOf(url);
  return {
    id,
    failedAt,
    name,
    host,
    browser,
    reason,
    incognito,
    category: classify(reason, browser).category,
    status: failure.dismissed && state !== 'recovered' ? 'dismissed' : state,
    size: totalBytes ?? (bytesReceived || null),
    searched: searchable(`${name}\n${host}\n${url}`),
  };
}

export const sameEntry = (one: Entry, other: Entry): boolean =>
  one.failedAt === other.failedAt &&
  one.status === other.status &&
  one.reason === other.reason &&
  one.name === other.name &&
  one.size === other.size &&
  one.searched === other.searched;
