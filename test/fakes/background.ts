import { createMonitor } from '../../src/background/monitor.ts';
import { createRetrier } from '../../src/background/retrier.ts';
import type { Failure } from '../../src/domain/failure.ts';
import { createDownloads } from '../../src/platform/downloads.ts';
import { journal } from '../../src/platform/journal/writer.ts';
import type { FakeDownloads } from './downloads.ts';

/** The background's parts over a fake browser and the journal of this process. */
export function startBackground(fake: FakeDownloads, session = 'session-1') {
  let ids = 0;
  const downloads = createDownloads(fake, {
    browser: fake.kind,
    ownId: fake.ownId,
    session: () => Promise.resolve(session),
  });
  const now = (): number => fake.clock;
  const changes: Failure[] = [];
  const monitor = createMonitor({
    browser: fake.kind,
    downloads,
    journal,
    now,
    newId: () => `${session}-failure-${++ids}`,
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
    monitor,
    retrier,
    changes,
    /** Waits until all that was told so far is in the journal. */
    async settled(): Promise<void> {
      while (looks.length > 0) await looks.shift();
    },
  };
}
