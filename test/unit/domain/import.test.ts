import { describe, expect, it } from 'vitest';
import { isOpen, stateOf } from '../../../src/domain/failure.ts';
import { ended, merge } from '../../../src/domain/import.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const begun = { kind: 'restart', endedAt: undefined, reason: undefined, canResume: undefined };
const running = failedAttempt({ ...begun, state: 'running' });
const starting = failedAttempt({ ...begun, item: null, state: 'starting', deadline: 5_000 });

describe('a failure from an export file', () => {
  it('has no attempts under way, since nobody waits for them', () => {
    const failure = failureWith({ attempts: [running, failedAttempt(), starting] });
    expect(stateOf(failure)).toBe('retrying');
    const after = ended(failure, 7_000);
    expect(stateOf(after)).toBe('failed');
    expect(isOpen(after)).toBe(true);
    expect(after).toEqual(
      failureWith({
        attempts: [
          { ...running, state: 'vanished', endedAt: 7_000 },
          failedAttempt(),
          { ...starting, state: 'vanished', endedAt: 7_000 },
        ],
      }),
    );
    expect(after.attempts[2]).not.toHaveProperty('deadline');
  });

  it('is not tried again by itself, nor counted in a round, since that was decided elsewhere', () => {
    const planned = { kind: 'planned', at: 9e12, madeAt: 5_000, number: 1, of: 3, because: 'backoff' };
    for (const next of [planned, { kind: 'turn' }]) {
      expect(ended(failureWith({ next, round: 9e12 }), 7_000)).toEqual(
        failureWith({ next: null, round: null }),
      );
    }
  });

  it('is as it was when all its attempts had ended', () => {
    const failure = failureWith({ next: { kind: 'stopped', why: 'tries', tries: 3 } });
    expect(ended(failure, 7_000)).toEqual(failure);
  });

  it('takes the place of a record with fewer attempts', () => {
    const known = failureWith({ failedAt: 9_000 });
    const imported = failureWith({ failedAt: 1_000, attempts: [failedAttempt(), failedAttempt()] });
    expect(merge(known, imported)).toBe(imported);
    expect(merge(imported, known)).toBeUndefined();
  });

  it('takes the place of a record that failed earlier in as many attempts', () => {
    const known = failureWith({ failedAt: 1_000 });
    const imported = failureWith({ failedAt: 2_000 });
    expect(merge(known, imported)).toBe(imported);
    expect(merge(imported, known)).toBeUndefined();
    expect(merge(known, known)).toBeUndefined();
  });

  it('does not take the place of a record that is being retried or is going to be', () => {
    const imported = failureWith({ attempts: [failedAttempt(), failedAttempt(), failedAttempt()] });
    expect(merge(failureWith({ attempts: [failedAttempt(), running] }), imported)).toBeUndefined();
    expect(merge(failureWith({ next: { kind: 'turn' } }), imported)).toBeUndefined();
  });
});
