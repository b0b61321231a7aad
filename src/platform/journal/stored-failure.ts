import {
  type Failure,
  isOpen,
  isUnanswered,
  isUnseen,
  keysOf,
  resumable,
  type Starter,
  stateOf,
} from '../../domain/failure.ts';
import { turnOf } from '../../domain/queue.ts';
import {
  boolean,
  filled,
  maybe,
  nullable,
  number,
  object,
  oneOf,
  optional,
  type Parser,
  parsed,
  string,
  variant,
} from '../parse.ts';

const parsePerson = oneOf('elsewhere', 'person');
const parseAutomatic = object({ automatic: number });
/** Asks which it is first: a parser that fails is slow, and there are many attempts. */
const parseStarter: Parser<Starter> = (value) =>
  typeof value === 'string' ? parsePerson(value) : parseAutomatic(value);

const attempt = {
  kind: oneOf('first', 'resume', 'restart'),
  // Until version 3 of the database nobody noted who began it.
  by: optional(parseStarter, 'elsewhere' as const),
  item: nullable(object({ id: number, session: nullable(string), key: string, trace: nullable(string) })),
  startedAt: number,
  bytesReceived: number,
  totalBytes: nullable(number),
};
const endedAttempt = { ...attempt, endedAt: number };

const parseAttempt = variant('state', {
  starting: { ...attempt, deadline: number },
  running: { ...attempt, paused: optional(boolean, false) },
  failed: { ...endedAttempt, reason: string, canResume: boolean },
  completed: endedAttempt,
  'not-started': { ...endedAttempt, message: string },
  cancelled: endedAttempt,
  // Until version 4 of the database nobody noted why.
  vanished: { ...endedAttempt, because: optional(oneOf('removed', 'closed'), 'removed' as const) },
});

const parseNextTry = variant('kind', {
  turn: {},
  planned: {
    at: number,
    madeAt: number,
    number,
    of: number,
    because: oneOf('backoff', 'server', 'host', 'offline'),
  },
  stopped: { why: oneOf('tries', 'expired', 'server'), tries: number },
});

export const parseFailure: Parser<Failure> = object({
  id: string,
  browser: oneOf('chrome', 'firefox'),
  url: string,
  finalUrl: string,
  referrer: nullable(string),
  filename: string,
  mime: nullable(string),
  cookieStoreId: nullable(string),
  incognito: boolean,
  failedAt: number,
  reason: string,
  seen: boolean,
  dismissed: boolean,
  method: maybe(string),
  next: maybe(parseNextTry),
  round: maybe(number),
  attempts: filled(parseAttempt),
});

/** A failure with the columns that the database's indexes need. A missing column leaves the row out of its index. */
export interface FailureRow extends Failure {
  keys: string[];
  /** Negated `failedAt`, so that the natural order is newest first. */
  newest: number;
  openReason?: string;
  unseen?: 1;
  retrying?: 1;
  resumable?: 1;
  unanswered?: 1;
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
    ...(isOpen(failure) && resumable(failure) && { resumable: 1 }),
    ...(isUnanswered(failure) && { unanswered: 1 }),
    ...(turn && { queueHost: turn.host, queueAt: turn.at }),
  };
}

/** The failure in a stored row, or undefined for one that this version can't read; such a row is left in place. */
export const fromRow = (row: unknown): Failure | undefined => parsed(parseFailure, row);
