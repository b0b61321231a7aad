/**
 * The circuit breaker of automatic retry: a host that keeps failing is left alone for a while, then tried with a single
 * retry. If that fails too, the pauses get longer.
 */
import * as v from 'valibot';
import { currentAttempt, diagnosisOf, type Failure } from './failure.ts';
import { classify } from './reasons.ts';

/** What we remember about a failing host. */
const troubleSchema = v.object({
  /** Failed attempts since the last one that worked. */
  failures: v.number(),
  /** No automatic retry before this time: ms since the epoch, 0 while the breaker is closed. */
  openUntil: v.number(),
});
export type HostTrouble = v.InferOutput<typeof troubleSchema>;

/** By host. */
export const troublesSchema = v.record(v.string(), troubleSchema);
export type Troubles = v.InferOutput<typeof troublesSchema>;

/** Failures in a row after which a host is left alone. */
export const BREAKER_LIMIT = 5;
const FIRST_PAUSE_MS = 5 * 60_000;
export const LONGEST_PAUSE_MS = 60 * 60_000;

/** What the last attempt of a failure says about its host; undefined if nothing. */
export function wordOnHost(failure: Failure): 'works' | 'fails' | undefined {
  const last = currentAttempt(failure);
  if (last.state === 'completed') return 'works';
  if (last.state !== 'failed') return undefined;
  const { category, prognosis, reason } = classify(
    diagnosisOf(last, failure.browser).reason,
    failure.browser,
  );
  // Problems on this computer, or with just this file, say nothing about the host.
  const ofHost = category === 'network' || category === 'server';
  return ofHost && prognosis === 'transient' && reason !== 'NETWORK_DISCONNECTED' ? 'fails' : undefined;
}

/** After one more failed attempt at `now` (ms since the epoch). */
export function hostFailed(before: HostTrouble | undefined, now: number): HostTrouble {
  const failures = (before?.failures ?? 0) + 1;
  if (failures < BREAKER_LIMIT) return { failures, openUntil: 0 };
  // What fails while the breaker is open started before it opened, so it doesn't count again.
  if (before && openUntil(before, now) > now)
    return { failures: before.failures, openUntil: before.openUntil };
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - BREAKER_LIMIT, 10));
  return { failures, openUntil: now + pause };
}

/** Until when a host is left alone (ms since the epoch). 0 if a clock set back made that absurdly far ahead. */
export const openUntil = (trouble: HostTrouble | undefined, now: number): number =>
  trouble && trouble.openUntil - now <= LONGEST_PAUSE_MS ? trouble.openUntil : 0;
