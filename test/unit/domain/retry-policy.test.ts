import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Attempt, beginAttempt, type Failure } from '../../../src/domain/failure.ts';
import { BREAKER_LIMIT, hostFailed, LONGEST_PAUSE_MS, openUntil } from '../../../src/domain/host-trouble.ts';
import { observe } from '../../../src/domain/observe.ts';
import { classify, knownReasons } from '../../../src/domain/reasons.ts';
import {
  type AutomaticRules,
  automaticTries,
  decideDue,
  enqueue,
  isAwaitingLink,
  LONGEST_SERVER_WAIT_MS,
  pauseBefore,
  planNext,
  retryOffer,
  SHORTEST_PAUSE_MS,
  sourcePage,
  waitForServer,
  waitLeft,
} from '../../../src/domain/retry-policy.ts';
import { mustRestart, restartObstacle } from '../../../src/domain/retry-way.ts';
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

  it('waits also for a server whose word comes after the plan', () => {
    const planned = { ...failure(), next: plan({}) };
    expect(waitForServer(planned, NOW + HOUR_MS)?.next).toMatchObject({
      at: NOW + HOUR_MS,
      because: 'server',
    });
    expect(waitForServer(planned, NOW + 1)).toBeUndefined();
    expect(waitForServer(planned, NOW + 48 * HOUR_MS)?.next).toMatchObject({
      kind: 'stopped',
      why: 'server',
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
  });

  it('waits for the connection and for a host in trouble when its time has come', () => {
    const planned = plan({});
    if (planned?.kind !== 'planned') throw new Error('Nothing is planned.');
    expect(decideDue(planned, { now: NOW, online: true, trouble: undefined })).toBe('begin');
    expect(decideDue(planned, { now: NOW, online: false, trouble: undefined })).toMatchObject({
      because: 'offline',
    });
    expect(
      decideDue(planned, { now: NOW, online: true, trouble: { failures: 9, openUntil: NOW + 5 } }),
    ).toMatchObject({
      at: NOW + 5,
      because: 'host',
    });
  });
});

describe('the breaker of a host', () => {
  it('opens after failures in a row, for pauses that grow to their limit', () => {
    let trouble: ReturnType<typeof hostFailed> | undefined;
    let now = NOW;
    const pauses: number[] = [];
    for (let failures = 1; failures <= 20; failures += 1) {
      trouble = hostFailed(trouble, now);
      const pause = Math.max(0, openUntil(trouble, now) - now);
      expect(pause > 0).toBe(failures >= BREAKER_LIMIT);
      if (pause > 0) pauses.push(pause);
      now += pause;
    }
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses.at(-1)).toBe(LONGEST_PAUSE_MS);
  });

  it('is closed by a clock that makes no sense of it', () => {
    expect(openUntil({ failures: 9, openUntil: NOW }, NOW - 2 * LONGEST_PAUSE_MS)).toBe(0);
  });
});

describe('what Retry offers', () => {
  it('says how much is kept', () => {
    expect(retryOffer(failure({ bytes: 620 }), NOW)).toEqual({ kind: 'resume', bytes: 620, fraction: 0.62 });
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
    expect(sourcePage(failure())).toBeUndefined();
  });
});

describe('a resume that failed', () => {
  const failed = (fields: Partial<Attempt>): Partial<Attempt> =>
    ({
      state: 'failed',
      kind: 'resume',
      reason: 'NETWORK_FAILED',
      bytesReceived: 500,
      canResume: true,
      endedAt: NOW,
      ...fields,
    }) as Partial<Attempt>;

  it('is followed by a restart when what was kept is lost', () => {
    const before = failure({ bytes: 500 });
    expect(mustRestart(ended(before, failed({ bytesReceived: 0 })))).toBe(true);
    expect(mustRestart(ended(before, failed({ bytesReceived: 600 })))).toBe(false);
  });

  it('is followed by a restart when the redirect refuses and the original address may lead elsewhere', () => {
    const before = failure({ bytes: 500, finalUrl: 'https://cdn.example/a.zip' });
    expect(mustRestart(ended(before, failed({ reason: 'SERVER_FORBIDDEN' })))).toBe(true);
    expect(mustRestart(ended(failure({ bytes: 500 }), failed({ reason: 'SERVER_FORBIDDEN' })))).toBe(false);
  });

  it('is left alone when it was not ours, was cancelled, or can not be started anew', () => {
    const before = failure({ bytes: 500 });
    const lost = failed({ bytesReceived: 0 });
    expect(mustRestart(ended(before, { ...lost, by: 'elsewhere' }))).toBe(false);
    expect(mustRestart(ended(before, { ...lost, reason: 'USER_CANCELED' } as Partial<Attempt>))).toBe(false);
    const post = { ...before, method: 'POST' };
    expect(restartObstacle(post)).toBe('form');
    expect(mustRestart(ended(post, lost))).toBe(false);
  });
});

describe('a new link', () => {
  it('is waited for during a day', () => {
    const waiting = failure({ next: { kind: 'link', since: NOW } });
    expect(isAwaitingLink(waiting, NOW + 24 * HOUR_MS)).toBe(true);
    expect(isAwaitingLink(waiting, NOW + 24 * HOUR_MS + 1)).toBe(false);
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

  it('takes in what the person may have mended when its group is retried', () => {
    expect(enqueue(failure({ reason: 'FILE_NO_SPACE' }), 7, { ...rules, reach: 'fixable' })).toBeDefined();
  });
});
