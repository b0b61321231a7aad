import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Attempt, beginAttempt, type Failure } from '../../../src/domain/failure.ts';
import { hostFailed, LONGEST_PAUSE_MS } from '../../../src/domain/host-trouble.ts';
import { observe } from '../../../src/domain/observe.ts';
import { classify, knownReasons } from '../../../src/domain/reasons.ts';
import {
  type AutomaticRules,
  automaticTries,
  awaitLink,
  decideDue,
  enqueue,
  isAwaitingLink,
  isRetriable,
  LONGEST_SERVER_WAIT_MS,
  mayPass,
  pauseBefore,
  planNext,
  planRestart,
  retryOffer,
  SHORTEST_PAUSE_MS,
  sourcePage,
  waitForServer,
  waitLeft,
  withoutPlan,
} from '../../../src/domain/retry-policy.ts';
import { failedSnapshot } from '../../fakes/snapshots.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 0, 1);

function failure(fields: Partial<Failure> & { bytes?: number } = {}): Failure {
  const { bytes = 0, ...others } = fields;
  const [seen] = observe(
    [],
    {
      ...failedSnapshot({ id: 1, reason: others.reason ?? 'NETWORK_FAILED' }),
      bytesReceived: bytes,
      canResume: bytes > 0,
    },
    { now: NOW, newId: 'one', browser: 'chrome', imported: false, forgotten: false, stateChanged: true },
  );
  if (!seen) throw new Error('Nothing failed.');
  return { ...seen, ...others };
}

const ended = (before: Failure, last: Partial<Attempt>): Failure => {
  const begun = beginAttempt(before, 'resume', 'person', NOW, 1000);
  const attempt = { ...begun.attempts.at(-1), ...last } as Attempt;
  return { ...begun, attempts: [...before.attempts, attempt] };
};

const anyRules: fc.Arbitrary<AutomaticRules> = fc.record({
  tries: fc.integer({ min: 1, max: 20 }),
  firstPause: fc.integer({ min: 1_000, max: HOUR_MS }),
  longestPause: fc.integer({ min: 60_000, max: 24 * HOUR_MS }),
  longestAge: fc.integer({ min: 86_400_000, max: 3650 * 86_400_000 }),
});
const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const anyClock = fc.integer({ min: 0, max: 8_000_000_000_000 });

describe('the pause before an automatic try', () => {
  it('is never shorter than a moment and never longer than the limits allow', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), anyRules, anyRandom, (number, rules, random) => {
        const pause = pauseBefore(number, rules, random);
        expect(pause).toBeGreaterThanOrEqual(SHORTEST_PAUSE_MS);
        expect(pause).toBeLessThanOrEqual(Math.max(SHORTEST_PAUSE_MS, rules.longestPause));
        expect(pause).toBeLessThanOrEqual(Math.max(SHORTEST_PAUSE_MS, rules.firstPause * 2 ** (number - 1)));
      }),
    );
  });

  it('doubles with each try up to the longest', () => {
    const pauses = [1, 2, 3, 4, 5, 200].map((number) =>
      pauseBefore(number, { tries: 9, firstPause: 10_000, longestPause: 100_000, longestAge: 1 }, 0.5),
    );
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 50_000, 50_000]);
  });

  it('can be any time up to its limit', () => {
    const rules = { tries: 5, firstPause: 10_000, longestPause: HOUR_MS, longestAge: HOUR_MS };
    expect(pauseBefore(3, rules, 0.999)).toBe(39_960);
    expect(pauseBefore(3, rules, 0.5)).toBe(20_000);
    expect(pauseBefore(3, rules, 0)).toBe(SHORTEST_PAUSE_MS);
  });
});

