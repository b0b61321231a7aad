/** What becomes of failures that come from an export file. */
import { publicAddress } from './export.ts';
import {
  type Attempt,
  baseOf,
  type Failure,
  type ItemRef,
  isRunning,
  LONGEST_MESSAGE,
  stateOf,
} from './failure.ts';

/** An attempt outside of the journal that it comes from. */
function imported(attempt: Attempt, exportedAt: number): Attempt {
  if (isRunning(attempt)) {
    return { ...baseOf(attempt), state: 'vanished', endedAt: exportedAt, because: 'removed' };
  }
  switch (attempt.state) {
    case 'failed':
      return { ...attempt, canResume: false };
    case 'not-started':
      return { ...attempt, message: attempt.message.slice(0, LONGEST_MESSAGE) };
    default:
      return attempt;
  }
}

/**
 * A failure as it is taken from an export file (`exportedAt`: ms since the epoch). Nobody here waits for its attempts or
 * has kept its bytes, and it is no news to whoever imports it.
 */
export function asImported(failure: Failure, exportedAt: number): Failure {
  const [first, ...others] = failure.attempts;
  return {
    ...failure,
    seen: true,
    next: failure.next?.kind === 'stopped' ? failure.next : null,
    round: null,
    attempts: [imported(first, exportedAt), ...others.map((attempt) => imported(attempt, exportedAt))],
  };
}

const sameItem = (one: ItemRef, other: ItemRef): boolean =>
  one.key === other.key || (one.trace !== null && one.trace === other.trace);

const hasItem = ({ attempts }: Failure, wanted: ItemRef): boolean =>
  attempts.some(({ item }) => item !== null && sameItem(item, wanted));

/** Whether two addresses are the same, or one of them is the other as it was exported without its secrets. */
const sameAddress = (one: string, other: string): boolean =>
  one === other || publicAddress(one) === other || one === publicAddress(other);

const sameStory = (one: Failure, other: Failure): boolean =>
  one.filename === other.filename &&
  sameAddress(one.url, other.url) &&
  (one.failedAt === other.failedAt || one.attempts[0].startedAt === other.attempts[0].startedAt);

/**
 * The record among `candidates` that is about the same download under another id: after a reinstall the browser's list
 * brings back what an export has too.
 */
export const recordOf = (failure: Failure, candidates: readonly Failure[]): Failure | undefined =>
  candidates.find((known) => failure.attempts.some(({ item }) => item !== null && hasItem(known, item))) ??
  candidates.find((known) => sameStory(known, failure));

/** The one of two addresses that has more to it, where one is the other without its secrets. */
const fuller = (known: string, other: string): string => (publicAddress(other) === known ? other : known);

/**
 * What the record `known` becomes when the same failure is imported. The one that knows of more attempts, or of a later
 * failure, is believed; but what has its file here, or was dismissed here, stays so. Undefined when it stays as it is.
 */
export function merge(known: Failure, other: Failure): Failure | undefined {
  // Somebody here waits for its attempt.
  const state = stateOf(known);
  if (state === 'retrying' || state === 'scheduled') return undefined;
  const url = fuller(known.url, other.url);
  const finalUrl = fuller(known.finalUrl, other.finalUrl);
  const referrer =
    known.referrer === null || other.referrer === null
      ? (known.referrer ?? other.referrer)
      : fuller(known.referrer, other.referrer);
  const addresses = { url, finalUrl, referrer };
  const more = other.attempts.length - known.attempts.length;
  const tellsMore = more > 0 || (more === 0 && other.failedAt > known.failedAt);
  if (tellsMore && (state !== 'recovered' || stateOf(other) === 'recovered')) {
    const { id, seen } = known;
    const dismissed = known.dismissed || other.dismissed;
    const [first, ...others] = other.attempts;
    const attempts: Failure['attempts'] = [
      asKnown(first, known),
      ...others.map((one) => asKnown(one, known)),
    ];
    return { ...other, ...addresses, id, seen, dismissed, attempts };
  }
  const same = url === known.url && finalUrl === known.finalUrl && referrer === known.referrer;
  return same ? undefined : { ...known, ...addresses };
}

/** An imported attempt, with what only this browser knows about its item. */
function asKnown(attempt: Attempt, { attempts }: Failure): Attempt {
  const { item } = attempt;
  const here = item && attempts.findLast((one) => one.item !== null && sameItem(one.item, item));
  if (!here) return attempt;
  const canResume = here.state === 'failed' && here.canResume;
  return attempt.state === 'failed'
    ? { ...attempt, item: here.item, canResume }
    : { ...attempt, item: here.item };
}
