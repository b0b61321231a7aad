import { describe, expect, it } from 'vitest';
import { stateOf } from '../../../src/domain/failure.ts';
import { joined } from '../../../src/domain/join.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

describe('two records of one file', () => {
  const planned = { kind: 'planned', at: 9e12, madeAt: 2_000, number: 1, of: 3, because: 'backoff' };
  const completed = { kind: 'restart', state: 'completed', startedAt: 3_000, endedAt: 4_000 };

  it('have nothing more to come once joined, if one of them has the file', () => {
    const waiting = failureWith({ id: 'waiting', failedAt: 2_000, next: planned });
    const came = failureWith({
      id: 'came',
      failedAt: 1_000,
      attempts: [failedAttempt(), failedAttempt(completed)],
    });
    for (const record of [joined(waiting, came), joined(came, waiting)]) {
      expect(stateOf(record)).toBe('recovered');
      expect(record.next).toBe(null);
    }
  });

  it('begin with the first attempt of the earlier one, even if another download had begun before it', () => {
    const { url, finalUrl, filename } = failureWith();
    const download = { url, finalUrl, filename };
    const slow = failedAttempt({ kind: 'restart', state: 'running', startedAt: 900, download });
    const earlier = failureWith({ attempts: [failedAttempt({ startedAt: 1_000 }), slow] });
    const later = failureWith({ id: 'later', attempts: [failedAttempt({ startedAt: 2_000 })] });
    expect(joined(later, earlier).attempts.map(({ startedAt }) => startedAt)).toEqual([1_000, 900, 2_000]);
  });

  it('keep the name of the file if the later one never began', () => {
    const earlier = failureWith({ failedAt: 1_000 });
    const silent = failedAttempt({ item: null, began: false, startedAt: 2_000 });
    const later = failureWith({ id: 'later', filename: '', mime: null, failedAt: 2_000, attempts: [silent] });
    expect(joined(earlier, later)).toMatchObject({ filename: earlier.filename, mime: earlier.mime });
  });
});
