import * as v from 'valibot';
import { type Failure, isOpen, isUnseen, keysOf, stateOf } from '../../domain/failure.ts';
import { turnOf } from '../../domain/queue.ts';

const ItemRef = v.object({
  id: v.number(),
  session: v.nullable(v.string()),
  key: v.string(),
  trace: v.nullable(v.string()),
});

const attempt = {
  // Until version 3 of the database nobody noted who began it.
  by: v.optional(
    v.union([v.picklist(['elsewhere', 'person']), v.object({ automatic: v.number() })]),
    'elsewhere',
  ),
  kind: v.picklist(['first', 'resume', 'restart']),
  item: v.nullable(ItemRef),
  startedAt: v.number(),
  bytesReceived: v.number(),
  totalBytes: v.nullable(v.number()),
};

const Attempt = v.variant('state', [
  v.object({ ...attempt, state: v.literal('starting'), deadline: v.number() }),
  v.object({ ...attempt, state: v.literal('running'), paused: v.optional(v.boolean(), false) }),
  v.object({
    ...attempt,
    state: v.literal('failed'),
    endedAt: v.number(),
    reason: v.string(),
    canResume: v.boolean(),
  }),
  v.object({ ...attempt, state: v.literal('completed'), endedAt: v.number() }),
  v.object({ ...attempt, state: v.literal('not-started'), endedAt: v.number(), message: v.string() }),
  v.object({ ...attempt, state: v.literal('cancelled'), endedAt: v.number() }),
  v.object({ ...attempt, state: v.literal('vanished'), endedAt: v.number() }),
]);

const NextTry = v.variant('kind', [
  v.object({ kind: v.literal('turn') }),
  v.object({
    kind: v.literal('planned'),
    at: v.number(),
    madeAt: v.number(),
    number: v.number(),
    of: v.number(),
    because: v.picklist(['backoff', 'server', 'host', 'offline']),
  }),
  v.object({
    kind: v.literal('stopped'),
    why: v.picklist(['tries', 'expired', 'server']),
    tries: v.number(),
  }),
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
  method: v.optional(v.nullable(v.string()), null),
  next: v.optional(v.nullable(NextTry), null),
  round: v.optional(v.nullable(v.number()), null),
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
  /** Of what waits for a retry: one at a time from each host, in the order of their times. */
  queueHost?: string;
  queueAt?: number;
}

export function toRow(failure: Failure): FailureRow {
  const turn = turnOf(failure);
  return {
    ...failure,
    keys: keysOf(failure),
    newest: -failure.failedAt,
    ...(isOpen(failure) && { openReason: failure.reason }),
    ...(isUnseen(failure) && { unseen: 1 }),
    ...(stateOf(failure) === 'retrying' && { retrying: 1 }),
    ...(turn && { queueHost: turn.host, queueAt: turn.at }),
  };
}

/** The failure in a stored row, or undefined for one that this version can't read; such a row is left in place. */
export function fromRow(row: unknown): Failure | undefined {
  const parsed = v.safeParse(StoredFailure, row);
  return parsed.success ? parsed.output : undefined;
}
