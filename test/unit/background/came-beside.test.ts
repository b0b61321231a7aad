import { beforeEach, describe, expect, it } from 'vitest';
import { createCameBeside } from '../../../src/background/came-beside.ts';
import {
  type CompletedDownload,
  completedDownloadsSchema,
  type DownloadSnapshot,
  type ObservedDownload,
  type SnapshotStatus,
} from '../../../src/domain/failure.ts';
import { parsed } from '../../../src/platform/parsed.ts';
import { snapshot } from '../../fakes/snapshots.ts';

const url = 'http://host.example/file.zip';
const NOW = 10_000;

let kept: CompletedDownload[];
let accesses: string[];
let beside: ReturnType<typeof createCameBeside>;

function create(): void {
  beside = createCameBeside(
    {
      async read() {
        accesses.push('read');
        return kept;
      },
      async write(value) {
        accesses.push('write');
        // As the browser gives it back.
        kept = parsed(completedDownloadsSchema, JSON.parse(JSON.stringify(value))) ?? [];
      },
    },
    () => NOW,
  );
}

/** Another file. */
const other = { url: `${url}.sig`, finalUrl: `${url}.sig`, filename: '/d/file.zip.sig' };

const item = (
  id: number,
  kind: 'running' | 'paused' | 'completed' | 'failed',
  fields: Partial<DownloadSnapshot> = {},
): ObservedDownload => {
  const status: SnapshotStatus = kind === 'failed' ? { kind, reason: 'NETWORK_FAILED' } : { kind };
  return { ...snapshot({ id, status }), url, finalUrl: url, filename: '/d/file.zip', ...fields };
};
const notice = (snapshots: ObservedDownload[], justNow = true): Promise<void> =>
  beside.notice(snapshots, () => justNow);
const remembered = () => kept.map(({ item: { id }, completedAt }) => [id, completedAt]);

beforeEach(() => {
  kept = [];
  accesses = [];
  create();
});

describe('a download that completes', () => {
  it.each(['running', 'paused'] as const)('is remembered beside one of its file that is %s', async (kind) => {
    await notice([item(1, kind)]);
    await notice([item(2, 'completed')]);
    expect(remembered()).toEqual([[2, NOW]]);
    expect((await beside.read()).map(({ url: address }) => address)).toEqual([url]);
  });

  it('is remembered beside what began later, if it was seen to complete', async () => {
    await notice([item(1, 'running', { startedAt: 2_000 })]);
    await notice([item(2, 'completed', { startedAt: 1_000 })], false);
    expect(accesses).toEqual([]);
    await notice([item(2, 'completed', { startedAt: 1_000 })]);
    expect(remembered()).toEqual([[2, NOW]]);
  });

  it('may have completed as soon as it began, if it is only found complete', async () => {
    await notice(
      [item(1, 'running', { startedAt: 1_000 }), item(2, 'completed', { startedAt: 2_000 })],
      false,
    );
    expect(remembered()).toEqual([[2, 2_000]]);
  });

  it('completes after it began, though the clock was set back', async () => {
    await notice([item(1, 'running', { startedAt: NOW + 1_000 })]);
    await notice([item(2, 'completed', { startedAt: NOW + 2_000 })]);
    expect(remembered()).toEqual([[2, NOW + 2_000]]);
  });

  it('costs nothing beside none, beside other files, and beside one that has ended', async () => {
    await notice([item(2, 'completed')]);
    await notice([item(1, 'running')]);
    await notice([item(3, 'completed', other)]);
    await notice([item(1, 'failed')]);
    await notice([item(4, 'completed')]);
    expect(accesses).toEqual([]);
  });

  it('is written once, also by the next background', async () => {
    await notice([item(1, 'running')]);
    await notice([item(2, 'completed')]);
    await notice([item(2, 'completed')]);
    create();
    await notice([item(1, 'running'), item(2, 'completed')], false);
    expect(accesses).toEqual(['read', 'write', 'read']);
  });

  it('is forgotten with the next, once nothing of its file is under way', async () => {
    await notice([item(1, 'running'), item(2, 'completed'), item(3, 'running', other)]);
    await notice([item(1, 'completed')]);
    await notice([item(4, 'completed', other)]);
    expect(remembered()).toEqual([[4, NOW]]);
  });

  it('is one of a hundred at most', async () => {
    await notice([item(1, 'running')]);
    for (let id = 2; id < 110; id += 1) await notice([item(id, 'completed')]);
    expect(remembered().map(([id]) => id)).toEqual(Array.from({ length: 100 }, (_, index) => index + 10));
  });

  it('is none without an item', async () => {
    await notice([item(1, 'running')]);
    await notice([{ ...item(2, 'completed'), item: null }]);
    expect(accesses).toEqual([]);
  });
});
