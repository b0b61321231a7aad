import * as v from 'valibot';
import { type Failure, isOpen, isUnseen, keysOf, stateOf } from '../../domain/failure.ts';

const ItemRef = v.object({
  id: v.number(),
  session: v.nullable(v.string()),
  key: v.string(),
  trace: v.nullable(v.string()),
});

const attempt = {
  kind: v.picklist(['first', 'resume', 'restart']),
  item: v.nullable(ItemRef),
  startedAt: v.number(),
  bytesReceived: v.number(),
  totalBytes: v.nullable(v.number()),
};

const Attempt = v.variant('state', [
  v.object({ ...attempt, state: v.literal('starting'), deadline: v.number() }),
  v.object({ ...attempt, state: v.literal('running') }),
  v.object({
    ...attempt,
    state: v.literal('failed'),
    endedAt: v.number(),
    reason: v.string(),
    canResume: v.boolean(),
  }),
  v.object({ ...attempt, state: v.literal('completed'), endedAt: v.number() }),
  v.object({ ...attempt, state: v.literal('not-started'), endedAt: v.number(), message: v.string() }),
  v.object({ ...attempt, state: v.literal('vanished'), endedAt: v.number() }),
]);

export const StoredFailure: v.GenericSchema<unknown, Failure> = v.object({
  id: v.string(),
  browser: v.picklist(['chrome', 'firefox']),
  url: v.string(),
  finalUrl: v.string(),
  referrer: v.nullable(v.string()),
  filename: v.string(),
  mime: v.nullable(v.string()),
  cookieStoreId: v.nullable(v.string()),
  incognito: v.boolean(),
  failedAt: v.number(),
  reason: v.string(),
  seen: v.boolean(),
  dismissed: v.boolean(),
  attempts: v.tupleWithRest([Attempt], Attempt),
});

/** A failure with the columns that the database's indexes need. A missing column leaves the row out of its index. */
export interface FailureRow extends Failure {
  keys: string[];
  /** Negated `failedAt`, so that the natural order is newest first. */
  newest: number;
  openReason?: string;
  unseen?: 1;
  retrying?: 1;
}

export function toRow(failure: Failure): FailureRow {
  return {
    ...failure,
    keys: keysOf(failure),
    newest: -failure.failedAt,
    ...(isOpen(failure) && { openReason: failure.reason }),
    ...(isUnseen(failure) && { unseen: 1 }),
    ...(stateOf(failure) === 'retrying' && { retrying: 1 }),
  };
}

/** The failure in a stored row, or undefined for one that this version can't read; such a row is left in place. */
export function fromRow(row: unknown): Failure | undefined {
  const parsed = v.safeParse(StoredFailure, row);
  return parsed.success ? parsed.output : undefined;
}
