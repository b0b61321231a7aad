import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Failure, isOpen, isRecovered } from '../../../src/domain/failure.ts';
import { fileName } from '../../../src/domain/file-name.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { FakeSession, type FakeWorld, Life, startBackground } from '../../fakes/background.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';

const rules = { tries: 3, firstPause: 60_000, longestPause: 600_000, longestAge: 86_400_000 };

/** Each file can be had from two addresses, of which the second was signed anew. */
const addressesOf = (file: string) => [0, 1].map((time) => `http://host.example/${file}?token=${time}`);

const step = fc.oneof(
  fc.record({ do: fc.constant('press' as const), file: fc.constantFrom('a.zip', 'b.zip'), link: fc.nat(1) }),
  fc.record({ do: fc.constantFrom('come' as const, 'fail' as const, 'cancel' as const), which: fc.nat(9) }),
  fc.record({
    do: fc.constantFrom('retry' as const, 'call off' as const, 'dismiss' as const),
    which: fc.nat(9),
  }),
  fc.record({ do: fc.constant('retry all' as const) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 1_200_000 }) }),
);
/** The background is killed after so many calls; before it wakes, what it had begun may end. */
const kill = fc.record({ after: fc.nat(25), meanwhile: fc.constantFrom('nothing', 'come', 'fail') });
const steps = fc.array(fc.tuple(step, fc.option(kill, { freq: 2 })), { maxLength: 25, size: 'max' });

describe.each(['chrome', 'firefox'] as const)('however downloads and retries mix in %s', (kind) => {
  it('a file has one open record at most, and is fetched once at a time', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        await emptyJournal();
        const fake = new FakeDownloads(kind);
        const session = new FakeSession();
        const world: FakeWorld = { rules, online: true, random: 0.5, requests: [] };
        let life = new Life();
        let background = startBackground(fake, session, world, life);
        const missing = new Set<string>();
        /** When the downloads began that brought a file. */
        const came = new Map<string, string>();
        /** When it came last. */
        const cameLast = new Map<string, string>();
        /** Files of which both would be right. */
        const unsure = new Set<string>();
        const pick = <Item>(items: readonly Item[], which: number): Item | undefined =>
          items[which % items.length];
        const records = async (): Promise<Failure[]> => (await stored.newest(null, 100)).failures;
        const open = async (): Promise<Failure[]> =>
          (await records()).filter((failure) => !isRecovered(failure));

        /** What the background does when it wakes. */
        async function wake(): Promise<void> {
          await background.monitor.reconcile('recent');
          await background.retrier.settleOverdue();
          await background.scheduler.run();
        }
        async function quiet(): Promise<void> {
          await background.settled();
          await background.monitor.caughtUp();
          await life.rest();
          await background.settled();
          await background.monitor.caughtUp();
        }
        async function revive(): Promise<void> {
          life = new Life();
          background = startBackground(fake, session, world, life);
          await wake();
          await quiet();
        }
        function end(item: ReturnType<FakeDownloads['running']>[number], how: string): unknown {
          const { id, file, startTime } = item;
          const before = came.get(file) ?? '';
          if (how === 'come') {
            missing.delete(file);
            unsure.delete(file);
            if (startTime > before) came.set(file, startTime);
            cameLast.set(file, new Date(fake.clock).toISOString());
            return fake.complete(id);
          }
          // A later press may have brought it in the meantime. What an earlier one brought meanwhile counts only if both
          // were known to be of one file by then: browsers don't tell when a download completed. And who cancels the
          // download of a file that has come once misses nothing, if it is known that it came.
          const isSure = startTime > (cameLast.get(file) ?? '') && (how !== 'cancel' || before === '');
          if (isSure) {
            missing.add(file);
            unsure.delete(file);
          } else if (startTime > before && !missing.has(file)) unsure.add(file);
          return how === 'cancel' ? fake.cancel(id) : fake.fail(id, 'NETWORK_FAILED', { canResume: false });
        }
        async function carryOut(one: (typeof plan)[number][0]): Promise<unknown> {
          fake.clock += 10;
          switch (one.do) {
            case 'press':
              return fake.begin({ url: addressesOf(one.file)[one.link] ?? '' });
            case 'come':
            case 'fail':
            case 'cancel': {
              const item = pick(fake.running(), one.which);
              return item && end(item, one.do);
            }
            case 'retry': {
              const failure = pick(await open(), one.which);
              return failure && background.retrier.retry(failure.id, 'person');
            }
            case 'call off': {
              const failure = pick(await open(), one.which);
              return failure && background.retrier.cancel(failure.id);
            }
            case 'dismiss': {
              const failure = pick(await open(), one.which);
              return failure && background.rounds.dismiss([failure.id]);
            }
            case 'retry all':
              return background.rounds.all();
            case 'wait':
              fake.clock += one.ms;
              return wake();
          }
        }

        await wake();
        for (const [one, killed] of plan) {
          if (killed) life.endAfter(killed.after);
          await Promise.race([carryOut(one).then(quiet), life.ended]);
          if (killed) {
            fake.quietly(() => {
              for (const item of fake.running().filter(({ ours }) => ours)) {
                fake.clock += 1_000;
                if (killed.meanwhile !== 'nothing') end(item, killed.meanwhile);
              }
            });
            await revive();
          }
          const names = fake
            .running()
            .filter(({ ours }) => ours)
            .map(({ file }) => file);
          expect(names, 'fetched by us at once').toEqual([...new Set(names)]);
          const all = await records();
          const openNames = all.filter((failure) => !isRecovered(failure)).map(fileName);
          expect(openNames, 'open records').toEqual([...new Set(openNames)]);
          expect(await stored.repairCounts(), 'counts had to be repaired').toBe(false);
          expect((await stored.counts()).open.NETWORK_FAILED ?? 0).toBe(
            all.filter((failure) => isOpen(failure) && failure.reason === 'NETWORK_FAILED').length,
          );
          const sure = (names: Iterable<string>) => [...names].filter((name) => !unsure.has(name)).sort();
          expect(sure(openNames), 'files that are not there').toEqual(sure(missing));
        }
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