describe('automatic retry', () => {
  it('plans nothing for what is not transient, whatever the reason', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...knownReasons), fc.string()),
        anyRules,
        anyRandom,
        (reason, rules, random) => {
          const next = planNext(failure({ reason }), { rules, now: NOW, random });
          const transient = classify(reason, 'chrome').prognosis === 'transient';
          expect(next?.kind).toBe(transient ? 'planned' : undefined);
        },
      ),
    );
  });

  it('ends after its number of tries under any clock, and begins each only when its pause is over', () => {
    const step = fc.record({
      random: anyRandom,
      clock: anyClock,
      trouble: fc.nat({ max: 8 }),
      wait: fc.nat(),
    });
    fc.assert(
      fc.property(anyRules, fc.array(step, { minLength: 25, maxLength: 25 }), (rules, steps) => {
        let current = failure();
        let tries = 0;
        for (const { random, clock, trouble, wait } of steps) {
          const now = clock;
          let hostTrouble: ReturnType<typeof hostFailed> | undefined;
          for (let time = 0; time < trouble; time += 1) hostTrouble = hostFailed(hostTrouble, now);
          current = { ...current, failedAt: now, next: null };
          const next = planNext(current, {
            rules,
            now,
            random,
            trouble: hostTrouble,
            serverWait: now + (wait % HOUR_MS),
          });
          if (next?.kind !== 'planned') {
            expect(next).toEqual({ kind: 'stopped', why: 'tries', tries: rules.tries });
            break;
          }
          expect(next.number).toBe(tries + 1);
          const longest = Math.max(rules.longestPause, LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS);
          expect(waitLeft(next, now)).toBeGreaterThanOrEqual(SHORTEST_PAUSE_MS);
          expect(waitLeft(next, now)).toBeLessThanOrEqual(longest);
          // Wherever the clock is set to, the wait is over some time, and never longer than was planned.
          for (const other of steps)
            expect(waitLeft(next, other.clock)).toBeLessThanOrEqual(longest + 60_000);
          expect(waitLeft(next, next.at)).toBe(0);
          tries += 1;
          const begun = beginAttempt({ ...current, next }, 'restart', { automatic: next.number }, now, 1000);
          const last = begun.attempts.at(-1) as Attempt;
          current = {
            ...begun,
            attempts: [
              ...current.attempts,
              { ...last, state: 'failed', endedAt: now, reason: 'NETWORK_FAILED', canResume: false },
            ],
          };
          expect(automaticTries(current)).toBe(tries);
          expect(tries).toBeLessThanOrEqual(rules.tries);
        }
        expect(tries).toBe(rules.tries);
      }),
    );
  });

  const rules: AutomaticRules = {
    tries: 5,
    firstPause: 30_000,
    longestPause: HOUR_MS,
    longestAge: 30 * 24 * HOUR_MS,
  };
  const plan = (fields: Partial<Failure>, context: object = {}) =>
    planNext(failure(fields), { rules, now: NOW, random: 0.5, ...context });

  it('waits as long as the server asks, but not for more than a day', () => {
    expect(plan({}, { serverWait: NOW + HOUR_MS })).toMatchObject({ at: NOW + HOUR_MS, because: 'server' });
    expect(plan({}, { serverWait: NOW + 1 })).toMatchObject({ at: NOW + 15_000, because: 'backoff' });
    expect(plan({}, { serverWait: NOW + LONGEST_SERVER_WAIT_MS + 1 })).toMatchObject({
      kind: 'stopped',
      why: 'server',
    });
  });

  it('says when, which of how many it is, and what decided the time', () => {
    expect(plan({})).toEqual({
      ...{ kind: 'planned', at: NOW + 15_000, madeAt: NOW, number: 1, of: rules.tries, because: 'backoff' },
    });
    const trouble = { failures: 9, openUntil: NOW + 20_000 };
    expect(plan({}, { trouble })).toMatchObject({ at: NOW + 20_000, because: 'host' });
    expect(plan({}, { trouble, serverWait: NOW + 30_000 })).toMatchObject({
      at: NOW + 30_000,
      because: 'server',
    });
    expect(plan({}, { trouble, serverWait: NOW + 18_000 })).toMatchObject({
      at: NOW + 20_000,
      because: 'host',
    });
    expect(plan({}, { serverWait: NOW + LONGEST_SERVER_WAIT_MS })).toMatchObject({
      at: NOW + LONGEST_SERVER_WAIT_MS,
      because: 'server',
    });
  });

  it('counts on from its last try, and stops after as many as are allowed', () => {
    const tried = (automatic: number) => {
      const begun = beginAttempt(failure(), 'restart', { automatic }, NOW, 1_000);
      const last = {
        ...begun.attempts.at(-1),
        state: 'failed',
        reason: 'NETWORK_FAILED',
        endedAt: NOW,
      } as Attempt;
      return planNext({ ...begun, attempts: [begun.attempts[0], last] }, { rules, now: NOW, random: 0.5 });
    };
    expect(tried(rules.tries - 1)).toMatchObject({ kind: 'planned', number: rules.tries, of: rules.tries });
    expect(tried(rules.tries)).toEqual({ kind: 'stopped', why: 'tries', tries: rules.tries });
  });

  it('still has a part in what failed as long ago as it may have', () => {
    expect(plan({ failedAt: NOW - rules.longestAge })).toMatchObject({ kind: 'planned' });
    expect(plan({ failedAt: NOW - rules.longestAge - 1 })).toBeNull();
  });

  it('goes on after the browser closed over a try', () => {
    const closed = ended(failure(), { state: 'vanished', because: 'closed', endedAt: NOW });
    expect(planNext(closed, { rules, now: NOW, random: 0.5 })).toMatchObject({ kind: 'planned' });
  });

  it('plans nothing while somebody downloads the file', () => {
    const running = beginAttempt(failure(), 'restart', 'person', NOW, 1_000);
    expect(planNext(running, { rules, now: NOW, random: 0.5 })).toBeNull();
  });

  it('has a part only in what may pass and can be tried', () => {
    expect(mayPass(failure(), NOW)).toBe(true);
    expect(mayPass(failure({ reason: 'FILE_NO_SPACE' }), NOW)).toBe(false);
    expect(mayPass(failure({ method: 'POST' }), NOW)).toBe(false);
    expect(mayPass(failure({ dismissed: true }), NOW)).toBe(false);
  });

  it('begins anew at once and under the same number where a resume lost what was kept', () => {
    const tried = beginAttempt(failure(), 'restart', { automatic: 3 }, NOW, 1_000);
    expect(planRestart(tried, rules, NOW)).toEqual({
      ...{ kind: 'planned', at: NOW, madeAt: NOW, number: 3, of: rules.tries, because: 'backoff' },
    });
  });

  it('waits for as long as is left, and no longer if the clock was set back by more than a minute', () => {
    const planned = planRestart(failure(), rules, NOW);
    const left = (now: number) => waitLeft({ ...planned, at: NOW + 30_000 }, now);
    expect(left(NOW + 10_000)).toBe(20_000);
    expect(left(NOW + 40_000)).toBe(0);
    expect(left(NOW - 60_000)).toBe(90_000);
    expect(left(NOW - 60_001)).toBe(0);
  });

  it('drops what it had planned, and nothing else', () => {
    const planned = { ...failure({ round: 5 }), next: planRestart(failure(), rules, NOW) };
    expect(withoutPlan(planned)).toMatchObject({ next: null, round: 5 });
    expect(withoutPlan(failure({ next: { kind: 'stopped', why: 'tries', tries: 3 } }))?.next).toBeNull();
    expect(withoutPlan(failure({ next: { kind: 'turn' } }))).toBeUndefined();
    expect(withoutPlan(failure())).toBeUndefined();
  });

  it('waits also for a server whose word comes after the plan', () => {
    const planned = { ...failure(), next: plan({}) };
    expect(waitForServer(planned, NOW + HOUR_MS)?.next).toMatchObject({
      at: NOW + HOUR_MS,
      because: 'server',
    });
    expect(waitForServer(planned, NOW + 1)).toBeUndefined();
    expect(waitForServer(planned, NOW + 15_000)).toBeUndefined();
    expect(waitForServer(planned, NOW + 24 * HOUR_MS)?.next).toMatchObject({ because: 'server' });
    expect(waitForServer(planned, NOW + 24 * HOUR_MS + 1)?.next).toEqual({
      ...{ kind: 'stopped', why: 'server', tries: 0 },
    });
    expect(waitForServer(failure(), NOW + HOUR_MS)).toBeUndefined();
  });

  it('leaves alone what has recovered, was dismissed, was cancelled, or is too old', () => {
    expect(plan({ dismissed: true })).toBeNull();
    expect(plan({ failedAt: NOW - 31 * 24 * HOUR_MS })).toBeNull();
    for (const end of [
      { state: 'cancelled' },
      { state: 'vanished', because: 'removed' },
      { state: 'completed' },
    ] as const) {
      expect(
        planNext(ended(failure(), { ...end, endedAt: NOW }), { rules, now: NOW, random: 0.5 }),
      ).toBeNull();
    }
    const cancelled = ended(failure(), { state: 'failed', reason: 'USER_CANCELED', endedAt: NOW });
    expect(planNext(cancelled, { rules, now: NOW, random: 0.5 })).toBeNull();
  });

  it('does not ask again for a link whose time has passed', () => {
    const url = 'https://bucket.example/a.zip?Expires=1700000000&Signature=x&AWSAccessKeyId=y';
    expect(plan({ url, finalUrl: url })).toMatchObject({ kind: 'stopped', why: 'expired' });
  });

  it('counts its tries anew after the person tried', () => {
    const automatic = beginAttempt(failure(), 'restart', { automatic: 4 }, NOW, 1000);
    expect(automaticTries(automatic)).toBe(4);
    expect(automaticTries(beginAttempt(automatic, 'restart', 'person', NOW, 1000))).toBe(0);
    expect(automaticTries(beginAttempt(automatic, 'restart', 'elsewhere', NOW, 1000))).toBe(4);
  });

  it('waits for the connection and for a host in trouble when its time has come', () => {
    const planned = plan({});
    if (planned?.kind !== 'planned') throw new Error('Nothing is planned.');
    expect(decideDue(planned, { now: NOW, online: true, trouble: undefined })).toBe('begin');
    expect(decideDue(planned, { now: NOW, online: false, trouble: undefined })).toMatchObject({
      because: 'offline',
    });
    const offline = { ...planned, because: 'offline' } as const;
    expect(decideDue(offline, { now: NOW, online: false, trouble: undefined })).toBe(offline);
    const trouble = { failures: 9, openUntil: NOW + 5 };
    expect(decideDue({ ...planned, madeAt: 1 }, { now: NOW, online: true, trouble })).toMatchObject({
      ...{ at: NOW + 5, madeAt: NOW, because: 'host' },
    });
    expect(decideDue(planned, { now: NOW + 5, online: true, trouble })).toBe('begin');
  });
});

