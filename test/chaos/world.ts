import type { Failure } from '../../src/domain/failure.ts';
import * as stored from '../../src/platform/journal/stored.ts';
import { FakeSession, type FakeWorld, Life, startBackground } from '../fakes/background.ts';
import { FakeDownloads } from '../fakes/downloads.ts';
import { FakePageStarts } from '../fakes/page-starts.ts';

const rules = { tries: 3, firstPause: 60_000, longestPause: 600_000, longestAge: 86_400_000 };

/** What the browser does after so many calls of the background, and what ends before that wakes again. */
export interface Kill {
  after: number;
  meanwhile: 'nothing' | 'come' | 'fail';
}

/** A browser with the quirks of the real one, and the real background in it, which can be killed at any call. */
export class World {
  readonly fake: FakeDownloads;
  /** In which the extension asks as pages do; undefined where it can't. */
  readonly pages: FakePageStarts | undefined;
  readonly outside: FakeWorld = { rules, online: true, random: 0.5, requests: [] };
  session = new FakeSession();
  #life = new Life();
  #background: ReturnType<typeof startBackground>;

  constructor(kind: 'chrome' | 'chrome as page' | 'firefox') {
    this.fake = new FakeDownloads(kind === 'firefox' ? kind : 'chrome');
    this.pages = kind === 'chrome as page' ? new FakePageStarts(this.fake) : undefined;
    if (this.pages) this.pages.servers = 'answer';
    this.#background = this.#start();
  }

  get background(): ReturnType<typeof startBackground> {
    return this.#background;
  }

  #start(): ReturnType<typeof startBackground> {
    return startBackground(this.fake, this.session, this.outside, this.#life, this.pages);
  }

  /** What the background does when it wakes. */
  async wake(): Promise<void> {
    await this.#background.monitor.reconcile('recent');
    await this.#background.retrier.settleOverdue();
    await this.#background.scheduler.run();
  }

  /** Resolves when nothing more happens by itself. */
  async quiet(): Promise<void> {
    await this.#background.settled();
    await this.#background.monitor.caughtUp();
    await this.#life.rest();
    await this.#background.settled();
    await this.#background.monitor.caughtUp();
  }

  /** A new background, in place of one that is dead by now. */
  async revive(): Promise<void> {
    this.#life.endAfter(0);
    this.#life = new Life();
    this.#background = this.#start();
    await this.wake();
    await this.quiet();
  }

  /** The browser dies, or is closed, and comes back. */
  async restart(how: 'crash' | 'close'): Promise<void> {
    this.fake.restart(how);
    this.pages?.restart();
    this.session = this.session.next();
    await this.revive();
  }

  /** Carries something out. The background is killed on the way if `kill` says so, and `meanwhile` then happens. */
  async during(work: () => Promise<unknown>, kill: Kill | null, meanwhile: () => void): Promise<void> {
    if (kill) this.#life.endAfter(kill.after);
    await Promise.race([work().then(() => this.quiet()), this.#life.ended]);
    if (!kill) return;
    this.fake.quietly(meanwhile);
    await this.revive();
  }

  /** All records on disk. */
  async records(): Promise<Failure[]> {
    return (await stored.newest(null, 1_000)).failures;
  }
}
