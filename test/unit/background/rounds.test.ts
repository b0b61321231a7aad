import { beforeEach, describe, expect, it } from 'vitest';
import { createRounds, type Rounds } from '../../../src/background/rounds.ts';
import { beginAttempt, type Failure, stateOf } from '../../../src/domain/failure.ts';
import { failureWith } from '../../fakes/failure.ts';
import { MemoryJournal } from '../../fakes/memory-journal.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2024, 4, 2);

describe('a round', () => {
  let journal: MemoryJournal;
  let now: number;
  /** The ids of what was told to have changed, for each time. */
  let told: string[][];
  let rounds: Rounds;

  beforeEach(() => {
    journal = new MemoryJournal();
    now = NOW;
    told = [];
    rounds = createRounds({
      journal,
      now: () => now,
      longestAge: async () => 30 * DAY,
      changed: (failures) => told.push(failures.map(({ id }) => id)),
    });
  });

  function failed(id: string, fields: Partial<Failure> = {}): Failure {
    const failure = failureWith({ id, ...fields });
    journal.put(failure);
    return failure;
  }
  const begun = (failure: Failure): Failure => beginAttempt(failure, 'restart', 'person', now, 10_000);
  const fieldOf = async <Name extends keyof Failure>(id: string, name: Name) =>
    (await journal.failure(id))?.[name];
  const nextOf = async (id: string) => (await fieldOf(id, 'next'))?.kind;

  it('is one for all that is chosen while it goes on, even if that is pressed twice at once', async () => {
    for (const id of ['a', 'b']) failed(id);
    const taken = await Promise.all([rounds.many(['a']), rounds.all()]);
    expect(taken.map((one) => one.taken)).toEqual([1, 1]);
    now += 5_000;
    failed('c');
    await rounds.many(['c']);
    for (const id of ['a', 'b', 'c']) expect(await fieldOf(id, 'round')).toBe(NOW);
    expect(told).toEqual([['a'], ['b'], ['c']]);
  });

  it('is a new one when the one before is over, also by a clock that was set back', async () => {
    failed('a');
    await rounds.all();
    journal.put(failed('a', { round: NOW }));
    now += 5_000;
    await rounds.all();
    expect(await fieldOf('a', 'round')).toBe(NOW + 5_000);
    journal.put(failed('a', { round: NOW + 5_000 }));
    now -= DAY;
    await rounds.all();
    expect(await fieldOf('a', 'round')).toBe(NOW + 5_001);
  });

  it('of everything leaves out what the person has to set right first, one of a reason does not', async () => {
    failed('full', { reason: 'FILE_NO_SPACE' });
    failed('other');
    expect(await rounds.all()).toEqual({ taken: 1, older: false, busy: false });
    expect(await rounds.group('FILE_NO_SPACE')).toEqual({ taken: 1, older: false, busy: false });
    expect([await nextOf('full'), await nextOf('other')]).toEqual(['turn', 'turn']);
  });

  it('of a reason takes no other, and nothing that is gone for good', async () => {
    failed('one', { reason: 'SERVER_FAILED' });
    failed('gone', { reason: 'SERVER_BAD_CONTENT' });
    failed('other');
    expect(await rounds.group('SERVER_FAILED')).toMatchObject({ taken: 1 });
    expect(await rounds.group('SERVER_BAD_CONTENT')).toEqual({ taken: 0, older: false, busy: false });
    expect(await nextOf('other')).toBeUndefined();
    expect(told).toEqual([['one']]);
  });

  it('takes what was chosen however old it is, and says of any other that it was left out for that', async () => {
    failed('old', { failedAt: NOW - 31 * DAY });
    expect(await rounds.group('NETWORK_FAILED')).toEqual({ taken: 0, older: true, busy: false });
    expect(told).toEqual([]);
    expect(await rounds.many(['old'])).toEqual({ taken: 1, older: false, busy: false });
  });

  it('says that something is being tried already, or waits for its turn, whatever comes after it', async () => {
    failed('waiting', { next: { kind: 'turn' }, round: NOW });
    failed('other');
    expect(await rounds.all()).toEqual({ taken: 1, older: false, busy: true });
    journal.put(begun(failed('waiting')), begun(failed('other')));
    expect(await rounds.many(['waiting', 'other'])).toEqual({ taken: 0, older: false, busy: true });
    failed('planned', {
      next: { kind: 'planned', at: NOW + DAY, madeAt: NOW, number: 1, of: 3, because: 'backoff' },
    });
    expect(await rounds.many(['planned'])).toEqual({ taken: 1, older: false, busy: false });
  });

  it('does not call too old what it would leave out anyway', async () => {
    for (const reason of ['SERVER_BAD_CONTENT', 'FILE_NO_SPACE'])
      failed(reason, { reason, failedAt: NOW - 31 * DAY });
    expect(await rounds.all()).toEqual({ taken: 0, older: false, busy: false });
    failed('old', { failedAt: NOW - 31 * DAY });
    failed('new');
    expect(await rounds.all()).toEqual({ taken: 1, older: true, busy: false });
  });

  it('that is stopped lets go of what waits, also of what the person downloads meanwhile, and of nothing else', async () => {
    const next = { kind: 'turn' } as const;
    failed('waiting', { next, round: NOW });
    journal.put({ ...begun(failed('by hand', { round: NOW })), next });
    journal.put(begun(failed('running', { round: NOW })));
    failed('earlier', { next, round: NOW - DAY });
    failed('planned', {
      next: { kind: 'planned', at: NOW, madeAt: NOW, number: 1, of: 3, because: 'backoff' },
      round: NOW,
    });
    await rounds.stop();
    const kinds = ['waiting', 'by hand', 'running', 'earlier', 'planned'].map(nextOf);
    expect(await Promise.all(kinds)).toEqual([undefined, undefined, undefined, 'turn', 'planned']);
    const running = await journal.failure('running');
    expect(running && stateOf(running)).toBe('retrying');
    expect(told).toEqual([['waiting'], ['by hand']]);
    await rounds.stop();
    expect(told).toHaveLength(2);
  });

  it('that never was can be stopped, which leaves a single retry alone', async () => {
    // It lost what was kept, and is to go on from zero.
    failed('a', { next: { kind: 'turn' } });
    await rounds.stop();
    expect(await nextOf('a')).toBe('turn');
    expect(told).toEqual([]);
  });

  it('gets back what was dismissed while it goes on, but not once it is over', async () => {
    failed('a', { next: { kind: 'turn' }, round: NOW });
    journal.put(begun(failed('b', { round: NOW })));
    expect(await rounds.dismiss(['a'])).toBe(1);
    expect(await rounds.restore(['a'])).toBe(1);
    expect(await nextOf('a')).toBe('turn');
    await rounds.dismiss(['a']);
    failed('b', { round: NOW });
    expect(await rounds.restore(['a'])).toBe(1);
    expect(await nextOf('a')).toBeUndefined();
    expect(told).toEqual([['a'], ['a'], ['a'], ['a']]);
    expect(await rounds.restore(['a', 'b'])).toBe(0);
    expect(told).toHaveLength(4);
  });
});