describe('what Retry offers', () => {
  it('says how much is kept', () => {
    expect(retryOffer(failure({ bytes: 620 }), NOW)).toEqual({ kind: 'resume', bytes: 620, fraction: 0.62 });
    expect(retryOffer(failure({ bytes: 1_620 }), NOW)).toMatchObject({ bytes: 1_620, fraction: 1 });
    const [first] = failure({ bytes: 620 }).attempts;
    const sizeless = failure({ attempts: [{ ...first, totalBytes: null }] });
    expect(retryOffer(sizeless, NOW)).toEqual({ kind: 'resume', bytes: 620, fraction: null });
    const empty = failure({ attempts: [{ ...first, bytesReceived: 0 }] });
    expect(retryOffer(empty, NOW)).toEqual({ kind: 'restart' });
  });

  it('is nothing where nothing is to be tried, and why', () => {
    const why = (failed: Failure) => retryOffer(failed, NOW);
    expect(why(failure({ dismissed: true }))).toEqual({ kind: 'none', why: 'done' });
    expect(why(ended(failure(), { state: 'completed', endedAt: NOW }))).toEqual({
      kind: 'none',
      why: 'done',
    });
    const running = beginAttempt(failure(), 'restart', 'person', NOW, 1_000);
    expect(why(running)).toEqual({ kind: 'none', why: 'running' });
    expect(why(failure({ reason: 'SERVER_BAD_CONTENT' }))).toEqual({ kind: 'none', why: 'permanent' });
    expect(why(failure({ reason: 'USER_CANCELED' }))).toEqual({ kind: 'none', why: 'chosen' });
  });

  it('starts from the original address when the one that answered has expired', () => {
    const finalUrl = 'https://cdn.example/a.zip?expires=1700000000';
    expect(retryOffer(failure({ bytes: 620, finalUrl }), NOW)).toEqual({ kind: 'restart' });
    expect(retryOffer(failure({ bytes: 620, finalUrl, url: finalUrl }), NOW)).toMatchObject({
      kind: 'resume',
    });
  });

  it.each([
    ['address', { url: 'blob:https://app.example/1234', finalUrl: 'blob:https://app.example/1234' }],
    ['address', { url: 'data:text/plain,hello' }],
    ['form', { method: 'POST' }],
    ['private', { incognito: true }],
  ] as const)('offers nothing where all that could be kept is lost: %s', (why, fields) => {
    expect(retryOffer(failure(fields), NOW)).toEqual({ kind: 'none', why });
  });

  it('names the page to go to, and never one that is no page', () => {
    expect(sourcePage(failure({ referrer: 'https://host.example/list' }))).toBe('https://host.example/list');
    expect(sourcePage(failure({ referrer: 'javascript:alert(1)' }))).toBeUndefined();
    expect(sourcePage(failure({ url: 'blob:https://app.example/1234' }))).toBe('https://app.example');
    expect(sourcePage(failure({ referrer: 'view-source:https://host.example/' }))).toBeUndefined();
    expect(sourcePage(failure({ referrer: 'http://host.example/list' }))).toBe('http://host.example/list');
    expect(sourcePage(failure({ url: 'blob:http://app.example/1234' }))).toBe('http://app.example');
    expect(sourcePage(failure({ url: 'https://host.example/blob:https://app.example/1' }))).toBeUndefined();
    expect(sourcePage(failure({ url: 'blob:null/1234' }))).toBeUndefined();
    expect(sourcePage(failure())).toBeUndefined();
  });
});

