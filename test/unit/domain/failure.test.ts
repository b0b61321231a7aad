import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absorb } from '../../../src/domain/absorb.ts';
import { type Counts, noCounts, type RoundCounts, recount } from '../../../src/domain/counts.ts';
import {
  attemptCancelled,
  beginAttempt,
  currentAttempt,
  type DownloadSnapshot,
  dismiss,
  type Failure,
  isOpen,
  isUnseen,
  markSeen,
  restore,
  stateOf,
  unschedule,
} from '../../../src/domain/failure.ts';
import { keysOf, lookupKeys } from '../../../src/domain/keys.ts';
import { observe } from '../../../src/domain/observe.ts';
import { knownReasons } from '../../../src/domain/reasons.ts';
import { enqueue } from '../../../src/domain/retry-policy.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';
import { failedSnapshot, snapshot } from '../../fakes/snapshots.ts';

/** A journal in a plain map, with the same rules as the real one. */
class Records {
  readonly failures = new Map<string, Failure>();
  counts: Counts = noCounts;
  now = 1_000_000;

  see(seen: DownloadSnapshot, stateChanged = false): void {
    const keys = lookupKeys(seen);
    const candidates = [...this.failures.values()].filter((one) =>
      keysOf(one).some((key) => keys.includes(key)),
    );
    const changed = observe(candidates, seen, {
      now: this.now,
      newId: `failure of ${seen.item.key}`,
      browser: 'chrome',
      imported: false,
      forgotten: false,
      stateChanged,
    });
    for (const after of changed) this.put(after);
  }

  change(id: string, decide: (failure: Failure) => Failure | undefined): void {
    const failure = this.failures.get(id);
    const after = failure && decide(failure);
    if (after) this.put(after);
  }

  put(after: Failure): void {
    this.counts = recount(this.counts, this.failures.get(after.id), after);
    this.failures.set(after.id, after);
  }

  /** The counts as they follow from the records alone. */
  recounted(): Counts {
    const open: Record<string, number> = {};
    let unseen = 0;
    for (const failure of this.failures.values()) {
      if (isOpen(failure)) open[failure.reason] = (open[failure.reason] ?? 0) + 1;
      if (isUnseen(failure)) unseen += 1;
    }
    return { open, unseen, round: this.recountedRound() };
  }

  recountedRound(): RoundCounts | null {
    const { round } = this.counts;
    if (round === null) return null;
    const members = [...this.failures.values()].filter(
      ({ round: id, dismissed, next }) => id === round.id && !(dismissed && next?.kind === 'turn'),
    );
    const running = members.filter((failure) => stateOf(failure) === 'retrying').length;
    const recovered = members.filter((failure) => stateOf(failure) === 'recovered').length;
    const waiting = members.filter((failure) => stateOf(failure) === 'scheduled').length;
    return {
      ...round,
      waiting,
      running,
      recovered,
      failedAgain: members.length - running - recovered - waiting,
    };
  }
}

const only = (records: Records): Failure => {
  const [failure, ...others] = records.failures.values();
  if (!failure || others.length > 0) throw new Error('Not one record.');
  return failure;
};

const status = fc.oneof(
  fc.constant({ kind: 'running' as const }),
  fc.constant({ kind: 'paused' as const }),
  fc.constant({ kind: 'completed' as const }),
  fc.record({
    kind: fc.constant('failed' as const),
    reason: fc.constantFrom(...knownReasons, 'SERVER_ON_FIRE'),
  }),
);
const anySnapshot = fc
  .record({ id: fc.integer({ min: 1, max: 4 }), status, bytesReceived: fc.integer({ min: 0, max: 999 }) })
  .map(snapshot);

