import { createMonitor } from '../../src/background/monitor.ts';
import { createPlannedJournal } from '../../src/background/planner.ts';
import { createRetrier } from '../../src/background/retrier.ts';
import { createRounds } from '../../src/background/rounds.ts';
import { createScheduler } from '../../src/background/scheduler.ts';
import type { SeenRequest } from '../../src/domain/evidence.ts';
import type { CompletedDownload, Failure } from '../../src/domain/failure.ts';
import type { Troubles } from '../../src/domain/host-trouble.ts';
import type { AutomaticRules } from '../../src/domain/retry-policy.ts';

import { chromeQuirks, createSentPages } from '../../src/platform/chrome-downloads.ts';
import { createDownloads, type DownloadsApi, stateChanged } from '../../src/platform/downloads.ts';
import { firefoxQuirks } from '../../src/platform/firefox-downloads.ts';
import { createDeletedItems } from '../../src/platform/journal/deleted-items.ts';
import type { JournalHealth } from '../../src/platform/journal/health.ts';
import { createJournal, type Journal } from '../../src/platform/journal/journal.ts';
import * as stored from '../../src/platform/journal/stored.ts';
import type { NamedValue } from '../../src/platform/named-value.ts';
import { createPageStarts, noPageStarts, type PageStartsApi } from '../../src/platform/page-starts.ts';
import type { FakeDownloads } from './downloads.ts';
import { journalsEmptied } from './empty-journal.ts';
import type { FakePageStarts } from './page-starts.ts';

/** A background's life, which the browser may end at any call. What it asks for afterwards never comes. */
export class Life {
  #callsLeft = Number.POSITIVE_INFINITY;
  #underWay = 0;
  #end = (): void => {};
  /** Resolves when it is over. */
  readonly ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  /** It is over after this many more steps, of which each call has two: before it is carried out and after. */
  endAfter(steps: number): void {
    this.#callsLeft = steps;
  }

  async call<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#step();
    this.#underWay += 1;
    const result = await work().finally(() => {
      this.#underWay -= 1;
    });
    await this.#step();
    return result;
  }

  /** Like `call`, for what may never answer: nobody waits for it in `rest`. */
  async ask<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#step();
    const result = await work();
    await this.#step();
    return result;
  }

  /** Resolves when nothing has been asked for a while. */
  async rest(): Promise<void> {
    for (let turns = 0; turns < 10; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#underWay > 0) turns = 0;
    }
  }

  async #step(): Promise<void> {
    this.#callsLeft -= 1;
    if (this.#callsLeft >= 0) return;
    this.#end();
    await new Promise(() => {});
  }
}

/** What outlives the background in the browser's memory, and is gone with the browser. */
export class FakeSession {
  readonly #values = new Map<string, unknown>();
  /** What is on disk beside the journal, and so outlives the session. */
  readonly #onDisk: Map<string, unknown>;
  readonly id: string;

  constructor(id = 'session-1', onDisk = new Map<string, unknown>()) {
    this.id = id;
    this.#onDisk = onDisk;
  }

