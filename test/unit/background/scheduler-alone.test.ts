import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AT_ONCE, createScheduler } from '../../../src/background/scheduler.ts';
import { beginAttempt, type Failure, type NextTry, type Starter } from '../../../src/domain/failure.ts';
import type { Troubles } from '../../../src/domain/host-trouble.ts';
import type { AutomaticRules } from '../../../src/domain/retry-policy.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';
import { MemoryJournal } from '../../fakes/memory-journal.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** With a retrier that only notes what it was asked for, and a clock that the test moves. */
describe('the scheduler by itself', () => {
  let journal: MemoryJournal;
  let asked: [id: string, by: Starter][];
  /** What the retrier does. */
  let retryQueued: (id: string) => Promise<void>;
  let rules: () => Promise<AutomaticRules | null>;
  let troubles: Troubles;
  let online: boolean;
  /** For how long (ms) the background may sleep, each time that it said so. */
  let sleeps: number[];
  let told: string[];
  let scheduler: ReturnType<typeof createScheduler>;

  /** A background begins; the one before is gone. */
  function begin(): void {
    scheduler = createScheduler({
      journal,
      retrier: {
        retryQueued(id, by) {
          asked.push([id, by]);
          return retryQueued(id);
        },
      },
      troubles: async () => troubles,
      now: Date.now,
      online: () => online,
      rules: () => rules(),
      wakeAt: (time) => sleeps.push(time - Date.now()),
      changed: (failures) => told.push(failures.map(({ id }) => id).join()),
    });
  }

  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2024, 4, 2) });
    journal = new MemoryJournal();
    asked = [];
    retryQueued = async (id) => void (await runs(id));
    rules = async () => ({ tries: 3, firstPause: MINUTE, longestPause: 60 * MINUTE, longestAge: DAY });
    troubles = {};
    online = true;
    sleeps = [];
    told = [];
    begin();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  /** Each failure has a host of its own unless it is told otherwise. */
  function failed(id: string, fields: Partial<Failure> = {}): Failure {
    const url = `https://${id}.example/file.zip`;
    const failure = failureWith({ ...{ id, url, finalUrl: url }, ...fields });
    journal.put(failure);
    return failure;
  }
  const turn: NextTry = { kind: 'turn' };
  /** A planned try that is due in so many ms. */
  function planned(left: number, fields: Partial<Extract<NextTry, { kind: 'planned' }>> = {}): NextTry {
    const now = Date.now();
    return {
      ...{ kind: 'planned', number: 2, of: 3, because: 'backoff' },
      at: now + left,
      madeAt: now,
      ...fields,
    };
  }
  const nextOf = async (id: string): Promise<NextTry | null | undefined> => (await journal.failure(id))?.next;
  const askedFor = (): string[] => asked.map(([id]) => id);

  /** A failure with an attempt that began so many ms ago and runs. */
  function running(id: string, ago = 0, fields: Record<string, unknown> = {}): void {
    const attempt = failedAttempt({ kind: 'restart', by: 'person', state: 'running', ...fields });
    const attempts = [failedAttempt(), { ...attempt, startedAt: Date.now() - ago }];
    const url = `https://${id}.example/file.zip`;
    journal.put(failureWith({ id, url, finalUrl: url, attempts }));
  }
  const runs = async (id: string): Promise<void> => running(id);
  /** Its attempt is over, without success. */
  const ends = (id: string): Failure => failed(id);
  /** Has the scheduler look, and waits until nothing more comes of that at this time. */
  async function look(): Promise<void> {
    await scheduler.run();
    await vi.advanceTimersByTimeAsync(0);
  }

  describe('sleeps', () => {
    it('for good while nothing waits', async () => {
      failed('a');
      await look();
      expect([sleeps, vi.getTimerCount()]).toEqual([[], 0]);
    });

    it('until the first planned try is due, and begins that by itself if it is soon', async () => {
      failed('later', { next: planned(20 * SECOND) });
      failed('soon', { next: planned(10 * SECOND) });
      await look();
      expect(sleeps).toEqual([10 * SECOND]);
      await vi.advanceTimersByTimeAsync(10 * SECOND - 1);
      expect(asked).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(asked).toEqual([['soon', { automatic: 2 }]]);
      await vi.advanceTimersByTimeAsync(10 * SECOND);
      expect(askedFor()).toEqual(['soon', 'later']);
    });

    it('without a timer until what is due only later', async () => {
      failed('a', { next: planned(30 * SECOND) });
      await look();
      expect([sleeps, vi.getTimerCount()]).toEqual([[30 * SECOND], 0]);
    });

    it('no longer for a plan that is gone', async () => {
      failed('a', { next: planned(10 * SECOND) });
      await look();
      failed('a');
      await look();
      expect([sleeps, vi.getTimerCount()]).toEqual([[10 * SECOND], 0]);
    });

    it('until a try that runs may have stalled, as its end would wake it', async () => {
      running('a', MINUTE);
      running('b', 2 * MINUTE);
      await look();
      expect(sleeps).toEqual([3 * MINUTE]);
    });

    it('for good beside a try that has run for long', async () => {
      running('a', 5 * MINUTE);
      await look();
      expect(sleeps).toEqual([]);
    });

    it('for half a minute while a try has not begun, as nothing may come of it', async () => {
      const now = Date.now();
      journal.put(beginAttempt(failed('a'), 'restart', 'person', now, 10 * SECOND));
      running('b', 5 * MINUTE - 10 * SECOND);
      await look();
      expect(sleeps).toEqual([10 * SECOND]);
      await vi.advanceTimersByTimeAsync(10 * SECOND);
      expect(sleeps).toEqual([10 * SECOND, 30 * SECOND]);
    });

    it('for half a minute while the retrier is at work on one that the journal does not show yet', async () => {
      retryQueued = () => new Promise(() => {});
      failed('a', { next: turn });
      await look();
      expect(sleeps).toEqual([30 * SECOND]);
    });
  });

  describe('begins', () => {
    it('what the person asked for as theirs', async () => {
      failed('a', { next: turn });
      await look();
      expect(asked).toEqual([['a', 'person']]);
    });

    it('the next once one is over, and asks for none twice', async () => {
      const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
      let finish: (() => void)[] = [];
      retryQueued = () => new Promise((resolve) => finish.push(resolve));
      for (const [index, id] of ids.entries()) failed(id, { next: turn, failedAt: 100 - index });
      await look();
      await look();
      expect(askedFor()).toEqual(ids.slice(0, AT_ONCE));
      for (const id of askedFor()) ends(id);
      finish[0]?.();
      await vi.advanceTimersByTimeAsync(0);
      expect(askedFor()).toEqual(ids.slice(0, AT_ONCE + 1));
      finish = [];
    });

    it('no more while others are under way, however they were begun', async () => {
      for (let count = 0; count < AT_ONCE; count += 1) running(`running-${count}`);
      failed('a', { next: turn });
      await look();
      expect(asked).toEqual([]);
      running('running-0', 0, { paused: true });
      await look();
      expect(askedFor()).toEqual(['a']);
    });

    it('one beside what the person downloads by hand, even from the same host', async () => {
      for (let count = 0; count < AT_ONCE; count += 1) running(`running-${count}`, 0, { by: 'elsewhere' });
      failed('a', { next: turn, finalUrl: 'https://running-0.example/other.zip' });
      await look();
      expect(askedFor()).toEqual(['a']);
    });

    it('none from a host that has not answered for less than two minutes, by whatever clock', async () => {
      const silent = (ago: number): void => {
        const attempt = { state: 'not-started', message: '', by: 'person', kind: 'restart', item: null };
        const startedAt = Date.now() - ago;
        failed('silent', {
          attempts: failureWith({
            attempts: [failedAttempt(), failedAttempt({ ...attempt, startedAt, endedAt: startedAt })],
          }).attempts,
        });
      };
      failed('a', { next: turn, finalUrl: 'https://silent.example/other.zip' });
      for (const ago of [0, 2 * MINUTE - 1]) {
        silent(ago);
        await look();
        expect(asked).toEqual([]);
      }
      for (const [ago, asks] of [
        [-1, 1],
        [2 * MINUTE, 2],
      ] as const) {
        silent(ago);
        failed('a', { next: turn, finalUrl: 'https://silent.example/other.zip' });
        await look();
        expect(asked).toHaveLength(asks);
      }
    });

    it('none twice, also where the first try has led to another host and is not over yet', async () => {
      retryQueued = () => new Promise(() => {});
      failed('a', { next: turn });
      await look();
      failed('a', { next: turn, finalUrl: 'https://mirror.example/file.zip' });
      await look();
      expect(askedFor()).toEqual(['a']);
    });

    it('again what could not even be tried, after half a minute and not before', async () => {
      const told = vi.spyOn(console, 'error').mockReturnValue();
      retryQueued = () => Promise.reject(new Error('The journal can not be read.'));
      failed('a', { next: turn });
      await look();
      expect(told).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(10 * SECOND);
      await look();
      expect(askedFor()).toEqual(['a']);
      expect(sleeps.at(-1)).toBe(20 * SECOND);
      retryQueued = runs;
      await vi.advanceTimersByTimeAsync(20 * SECOND);
      expect(askedFor()).toEqual(['a', 'a']);
      told.mockRestore();
    });

    it('it at once where the clock was set back meanwhile', async () => {
      const told = vi.spyOn(console, 'error').mockReturnValue();
      retryQueued = () => Promise.reject(new Error('The journal can not be read.'));
      failed('a', { next: turn });
      await look();
      told.mockRestore();
      retryQueued = runs;
      vi.setSystemTime(Date.now() - 1);
      await look();
      expect(askedFor()).toEqual(['a', 'a']);
    });

    it('others beside what could not be tried', async () => {
      const told = vi.spyOn(console, 'error').mockReturnValue();
      retryQueued = () => Promise.reject(new Error('The journal can not be read.'));
      failed('a', { next: turn });
      await look();
      retryQueued = runs;
      failed('b', { next: turn });
      await look();
      expect(askedFor()).toEqual(['a', 'b']);
      told.mockRestore();
    });
  });

  describe('of a planned try', () => {
    it('lets only that wait while the settings can not be read', async () => {
      rules = () => Promise.reject(new Error('The settings can not be read.'));
      failed('planned', { next: planned(-1) });
      failed('turn', { next: turn });
      await look();
      expect(askedFor()).toEqual(['turn']);
      expect(sleeps.at(-1)).toBe(30 * SECOND);
      expect((await nextOf('planned'))?.kind).toBe('planned');
    });

    it('drops what was due longer ago than the person wants, and goes on with the others', async () => {
      failed('outdated', { next: planned(-DAY - 1) });
      failed('old', { next: planned(-DAY) });
      await look();
      expect(askedFor()).toEqual(['old']);
      expect(await nextOf('outdated')).toBeNull();
      expect(told).toEqual(['outdated']);
    });

    it('drops all when the person wants none, and only these', async () => {
      rules = async () => null;
      failed('planned', { next: planned(MINUTE) });
      failed('turn', { next: turn });
      await look();
      expect(askedFor()).toEqual(['turn']);
      expect(await nextOf('planned')).toBeNull();
      expect(told).toEqual(['planned']);
    });

    it.each([turn, null])(
      'changes nothing of what the person makes of it in that moment: %j',
      async (next) => {
        online = false;
        const { queue } = journal;
        journal.queue = async (busy) => {
          const found = await queue(busy);
          failed('a', { next });
          return found;
        };
        failed('a', { next: planned(-1) });
        await look();
        expect(await nextOf('a')).toEqual(next);
        expect(told).toEqual([]);
      },
    );

    it('notes once that there is no connection, and looks again each half a minute', async () => {
      online = false;
      failed('a', { next: planned(-1) });
      await look();
      expect(await nextOf('a')).toMatchObject({ because: 'offline' });
      await look();
      expect([told, sleeps]).toEqual([['a'], [30 * SECOND, 30 * SECOND]]);
      online = true;
      await vi.advanceTimersByTimeAsync(30 * SECOND);
      await look();
      expect(asked).toEqual([['a', { automatic: 2 }]]);
    });

    it('puts off what is due at a host in trouble, and begins another', async () => {
      troubles = { 'a.example': { failures: 5, openUntil: Date.now() + 5 * MINUTE } };
      failed('a', { next: planned(-1) });
      failed('b', { next: planned(0) });
      await look();
      expect(askedFor()).toEqual(['b']);
      expect(await nextOf('a')).toMatchObject({ because: 'host', at: Date.now() + 5 * MINUTE });
      expect(told).toEqual(['a']);
    });
  });
});
