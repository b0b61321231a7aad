import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { isOpen, isRecovered, isRunning } from '../../../src/domain/failure.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { defects } from '../../chaos/deliberate-defects.ts';
import { fileOf, Model } from '../../chaos/model.ts';
import { Actors, plans } from '../../chaos/steps.ts';
import { World } from '../../chaos/world.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** The browser, and how many steps were carried out. */
    kind?: string;
    steps?: number;
  }
}

/** In steps, of which a run has about a dozen; `npm run test:chaos` asks for more. */
const length = Number(process.env.CHAOS_STEPS ?? 3_000);
/** Whether nobody asks for the fewest steps that lead to a failure. */
const endOnFailure = process.env.CHAOS_SHRINK === 'no';
const seed = process.env.CHAOS_SEED === undefined ? {} : { seed: Number(process.env.CHAOS_SEED) };

/** What always holds between two steps. */
async function check(world: World, model: Model, actors: Actors): Promise<void> {
  const fetched = actors.fetched();
  expect(fetched, 'fetched by us at once').toEqual([...new Set(fetched)]);
  // What can't be written is in memory, and comes to disk later.
  if (world.session.diskFull) return;
  const records = await world.records();
  const missing = records.filter((failure) => !isRecovered(failure)).map(fileOf);
  expect(missing, 'open records').toEqual([...new Set(missing)]);
  expect(await stored.repairCounts(), 'counts had to be repaired').toBe(false);
  const open = records.filter(isOpen);
  const counted = Object.values((await stored.counts()).open).reduce((sum, count) => sum + count, 0);
  expect(counted, 'counted as open').toBe(open.length);
  const sure = missing.filter((file) => model.isSure(file)).sort();
  expect(sure, 'files that are not there').toEqual(model.missing);
}

/** Lets everything that is under way come to an end, and checks that it has. */
async function finish(world: World, actors: Actors): Promise<void> {
  world.session.diskFull = false;
  world.outside.rules = null;
  // What is lost is waited for in real time, and here only the fake clock goes on.
  world.fake.lostCalls = 0;
  if (world.pages) world.pages.servers = 'answer';
  await world.revive();
  for (let times = 0; times < 3; times += 1) {
    actors.endOurs('fail');
    for (const item of world.fake.running()) actors.end(item, 'fail');
    await world.quiet();
    world.fake.clock += 7_200_000;
    await world.wake();
    await world.quiet();
  }
  const unfinished = (await world.records()).filter(({ attempts }) =>
    attempts.some((attempt) => isRunning(attempt) && !(attempt.state === 'running' && attempt.paused)),
  );
  expect(unfinished, 'attempts without an end').toEqual([]);
  await world.background.monitor.reconcile('all');
  const seen = await world.records();
  await world.background.monitor.reconcile('all');
  expect(await world.records(), 'after another look').toEqual(seen);
}

// A full disk is told to the console each time.
beforeAll(() => void vi.spyOn(console, 'error').mockReturnValue());

describe.each(['chrome', 'chrome as page', 'firefox'] as const)(
  'whatever happens to downloads in %s',
  (kind) => {
    it('the record says which files are not there, each once, and nothing is fetched twice', async ({
      task,
    }) => {
      let steps = 0;
      task.meta.kind = kind;
      while (steps < length) {
        await fc.assert(
          fc.asyncProperty(plans, async (plan) => {
            await emptyJournal();
            const world = new World(kind);
            const model = new Model();
            const actors = new Actors(world, model);
            await world.wake();
            for (const [step, kill] of plan) {
              steps += 1;
              task.meta.steps = steps;
              await world.during(
                () => actors.carryOut(step),
                kill,
                () => {
                  if (kill && kill.meanwhile !== 'nothing') actors.endOurs(kill.meanwhile);
                },
              );
              await check(world, model, actors);
            }
            await finish(world, actors);
          }),
          { ...seed, endOnFailure, numRuns: Math.max(1, Math.ceil((length - steps) / 13)) },
        );
      }
    }, 3_600_000);
  },
);

describe('a defect that the test is tried with', () => {
  it.each(defects)('can still be put in: $name', async ({ file, line }) => {
    const code = await readFile(new URL(`../../../src/${file}`, import.meta.url), 'utf8');
    expect(code.split(line)).toHaveLength(2);
  });
});
