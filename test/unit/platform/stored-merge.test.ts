import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import { defaultRetention } from '../../../src/domain/retention.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { type Merged, mergeImported } from '../../../src/platform/journal/stored-merge.ts';
import { database, store, storedFailure } from '../../fakes/database.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const NOW = Date.UTC(2024, 4, 2);
const DAY = 86_400_000;
const ALL = { ...defaultRetention, days: 36_500 };

/** A failure of which no item of the browser is known. */
function failed(
  id: string,
  fields: Record<string, unknown> = {},
  attempt: Record<string, unknown> = {},
): Failure {
  return failureWith({ id, attempts: [failedAttempt({ item: null, ...attempt })], ...fields });
}

const itemWith = (key: string, trace: string | null = null) => ({ id: 1, session: null, key, trace });

const merge = (failures: readonly Failure[], retention = ALL): Promise<Merged> =>
  mergeImported(failures, retention, NOW);

const idsStored = async (): Promise<string[]> =>
  (await stored.newest(null, 2_000)).failures.map(({ id }) => id);

const nothing: Merged = { added: 0, updated: 0, unchanged: 0, leftOut: 0, tooOld: 0 };

describe('the failures of an export file', () => {
  beforeEach(emptyJournal);

  it('all come into an empty journal, but for those of private windows', async () => {
    const failures = [failed('a'), failed('b'), failed('secret', { incognito: true })];
    expect(await merge(failures)).toEqual({ ...nothing, added: 2, leftOut: 1 });
    expect((await idsStored()).sort()).toEqual(['a', 'b']);
    expect(await stored.counts()).toMatchObject({ open: { NETWORK_FAILED: 2 }, unseen: 2 });
  });

  it('are no news to a journal that has them', async () => {
    await store([failed('a'), failed('b')]);
    expect(await merge([failed('b'), failed('a')])).toEqual({ ...nothing, unchanged: 2 });
  });

  it('say how far they are, as so many take a while', async () => {
    const many = Array.from({ length: 1_200 }, (_, index) =>
      failed(`${index}`, { url: `https://example.com/${index}`, filename: `/downloads/${index}.zip` }),
    );
    const told: unknown[] = [];
    await mergeImported(many, ALL, NOW, (progress) => told.push(progress));
    expect(told).toEqual([500, 1_000, 1_200].map((done) => ({ done, total: 1_200 })));
  });

  it('of one file come as one', async () => {
    const { url, filename } = failed('a');
    const twice = [failed('a'), failed('b', { url, filename, failedAt: NOW }, { startedAt: NOW })];
    expect(await merge(twice)).toEqual({ ...nothing, added: 1 });
    expect((await storedFailure('a'))?.attempts).toHaveLength(2);
  });

  it.each([
    ['its key', itemWith('7 then'), itemWith('7 then')],
    [
      'what it is after Firefox gave it another key',
      itemWith('1 now', 'a trace'),
      itemWith('7 then', 'a trace'),
    ],
  ])('find the record of their item by %s', async (_what, here, there) => {
    // More than are read of one key.
    const strangers = Array.from({ length: 25 }, (_, index) =>
      failed(`${index}`, {}, { item: itemWith(`0 ${index}`) }),
    );
    await store([...strangers, failed('here', {}, { item: here })]);
    const told = failed('told', { url: 'https://other.example/', failedAt: NOW }, { item: there });
    expect(await merge([told])).toEqual({ ...nothing, updated: 1 });
    expect(await storedFailure('here')).toMatchObject({ failedAt: NOW });
    expect(await storedFailure('told')).toBeUndefined();
  });

  it('find the record of their item also by one of a later attempt', async () => {
    await store([failed('here', {}, { item: itemWith('8 then') })]);
    const attempts = [failedAttempt({ item: null }), failedAttempt({ item: itemWith('8 then') })];
    expect(await merge([failureWith({ id: 'told', attempts })])).toEqual({ ...nothing, updated: 1 });
  });

  /** Only its name and times tell that it is the same: the address was exported without its secrets. */
  const secret = { url: 'https://host.example/get?id=1', finalUrl: 'https://host.example/get?id=1' };
  const stripped = { url: 'https://host.example/get', finalUrl: 'https://host.example/get' };

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['failed', {}, { startedAt: 5 }],
    ['began, where nobody saw when it failed', { failedAt: failed('a').attempts[0].startedAt }, {}],
  ])('find the record of their name that %s at the same time', async (_what, fields, attempt) => {
    const sized = { totalBytes: null };
    await store([
      failed('here', { ...secret, filename: '/a.zip', ...fields }, { ...sized, ...attempt }),
      failed('stranger', { ...stripped, filename: '/b.zip' }, sized),
    ]);
    const told = failed('told', { ...stripped, filename: '/a.zip' }, sized);
    expect(await merge([told])).toMatchObject({ added: 0 });
    expect((await idsStored()).sort()).toEqual(['here', 'stranger']);
  });

  it('bring back an address that was taken in without its secrets', async () => {
    const sized = { totalBytes: null };
    await store([failed('here', { ...stripped, filename: '/a.zip' }, sized)]);
    expect(await merge([failed('told', { ...secret, filename: '/a.zip' }, sized)])).toEqual({
      ...nothing,
      updated: 1,
    });
    expect(await storedFailure('here')).toMatchObject(secret);
  });

  it('are new if only their time is that of a record', async () => {
    await store([failed('here')]);
    expect(await merge([failed('told')])).toEqual({ ...nothing, added: 1 });
  });

  it('do not match the same record twice', async () => {
    const item = itemWith('7 then');
    await store([failed('here', {}, { item })]);
    const told = ['a', 'b'].map((id) => failed(id, {}, { item }));
    expect(await merge(told)).toMatchObject({ added: 1 });
    expect(await idsStored()).toHaveLength(2);
  });

  it('do not match a record that the file has under its own id', async () => {
    const item = itemWith('7 then');
    await store([failed('here', {}, { item })]);
    const told = [failed('a', { failedAt: NOW }, { item }), failed('here', {}, { item })];
    expect(await merge(told)).toEqual({ ...nothing, added: 1, unchanged: 1 });
  });

  it('do not match each other, apart from those of one file', async () => {
    await store([failed('here')]);
    const item = itemWith('7 then');
    expect(await merge([failed('a', {}, { item }), failed('b', {}, { item })])).toEqual({
      ...nothing,
      added: 2,
    });
  });

  it('are attempts of a record of the same file, which keeps its id and is dismissed only if it was', async () => {
    const { url, finalUrl, filename } = failed('here');
    const file = { url, finalUrl, filename };
    await store([failed('here')]);
    const told = failed('told', { ...file, failedAt: 8, dismissed: true }, { startedAt: 7 });
    expect(await merge([told])).toEqual({ ...nothing, updated: 1 });
    expect(await storedFailure('here')).toMatchObject({
      dismissed: false,
      attempts: [{ startedAt: 7 }, { kind: 'restart' }],
    });
    expect(await idsStored()).toEqual(['here']);
  });

  it('of the same file as one record are joined with it only once', async () => {
    const url = 'https://host.example/get';
    const [short, long] = [{ totalBytes: 1 }, { totalBytes: 2 }];
    // Each could be the file of the record, whose size nobody knows, but they are two.
    await store([failed('here', { url, finalUrl: url, filename: '' }, { totalBytes: null })]);
    const told = [
      failed('a', { url, finalUrl: url, filename: '/a.zip', failedAt: 8 }, { ...short, startedAt: 7 }),
      failed('b', { url, finalUrl: url, filename: '/b.zip', failedAt: 6 }, { ...long, startedAt: 5 }),
    ];
    expect(await merge(told)).toEqual({ ...nothing, updated: 1, added: 1 });
  });

  it('leave a record of the same file alone that is being tried again', async () => {
    const { url, finalUrl, filename } = failed('here');
    const running = failedAttempt({ kind: 'restart', item: null, state: 'starting', deadline: 9e12 });
    const here = failureWith({ id: 'here', attempts: [failedAttempt({ item: null }), running] });
    await store([here]);
    const told = failed('told', { url, finalUrl, filename, failedAt: 8 }, { startedAt: 7 });
    expect(await merge([told])).toEqual({ ...nothing, unchanged: 1 });
    expect(await storedFailure('here')).toEqual(here);
  });

  it('leave a row in place that this version can not read', async () => {
    await store([failed('strange')]);
    const strange = { id: 'strange', from: 'the future' } as never;
    await (await database()).put('failures', strange);
    expect(await merge([failed('strange')])).toEqual({ ...nothing, unchanged: 1 });
    expect(await (await database()).get('failures', 'strange')).toEqual(strange);
  });

  it('come up to the age that is kept, and no older', async () => {
    const limits = { days: 10, records: 100 };
    const aged = [NOW - 10 * DAY, NOW - 10 * DAY - 1].map((failedAt, index) =>
      failed(`${index}`, { failedAt }),
    );
    expect(await merge(aged, limits)).toEqual({ ...nothing, added: 1, tooOld: 1 });
    expect(await idsStored()).toEqual(['0']);
  });

  it('come up to the number that is kept, the newest first', async () => {
    await store([failed('here')]);
    const told = [1, 3, 2].map((days) => failed(`${days} days`, { failedAt: NOW - days * DAY }));
    expect(await merge(told, { days: 100, records: 3 })).toEqual({ ...nothing, added: 2, tooOld: 1 });
    expect((await idsStored()).sort()).toEqual(['1 days', '2 days', 'here']);
  });

  it('are found among the records however many come before them', async () => {
    const many = Array.from({ length: 520 }, (_, index) => failed(`${index}`, { failedAt: NOW - index }));
    const last = failed('last', { failedAt: 5 }, { item: itemWith('7 then') });
    await store([last]);
    const told = failed('told', { failedAt: 6 }, { item: itemWith('7 then') });
    expect(await merge([...many, told])).toEqual({ ...nothing, added: 520, updated: 1 });
    expect(await merge([...many, told])).toMatchObject({ unchanged: 521 });
  });
});