describe('what a snapshot does to a failure', () => {
  it('nothing a second time', () => {
    fc.assert(
      fc.property(fc.array(anySnapshot, { maxLength: 30 }), fc.boolean(), (snapshots, stateChanged) => {
        const records = new Records();
        for (const seen of snapshots) {
          records.see(seen, stateChanged);
          const before = structuredClone([...records.failures.values()]);
          records.now += 1;
          records.see(seen, stateChanged);
          expect([...records.failures.values()]).toEqual(before);
        }
      }),
    );
  });

  it('the same in any order and with any repetition, as each look shows how the item is now', () => {
    const items = fc.uniqueArray(anySnapshot, { selector: ({ item }) => item.id, maxLength: 4 });
    fc.assert(
      fc.property(
        items.chain((list) =>
          fc.tuple(
            fc.constant(list),
            list.length === 0
              ? fc.constant([])
              : fc.array(fc.tuple(fc.constantFrom(...list), fc.boolean()), { maxLength: 20 }),
          ),
        ),
        ([list, told]) => {
          const orderly = new Records();
          for (const seen of list) orderly.see(seen);
          const shuffled = new Records();
          for (const [seen, stateChanged] of told) shuffled.see(seen, stateChanged);
          // Whatever was not told is found by the next look at everything.
          for (const seen of list.toReversed()) shuffled.see(seen);
          const byId = (records: Records) =>
            [...records.failures.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
          expect(byId(shuffled)).toEqual(byId(orderly));
          expect(shuffled.counts).toEqual(orderly.counts);
        },
      ),
    );
  });

  it('counts always equal what the records say', () => {
    const action = fc.oneof(
      fc.record({ do: fc.constant('see' as const), seen: anySnapshot, stateChanged: fc.boolean() }),
      fc.record({
        do: fc.constantFrom(
          ...([
            'dismiss',
            'restore',
            'markSeen',
            'resume',
            'restart',
            'enqueue',
            'unschedule',
            'cancel',
          ] as const),
        ),
        round: fc.integer({ min: 1, max: 2 }),
        id: fc.integer({ min: 1, max: 4 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const records = new Records();
        for (const one of actions) {
          if ('seen' in one) records.see(one.seen, one.stateChanged);
          else {
            records.change(`failure of ${one.id} then`, (failure) => {
              switch (one.do) {
                case 'dismiss':
                  return dismiss(failure);
                case 'restore':
                  return restore(failure, one.round);
                case 'markSeen':
                  return markSeen(failure);
                case 'unschedule':
                  return unschedule(failure);
                case 'enqueue':
                  return enqueue(failure, one.round, { now: records.now, longestAge: 1e9, reach: 'any' });
                case 'cancel':
                  return attemptCancelled(failure, records.now);
                default:
                  return beginAttempt(
                    failure,
                    one.do === 'resume' ? 'resume' : 'restart',
                    'person',
                    records.now,
                    1000,
                  );
              }
            });
          }
          expect(records.counts).toEqual(records.recounted());
        }
      }),
    );
  });
});

describe('a failure', () => {
  it('keeps its reason when the person cancels a retry', () => {
    const records = new Records();
    records.see(failedSnapshot({ id: 1, reason: 'NETWORK_FAILED' }));
    records.see(snapshot({ id: 1, status: { kind: 'running' } }));
    expect(stateOf(only(records))).toBe('retrying');
    records.see(failedSnapshot({ id: 1, reason: 'USER_CANCELED' }));
    expect(only(records)).toMatchObject({ reason: 'NETWORK_FAILED' });
    expect(stateOf(only(records))).toBe('failed');
  });

  it('is not touched when Chrome erases its item, which then shows as cancelled', () => {
    const records = new Records();
    records.see(failedSnapshot({ id: 1, reason: 'NETWORK_FAILED' }));
    const before = only(records);
    records.see(failedSnapshot({ id: 1, reason: 'USER_CANCELED' }), true);
    expect(only(records)).toBe(before);
  });

  it('is no news when Chrome quits, and tells of an interruption because it had not yet saved the failure', () => {
    const records = new Records();
    records.see(failedSnapshot({ id: 1, reason: 'NETWORK_FAILED' }));
    records.change(only(records).id, markSeen);
    for (const reason of ['CRASH', 'USER_SHUTDOWN']) records.see(failedSnapshot({ id: 1, reason }), true);
    expect(only(records)).toMatchObject({ reason: 'NETWORK_FAILED', seen: true });
    expect(only(records).attempts).toHaveLength(1);
  });

  it('is news when Chrome is interrupted after the download was resumed', () => {
    const records = new Records();
    records.see(failedSnapshot({ id: 1, reason: 'NETWORK_FAILED' }));
    records.change(only(records).id, markSeen);
    records.see(snapshot({ id: 1, status: { kind: 'running' } }));
    records.see(failedSnapshot({ id: 1, reason: 'CRASH' }));
    expect(only(records)).toMatchObject({ reason: 'CRASH', seen: false });
  });

  it('does not take the failure before a resume for the end of the resume', () => {
    const records = new Records();
    const failed = failedSnapshot({ id: 1, reason: 'NETWORK_FAILED' });
    records.see(failed);
    records.change(only(records).id, (failure) =>
      beginAttempt(failure, 'resume', 'person', records.now, 1000),
    );
    records.see(failed);
    expect(stateOf(only(records))).toBe('retrying');
    records.see(failed, true);
    expect(stateOf(only(records))).toBe('failed');
    expect(only(records).attempts).toHaveLength(2);
  });

  it('comes back to the list when a dismissed download fails again', () => {
    const records = new Records();
    records.see(failedSnapshot({ id: 1, reason: 'NETWORK_FAILED' }));
    records.change(only(records).id, dismiss);
    records.see(snapshot({ id: 1, status: { kind: 'running' } }));
    records.see(failedSnapshot({ id: 1, reason: 'SERVER_FAILED' }));
    expect(only(records)).toMatchObject({ dismissed: false, seen: false, reason: 'SERVER_FAILED' });
  });

  it('absorbs what was noted elsewhere, once', () => {
    const disk = new Records();
    disk.see(failedSnapshot({ id: 1, reason: 'NETWORK_FAILED' }));
    const memory = new Records();
    memory.now += 5000;
    memory.see(snapshot({ id: 1, status: { kind: 'failed', reason: 'SERVER_FAILED' }, bytesReceived: 700 }));
    const after = absorb(only(disk), only(memory));
    expect(after?.attempts.map(({ kind, bytesReceived }) => [kind, bytesReceived])).toEqual([
      ['first', 500],
      ['resume', 700],
    ]);
    expect(after && currentAttempt(after)).toMatchObject({ reason: 'SERVER_FAILED' });
    expect(after && absorb(after, only(memory))).toBeUndefined();
  });

  it('absorbs each request that never began', () => {
    const [item, one, other] = [
      failedAttempt(),
      ...[2_000, 9_000].map((startedAt) =>
        failedAttempt({ item: null, began: false, startedAt, bytesReceived: 0 }),
      ),
    ];
    const after = absorb(
      failureWith({ attempts: [item, one] }),
      failureWith({ attempts: [item, one, other] }),
    );
    expect(after?.attempts).toHaveLength(3);
  });
});
