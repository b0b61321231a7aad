import fc from 'fast-check';
import { toJson } from '../../src/domain/export-file.ts';
import { accept, type Failure, isRecovered, suspectAgain } from '../../src/domain/failure.ts';
import { defaultRetention } from '../../src/domain/retention.ts';
import { parseExport } from '../../src/platform/journal/parse-export.ts';
import { mergeImported } from '../../src/platform/journal/stored-merge.ts';
import { fileOf, type Model } from './model.ts';
import type { Kill, World } from './world.ts';

const files = ['a.zip', 'b.zip', 'c.zip'];

/** Each file can be had from two addresses, of which the second was signed anew. */
const addressOf = (file: string, link: number): string => `https://host.example/${file}?token=${link}`;

const which = fc.nat(9);
const only = <const Name extends string>(...names: Name[]) =>
  fc.record({ do: fc.constantFrom(...names), which });

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('press' as const),
      file: fc.constantFrom(...files),
      link: fc.nat(1),
    }),
  },
  { weight: 8, arbitrary: only('come', 'come empty', 'fail', 'fail with bytes', 'cancel') },
  { weight: 3, arbitrary: only('pause', 'go on', 'retry in the list', 'erase', 'tell again') },
  {
    weight: 7,
    arbitrary: only('retry', 'retry twice', 'retry all', 'call off', 'dismiss', 'restore', 'delete'),
  },
  { weight: 1, arbitrary: only('accept', 'suspect again') },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 1_200_000 }) }),
  },
  { weight: 1, arbitrary: only('clear the list', 'lose a call', 'crash', 'close', 'offline', 'online') },
  { weight: 1, arbitrary: only('servers answer', 'servers refuse', 'servers wait') },
  { weight: 3, arbitrary: only('fill the disk', 'free the disk', 'export', 'import') },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('set the clock' as const),
      by: fc.integer({ min: -400, max: 40 }).map((hours) => hours * 3_600_000),
    }),
  },
);
export type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

const kill: fc.Arbitrary<Kill> = fc.record({
  after: fc.nat(25),
  meanwhile: fc.constantFrom('nothing', 'come', 'fail'),
});

/** "fail 3, killed after 7, then come". */
function line([{ do: what, ...how }, kill]: readonly [Step, Kill | null]): string {
  const words = [what, ...Object.values(how)].join(' ');
  return kill ? `${words}, killed after ${kill.after}, then ${kill.meanwhile}` : words;
}

/** What happens, and whether the background is killed over it. One that fails is printed a step to a line. */
export const plans = fc
  .array(fc.tuple(step, fc.option(kill, { freq: 2 })), { maxLength: 25, size: 'max' })
  .map((plan) => Object.assign(plan, { [fc.toStringMethod]: () => `\n${plan.map(line).join('\n')}\n` }));

type Item = ReturnType<World['fake']['running']>[number];

/** What the person, the servers and the browser do. */
export class Actors {
  readonly #world: World;
  readonly #model: Model;
  #exported: string | undefined;
  /** What the person started again in the browser's list. */
  readonly #byPerson = new Set<number>();

  constructor(world: World, model: Model) {
    this.#world = world;
    this.#model = model;
  }