describe('a new link', () => {
  it('is waited for during a day', () => {
    const waiting = failure({ next: { kind: 'link', since: NOW } });
    expect(isAwaitingLink(waiting, NOW + 24 * HOUR_MS)).toBe(true);
    expect(isAwaitingLink(waiting, NOW + 24 * HOUR_MS + 1)).toBe(false);
    expect(isAwaitingLink({ ...waiting, dismissed: true }, NOW)).toBe(false);
    expect(isAwaitingLink(failure({ next: { kind: 'turn' } }), NOW)).toBe(false);
    expect(isAwaitingLink(failure(), NOW)).toBe(false);
  });

  it.each(['SERVER_FORBIDDEN', 'SERVER_UNAUTHORIZED', 'SERVER_BAD_CONTENT', 'SUSPECT_PAGE'])(
    'can help after %s',
    (reason) => {
      expect(awaitLink(failure({ reason }), NOW)?.next).toEqual({ kind: 'link', since: NOW });
    },
  );

  it('can help where the address says that it has expired', () => {
    const url = 'https://host.example/a.zip?expires=1700000000';
    expect(awaitLink(failure({ url }), NOW)?.next).toEqual({ kind: 'link', since: NOW });
  });

  it('takes the place of a turn in a round', () => {
    const turn = failure({ reason: 'SERVER_FORBIDDEN', next: { kind: 'turn' }, round: 5 });
    expect(awaitLink(turn, NOW)).toMatchObject({ next: { kind: 'link' }, round: null });
  });

  it.each([
    ['is still good', failure()],
    ['is no longer wanted', failure({ reason: 'SERVER_FORBIDDEN', dismissed: true })],
    ['is under way', beginAttempt(failure({ reason: 'SERVER_FORBIDDEN' }), 'restart', 'person', NOW, 1_000)],
    [
      'has no name to know it by',
      failure({ reason: 'SERVER_FORBIDDEN', url: 'https://host.example/get', filename: '' }),
    ],
  ])('is not waited for where the file %s', (_why, failed) => {
    expect(awaitLink(failed, NOW)).toBeUndefined();
  });
});

