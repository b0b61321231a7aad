import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import {
  BREAKER_LIMIT,
  hostFailed,
  LONGEST_PAUSE_MS,
  openUntil,
  wordOnHost,
} from '../../../src/domain/host-trouble.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const MINUTE = 60_000;

describe('of its host an attempt says', () => {
  const ended = (fields: Record<string, unknown>): Failure =>
    failureWith({ attempts: [failedAttempt(fields)] });

  it.each([
    ['that it works if it completed', { state: 'completed' }, 'works'],
    ['that it fails if the network failed', { reason: 'NETWORK_FAILED' }, 'fails'],
    ['that it fails if the server did', { reason: 'SERVER_FAILED' }, 'fails'],
    ['nothing if there was no connection at all', { reason: 'NETWORK_DISCONNECTED' }, undefined],
    ['nothing if the server refused just this file', { reason: 'SERVER_FORBIDDEN' }, undefined],
    ['nothing if this computer was short of something', { reason: 'FILE_TRANSIENT_ERROR' }, undefined],
    ['nothing if the browser broke off', { reason: 'CRASH' }, undefined],
    ['nothing while it runs', { state: 'running' }, undefined],
    ['nothing if nobody knows how it ended', { state: 'vanished' }, undefined],
  ])('%s', (_what, fields, expected) => {
    expect(wordOnHost(ended(fields))).toBe(expected);
  });
});

describe('a host that fails again and again', () => {
  const failing = (times: number, now = 0) => {
    let trouble: ReturnType<typeof hostFailed> | undefined;
    for (let failures = 0; failures < times; failures += 1) trouble = hostFailed(trouble, now);
    return trouble;
  };

  it('is left alone for five minutes after the fifth time, and not before', () => {
    expect(failing(1)).toEqual({ failures: 1, openUntil: 0 });
    expect(failing(BREAKER_LIMIT - 1)).toEqual({ failures: BREAKER_LIMIT - 1, openUntil: 0 });
    expect(failing(BREAKER_LIMIT)).toEqual({ failures: BREAKER_LIMIT, openUntil: 5 * MINUTE });
  });

  it('is not left alone longer for what had begun before that', () => {
    expect(failing(BREAKER_LIMIT + 1)).toEqual(failing(BREAKER_LIMIT));
  });

  it('is left alone twice as long each time that it fails after a pause, up to an hour', () => {
    let trouble = failing(BREAKER_LIMIT);
    const pauses = [5, 6, 7, 8, 20].map(() => {
      const now = trouble?.openUntil ?? 0;
      trouble = hostFailed(trouble, now);
      return (trouble.openUntil - now) / MINUTE;
    });
    expect(pauses).toEqual([10, 20, 40, 60, 60]);
  });

  it('is left alone until the pause ends, unless a clock makes no sense of that', () => {
    const trouble = { failures: 9, openUntil: LONGEST_PAUSE_MS };
    expect(openUntil(trouble, 0)).toBe(LONGEST_PAUSE_MS);
    expect(openUntil(trouble, -1)).toBe(0);
    expect(openUntil(undefined, 0)).toBe(0);
  });
});
