import { describe, expect, it } from 'vitest';
import { type Failure, stateOf } from '../../../src/domain/failure.ts';
import { areOfOneFile, FileIndex, joinAll, joined, joinInto } from '../../../src/domain/join.ts';
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

  it('have the id of the one that began first, and the reason of the one that failed last', () => {
    const early = failureWith({
      id: 'early',
      failedAt: 9_000,
      reason: 'NETWORK_TIMEOUT',
      attempts: [failedAttempt({ startedAt: 1_000 })],
    });
    const late = failureWith({
      id: 'late',
      failedAt: 3_000,
      reason: 'SERVER_FORBIDDEN',
      attempts: [failedAttempt({ startedAt: 2_000 })],
    });
    for (const record of [joined(early, late), joined(late, early)]) {
      expect(record).toMatchObject({ id: 'early', failedAt: 9_000, reason: 'NETWORK_TIMEOUT' });
    }
  });

  it('have the id of the first that is named if they began and failed at once, and the reason of the other', () => {
    const one = failureWith({ id: 'one', reason: 'NETWORK_TIMEOUT' });
    const other = failureWith({ id: 'other', reason: 'SERVER_FORBIDDEN' });
    expect(joined(one, other)).toMatchObject({ id: 'one', reason: 'SERVER_FORBIDDEN' });
  });

  it('tell of the later one that it was another download, begun elsewhere', () => {
    const early = failureWith({ id: 'early', attempts: [failedAttempt({ startedAt: 1_000 })] });
    const again = failedAttempt({ kind: 'resume', by: 'person', startedAt: 3_000 });
    const late = failureWith({ id: 'late', attempts: [failedAttempt({ startedAt: 2_000 }), again] });
    const { url, finalUrl, filename } = late;
    const { attempts } = joined(early, late);
    expect(attempts.map(({ kind, by, download }) => [kind, by, download])).toEqual([
      ['first', 'elsewhere', undefined],
      ['restart', 'elsewhere', { url, finalUrl, filename }],
      ['resume', 'person', undefined],
    ]);
  });

  it('have their attempts in the order in which these began', () => {
    const attempts = (...times: number[]) =>
      times.map((startedAt, index) => failedAttempt({ startedAt, kind: index === 0 ? 'first' : 'restart' }));
    const early = failureWith({ id: 'early', attempts: attempts(1_000, 4_000) });
    const late = failureWith({ id: 'late', attempts: attempts(2_000, 3_000, 5_000) });
    const startsOf = (failure: Failure) => failure.attempts.map(({ startedAt }) => startedAt);
    expect(startsOf(joined(late, early))).toEqual([1_000, 2_000, 3_000, 4_000, 5_000]);
  });

  it('are told of by the one that the person did not cancel', () => {
    const failed = failureWith({ id: 'failed', failedAt: 1_000, reason: 'SERVER_FORBIDDEN' });
    const cancelled = failureWith({ id: 'cancelled', failedAt: 2_000, reason: 'USER_CANCELED' });
    expect(joined(failed, cancelled)).toMatchObject({ reason: 'SERVER_FORBIDDEN', failedAt: 1_000 });
  });

  it('keep a name and a type that only the later one has, though the earlier tells why', () => {
    const failed = failureWith({ failedAt: 1_000, filename: '', mime: null });
    const cancelled = failureWith({ id: 'cancelled', failedAt: 2_000, reason: 'USER_CANCELED' });
    const { filename, mime } = cancelled;
    expect(joined(failed, cancelled)).toMatchObject({ reason: failed.reason, filename, mime });
  });

  it.each(['seen', 'dismissed'] as const)('are %s only if both were', (mark) => {
    for (const [one, other] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ]) {
      const record = joined(failureWith({ [mark]: one }), failureWith({ [mark]: other }));
      expect(record[mark]).toBe(one && other);
    }
  });

  it('know the method that one of them knows', () => {
    const known = failureWith({ method: 'GET' });
    const unknown = failureWith();
    expect([joined(known, unknown).method, joined(unknown, known).method]).toEqual(['GET', 'GET']);
  });

  it('keep what was planned for one of them and its round, rather those of the one that failed last', () => {
    const plain = failureWith({ failedAt: 2_000 });
    const early = failureWith({ failedAt: 1_000, next: planned, round: 1 });
    const late = failureWith({ failedAt: 3_000, next: { kind: 'turn' }, round: 2 });
    expect(joined(plain, early)).toMatchObject({ next: planned, round: 1 });
    expect(joined(early, late)).toMatchObject({ next: { kind: 'turn' }, round: 2 });
    expect(joined(late, early)).toMatchObject({ next: { kind: 'turn' }, round: 2 });
  });
});

