import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DownloadSnapshot, Failure, ItemRef } from '../../../src/domain/failure.ts';
import { LATEST_ITEM_MS } from '../../../src/domain/observe.ts';
import { createDeletedItems, type DeletedItems } from '../../../src/platform/journal/deleted-items.ts';
import type { NamedValue } from '../../../src/platform/named-value.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';
import { failedSnapshot, snapshot } from '../../fakes/snapshots.ts';

type Deleted = Record<string, number>;

const NOW = 1_780_000_000_000;

/** A value that says how often it was read and written. */
function countedValue(value: Deleted = {}) {
  const counted = { value, reads: 0, writes: 0 };
  const named: NamedValue<Deleted> = {
    async read() {
      counted.reads += 1;
      return counted.value;
    },
    async write(changed) {
      counted.writes += 1;
      counted.value = changed;
    },
  };
  return { counted, named };
}

const itemOf = (id: number, trace: string | null = null): ItemRef => ({
  id,
  session: trace === null ? null : 'then',
  key: `${id} then`,
  trace,
});

const failureOf = (item: ItemRef | null, fields: Record<string, unknown> = {}): Failure =>
  failureWith({ attempts: [failedAttempt({ item, endedAt: NOW })], ...fields });

const starting = (deadline: number): Record<string, unknown> =>
  failedAttempt({
    kind: 'restart',
    item: null,
    state: 'starting',
    deadline,
    endedAt: undefined,
    reason: undefined,
    canResume: undefined,
  });

const ofItem = (item: ItemRef, fields: Partial<DownloadSnapshot> = {}): DownloadSnapshot => ({
  ...failedSnapshot({ id: item.id, reason: 'NETWORK_FAILED' }),
  item,
  ...fields,
});