  /** The session after this one. */
  next(): FakeSession {
    return new FakeSession(`${this.id}, and then`, this.#onDisk);
  }

  /** `otherwise` stands for what was never written. */
  value<Value>(name: string, otherwise: Value): NamedValue<Value> {
    return {
      read: async () => {
        this.asked += 1;
        return structuredClone((this.#values.get(name) as Value | undefined) ?? otherwise);
      },
      write: async (value) => {
        this.asked += 1;
        if (this.memoryFull) throw new Error('Session storage quota bytes exceeded.');
        this.#values.set(name, structuredClone(value));
      },
    };
  }

  #localValue<Value>(name: string, otherwise: Value): NamedValue<Value> {
    return {
      read: async () => {
        this.asked += 1;
        if (this.localUnreadable) throw new Error('An unexpected error occurred.');
        return structuredClone((this.#onDisk.get(name) as Value | undefined) ?? otherwise);
      },
      write: async (value) => {
        const died = this.#dying;
        this.#dying = undefined;
        if (died) await new Promise(died);
        this.#onDisk.set(name, structuredClone(value));
      },
    };
  }

  /** How often anything was read or written beside the journal. */
  asked = 0;
  /** Once true, timers that a test has left behind do nothing to the journal of the next. */
  over = false;
  /** While true, session storage takes nothing more. */
  memoryFull = false;
  /** While true, the disk takes nothing more; what is there can be read. */
  diskFull = false;
  /** What the browser says then. */
  diskError = new DOMException('No space.', 'QuotaExceededError');
  /** While true, files beside the journal can be written nevertheless. */
  room = false;
  /** While true, what the browser says can't be written comes to disk nevertheless. */
  commitsAll = false;
  /** How often the journal told that the disk broke or works again. */
  healthChanges = 0;
  /** While true, nothing of the journal on disk can be read. */
  diskUnreadable = false;

  /** While true, what is on disk beside the journal can't be read. */
  localUnreadable = false;
  #dying: (() => void) | undefined;

  /** Has the background die before it writes to disk beside the journal. Resolves when it has. */
  death(): Promise<void> {
    return new Promise((resolve) => {
      this.#dying = resolve;
    });
  }

  /** `now` gives ms since the epoch. */
  journal(now: () => number, life = new Life()): Journal {
    const ours = journalsEmptied;
    const read =
      <Arguments extends unknown[], Result>(work: (...all: Arguments) => Promise<Result>) =>
      async (...all: Arguments): Promise<Result> => {
        if (ours !== journalsEmptied) await new Promise(() => {});
        if (this.diskUnreadable) throw this.diskError;
        return life.call(() => work(...all));
      };
    const write =
      <Arguments extends unknown[], Result>(work: (...all: Arguments) => Promise<Result>) =>
      async (...all: Arguments): Promise<Result> => {
        if (ours !== journalsEmptied) await new Promise(() => {});
        if (this.diskFull && !this.commitsAll) throw this.diskError;
        const result = await life.call(() => work(...all));
        if (this.diskFull) throw this.diskError;
        return result;
      };
    return createJournal({
      stored: {
        ...stored,
        find: read(stored.find),
        counts: read(stored.counts),
        queue: read(stored.queue),
        write: write(stored.write),
        remove: write(stored.remove),
        setSettledBefore: write(stored.setSettledBefore),
        endUnderWay: write(stored.endUnderWay),
      },
      inSession: {
        private: this.value<Failure[]>('private', []),
        unsaved: this.value<Failure[]>('unsaved', []),
        // It has room for a few words.
        health: {
          read: async () => {
            this.asked += 1;
            return (this.#values.get('health') as JournalHealth | undefined) ?? { state: 'fine' as const };
          },
          write: async (health) => void this.#values.set('health', health),
        },
        closedRound: this.value<number | null>('closed round', null),
        privateSettledBefore: this.value<number | null>('private settled before', null),
      },
      hasRoom: async () => this.room,
      healthChanged: () => {
        this.healthChanges += 1;
      },
      deleted: createDeletedItems({
        disk: this.#localValue('deleted', {}),
        memory: this.value('deleted', {}),
        now,
      }),
    });
  }
}

/** What the background is told of the world outside. */
export interface FakeWorld {
  /** Null while automatic retry is off. */
  rules: AutomaticRules | null;
  online: boolean;
  random: number;
  /** The requests that were seen, oldest first. */
  requests: SeenRequest[];
  /** False while the person doesn't want to hear of completed downloads that may not be the file. */
  minds?: boolean;
  /** How often that was read. */
  asked?: number;
  /** While true, the person's settings can't be read. */
  settingsUnreadable?: boolean;
}

/** The background's parts over a fake browser and the database of this process. */
export function startBackground(
  fake: FakeDownloads,
  session = new FakeSession(),
  world: FakeWorld = { rules: null, online: true, random: 0.5, requests: [] },
  life = new Life(),
  pages?: FakePageStarts,
  limits = { resume: 50, restart: 50, asPage: 50 },
) {
  const now = (): number => fake.clock;
  const rules = async (): Promise<AutomaticRules | null> => {
    session.asked += 1;
    if (session.over) return new Promise(() => {});
    if (world.settingsUnreadable) throw new Error('An unexpected error occurred.');
    return world.rules;
  };
  const troubles = session.value<Troubles>('troubles', {});
  const journal = createPlannedJournal({
    journal: session.journal(now, life),
    rules,
    troubles,
    requests: async () => world.requests,
    minds: async () => {
      world.asked = (world.asked ?? 0) + 1;
      return () => world.minds ?? true;
    },
    now,
    random: () => world.random,
  });
  const sentPages = createSentPages(session.value<number[]>('sent pages', []));
  const quirks =
    fake.kind === 'chrome' ? chromeQuirks(sentPages) : firefoxQuirks(() => Promise.resolve(session.id), 10);
  const api: DownloadsApi = {
    search: (query) => life.call(() => fake.search(query)),
    download: (request) => life.ask(() => fake.download(request)),
    resume: (id) => life.ask(() => fake.resume(id)),
    cancel: (id) => life.call(() => fake.cancel(id)),
  };
  const downloads = createDownloads(api, fake.ownId, quirks);
  const changes: Failure[] = [];
  const wakes: number[] = [];
  const note = (failures: readonly Failure[]): void => {
    changes.push(...failures);
    void scheduler.run();
  };
  const monitor = createMonitor({
    browser: fake.kind,
    downloads,
    journal,
    cameBeside: session.value<CompletedDownload[]>('came beside', []),
    now,
    newId: () => crypto.randomUUID(),
    changed(failures) {
      retrier.notice(failures);
      note(failures);
    },
    patience: 0,
  });
  const pageStarts = pages ? createPageStarts(pagesIn(life, pages), fake.ownId) : noPageStarts;
  const retrier = createRetrier({
    downloads,
    pageStarts,
    journal,
    monitor,
    now,
    changed: note,
    limits,
  });
  const scheduler = createScheduler({
    journal,
    retrier,
    troubles: troubles.read,
    now,
    online: () => world.online,
    rules,
    wakeAt: (time) => wakes.push(time),
    changed: note,
  });
  const rounds = createRounds({ journal, now, longestAge: async () => 30 * 86_400_000, changed: note });
  const looks: Promise<void>[] = [];
  fake.listeners.splice(0, Number.POSITIVE_INFINITY, (delta) => {
    looks.push(sentPages.note(delta.id, delta), monitor.hear(delta.id, stateChanged(delta)));
  });
  fake.createdListeners.splice(0, Number.POSITIVE_INFINITY, (id) => looks.push(monitor.hear(id, false)));
  fake.erasedListeners.splice(0, Number.POSITIVE_INFINITY, (id) => looks.push(monitor.lookForVanished(id)));
  if (pages) pages.onRefused = (request) => looks.push(retrier.cameToNothing(request));
  return {
    journal,
    monitor,
    retrier,
    scheduler,
    rounds,
    changes,
    /** How long (ms) it waits for what it asks the browser for to begin. */
    limits,
    /** When the background asked to be woken: ms since the epoch. */
    wakes,
    /** Waits until all that was told so far is in the journal. */
    async settled(): Promise<void> {
      while (looks.length > 0) await looks.shift();
    },
  };
}

/** What a background asks of the browser, each call of which may be its last. */
const pagesIn = (life: Life, pages: PageStartsApi): PageStartsApi => ({
  reach: () => life.call(() => pages.reach()),
  rules: () => life.call(() => pages.rules()),
  setRules: (rules) => life.call(() => pages.setRules(rules)),
  openFrame: (url) => life.call(() => pages.openFrame(url)),
  keepFrames: (urls) => life.call(() => pages.keepFrames(urls)),
  privateWindow: () => life.call(() => pages.privateWindow()),
  tabs: () => life.call(() => pages.tabs()),
  openTab: (windowId, url) => life.call(() => pages.openTab(windowId, url)),
  closeTab: (id) => life.call(() => pages.closeTab(id)),
  tabsWaitingFor: (url) => life.call(() => pages.tabsWaitingFor(url)),
});
