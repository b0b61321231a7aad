import { createMonitor } from '../../src/background/monitor.ts';
import { createRetrier } from '../../src/background/retrier.ts';
import type { Failure } from '../../src/domain/failure.ts';
import { createDownloads } from '../../src/platform/downloads.ts';
import { createBackgroundJournal, type Journal } from '../../src/platform/journal/background-journal.ts';
import type { JournalHealth } from '../../src/platform/journal/journal.ts';
import { createMemoryJournal, type SessionValue } from '../../src/platform/journal/memory-journal.ts';
import { storedJournal } from '../../src/platform/journal/stored-journal.ts';
import type { FakeDownloads } from './downloads.ts';

/** What outlives the background in the browser's memory, and is gone with the browser. */
export class FakeSession {
  readonly #values = new Map<string, unknown>();
  readonly id: string;

  constructor(id = 'session-1') {
    this.id = id;
  }

  value(name: string): SessionValue {
    return {
      read: async () => structuredClone(this.#values.get(name)),
      write: async (value) => void this.#values.set(name, structuredClone(value)),
    };
  }

  /** While true, the disk takes nothing more; what is there can be read. */
  diskFull = false;

  journal(): Journal {
    const write =
      <Arguments extends unknown[], Result>(work: (...all: Arguments) => Promise<Result>) =>
      (...all: Arguments): Promise<Result> =>
        this.diskFull ? Promise.reject(new DOMException('No space.', 'QuotaExceededError')) : work(...all);
    return createBackgroundJournal({
      stored: {
        ...storedJournal,
        observe: write(storedJournal.observe),
        change: write(storedJournal.change),
        changeUnseen: write(storedJournal.changeUnseen),
        adopt: write(storedJournal.adopt),
        setSettledBefore: write(storedJournal.setSettledBefore),
      },
      hidden: createMemoryJournal(this.value('hidden')),
      unsaved: createMemoryJournal(this.value('unsaved')),
      health: {
        read: async () => (this.#values.get('health') as JournalHealth | undefined) ?? { state: 'fine' },
        write: async (health) => void this.#values.set('health', health),
      },
    });
  }
}

/** The background's parts over a fake browser and the database of this process. */
export function startBackground(fake: FakeDownloads, session = new FakeSession()) {
  const journal = session.journal();
  const downloads = createDownloads(fake, {
    browser: fake.kind,
    ownId: fake.ownId,
    session: () => Promise.resolve(session.id),
  });
  const now = (): number => fake.clock;
  const changes: Failure[] = [];
  const monitor = createMonitor({
    browser: fake.kind,
    downloads,
    journal,
    now,
    newId: () => crypto.randomUUID(),
    changed(failures) {
      changes.push(...failures);
      retrier.notice(failures);
    },
  });
  const retrier = createRetrier({
    downloads,
    journal,
    monitor,
    now,
    changed: (failures) => changes.push(...failures),
    limits: { resume: 50, restart: 50 },
  });
  const looks: Promise<void>[] = [];
  fake.listeners.splice(0, Number.POSITIVE_INFINITY, ({ id, state }) => {
    const changed = typeof state === 'object' && state !== null && 'current' in state;
    looks.push(monitor.look(id, changed));
  });
  fake.erasedListeners.splice(0, Number.POSITIVE_INFINITY, () => looks.push(monitor.lookForVanished()));
  return {
    journal,
    monitor,
    retrier,
    changes,
    /** Waits until all that was told so far is in the journal. */
    async settled(): Promise<void> {
      while (looks.length > 0) await looks.shift();
    },
  };
}
