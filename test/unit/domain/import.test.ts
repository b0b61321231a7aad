import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../../src/domain/export.ts';
import { type Failure, isOpen, LONGEST_MESSAGE, stateOf } from '../../../src/domain/failure.ts';
import { asImported, merge, recordOf } from '../../../src/domain/import.ts';
import { retryOffer } from '../../../src/domain/retry-policy.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const begun = { kind: 'restart', endedAt: undefined, reason: undefined, canResume: undefined };
const running = failedAttempt({ ...begun, state: 'running' });
const starting = failedAttempt({ ...begun, item: null, state: 'starting', deadline: 5_000 });

describe('a failure from an export file', () => {
  it('has no attempts under way, since nobody waits for them', () => {
    const failure = failureWith({ attempts: [running, failedAttempt(), starting] });
    expect(stateOf(failure)).toBe('retrying');
    const after = asImported(failure, 7_000);
    expect(stateOf(after)).toBe('failed');
    expect(isOpen(after)).toBe(true);
    const { attempts } = failureWith({
      attempts: [
        { ...running, state: 'vanished', endedAt: 7_000 },
        failedAttempt({ canResume: false }),
        { ...starting, state: 'vanished', endedAt: 7_000 },
      ],
    });
    expect(after.attempts).toEqual(attempts);
    expect(after.attempts[2]).not.toHaveProperty('deadline');
  });

  it('is not tried again by itself, nor counted in a round, since that was decided elsewhere', () => {
    const planned = { kind: 'planned', at: 9e12, madeAt: 5_000, number: 1, of: 3, because: 'backoff' };
    for (const next of [planned, { kind: 'turn' }]) {
      expect(asImported(failureWith({ next, round: 9e12 }), 7_000)).toMatchObject({
        next: null,
        round: null,
      });
    }
    const stopped = { kind: 'stopped', why: 'tries', tries: 3 };
    expect(asImported(failureWith({ next: stopped }), 7_000).next).toEqual(stopped);
  });

  it('is no news to whoever imports it', () => {
    expect(asImported(failureWith({ seen: false }), 7_000).seen).toBe(true);
  });

  it('can not be resumed, since the bytes are elsewhere', () => {
    expect(retryOffer(failureWith(), 7_000).kind).toBe('resume');
    expect(retryOffer(asImported(failureWith(), 7_000), 7_000).kind).toBe('restart');
  });

  it('says no more about a refusal than fits', () => {
    const message = 'x'.repeat(80_000);
    const refused = { ...begun, item: null, state: 'not-started', endedAt: 5_000, message };
    const [, attempt] = asImported(
      failureWith({ attempts: [failedAttempt(), failedAttempt(refused)] }),
      7_000,
    ).attempts;
    expect(attempt?.state === 'not-started' && attempt.message.length).toBe(LONGEST_MESSAGE);
  });
});

