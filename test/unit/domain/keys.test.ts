import { describe, expect, it } from 'vitest';
import type { ObservedDownload } from '../../../src/domain/failure.ts';
import { itemKeysOf, itemLookupKeys, keysOf, knownItemKeysOf, lookupKeys } from '../../../src/domain/keys.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';
import { failedSnapshot, snapshot } from '../../fakes/snapshots.ts';

const url = 'https://host.example/files/file.zip';
const path = '/home/me/Downloads/file.zip';
const address = `address ${url}`;
const size = 'size 1000 file.zip';
const traced = { id: 2, session: 's', key: '2 then', trace: 'trace 2' };

// Databases hold them, so they stay as they are.
describe('a failure is found', () => {
  it('by each of its items, also under another id', () => {
    const attempts = [failedAttempt(), failedAttempt({ kind: 'restart', item: traced })];
    expect(knownItemKeysOf(failureWith({ attempts }))).toEqual(['1 then', '2 then', 'trace 2']);
  });

  it('by its target while it runs, if the browser may give it another id', () => {
    const running = failedAttempt({ state: 'running', item: traced });
    expect(knownItemKeysOf(failureWith({ attempts: [running] }))).toContain(`file ${path}`);
    const download = { url, finalUrl: url, filename: '/home/me/Downloads/other.zip' };
    expect(knownItemKeysOf(failureWith({ attempts: [{ ...running, download }] }))).toContain(
      'file /home/me/Downloads/other.zip',
    );
  });

  it.each([
    ['it has failed', { state: 'failed', item: traced }, path],
    ['its ids stay', { state: 'running' }, path],
    ['it has no item', { state: 'running', item: null }, path],
    ['it has no target yet', { state: 'running', item: traced }, ''],
  ])('not by its target where %s', (_why, fields, filename) => {
    const keys = knownItemKeysOf(failureWith({ filename, attempts: [failedAttempt(fields)] }));
    expect(keys.filter((key) => key.startsWith('file '))).toEqual([]);
  });

  it('by its address while a new download of ours has no item', () => {
    const starting = failedAttempt({ kind: 'restart', state: 'starting', item: null, deadline: 1 });
    expect(itemKeysOf(failureWith({ attempts: [failedAttempt(), starting] }))).toEqual([
      '1 then',
      `starting ${url}`,
    ]);
    expect(itemKeysOf(failureWith({ attempts: [failedAttempt(), { ...starting, asPage: true }] }))).toEqual([
      '1 then',
      address,
    ]);
  });

  it('by its file, and in another way once that has come', () => {
    expect(keysOf(failureWith())).toEqual(['1 then', address, size]);
    const completed = failedAttempt({ kind: 'restart', state: 'completed' });
    expect(keysOf(failureWith({ attempts: [failedAttempt(), completed] }))).toEqual([
      '1 then',
      `came ${address}`,
      `came ${size}`,
    ]);
  });
});

describe('what a download may belong to is looked for', () => {
  const seen = (fields: Partial<ObservedDownload> = {}): ObservedDownload => ({
    ...snapshot({ id: 1, status: { kind: 'running' } }),
    ...{ url, finalUrl: url, filename: path },
    ...fields,
  });

  it('by its item', () => {
    expect(itemLookupKeys(seen())).toEqual(['1 then']);
    expect(itemLookupKeys(seen({ item: null, ours: true }))).toEqual([]);
  });

  it('by its address, too, if it is ours', () => {
    expect(itemLookupKeys(seen({ ours: true }))).toEqual(['1 then', `starting ${url}`]);
  });

  it('by its target, too, if its ids may change', () => {
    expect(itemLookupKeys(seen({ item: traced }))).toEqual(['2 then', 'trace 2', `file ${path}`]);
    expect(itemLookupKeys(seen({ item: traced, filename: '' }))).toEqual(['2 then', 'trace 2']);
  });

  it('by its file and by its name, for which a link may be awaited', () => {
    expect(lookupKeys(seen())).toEqual(['1 then', address, size, 'link file.zip']);
    const nameless = seen({ bytesReceived: 0, totalBytes: null, filename: '' });
    expect(lookupKeys(nameless)).toEqual(['1 then', address]);
  });

  it('among what has come as well, if the person cancelled it', () => {
    const cancelled = {
      ...failedSnapshot({ id: 1, reason: 'USER_CANCELED' }),
      url,
      finalUrl: url,
      filename: path,
    };
    expect(lookupKeys(cancelled)).toEqual([
      ...['1 then', address, size],
      ...[`came ${address}`, `came ${size}`, 'link file.zip'],
    ]);
  });
});
