import { beforeEach, describe, expect, it } from 'vitest';
import { createSecondLook } from '../../../src/background/second-look.ts';
import { FakeSession, startBackground } from '../../fakes/background.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';

const QUIET = 20;

describe.each(['chrome', 'firefox'] as const)('the second look at what %s tells', (kind) => {
  let fake: FakeDownloads;
  let background: ReturnType<typeof startBackground>;
  /** Whether the background is to be woken for it. */
  let planned: boolean;

  beforeEach(async () => {
    await emptyJournal();
    fake = new FakeDownloads(kind);
    background = startBackground(fake, new FakeSession());
    await background.monitor.reconcile('recent');
    planned = false;
    const look = createSecondLook({
      monitor: background.monitor,
      wakeSoon: () => {
        planned = true;
      },
      letSleep: () => {
        planned = false;
      },
      quiet: QUIET,
    });
    fake.listeners.splice(0, Infinity, ({ id, ...delta }) => void look(id, delta.state !== undefined));
  });

  /** Waits until it would be taken back. */
  const quiet = async (): Promise<void> => {
    await background.monitor.caughtUp();
    await new Promise((done) => setTimeout(done, 3 * QUIET));
  };

  it('is not needed once a download has succeeded', async () => {
    const id = fake.begin();
    fake.complete(id);
    expect(planned).toBe(true);
    await quiet();
    expect(planned).toBe(false);
  });

  it('is not taken back while the next download tells something', async () => {
    fake.complete(fake.begin());
    const other = fake.begin();
    await background.monitor.caughtUp();
    fake.complete(other);
    expect(planned).toBe(true);
    await quiet();
    expect(planned).toBe(false);
  });

  it('is kept for a download that failed, until there was one', async () => {
    const id = fake.begin();
    fake.fail(id, 'NETWORK_FAILED');
    await quiet();
    expect(planned).toBe(true);
    expect(background.monitor.isSettled()).toBe(false);
    await background.monitor.reconcile('recent');
    expect(background.monitor.isSettled()).toBe(true);
  });

  it('is kept for an item whose end is told before it is listed', async () => {
    const id = fake.begin();
    await background.settled();
    fake.tellAgain(id);
    await quiet();
    expect(planned).toBe(true);
    fake.complete(id);
    await quiet();
    expect(planned).toBe(false);
  });
});