describe('an imported failure', () => {
  const { url, finalUrl, filename } = failureWith();
  const file = { url, finalUrl, filename };
  const at = (id: string, fields: Record<string, unknown> = {}, item: object | null = null): Failure =>
    failureWith({ id, ...file, ...fields, attempts: [failedAttempt({ item })] });
  const chromeItem = { id: 7, session: null, key: '7 2024-05-01T11:59:00.000Z', trace: null };
  const firefoxItem = { id: 7, session: 'then', key: 'then 7', trace: '2024-05-01T11:59:00.000Z https://a' };
  const sameInFirefox = { ...firefoxItem, id: 1, session: 'now', key: 'now 1' };
  const secret = 'https://host.example/a.zip?key=1';

  it.each<[string, Failure, Failure, boolean]>([
    [
      'the same item of Chrome',
      at('known', {}, chromeItem),
      at('other', { url: 'https://b' }, chromeItem),
      true,
    ],
    [
      'the same item of Firefox in a later session',
      at('known', {}, sameInFirefox),
      at('other', {}, firefoxItem),
      true,
    ],
    ['the same address and start', at('known', { failedAt: 1 }), at('other', { failedAt: 2 }), true],
    [
      'the same address and time of failure',
      failureWith({ id: 'known', ...file, attempts: [failedAttempt({ item: null, startedAt: 1 })] }),
      at('other'),
      true,
    ],
    [
      'an address without its secrets',
      at('known', { url: secret }),
      withoutSecrets(at('other', { url: secret })),
      true,
    ],
    [
      'a record without secrets',
      withoutSecrets(at('known', { url: secret })),
      at('other', { url: secret }),
      true,
    ],
    [
      'two addresses that differ in their secrets',
      at('known', { url: secret }),
      at('other', { url: `${secret}2` }),
      false,
    ],
    ['the same start and another file', at('known', { filename: '/a (1).zip' }), at('other'), false],
    [
      'the same address at other times',
      failureWith({
        id: 'known',
        ...file,
        failedAt: 1,
        attempts: [failedAttempt({ item: null, startedAt: 1 })],
      }),
      at('other'),
      false,
    ],
    [
      'another item of Chrome, which has no trace either',
      at('known', { url: 'https://b.example/' }, { ...chromeItem, key: '8 then' }),
      at('other', {}, chromeItem),
      false,
    ],
    ['the same story where no item is known', at('known'), at('other', {}, chromeItem), true],
    ['an address with its secrets', at('known', { url: secret }), at('other', { url: secret }), true],
    [
      'one of several items that it had',
      failureWith({
        id: 'known',
        url: 'https://b.example/',
        attempts: [failedAttempt({ item: firefoxItem }), failedAttempt({ item: chromeItem })],
      }),
      at('other', {}, chromeItem),
      true,
    ],
    [
      'one item of several',
      at('known', { url: 'https://b.example/' }, chromeItem),
      failureWith({
        id: 'other',
        attempts: [failedAttempt({ item: null }), failedAttempt({ item: chromeItem })],
      }),
      true,
    ],
  ])('finds its record by %s: %#', (_what, known, imported, found) => {
    expect(recordOf(imported, [at('stranger', { url: 'https://stranger.example/' }), known])?.id).toBe(
      found ? 'known' : undefined,
    );
  });

  it('finds the record of its item before one that only looks the same', () => {
    const [twin, known] = [at('twin'), at('known', { url: 'https://b.example/' }, chromeItem)];
    expect(recordOf(at('other', {}, chromeItem), [twin, known])?.id).toBe('known');
  });

  it('takes the place of a record with fewer attempts, under the id that this has here', () => {
    const known = failureWith({ id: 'known', ...file, failedAt: 9_000 });
    const imported = failureWith({ failedAt: 1_000, attempts: [failedAttempt(), failedAttempt()] });
    expect(merge(known, imported)).toEqual({ ...imported, id: 'known' });
    expect(merge(imported, known)).toBeUndefined();
  });

  it('takes the place of a record that failed earlier in as many attempts', () => {
    const known = failureWith({ failedAt: 1_000 });
    const imported = failureWith({ failedAt: 2_000 });
    expect(merge(known, imported)).toEqual(imported);
    expect(merge(imported, known)).toBeUndefined();
    expect(merge(known, known)).toBeUndefined();
  });

  it('leaves a record done that has its file, or was dismissed here', () => {
    const imported = failureWith({ attempts: [failedAttempt(), failedAttempt(), failedAttempt()] });
    const done = failureWith({ attempts: [failedAttempt(), failedAttempt({ state: 'completed' })] });
    expect(merge(done, imported)).toBeUndefined();
    expect(merge(failureWith({ dismissed: true }), imported)).toEqual({ ...imported, dismissed: true });
  });

  it('takes the place of one that is done only if it is done too, and is dismissed where either is', () => {
    const completed = failedAttempt({ state: 'completed' });
    const done = failureWith({ attempts: [failedAttempt(), completed] });
    const more = failureWith({ attempts: [failedAttempt(), failedAttempt(), completed] });
    expect(merge(done, more)?.attempts).toHaveLength(3);
    const dismissed = failureWith({ dismissed: true, attempts: [failedAttempt(), failedAttempt()] });
    expect(merge(failureWith(), dismissed)?.dismissed).toBe(true);
  });

  it('does not take the place of a record that is being retried or is going to be', () => {
    const imported = failureWith({ attempts: [failedAttempt(), failedAttempt(), failedAttempt()] });
    expect(merge(failureWith({ attempts: [failedAttempt(), running] }), imported)).toBeUndefined();
    expect(merge(failureWith({ next: { kind: 'turn' } }), imported)).toBeUndefined();
  });

  it('keeps what only this browser knows: its item, its bytes, and whether it was seen', () => {
    const known = failureWith({ failedAt: 1_000, attempts: [failedAttempt({ item: sameInFirefox })] });
    const imported = asImported(failureWith({ attempts: [failedAttempt({ item: firefoxItem })] }), 7_000);
    const merged = merge(known, imported);
    expect(merged).toMatchObject({ seen: false, failedAt: imported.failedAt });
    expect(merged?.attempts[0]).toMatchObject({ item: sameInFirefox, canResume: true });
  });

  it('never takes an address away, and brings back one that lacks its secrets', () => {
    const whole = failureWith({ url: secret, finalUrl: `${secret}#1`, referrer: `${secret}#2` });
    const stripped = withoutSecrets(whole);
    expect(merge(whole, stripped)).toBeUndefined();
    const later = withoutSecrets(failureWith({ ...whole, failedAt: Date.now() }));
    const { url, finalUrl, referrer } = whole;
    expect(merge(whole, later)).toMatchObject({ failedAt: later.failedAt, url, finalUrl, referrer });
    expect(merge(stripped, whole)).toEqual({ ...stripped, url, finalUrl, referrer });
  });

  it('keeps that of each of its attempts, and of those alone that are known here', () => {
    const here = { ...firefoxItem, session: 'now', id: 2, key: 'now 2', trace: 'another trace' };
    const there = { ...here, session: 'then', key: 'then 2' };
    const known = failureWith({
      attempts: [failedAttempt({ item: null }), failedAttempt({ item: here, state: 'completed' })],
    });
    const told = asImported(
      failureWith({
        attempts: [
          failedAttempt({ item: chromeItem }),
          failedAttempt({ item: there }),
          failedAttempt({ item: there, state: 'completed' }),
        ],
      }),
      7_000,
    );
    const [first, second, third] = merge(known, told)?.attempts ?? [];
    expect(first).toEqual(told.attempts[0]);
    // The bytes of what is complete are no part to go on with.
    expect(second).toEqual({ ...told.attempts[1], item: here, canResume: false });
    expect(third).toEqual({ ...told.attempts[2], item: here });
  });

  it.each(['url', 'finalUrl', 'referrer'] as const)('brings back a lost part of the %s alone', (name) => {
    const whole = failureWith({ [name]: secret });
    const known = withoutSecrets(whole);
    expect(merge(known, whole)).toEqual({ ...known, [name]: secret });
  });

  it('brings back a page that nobody knew, and takes none away', () => {
    const [known, told] = [failureWith({ referrer: null }), failureWith()];
    expect(merge(known, told)).toEqual({ ...known, referrer: told.referrer });
    expect(merge(told, known)).toBeUndefined();
    expect(merge(known, known)).toBeUndefined();
  });

  it('is not known by a page or an address of another name', () => {
    const [known, told] = [failureWith(), failureWith({ url: secret, referrer: 'https://b.example/' })];
    expect(merge(known, told)).toBeUndefined();
  });
});
