/**
 * The breaker of automatic retry: a host that fails again and again is left alone for a while, then asked by one
 * retry; while that fails too, the pauses grow.
 */
import * as v from 'valibot';
import { type Failure, lastAttempt } from './failure.ts';
import { classify } from './reasons.ts';

/** What is remembered of a host that did not deliver. */
const troubleSchema = v.object({
  /** Failed attempts since the last that worked. */
  failures: v.number(),
  /** No automatic retry before this time: ms since the epoch, 0 while the breaker is closed. */
  openUntil: v.number(),
});
export type HostTrouble = v.InferOutput<typeof troubleSchema>;

/** The troubles of hosts, by host. */
export const troublesSchema = v.record(v.string(), troubleSchema);
export type Troubles = v.InferOutput<typeof troublesSchema>;

/** Failures in a row after which a host is left alone. */
export const BREAKER_LIMIT = 5;
const FIRST_PAUSE_MS = 5 * 60_000;
export const LONGEST_PAUSE_MS = 60 * 60_000;

/** How the last attempt of a failure speaks of its host; undefined when it says nothing. */
export function wordOnHost(failure: Failure): 'works' | 'fails' | undefined {
  const last = lastAttempt(failure);
  if (last.state === 'completed') return 'works';
  if (last.state !== 'failed') return undefined;
  const { category, prognosis, reason } = classify(last.reason, failure.browser);
  // What is missing on this side, or is as it is with one file, says nothing of the host.
  const ofHost = category === 'network' || category === 'server';
  return ofHost && prognosis === 'transient' && reason !== 'NETWORK_DISCONNECTED' ? 'fails' : undefined;
}

/** After one more failed attempt at `now` (ms since the epoch). */
export function hostFailed(before: HostTrouble | undefined, now: number): HostTrouble {
  const failures = (before?.failures ?? 0) + 1;
  if (failures < BREAKER_LIMIT) return { failures, openUntil: 0 };
  // What fails while the breaker is open had begun before it opened.
  if (before && openUntil(before, now) > now)
    return { failures: before.failures, openUntil: before.openUntil };
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - BREAKER_LIMIT, 10));
  return { failures, openUntil: now + pause };
}

/** Until when a host is left alone (ms since the epoch); a time that a clock set back made absurd counts as past. */
export const openUntil = (trouble: HostTrouble | undefined, now: number): number =>
  trouble && trouble.openUntil - now <= LONGEST_PAUSE_MS ? trouble.openUntil : 0;