/** A record of the usual file that failed at `failedAt`, and whose file came at `cameAt` if that is given. */
function record(id: string, failedAt: number, cameAt?: number): Failure {
  const { url, finalUrl, filename } = failureWith();
  const came =
    cameAt === undefined
      ? []
      : [failedAttempt({ kind: 'restart', state: 'completed', startedAt: failedAt, endedAt: cameAt })];
  const first = failedAttempt({ startedAt: failedAt, endedAt: failedAt });
  return failureWith({ id, url, finalUrl, filename, failedAt, attempts: [first, ...came] });
}

describe('two records', () => {
  it.each([
    ['are of one file if it came for neither', record('one', 1_000), record('other', 9_000), true],
    [
      'are of one if it came after the other failed',
      record('one', 1_000, 9_000),
      record('other', 5_000),
      true,
    ],
    [
      'are of one if it came the moment the other failed',
      record('one', 1_000, 5_000),
      record('other', 5_000),
      true,
    ],
    [
      'are of two if the other failed after it came',
      record('one', 1_000, 2_000),
      record('other', 5_000),
      false,
    ],
    ['are of two if it came for both', record('one', 1_000, 9_000), record('other', 2_000, 9_000), false],
    ['are of two if their addresses and names differ', record('one', 1_000), failureWith({ id: 'b' }), false],
  ])('%s', (_what, one, other, expected) => {
    expect(areOfOneFile(one, other)).toBe(expected);
    expect(areOfOneFile(other, one)).toBe(expected);
  });
});

describe('an index of files', () => {
  it('finds another record of the file, and never the record itself', () => {
    const index = new FileIndex();
    index.add(record('one', 1_000));
    expect(index.find(record('other', 2_000))).toBe('one');
    expect(index.find(record('one', 1_000))).toBeUndefined();
    expect(index.find(failureWith({ id: 'of-another-file' }))).toBeUndefined();
  });

  it('finds none that was deleted, or whose file had come before', () => {
    const index = new FileIndex();
    index.add(record('deleted', 1_000));
    index.delete('deleted');
    index.add(record('came', 1_000, 2_000));
    expect(index.find(record('wanted', 3_000))).toBeUndefined();
  });

  it('looks at no more than the 100 newest that are alike', () => {
    const index = new FileIndex();
    index.add(record('one', 1_000));
    const came = (count: number, from = 0) => {
      for (let number = 0; number < count; number += 1) index.add(record(`came ${from + number}`, 10, 20));
    };
    came(99);
    expect(index.find(record('wanted', 3_000))).toBe('one');
    came(1, 99);
    expect(index.find(record('wanted', 3_000))).toBeUndefined();
  });
});

describe('records that are shown to an index one after the other', () => {
  it('become one for each file, in which all are joined', async () => {
    const all = await joinAll([
      record('one', 1_000),
      failureWith({ id: 'b' }),
      record('two', 2_000),
      record('three', 3_000),
    ]);
    expect(all.map(({ id, attempts }) => [id, attempts.length])).toEqual([
      ['b', 1],
      ['one', 3],
    ]);
  });

  it('stay two where the file came before the other failed, and are one with what came later', async () => {
    const [early, late] = [record('early', 1_000, 2_000), record('late', 3_000)];
    expect(await joinAll([early, late])).toHaveLength(2);
    const between = record('between', 1_500, 3_000);
    expect((await joinAll([early, late, between])).map(({ id }) => id)).toEqual(['early', 'between']);
  });

  it('are left out where one is no longer there, and the next is still found', async () => {
    const index = new FileIndex();
    for (const known of [record('gone', 1_000), record('there', 2_000)]) index.add(known);
    const wanted = record('wanted', 3_000);
    const asked: string[] = [];
    const result = await joinInto(index, wanted, async (id) => {
      asked.push(id);
      return id === 'there' ? record('there', 2_000) : undefined;
    });
    expect(asked.sort()).toEqual(['gone', 'there']);
    expect([result.id, result.attempts.length]).toEqual(['there', 2]);
    expect(index.find(record('next', 4_000))).toBe('there');
  });
});
