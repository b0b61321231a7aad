import { describe, expect, it } from 'vitest';
import { firstInLine, hostOfFailure, placeInQueue } from '../../../src/domain/queue.ts';
import { failureWith } from '../../fakes/failure.ts';

const turn = { kind: 'turn' };
const planned = (at: number) => ({ kind: 'planned', at, madeAt: 0, number: 1, of: 5, because: 'backoff' });
const waiting = (id: string, host: string, fields: object) =>
  failureWith({ id, finalUrl: `https://${host}/${id}.zip`, ...fields });

describe('the queue of retries', () => {
  it('has a place by host and time for what has its turn or is planned', () => {
    const host = 'mirror.example';
    expect(placeInQueue(waiting('a', host, { next: turn, failedAt: 7 }))).toEqual({ host, at: -7 });
    expect(placeInQueue(waiting('a', host, { next: planned(9) }))).toEqual({ host, at: 9 });
  });

  it.each([
    ['has nothing to come', {}],
    ['has stopped', { next: { kind: 'stopped', why: 'tries', tries: 5 } }],
    ['is dismissed', { next: turn, dismissed: true }],
  ])('has none for what %s', (_what, fields) => {
    expect(placeInQueue(failureWith(fields))).toBeUndefined();
  });

  it('begins with the newest of the person’s own, then with what was planned first, one for each host', () => {
    const failures = [
      waiting('planned', 'b.example', { next: planned(15) }),
      waiting('late', 'a.example', { next: planned(20) }),
      waiting('early', 'a.example', { next: planned(10) }),
      waiting('old', 'c.example', { next: turn, failedAt: 100 }),
      waiting('new', 'c.example', { next: turn, failedAt: 200 }),
      waiting('nothing', 'd.example', {}),
    ];
    const order = (busy: string[]) => firstInLine(failures, new Set(busy)).map(({ id }) => id);
    expect(order([])).toEqual(['new', 'early', 'planned']);
    expect(order(['a.example'])).toEqual(['new', 'planned']);
  });

  it('takes the first that it was given of those of one time', () => {
    const failures = ['one', 'other'].map((id) => waiting(id, 'a.example', { next: planned(10) }));
    expect(firstInLine(failures, new Set()).map(({ id }) => id)).toEqual(['one']);
  });

  it('knows the host that the bytes come from', () => {
    expect(hostOfFailure(failureWith({ finalUrl: 'https://mirror.example/f.zip' }))).toBe('mirror.example');
  });
});
