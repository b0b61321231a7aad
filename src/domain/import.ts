/** How failures from an export file are taken into the journal. */
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

/**
 * The attempt as one that no download can still be of. What a page asks for isn't marked as ours, so a file with wrong
 * times could have us cancel the downloads of the person.
 */
function unasked<One extends Attempt>({ asPage, ...attempt }: One) {
  return attempt;
}

/** An attempt as it looks outside the journal it came from. */
function imported(attempt: Attempt, exportedAt: number): Attempt {
  if (isRunning(attempt)) {
    return { ...baseOf(attempt), state: 'vanished', endedAt: exportedAt, because: 'removed' };
  }
  switch (attempt.state) {
    case 'failed':
      return { ...attempt, canResume: false };
    case 'not-started':
      return { ...unasked(attempt), message: attempt.message.slice(0, LONGEST_MESSAGE) };
    case 'cancelled':
      return unasked(attempt);
    default:
      return attempt;
  }
}

/**
 * A failure as imported from a file exported at `exportedAt` (ms since the epoch). Here nothing waits for its attempts,
 * its bytes aren't kept, and it is not news to whoever imports it.
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

/** Whether two addresses are the same, or one is the other exported without its secrets. */
const sameAddress = (one: string, other: string): boolean =>
  one === other || publicAddress(one) === other || one === publicAddress(other);

const sameStory = (one: Failure, other: Failure): boolean =>
  one.filename === other.filename &&
  sameAddress(one.url, other.url) &&
  (one.failedAt === other.failedAt || one.attempts[0].startedAt === other.attempts[0].startedAt);

/**
 * The record among `candidates` about the same download under another id: after a reinstall, the browser's list brings
 * back failures that an export has too.
 */
export const recordOf = (failure: Failure, candidates: readonly Failure[]): Failure | undefined =>
  candidates.find((known) => failure.attempts.some(({ item }) => item !== null && hasItem(known, item))) ??
  candidates.find((known) => sameStory(known, failure));

/** The fuller of two addresses if one is the other without its secrets; else the known one. */
const fuller = (known: string, other: string): string => (publicAddress(other) === known ? other : known);

/** Whether a retry is running here, or waiting to: whoever waits for it must find its attempts as they are. */
export function isUnderWay(failure: Failure): boolean {
  const state = stateOf(failure);
  return state === 'retrying' || state === 'scheduled';
}

/**
 * What the record `known` becomes when the same failure is imported; undefined if it stays as it is. The one with more
 * attempts, or with a later failure, wins. But what is recovered or dismissed here stays so.
 */
export function merge(known: Failure, other: Failure): Failure | undefined {
  if (isUnderWay(known)) return undefined;
  const state = stateOf(known);
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