  /** The files that the extension is fetching. */
  fetched(): string[] {
    return this.#world.fake
      .running()
      .filter(({ id, ours }) => ours && !this.#byPerson.has(id))
      .map(({ file }) => file);
  }

  /** Ends a download. */
  end(item: Item, how: 'come' | 'come empty' | 'fail' | 'fail with bytes' | 'cancel'): void {
    const { fake } = this.#world;
    if (how === 'come empty') {
      this.#model.comeEmpty(item.file);
      fake.complete(item.id, 0);
      return;
    }
    if (how === 'come') {
      this.#model.come(item, fake.clock);
      fake.complete(item.id);
      return;
    }
    this.#model.fail(item, how === 'cancel');
    if (how === 'cancel') void fake.cancel(item.id);
    else fake.fail(item.id, 'NETWORK_FAILED', { canResume: how === 'fail with bytes' });
  }

  /** The end of what the background had begun, while it was dead. */
  endOurs(how: 'come' | 'fail'): void {
    const { fake } = this.#world;
    for (const item of fake.running().filter(({ ours }) => ours)) {
      fake.clock += 1_000;
      this.end(item, how);
    }
  }

  async #open(): Promise<Failure[]> {
    return (await this.#world.records()).filter((failure) => !isRecovered(failure));
  }

  async carryOut(one: Step): Promise<unknown> {
    const { fake, pages, background, session, outside } = this.#world;
    const pick = <Some>(some: readonly Some[]): Some | undefined =>
      'which' in one ? some[one.which % some.length] : undefined;
    fake.clock += 10;
    switch (one.do) {
      case 'press':
        return fake.begin({
          url: addressOf(one.file, one.link),
          ...(pages && { referrer: 'https://host.example/' }),
        });
      case 'come':
      case 'come empty':
      case 'fail':
      case 'fail with bytes':
      case 'cancel': {
        const item = pick(fake.running());
        return item && this.end(item, one.do);
      }
      case 'pause': {
        const item = pick(fake.running());
        return item && fake.pause(item.id);
      }
      case 'go on': {
        const item = pick(fake.paused());
        return item && fake.unpause(item.id);
      }
      case 'retry in the list': {
        const item = pick(fake.failed());
        if (!item) return;
        this.#byPerson.add(item.id);
        return fake.resumeByPerson(item.id);
      }
      case 'erase': {
        const item = pick(fake.failed());
        return item && fake.erase(item.id);
      }
      case 'clear the list':
        for (const { id } of [...fake.failed(), ...fake.completed()]) fake.erase(id);
        return;
      case 'tell again': {
        const item = pick([...fake.running(), ...fake.failed(), ...fake.completed()]);
        return item && fake.tellAgain(item.id);
      }
      case 'lose a call':
        fake.lostCalls = 1;
        return;
      case 'servers answer':
      case 'servers refuse':
      case 'servers wait':
        if (pages)
          pages.servers =
            one.do === 'servers answer' ? 'answer' : one.do === 'servers wait' ? 'wait' : 'refuse';
        return;
      case 'crash':
      case 'close':
        return this.#restart(one.do);
      case 'offline':
      case 'online':
        outside.online = one.do === 'online';
        return background.scheduler.run();
      case 'fill the disk':
        session.diskFull = true;
        return;
      case 'free the disk':
        session.diskFull = false;
        return this.#world.wake();
      case 'export': {
        let text = '';
        for await (const part of toJson(await this.#world.records(), { exportedAt: fake.clock }))
          text += part;
        this.#exported = text;
        return;
      }
      case 'import':
        return this.#import();
      case 'set the clock':
        return this.#setClock(one.by);
      case 'retry': {
        const failure = pick(await this.#open());
        return failure && background.retrier.retry(failure.id, 'person');
      }
      case 'retry twice': {
        const failure = pick(await this.#open());
        const retry = () => failure && background.retrier.retry(failure.id, 'person');
        return Promise.all([retry(), retry()]);
      }
      case 'retry all':
        return background.rounds.all();
      case 'call off': {
        const failure = pick(await this.#open());
        return failure && background.retrier.cancel(failure.id);
      }
      case 'dismiss': {
        const failure = pick(await this.#open());
        return failure && background.rounds.dismiss([failure.id]);
      }
      case 'restore': {
        const failure = pick(await this.#open());
        return failure && background.rounds.restore([failure.id]);
      }
      case 'accept':
      case 'suspect again': {
        const decide = one.do === 'accept' ? accept : suspectAgain;
        // Who takes back what failed again since has two failures of one file.
        const missing = (await this.#open()).map(fileOf);
        const failure = pick(
          (await this.#world.records()).filter(
            (record) => decide(record) && (one.do === 'accept' || !missing.includes(fileOf(record))),
          ),
        );
        if (!failure) return;
        if (one.do === 'accept') this.#model.accept(fileOf(failure), fake.clock);
        else this.#model.doubt(fileOf(failure));
        return background.journal.change({ ids: [failure.id] }, decide);
      }
      case 'delete': {
        const failure = pick(await this.#open());
        return failure && this.#delete(failure);
      }
      case 'wait':
        fake.clock += one.ms;
        return this.#world.wake();
    }
  }

  #itemsOf(file: string): Item[] {
    const { fake } = this.#world;
    return [...fake.running(), ...fake.paused(), ...fake.failed()].filter((item) => item.file === file);
  }

  async #delete(failure: Failure): Promise<void> {
    const file = fileOf(failure);
    this.#model.doubt(file);
    this.#model.outdate(this.#itemsOf(file));
    const removed = this.#world.background.journal.remove([failure.id]);
    // The page says that it could not be.
    await (this.#world.session.diskFull ? removed.catch(() => undefined) : removed);
  }

  async #restart(how: 'crash' | 'close'): Promise<void> {
    const { fake, session } = this.#world;
    // Chrome calls it a crash, or cancelled, Firefox goes on with some and forgets others; and what could not be written is lost.
    for (const file of files) {
      if (session.diskFull || this.#itemsOf(file).some(({ ours }) => !ours)) this.#model.doubt(file);
    }
    session.diskFull = false;
    await this.#world.restart(how);
    this.#model.forgetItems();
    this.#byPerson.clear();
    this.#model.outdate(files.flatMap((file) => this.#itemsOf(file)));
    fake.clock += 1_000;
  }

  async #import(): Promise<void> {
    if (this.#exported === undefined || this.#world.session.diskFull) return;
    const read = parseExport(this.#exported);
    if (!read.ok) throw new Error(`Refused: ${read.problem.code}`);
    // It may bring back what was deleted since.
    const known = new Set((await this.#world.records()).map(({ id }) => id));
    for (const failure of read.failures) if (!known.has(failure.id)) this.#model.doubt(fileOf(failure));
    await mergeImported(read.failures, defaultRetention, this.#world.fake.clock);
    await this.#world.wake();
  }

  async #setClock(by: number): Promise<void> {
    const { fake } = this.#world;
    fake.clock += by;
    if (by < 0)
      this.#model.setBack([...fake.running(), ...fake.paused(), ...fake.failed(), ...fake.completed()]);
    await this.#world.wake();
  }
}
