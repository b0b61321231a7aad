import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import { isSelected, type Selection } from '../../../src/platform/journal/row.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { database } from '../../fakes/database.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const ofItem = (key: string, fields: Record<string, unknown> = {}): Record<string, unknown> =>
  failedAttempt({ item: { id: 1, session: null, key, trace: null }, canResume: false, ...fields });
const begun = { kind: 'restart', item: null, endedAt: undefined, reason: undefined, canResume: undefined };
const starting = failedAttempt({ ...begun, state: 'starting', deadline: 9e12 });
const unanswered = failedAttempt({ ...begun, state: 'not-started', endedAt: 5, message: '' });
const refused = failedAttempt({ ...begun, state: 'not-started', endedAt: 5, message: 'No.' });
const completed = failedAttempt({ ...begun, state: 'completed', endedAt: 5 });

const failed = (id: string, fields: Record<string, unknown> = {}): Failure =>
  failureWith({ id, seen: true, attempts: [ofItem(id)], ...fields });

const failures = [
  failed('plain'),
  failed('unseen', { seen: false }),
  failed('unseen and dismissed', { seen: false, dismissed: true }),
  failed('resumable', { attempts: [ofItem('r', { canResume: true })] }),
  failed('resumable and dismissed', { dismissed: true, attempts: [ofItem('s', { canResume: true })] }),
  failed('retrying', { attempts: [ofItem('t'), starting] }),
  failed('retrying though the file came', { attempts: [ofItem('u'), completed, starting] }),
  failed('unanswered', { attempts: [ofItem('v'), unanswered] }),
  failed('refused', { attempts: [ofItem('w'), refused] }),
  failed('recovered', { attempts: [ofItem('x'), completed] }),
  failed('waiting', { next: { kind: 'planned', at: 7, madeAt: 5, number: 1, of: 3, because: 'backoff' } }),
  failed('crashed', { reason: 'CRASH' }),
];

const selections: [what: string, Selection, string[]][] = [
  ['unseen', 'unseen', ['unseen']],
  ['resumable', 'resumable', ['resumable']],
  ['retrying', 'retrying', ['retrying', 'retrying though the file came']],
  ['unanswered', 'unanswered', ['unanswered']],
  ['waiting for a retry', 'queue', ['waiting']],
  [
    'open',
    'open',
    ['crashed', 'plain', 'refused', 'resumable', 'retrying', 'unanswered', 'unseen', 'waiting'],
  ],
  ['open of one reason', { openReason: 'CRASH' }, ['crashed']],
  ['of some ids', { ids: ['plain', 'recovered', 'nowhere'] }, ['plain', 'recovered']],
  ['of some items', { keys: ['r', 'x', 'nothing'] }, ['recovered', 'resumable']],
];

const sorted = (some: readonly Failure[]): string[] => some.map(({ id }) => id).sort();

describe('the failures that are', () => {
  beforeEach(async () => {
    await emptyJournal();
    // One by one, as they are: some have another's file.
    await stored.writeRows(async (_store, replace) => {
      for (const failure of failures) await replace(undefined, failure);
    });
  });

  it.each(selections)('%s are the same on disk and in memory', async (_what, selection, ids) => {
    expect(sorted(await stored.find(selection))).toEqual(ids);
    expect(sorted(failures.filter((failure) => isSelected(failure, selection)))).toEqual(ids);
  });

  it('worth trying again together are counted by reason and time', async () => {
    const index = (await database()).transaction('failures').store.index('retriable');
    const rows = await index.getAll();
    expect(sorted(rows)).toEqual([
      'crashed',
      'plain',
      'refused',
      'resumable',
      'unanswered',
      'unseen',
      'waiting',
    ]);
    expect(index.keyPath).toEqual(['retryReason', 'newest']);
  });
});
