import { expect, it } from 'vitest';
import * as stored from '../../../src/platform/journal/stored.ts';
import { startBackground } from '../../fakes/background.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';

it.each(['chrome', 'firefox'] as const)(
  'the monitor in %s looks at more items than the browser gives unasked',
  async (kind) => {
    await emptyJournal();
    const fake = new FakeDownloads(kind);
    const background = startBackground(fake);
    await background.monitor.reconcile('recent');
    fake.quietly(() => {
      for (let count = 0; count < 1100; count += 1) fake.fail(fake.begin(), 'NETWORK_FAILED');
    });
    await background.monitor.reconcile('all');
    expect((await stored.counts()).open.NETWORK_FAILED).toBe(1100);
  },
);