describe('the items whose records were deleted', () => {
  let disk: ReturnType<typeof countedValue>;
  let memory: ReturnType<typeof countedValue>;
  let now: number;
  let items: DeletedItems;

  const create = (): DeletedItems =>
    createDeletedItems({ disk: disk.named, memory: memory.named, now: () => now });

  beforeEach(() => {
    disk = countedValue();
    memory = countedValue();
    now = NOW;
    items = create();
  });

  const isAmong = async (one: DownloadSnapshot): Promise<boolean> => (await items.among([one])).has(one);

  it('are known by their keys, and no others are', async () => {
    await items.add([failureOf(itemOf(1))], undefined);
    const [deleted, other] = [ofItem(itemOf(1)), ofItem(itemOf(2))];
    expect(await items.among([other, deleted])).toEqual(new Set([deleted]));
  });

  it('are known again by a later background', async () => {
    await items.add([failureOf(itemOf(1))], undefined);
    items = create();
    expect(await isAmong(ofItem(itemOf(1)))).toBe(true);
  });

  it('are known by what they are after Firefox has given them other keys, of which the disk has no address', async () => {
    const trace = '2026-05-01T11:59:00.000Z https://host.example/a.zip';
    await items.add([failureOf(itemOf(1, trace))], undefined);
    expect(await isAmong(ofItem(itemOf(77, trace)))).toBe(true);
    expect(await isAmong(ofItem(itemOf(77, `${trace}?2`)))).toBe(false);
    expect(JSON.stringify(disk.counted.value)).not.toContain('host.example');
    expect(Object.keys(disk.counted.value)).toEqual([
      '1 then',
      // SHA-256, as each version wrote it.
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
  });

  it('have the names that an earlier version gave them', async () => {
    disk = countedValue({ ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad: NOW });
    items = create();
    expect(await isAmong(ofItem(itemOf(1, 'abc')))).toBe(true);
  });

  it('are those of every attempt', async () => {
    const attempts = [1, 2].map((id) => failedAttempt({ item: itemOf(id), endedAt: NOW }));
    await items.add([failureWith({ attempts })], undefined);
    expect(await isAmong(ofItem(itemOf(1)))).toBe(true);
    expect(await isAmong(ofItem(itemOf(2)))).toBe(true);
  });

  it('of private windows never reach the disk, and those of others are on it', async () => {
    await items.add([failureOf(itemOf(1)), failureOf(itemOf(2), { incognito: true })], undefined);
    expect(disk.counted.value).toEqual({ '1 then': NOW });
    expect(memory.counted.value).toEqual({ '2 then': NOW });
    expect(await isAmong(ofItem(itemOf(2), { incognito: true }))).toBe(true);
  });

  it('are also those that a retry may still bring, by its address and ours alone', async () => {
    const failure = failureWith({ attempts: [failedAttempt({ endedAt: NOW }), starting(NOW + 1_000)] });
    await items.add([failure], undefined);
    expect(await isAmong(ofItem(itemOf(5), { url: failure.url, ours: true }))).toBe(true);
    expect(await isAmong(ofItem(itemOf(5), { url: failure.url, ours: false }))).toBe(false);
    expect(await isAmong(ofItem(itemOf(5), { url: `${failure.url}?2`, ours: true }))).toBe(false);
    // It may begin a while after the record is gone.
    expect(Object.values(disk.counted.value).sort()).toEqual([NOW, NOW + LATEST_ITEM_MS]);
  });

  it('are not those of an address of which no retry was under way', async () => {
    const failure = failureOf(itemOf(1));
    await items.add([failure], undefined);
    expect(await isAmong(ofItem(itemOf(5), { url: failure.url, ours: true }))).toBe(false);
  });

  it('are not what only asked and became no item', async () => {
    await items.add([failureOf(itemOf(1))], undefined);
    const { item: _, ...asked } = ofItem(itemOf(1));
    const request = { ...asked, item: null } as never;
    expect((await items.among([request])).size).toBe(0);
  });

  it('are remembered only while a look may still find them', async () => {
    const endedAt = (time: number, id: number) =>
      failureWith({ id: `${id}`, attempts: [failedAttempt({ item: itemOf(id), endedAt: time })] });
    await items.add([endedAt(NOW - 1, 1), endedAt(NOW, 2)], NOW);
    expect(await isAmong(ofItem(itemOf(1)))).toBe(false);
    expect(await isAmong(ofItem(itemOf(2)))).toBe(true);
  });

  it('are remembered while their last attempt runs, however far looks go back', async () => {
    const running = {
      item: itemOf(1),
      state: 'running',
      endedAt: undefined,
      reason: undefined,
      canResume: undefined,
    };
    await items.add([failureWith({ attempts: [failedAttempt(running)] })], NOW + 9_000);
    expect(await isAmong(ofItem(itemOf(1)))).toBe(true);
  });

  it('are forgotten once no look goes back to when they can have begun', async () => {
    await items.add([failureOf(itemOf(1))], undefined);
    await items.prune(NOW);
    expect(await isAmong(ofItem(itemOf(1)))).toBe(true);
    await items.prune(NOW + 1);
    expect(await isAmong(ofItem(itemOf(1)))).toBe(false);
    expect(disk.counted.value).toEqual({});
  });

  it('are forgotten one by one, in private windows too', async () => {
    await items.add([failureOf(itemOf(1)), failureOf(itemOf(2), { incognito: true })], undefined);
    now = NOW + 500;
    await items.add([failureOf(itemOf(3), { attempts: [failedAttempt({ item: itemOf(3) })] })], undefined);
    await items.prune(NOW + 500);
    expect([disk.counted.value, memory.counted.value]).toEqual([{ '3 then': NOW + 500 }, {}]);
  });

  it('are remembered for as long as the latest of two deletions asks', async () => {
    await items.add([failureOf(itemOf(1))], undefined);
    now = NOW - 5_000;
    await items.add([failureOf(itemOf(1))], undefined);
    expect(disk.counted.value).toEqual({ '1 then': NOW });
    now = NOW + 5_000;
    await items.add([failureOf(itemOf(1))], undefined);
    expect(disk.counted.value).toEqual({ '1 then': NOW + 5_000 });
  });

  it('cost no write when nothing of them changes, and are read once', async () => {
    await items.add([failureOf(itemOf(1))], undefined);
    const { writes } = disk.counted;
    await items.add([], undefined);
    await items.prune(NOW);
    await isAmong(ofItem(itemOf(1)));
    await isAmong(ofItem(itemOf(2)));
    expect(disk.counted).toMatchObject({ writes, reads: 1 });
    expect(memory.counted.writes).toBe(0);
  });

  it('cost nothing but that look where none is remembered', async () => {
    const hash = vi.spyOn(crypto.subtle, 'digest');
    expect(await isAmong(ofItem(itemOf(1, 'trace')))).toBe(false);
    expect(hash).not.toHaveBeenCalled();
    hash.mockRestore();
  });

  it('are none if they can not be read, but those that can are', async () => {
    const said = vi.spyOn(console, 'error').mockReturnValue();
    const error = new Error('An unexpected error occurred.');
    disk.named.read = async () => {
      throw error;
    };
    memory.named.read = async () => ({ '2 then': NOW });
    items = create();
    expect(await isAmong(ofItem(itemOf(1)))).toBe(false);
    expect(await isAmong(ofItem(itemOf(2)))).toBe(true);
    expect(said).toHaveBeenCalledWith(error);
    said.mockRestore();
  });

  it('are also failed ones that looks find only as they now go back further', async () => {
    const began = (id: number, startedAt: number, fields: Partial<DownloadSnapshot> = {}) =>
      ofItem(itemOf(id), { startedAt, ...fields });
    const whole = {
      ...snapshot({ id: 3, status: { kind: 'completed' } }),
      item: itemOf(3),
      startedAt: NOW - 1,
    };
    const inPrivate = began(4, NOW - 1, { incognito: true });
    await items.addItems([began(1, NOW - 1), began(2, NOW), whole, inPrivate], NOW);
    expect(disk.counted.value).toEqual({ '1 then': NOW });
    expect(memory.counted.value).toEqual({ '4 then': NOW });
  });
});
