/** A failure as the database stores it, and how failures are looked for there. */
import {
  type Failure,
  failureSchema,
  isOpen,
  isRunning,
  isUnanswered,
  isUnseen,
  resumable,
} from '../../domain/failure.ts';
import { keysOf } from '../../domain/keys.ts';
import { placeInQueue } from '../../domain/queue.ts';
import { isRetriable } from '../../domain/retry-policy.ts';
import { parsed } from '../parsed.ts';

/** A failure with the columns that the database's indexes need. A missing column leaves the row out of its index. */
export interface FailureRow extends Failure {
  keys: string[];
  /** Negated `failedAt`, so that the natural order is newest first. */
  newest: number;
  openReason?: string;
  /** Set if the failure can be retried together with others. */
  retryReason?: string;
  unseen?: 1;
  retrying?: 1;
  resumable?: 1;
  unanswered?: 1;
  /** Set if the failure waits for a retry: one at a time from each host, in the order of their times. */
  queueHost?: string;
  queueAt?: number;
}

export function toRow(failure: Failure): FailureRow {
  const place = placeInQueue(failure);
  return {
    ...failure,
    keys: keysOf(failure),
    newest: -failure.failedAt,
    ...(isOpen(failure) && { openReason: failure.reason }),
    ...(isRetriable(failure) && { retryReason: failure.reason }),
    ...(isUnseen(failure) && { unseen: 1 }),
    // Also where the file came by another way meanwhile: the attempt has to end.
    ...(failure.attempts.some(isRunning) && { retrying: 1 }),
    ...(isOpen(failure) && resumable(failure) && { resumable: 1 }),
    ...(isUnanswered(failure) && { unanswered: 1 }),
    ...(place && { queueHost: place.host, queueAt: place.at }),
  };
}

/** The failure in a stored row, or undefined for one that this version can't read; such a row is left in place. */
export const fromRow = (row: unknown): Failure | undefined => parsed(failureSchema, row);

/** The indexes that hold only some rows, each with the column that puts a row into it. */
const columns = {
  unseen: 'unseen',
  queue: 'queueHost',
  retrying: 'retrying',
  open: 'openReason',
  resumable: 'resumable',
  unanswered: 'unanswered',
} as const satisfies Record<string, keyof FailureRow>;

/**
 * Which failures to find: all in an index, the open ones of a reason, those with certain ids, or those to which the
 * browser's items with these keys could belong.
 */
export type Selection =
  | keyof typeof columns
  | { openReason: string }
  | { ids: readonly string[] }
  | { keys: readonly string[] };

/** Whether a failure belongs to a selection, as the database's indexes would have it. */
export function isSelected(failure: Failure, selection: Selection): boolean {
  const row = toRow(failure);
  if (typeof selection === 'string') return row[columns[selection]] !== undefined;
  if ('openReason' in selection) return row.openReason === selection.openReason;
  if ('ids' in selection) return selection.ids.includes(row.id);
  return row.keys.some((key) => selection.keys.includes(key));
}
