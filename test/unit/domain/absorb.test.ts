import { describe, expect, it } from 'vitest';
import { absorb } from '../../../src/domain/absorb.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const item = (id: number, session: string | null = null) => ({ id, session, key: `${id} then`, trace: null });
const restart = (fields: Record<string, unknown> = {}) =>
  failedAttempt({ kind: 'restart', item: item(2), ...fields });

describe('what was noted while the record could not be reached', () => {
  const record = failureWith({ failedAt: 1_000, reason: 'NETWORK_FAILED' });

  it('is added to it, and tells how things are now', () => {
    const noted = failureWith({
      ...{ filename: '/new name.zip', failedAt: 2_000, reason: 'SERVER_FAILED', seen: true, dismissed: true },
      ...{ next: { kind: 'turn' }, attempts: [failedAttempt(), restart()] },
    });
    expect(absorb(record, noted)).toEqual({ ...noted, attempts: [...record.attempts, noted.attempts[1]] });
  });

  it('is nothing new if the record has it', () => {
    expect(absorb(record, failureWith({ failedAt: 2_000 }))).toBeUndefined();
  });

  it.each([
    ['another item', { item: item(9) }],
    ['another end', { state: 'vanished' }],
    ['more bytes', { bytesReceived: 501 }],
    ['no item', { item: null }],
  ])('is new if an attempt has %s', (_what, fields) => {
    const attempts = [failedAttempt(), restart(), restart(fields)];
    const known = failureWith({ attempts: [failedAttempt(), restart()] });
    expect(absorb(known, failureWith({ attempts }))?.attempts).toHaveLength(3);
  });

  it('is known by its item even if its start was noted anew, and without one by its start', () => {
    const known = failureWith({ attempts: [failedAttempt(), restart()] });
    const later = failureWith({ attempts: [failedAttempt(), restart({ startedAt: 9_000 })] });
    expect(absorb(known, later)).toBeUndefined();
    const silent = restart({ item: null, state: 'not-started', message: '', startedAt: 5_000 });
    const without = failureWith({ attempts: [failedAttempt(), silent] });
    expect(absorb(without, without)).toBeUndefined();
    const again = failureWith({ attempts: [failedAttempt(), { ...silent, startedAt: 6_000 }] });
    expect(absorb(without, again)?.attempts).toHaveLength(3);
  });

  it('does not change the reason if the person cancelled', () => {
    const noted = failureWith({ reason: 'USER_CANCELED', failedAt: 2_000, attempts: [restart()] });
    expect(absorb(record, noted)).toMatchObject({ reason: 'NETWORK_FAILED', failedAt: 2_000 });
  });

  it('goes on with what was kept, or begins anew, if it was noted as a first attempt', () => {
    const noted = failureWith({ attempts: [failedAttempt({ item: item(2) })] });
    expect(absorb(record, noted)?.attempts[1]).toMatchObject({ kind: 'resume' });
    const empty = failureWith({ attempts: [failedAttempt({ bytesReceived: 0 })] });
    expect(absorb(empty, noted)?.attempts[1]).toMatchObject({ kind: 'restart' });
  });

  it('leaves unknown how an attempt ended that was running then', () => {
    const running = failureWith({
      attempts: [failedAttempt(), restart({ state: 'running', item: item(2, 'old') })],
    });
    const noted = failureWith({ failedAt: 2_000, attempts: [restart({ item: item(3, 'new') })] });
    expect(absorb(running, noted)?.attempts).toMatchObject([
      { state: 'failed' },
      { state: 'vanished', because: 'removed', endedAt: 2_000 },
      { state: 'failed', item: item(3, 'new') },
    ]);
    const starting = restart({ state: 'starting', item: null, deadline: 1 });
    const begun = failureWith({ attempts: [failedAttempt(), starting] });
    expect(absorb(begun, noted)?.attempts[1]).toMatchObject({ state: 'starting' });
  });
});