describe('a round', () => {
  const rules = { now: NOW, longestAge: HOUR_MS, reach: 'transient' as const };

  it('takes in what may succeed as it is', () => {
    expect(enqueue(failure(), 7, rules)).toMatchObject({ next: { kind: 'turn' }, round: 7 });
  });

  it.each([
    ['is permanent', { reason: 'SERVER_BAD_CONTENT' }],
    ['was chosen', { reason: 'USER_CANCELED' }],
    ['needs the person first', { reason: 'FILE_NO_SPACE' }],
    ['is too old', { failedAt: NOW - HOUR_MS - 1 }],
    ['was dismissed', { dismissed: true }],
    ['waits already', { next: { kind: 'turn' } }],
  ] as const)('leaves out what %s', (_why, fields) => {
    expect(enqueue(failure(fields), 7, rules)).toBeUndefined();
  });

  const expired = { url: 'https://host.example/a.zip?expires=1700000000' };

  it('takes in what failed as long ago as it may have', () => {
    expect(enqueue(failure({ failedAt: NOW - HOUR_MS }), 7, rules)).toBeDefined();
  });

  it('leaves out what needs a new link, unless it is to take in all that can be tried', () => {
    for (const reach of ['transient', 'fixable'] as const) {
      expect(enqueue(failure(expired), 7, { ...rules, reach })).toBeUndefined();
    }
    const all = { ...rules, reach: 'any' as const };
    expect(enqueue(failure(expired), 7, all)).toBeDefined();
    expect(enqueue(failure({ failedAt: 0 }), 7, all)).toBeDefined();
    expect(enqueue(failure({ method: 'POST' }), 7, all)).toBeUndefined();
  });

  it('can take in what is still to be tried, whatever its age', () => {
    expect(isRetriable(failure({ failedAt: 0 }))).toBe(true);
    expect(isRetriable(failure({ reason: 'FILE_NO_SPACE' }))).toBe(true);
    expect(isRetriable(failure({ reason: 'SERVER_BAD_CONTENT' }))).toBe(false);
    expect(isRetriable(failure(expired))).toBe(false);
  });

  it('takes in what the person may have mended when its group is retried', () => {
    expect(enqueue(failure({ reason: 'FILE_NO_SPACE' }), 7, { ...rules, reach: 'fixable' })).toBeDefined();
  });
});
