import { expect, it } from 'vitest';
import type { SnapshotStatus } from '../../../src/domain/failure.ts';
import { mayBeNews, observe } from '../../../src/domain/observe.ts';
import { snapshot } from '../../fakes/snapshots.ts';

const statuses: SnapshotStatus[] = [
  { kind: 'running' },
  { kind: 'paused' },
  { kind: 'completed' },
  { kind: 'completed', suspicion: 'SUSPECT_EMPTY' },
  { kind: 'failed', reason: 'NETWORK_FAILED' },
];

it.each(statuses)(
  'a download of which no failure is known changes something only if it may be news: %j',
  (status) => {
    const context = { now: 1, newId: 'new', browser: 'chrome', imported: false, forgotten: false } as const;
    const seen = snapshot({ id: 1, status });
    expect(observe([], seen, { ...context, stateChanged: true })).toHaveLength(mayBeNews(seen) ? 1 : 0);
  },
);
