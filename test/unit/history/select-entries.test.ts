import { describe, expect, it } from 'vitest';
import type { SortKey } from '../../../src/domain/columns.ts';
import type { Cause } from '../../../src/domain/diagnosis.ts';
import { type Entry, entryOf } from '../../../src/history/entry.ts';
import { filterEntries, type Query, sortEntries, wholeHistory } from '../../../src/history/query.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';
import { entry, ids } from './entries.ts';

const NOW = Date.UTC(2026, 4, 31, 12);
const DAY_MS = 86_400_000;

const words = ({ reason }: { reason: string }): string =>
  reason === 'FILE_NO_SPACE' ? 'Disk full' : 'Connection lost';

const causes = (cause: Cause): string => (cause === 'dns' ? 'No server is called …' : '');

const filter = (entries: readonly Entry[], part: Partial<Query>): string =>
  ids(
    filterEntries(
      { ...wholeHistory, ...part },
      {
        ...{ entries, reasonTitle: words, causeTitle: causes, now: NOW },
      },
    ),
  );

describe('the filter', () => {
  const entries = [
    entry({ id: 'a', name: 'Jahresbericht Köln.pdf', host: 'files.example', failedAt: NOW - 1000 }),
    entry({
      id: 'b',
      reason: 'FILE_NO_SPACE',
      category: 'file',
      failedAt: NOW - 2 * DAY_MS,
      status: 'recovered',
    }),
    entry({ id: 'c', host: 'cdn.files.example', failedAt: NOW - 40 * DAY_MS, status: 'dismissed' }),
  ];

  it('shows all without a wish', () => {
    expect(filter(entries, {})).toBe('a b c');
  });

  it.each([
    ['a name, whatever its case', 'jahresBERICHT', 'a'],
    ['a name, however its letters are composed', 'ko\u0308ln', 'a'],
    ['a host', 'cdn.files', 'c'],
    ['a part of the address', '/path/b', 'b'],
    ['the words of a reason', 'disk', 'b'],
    ['the code of a reason', 'no_space', 'b'],
    ['several words, wherever each of them is', 'example lost jahres', 'a'],
    ['nothing for words that are not all there', 'disk jahres', ''],
  ])('finds %s', (_what, search, found) => {
    expect(filter(entries, { q: search })).toBe(found);
  });

  it.each(['no server dl.exmaple', 'dns', 'name_not_resolved'])('finds %s, of which it failed', (search) => {
    const evidence = { status: null, error: 'net::ERR_NAME_NOT_RESOLVED', type: null, length: null };
    const failure = failureWith({
      url: 'https://dl.exmaple/file.zip',
      attempts: [failedAttempt({ evidence: { ...evidence, waitUntil: null, endedAt: 0 } })],
    });
    expect(filter([...entries, entryOf(failure)], { q: search })).toBe(failure.id);
  });

  it('knows what exactly they failed of', () => {
    const more = [...entries, entry({ id: 'd', cause: 'dns' }), entry({ id: 'e', cause: 'status-404' })];
    expect(filter(more, { cause: 'dns' })).toBe('d');
    expect(filter(more, { cause: 'status-404' })).toBe('e');
    expect(filter(more, { cause: 'reset' })).toBe('');
  });

  it('knows category, host, state and how long ago', () => {
    expect(filter(entries, { category: 'file' })).toBe('b');
    expect(filter(entries, { state: 'dismissed' })).toBe('c');
    expect(filter(entries, { days: '1' })).toBe('a');
    expect(filter(entries, { days: '7' })).toBe('a b');
  });

  it('shows one host alone once its name is whole, and until then all that have the part', () => {
    const near = [
      entry({ id: 'a', host: 'a.example' }),
      entry({ id: 'b', host: 'data.example' }),
      entry({ id: 'c', host: 'a.example:8443' }),
    ];
    expect(filter(near, { host: 'a.exam' })).toBe('a b c');
    expect(filter(near, { host: ' A.example' })).toBe('a');
    expect(filter(near, { host: 'a.example:8443' })).toBe('c');
  });

  it('takes both days of a stretch whole, in the own time zone', () => {
    const times = {
      a: [2026, 3, 30, 23, 59],
      b: [2026, 4, 1],
      c: [2026, 4, 2, 23, 59],
      d: [2026, 4, 3],
    } as const;
    const near = Object.entries(times).map(([id, [year, month, ...rest]]) =>
      entry({ id, failedAt: new Date(year, month, ...rest).getTime() }),
    );
    expect(filter(near, { days: 'between', from: '2026-05-01', to: '2026-05-02' })).toBe('b c');
    expect(filter(near, { days: 'between', to: '2026-05-02' })).toBe('a b c');
    expect(filter(near, { days: 'between', from: '2026-05-01' })).toBe('b c d');
    expect(filter(near, { days: 'between' })).toBe('a b c d');
  });
});

describe('the order', () => {
  const compare = new Intl.Collator('en', { numeric: true }).compare;
  const entries = [
    entry({ id: 'a', failedAt: 3, name: 'file 10', size: 5 }),
    entry({ id: 'b', failedAt: 1, name: 'File 9', size: null }),
    entry({ id: 'c', failedAt: 2, name: 'file 9', size: 7, host: 'a.example', reason: 'FILE_NO_SPACE' }),
  ];
  const sort = (by: SortKey, descending: boolean): string =>
    ids(sortEntries(entries, { by, descending }, words, compare));

  it('goes both ways', () => {
    expect(sort('failedAt', true)).toBe('a c b');
    expect(sort('failedAt', false)).toBe('b c a');
    expect(sort('host', false)).toBe('c a b');
    expect(sort('host', true)).toBe('a b c');
    expect(sort('reason', false)).toBe('a b c');
    expect(sort('reason', true)).toBe('c a b');
  });

  it('counts the numbers in names', () => {
    expect(sort('name', false)).toBe('c b a');
    expect(sort('name', true)).toBe('a b c');
  });

  it('puts unknown sizes last, whichever way', () => {
    expect(sort('size', true)).toBe('c a b');
    expect(sort('size', false)).toBe('a c b');
  });

  it('leaves what it is given as it is', () => {
    sort('failedAt', false);
    expect(ids(entries)).toBe('a b c');
  });
});
