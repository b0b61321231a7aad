import { beforeEach, describe, expect, it } from 'vitest';
import { createNotifier } from '../../../src/background/notifier.ts';
import { attemptCancelled, beginAttempt, type Failure } from '../../../src/domain/failure.ts';
import { observe } from '../../../src/domain/observe.ts';
import { failedSnapshot } from '../../fakes/snapshots.ts';

describe('the notifier', () => {
  let records: Map<string, Failure>;
  let shown: string[];
  let wanted: boolean;
  /** How often that was asked. */
  let asked: number;
  let notifier: ReturnType<typeof createNotifier>;

  beforeEach(() => {
    records = new Map();
    shown = [];
    wanted = true;
    asked = 0;
    notifier = createNotifier({
      journal: { failure: async (id) => records.get(id) },
      wanted: async () => {
        asked += 1;
        return wanted;
      },
      show: async (id, news) => {
        const what = news.kind === 'some' ? `${news.count} on ${news.host}` : news.kind;
        const how = news.kind !== 'one' && news.suspect ? ', suspect' : '';
        shown.push(`${id}: ${what}${how}`);
      },
      patience: 10,
    });
  });

  function fail(id: number, fields: Partial<Failure> & { reason?: string } = {}): Failure {
    const { reason = 'NETWORK_FAILED', incognito = false, ...others } = fields;
    const [failure] = observe([], failedSnapshot({ id, reason, incognito }), {
      now: 0,
      newId: String(id),
      browser: 'chrome',
      imported: false,
      forgotten: false,
      stateChanged: true,
    });
    if (!failure) throw new Error('Nothing failed.');
    const changed = { ...failure, ...others };
    records.set(changed.id, changed);
    return changed;
  }

  const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40));

  it('tells of one failure by its name, and of several on one host together', async () => {
    notifier.notice([fail(1)]);
    await later();
    notifier.notice([fail(2), fail(3)]);
    notifier.notice([fail(4)]);
    await later();
    expect(shown).toEqual(['host host.example: one', 'host host.example: 3 on host.example']);
  });

  it('tells of what may not be the file apart from what failed', async () => {
    notifier.notice([
      fail(1),
      fail(2),
      fail(3, { reason: 'SUSPECT_PAGE' }),
      fail(4, { reason: 'SUSPECT_EMPTY' }),
    ]);
    await later();
    expect(shown).toEqual([
      'host host.example: 2 on host.example',
      'host host.example, suspect: 2 on host.example, suspect',
    ]);
  });

  it('names nothing of a private window', async () => {
    notifier.notice([fail(1, { incognito: true })]);
    await later();
    expect(shown).toEqual(['private: private']);
  });

  it.each([
    ['was cancelled', { reason: 'USER_CANCELED' }],
    ['has been seen', { seen: true }],
    ['will be tried again', { next: { kind: 'turn' as const } }],
  ])('is silent about what %s', async (_why, fields) => {
    notifier.notice([fail(1, fields)]);
    await later();
    expect(shown).toEqual([]);
  });

  it('is silent about what the popup has shown meanwhile', async () => {
    const failure = fail(1);
    notifier.notice([failure]);
    records.set(failure.id, { ...failure, seen: true });
    await later();
    expect(shown).toEqual([]);
  });

  it('is silent about what the person tried again meanwhile and then cancelled, and tells of the others', async () => {
    const failure = fail(1);
    notifier.notice([failure, fail(2)]);
    const cancelled = attemptCancelled(beginAttempt(failure, 'restart', 'person', 0, 1_000), 10);
    records.set(failure.id, cancelled ?? failure);
    await later();
    expect(cancelled?.attempts).toHaveLength(2);
    expect(shown).toEqual(['host host.example: one']);
  });

  it('asks whether it is wanted once for all that fails together, and not at all for what is no news', async () => {
    notifier.notice([fail(1, { seen: true })]);
    await later();
    expect(asked).toBe(0);
    for (const id of [2, 3]) notifier.notice([fail(id)]);
    await later();
    expect(asked).toBe(1);
  });

  it('is silent unless it is asked for', async () => {
    wanted = false;
    notifier.notice([fail(1)]);
    await later();
    expect(shown).toEqual([]);
  });
});
