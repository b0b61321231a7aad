import { describe, expect, it } from 'vitest';
import {
  type Counts,
  closeRound,
  isRoundActive,
  keepClosed,
  noCounts,
  recount,
  recountKept,
} from '../../../src/domain/counts.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const open = failureWith();
const dismissed = failureWith({ dismissed: true });
const completed = failedAttempt({ kind: 'restart', state: 'completed' });
const running = failedAttempt({ kind: 'restart', state: 'running' });
const turn = { kind: 'turn' };

const countsOf = (...failures: Failure[]): Counts =>
  failures.reduce((counts, failure) => recount(counts, undefined, failure), noCounts);

/** How far a round has got, but for its id. */
const nothing = { waiting: 0, running: 0, recovered: 0, failedAgain: 0, closed: false };

describe('the counts', () => {
  it('are of the open failures by reason, and of those that were not seen', () => {
    const refused = failureWith({ reason: 'SERVER_FORBIDDEN', seen: true });
    expect(countsOf(open, open, refused, dismissed)).toEqual({
      open: { NETWORK_FAILED: 2, SERVER_FORBIDDEN: 1 },
      unseen: 2,
      round: null,
    });
  });

  it('lose what is no longer open, and have no entry of none', () => {
    const counts = countsOf(open, open);
    const one = recount(counts, open, dismissed);
    expect(one).toEqual({ open: { NETWORK_FAILED: 1 }, unseen: 1, round: null });
    expect(recount(one, open, undefined)).toEqual(noCounts);
  });

  it('stay as they are where there is no record before and after', () => {
    const counts = countsOf(open);
    expect(recount(counts, undefined, undefined)).toBe(counts);
  });
});

describe('the counts of a round', () => {
  const member = (fields: object = {}) => failureWith({ round: 5, ...fields });

  it('say which of its failures wait, run, have come and have failed again', () => {
    const { round } = countsOf(
      member({ next: turn }),
      member({ attempts: [failedAttempt(), running] }),
      member({ attempts: [failedAttempt(), completed] }),
      member(),
      member({ next: { kind: 'link', since: 1 } }),
    );
    expect(round).toEqual({ id: 5, waiting: 1, running: 1, recovered: 1, failedAgain: 2, closed: false });
  });

  it('go on with each of its failures', () => {
    const waiting = member({ next: turn });
    const counts = recount(countsOf(waiting), waiting, member({ attempts: [failedAttempt(), running] }));
    expect(counts.round).toEqual({ ...nothing, id: 5, running: 1 });
  });

  it('leave out a turn that is on hold, and not what became of one', () => {
    expect(countsOf(member({ next: turn, dismissed: true })).round).toBeNull();
    expect(countsOf(member({ dismissed: true })).round).toEqual({ ...nothing, id: 5, failedAgain: 1 });
  });

  it('are those of the newest round alone', () => {
    const newer = member({ round: 6, next: turn });
    expect(countsOf(member(), newer).round).toEqual({ ...nothing, id: 6, waiting: 1 });
    expect(countsOf(newer, member()).round).toEqual({ ...nothing, id: 6, waiting: 1 });
    expect(countsOf(newer, open).round).toEqual({ ...nothing, id: 6, waiting: 1 });
  });

  it('show whether anything is still to come', () => {
    expect(isRoundActive({ ...nothing, id: 5, recovered: 3, failedAgain: 2 })).toBe(false);
    expect(isRoundActive({ ...nothing, id: 5, waiting: 1 })).toBe(true);
    expect(isRoundActive({ ...nothing, id: 5, running: 1 })).toBe(true);
  });
});

describe('a round whose end was seen', () => {
  const counts = countsOf(failureWith({ round: 5 }));
  const closed = { ...nothing, id: 5, failedAgain: 1, closed: true };

  it('is closed, and keeps what is counted', () => {
    expect(closeRound(counts, 5)).toEqual({ ...counts, round: closed });
  });

  it('is known also before anything of it is counted', () => {
    expect(closeRound(noCounts, 5).round).toEqual({ ...nothing, id: 5, closed: true });
    expect(closeRound(counts, 6).round).toEqual({ ...nothing, id: 6, closed: true });
  });

  it('changes nothing once there is a newer one', () => {
    expect(closeRound(counts, 4)).toBe(counts);
  });

  it('stays closed when all is counted anew', () => {
    expect(keepClosed(counts, closeRound(counts, 5)).round).toEqual(closed);
    expect(keepClosed(counts, counts)).toBe(counts);
    expect(keepClosed(counts, noCounts)).toBe(counts);
  });
});

describe('the counts with what is only in memory', () => {
  const counts = countsOf(failureWith({ id: 'a', round: 5 }), failureWith({ id: 'b' }));
  const stored = new Map([['a', failureWith({ id: 'a', round: 5 })]]);
  const inMemory = new Map([
    ['a', failureWith({ id: 'a', round: 5, dismissed: true })],
    ['c', failureWith({ id: 'c', reason: 'SERVER_FAILED' })],
  ]);

  it('have that in the place of what is stored, and what is new', () => {
    const all = recountKept(counts, { replaced: stored, failures: inMemory }, null);
    expect(all).toEqual({
      open: { NETWORK_FAILED: 1, SERVER_FAILED: 1 },
      unseen: 2,
      round: { ...nothing, id: 5, failedAgain: 1 },
    });
  });

  it('have the round closed whose end was seen, and no other', () => {
    const kept = { replaced: new Map<string, Failure>(), failures: new Map<string, Failure>() };
    expect(recountKept(counts, kept, 5).round?.closed).toBe(true);
    expect(recountKept(counts, kept, 6)).toEqual(counts);
    expect(recountKept(noCounts, kept, 5)).toEqual(noCounts);
    expect(recountKept(counts, kept, null)).toEqual(counts);
  });
});
