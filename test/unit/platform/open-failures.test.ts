import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Limits, readOpenFailures } from '../../../src/platform/journal/reads.ts';
import { store } from '../../fakes/database.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

vi.mock('../../../src/platform/browser.ts', () => ({
  default: { storage: { session: { get: async () => ({}) } } },
}));

/** Stores `each` failures of every reason. */
async function storeOf(reasons: readonly string[], each: number): Promise<void> {
  const failures = reasons.flatMap((reason) =>
    Array.from({ length: each }, (_, index) => {
      const id = `${reason} ${index}`;
      const item = { id: index, session: null, key: id, trace: null };
      return failureWith({ id, reason, attempts: [failedAttempt({ item })] });
    }),
  );
  await store(failures);
}

/** How many failures are read of each reason. */
async function readOf(limits: Partial<Limits> = {}): Promise<Record<string, number>> {
  const { failures } = await readOpenFailures({ standard: null, of: {}, search: null, ...limits });
  return Object.fromEntries([...failures].map(([reason, rows]) => [reason, rows.length]));
}

describe('the open failures that are read', () => {
  beforeEach(emptyJournal);

  it('are up to 12 of a single reason', async () => {
    await storeOf(['NETWORK_FAILED'], 30);
    expect(await readOf()).toEqual({ NETWORK_FAILED: 12 });
  });

  it('are fewer of each of many reasons', async () => {
    const three = ['A', 'B', 'C'];
    await storeOf(three, 30);
    expect(await readOf()).toEqual(Object.fromEntries(three.map((reason) => [reason, 4])));
  });

  it('are at least two of each, however many reasons there are', async () => {
    const many = Array.from({ length: 40 }, (_, index) => `REASON_${index}`);
    await storeOf(many, 4);
    expect(new Set(Object.values(await readOf()))).toEqual(new Set([2]));
  });

  it('are as many as they were before when another reason comes, and more of what was asked for', async () => {
    await storeOf(['A', 'B'], 30);
    const { standard } = await readOpenFailures({ standard: null, of: {}, search: null });
    await storeOf(['C', 'D', 'E', 'F'], 30);
    expect(await readOf({ standard, of: { B: 25 } })).toMatchObject({ A: 6, B: 25, C: 6 });
  });

  it('are found by their names, and by what their reasons are called', async () => {
    await storeOf(['NETWORK_TIMEOUT', 'SERVER_FAILED'], 30);
    const titles = { NETWORK_TIMEOUT: 'The server took too long', SERVER_FAILED: 'The server had a problem' };
    const search = async (words: string) => {
      const { failures, found } = await readOpenFailures({
        standard: 5,
        of: {},
        search: { words, titles, causes: {} },
      });
      return { found, read: [...failures].map(([, rows]) => rows.length) };
    };
    expect(await search('Too LONG')).toEqual({
      found: { NETWORK_TIMEOUT: 30, SERVER_FAILED: 0 },
      read: [5, 0],
    });
    expect(await search('server .zip')).toEqual({
      found: { NETWORK_TIMEOUT: 30, SERVER_FAILED: 30 },
      read: [5, 5],
    });
    expect((await search('server_failed')).found).toEqual({ NETWORK_TIMEOUT: 0, SERVER_FAILED: 30 });
    expect((await search('nothing')).found).toEqual({ NETWORK_TIMEOUT: 0, SERVER_FAILED: 0 });
  });

  it('are found by what they failed of', async () => {
    const evidence = { status: null, error: 'net::ERR_NAME_NOT_RESOLVED', type: null, length: null };
    const item = { id: 2, session: null, key: '2 then', trace: null };
    await store([
      failureWith({ id: 'plain' }),
      failureWith({
        id: 'proven',
        attempts: [failedAttempt({ item, evidence: { ...evidence, waitUntil: null, endedAt: 0 } })],
      }),
    ]);
    const search = async (words: string) => {
      const causes = { dns: 'No server is called …', 'status-404': 'The server answered 404 (Not Found)' };
      const { failures } = await readOpenFailures({
        ...{ standard: 5, of: {} },
        search: { words, titles: { NETWORK_FAILED: 'Connection lost' }, causes },
      });
      return [...failures].flatMap(([, rows]) => rows.map(({ id }) => id));
    };
    expect(await search('no server called')).toEqual(['proven']);
    expect(await search('called proven.zip lost')).toEqual(['proven']);
    expect(await search('dns')).toEqual(['proven']);
    expect(await search('answered 404')).toEqual([]);
  });

  it('are counted as worth trying again only if that can be done now', async () => {
    const now = Date.now();
    const one = (id: string, fields: Record<string, unknown>) => {
      const item = { id: 1, session: null, key: id, trace: null };
      return failureWith({
        id,
        failedAt: now,
        attempts: [failedAttempt({ item, canResume: false })],
        ...fields,
      });
    };
    await store([
      one('plain', {}),
      one('form', { method: 'POST' }),
      one('of a page', { url: 'blob:https://host.example/1', finalUrl: 'blob:https://host.example/1' }),
      one('too old', { failedAt: now - 31 * 86_400_000 }),
      one('waiting', { next: { kind: 'turn' }, round: 1 }),
      one('dismissed', { dismissed: true }),
      one('gone', { reason: 'SERVER_BAD_CONTENT' }),
      one('fixable', { reason: 'FILE_NO_SPACE' }),
    ]);
    const { counts, retriable } = await readOpenFailures({ standard: null, of: {}, search: null });
    expect(counts.open).toEqual({ NETWORK_FAILED: 5, SERVER_BAD_CONTENT: 1, FILE_NO_SPACE: 1 });
    expect(retriable).toEqual({ NETWORK_FAILED: 1, SERVER_BAD_CONTENT: 0, FILE_NO_SPACE: 1 });
  });
});
