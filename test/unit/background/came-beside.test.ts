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

let kept: CompletedDownload[];
let accesses: string[];
let beside: ReturnType<typeof createCameBeside>;

function create(): void {
  beside = createCameBeside({
    async read() {
      accesses.push('read');
      return kept;
    },
    async write(value) {
      accesses.push('write');
      // As the browser gives it back.
      kept = parsed(completedDownloadsSchema, JSON.parse(JSON.stringify(value))) ?? [];
    },
  });
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
const remembered = () => kept.map(({ item: { id }, beside: others }) => [id, ...others]);

beforeEach(() => {
  kept = [];
  accesses = [];
  create();
});

describe('a download that completes', () => {
  it.each(['running', 'paused'] as const)('is remembered beside one of its file that is %s', async (kind) => {
    await notice([item(1, kind)]);
    await notice([item(2, 'completed')]);
    expect(remembered()).toEqual([[2, '1 then']]);
    expect((await beside.read()).map(({ url: address }) => address)).toEqual([url]);
  });

  it('is remembered beside what began later, if it was seen to complete after that', async () => {
    const later = { startedAt: 2_000 };
    const earlier = { startedAt: 1_000 };
    await notice([item(1, 'running', later)]);
    await notice([item(2, 'completed', earlier)], false);
    await notice([item(3, 'completed', earlier), item(4, 'running', later)]);
    expect(remembered()).toEqual([[3, '1 then']]);
  });

  it('is remembered beside what began earlier and is seen in the same look', async () => {
    const [earlier, later] = [{ startedAt: 1_000 }, { startedAt: 2_000 }];
    await notice(
      [item(1, 'running', earlier), item(2, 'completed', later), item(3, 'running', later)],
      false,
    );
    expect(remembered()).toEqual([[2, '1 then', '3 then']]);
  });

  it('is remembered beside what began earlier and is seen only afterwards', async () => {
    await notice([item(2, 'completed', { startedAt: 1_000 })]);
    await notice([item(1, 'running', { startedAt: 1_000 }), item(3, 'running', { startedAt: 1_001 })]);
    expect(remembered()).toEqual([[2, '1 then']]);
  });

  it('is remembered beside what ends in the same look', async () => {
    await notice([item(1, 'running')]);
    await notice([item(2, 'completed'), item(1, 'failed')]);
    expect(remembered()).toEqual([[2, '1 then']]);
  });

  it('costs nothing beside none, beside other files, and beside what has ended or left the list', async () => {
    await notice([item(2, 'completed')]);
    await notice([item(1, 'running', { startedAt: 1 }), item(9, 'running', { startedAt: 1 })]);
    await notice([item(3, 'completed', other)]);
    await notice([item(1, 'failed')]);
    beside.forget(9);
    await notice([item(4, 'completed')]);
    expect(accesses).toEqual([]);
  });

  it('is written again only if it is seen to have come beside more', async () => {
    await notice([item(1, 'running', { startedAt: 0 }), item(5, 'running', { startedAt: 2_000 })]);
    const came = item(2, 'completed', { startedAt: 1_000 });
    await notice([came], false);
    await notice([came], false);
    expect(accesses).toEqual(['read', 'write']);
    await notice([came]);
    create();
    await notice([item(1, 'running', { startedAt: 0 }), came], false);
    expect(remembered()).toEqual([[2, '1 then', '5 then']]);
    expect(accesses).toEqual(['read', 'write', 'write', 'read']);
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

describe('what is remembered', () => {
  it('stays until nothing that it came beside is under way', async () => {
    await notice([item(1, 'running'), item(2, 'completed'), item(3, 'running', other)]);
    await notice([item(4, 'completed', other)]);
    await beside.tidy();
    expect(remembered()).toEqual([
      [2, '1 then'],
      [4, '3 then'],
    ]);
    await notice([item(1, 'failed')]);
    await beside.tidy();
    expect(remembered()).toEqual([[4, '3 then']]);
    expect(accesses).toEqual(['read', 'write', 'write', 'write']);
  });
});
