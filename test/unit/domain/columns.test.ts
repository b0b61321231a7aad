import { describe, expect, it } from 'vitest';
import { columns, historyColumns, sortKeys } from '../../../src/domain/columns.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

type Fields = Record<string, unknown>;
const file = '/home/me/Downloads/file.zip';
const restart = (fields: Fields = {}): Fields => failedAttempt({ kind: 'restart', ...fields });
const completed = (fields: Fields = {}): Fields => restart({ state: 'completed', ...fields });
const suspect = (fields: Fields = {}): Fields => restart({ reason: 'SUSPECT_PAGE', file, ...fields });
const tried = (attempts: Fields[], fields: Fields = {}): Failure =>
  failureWith({ attempts: [failedAttempt(), ...attempts], ...fields });

const seen = {
  ...{ status: 404, error: null, type: 'text/html', length: 12, waitUntil: 5_000, endedAt: 1 },
  url: 'https://cdn.example/f.zip',
};

describe('the status of a failure', () => {
  const accepted = { reason: 'SUSPECT_PAGE', file };

  it.each([
    ['failed', failureWith()],
    ['dismissed', failureWith({ dismissed: true })],
    ['dismissed', failureWith({ dismissed: true, reason: 'SUSPECT_PAGE' })],
    ['suspect', tried([suspect()], { reason: 'SUSPECT_PAGE' })],
    ['retrying', tried([suspect(), restart({ state: 'running' })], { reason: 'SUSPECT_PAGE' })],
    ['scheduled', failureWith({ next: { kind: 'turn' }, reason: 'SUSPECT_PAGE' })],
    ['recovered', tried([completed()], { dismissed: true })],
    ['accepted', tried([completed({ accepted })])],
  ])('is “%s”', (status, failure) => {
    expect(columns.status.value(failure)).toBe(status);
  });

  it('is in tables what it would be if it had not been dismissed', () => {
    expect(columns.state.value(failureWith({ dismissed: true }))).toBe('failed');
  });
});

describe('a failure shows', () => {
  it('the size of the whole file, or else of what came of it', () => {
    expect(columns.size.value(failureWith())).toBe(1_000);
    expect(columns.size.value(tried([restart({ totalBytes: null })]))).toBe(500);
    expect(columns.size.value(tried([restart({ totalBytes: null, bytesReceived: 0 })]))).toBeNull();
  });

  it('the address that it was led to only where that is another', () => {
    const led = failureWith({ finalUrl: 'https://cdn.example/f.zip' });
    expect(columns.finalUrl.value(led)).toBe('https://cdn.example/f.zip');
    expect(columns.finalUrl.value(failureWith())).toBeNull();
    expect(columns.finalUrl.csvValue(failureWith())).toBe(failureWith().url);
  });

  it('what the browser said only where evidence says more', () => {
    const finer = tried([restart({ evidence: seen })], { reason: 'SERVER_BAD_CONTENT' });
    expect(columns.browserReason.value(finer)).toBe('NETWORK_FAILED');
    expect(columns.browserReason.csvValue(finer)).toBe('NETWORK_FAILED');
    expect(columns.browserReason.value(failureWith())).toBeNull();
    const nobody = failureWith({ reason: 'SERVER_FAILED' });
    expect([columns.browserReason.value(nobody), columns.browserReason.csvValue(nobody)]).toEqual([
      null,
      'SERVER_FAILED',
    ]);
    const silent = failureWith({ attempts: [failedAttempt({ item: null, began: false })] });
    expect(columns.browserReason.csvValue(silent)).toBeNull();
  });

  it('what was seen of the request, as far as it was', () => {
    const failure = tried([restart({ evidence: seen })], { reason: 'SERVER_BAD_CONTENT' });
    const { httpStatus, error, askedUrl, contentType, contentLength, waitUntil, cause } = columns;
    const shown = [httpStatus, error, askedUrl, contentType, contentLength, waitUntil, cause];
    expect(shown.map(({ value }) => value(failure))).toEqual([
      ...[404, null, 'https://cdn.example/f.zip', 'text/html', 12, 5_000, 'status-404'],
    ]);
    expect(shown.map(({ value }) => value(failureWith()))).toEqual(shown.map(() => null));
  });

  it('which other download brought the file', () => {
    const download = {
      url: 'https://b.example/f.zip',
      finalUrl: 'https://b.example/f.zip',
      filename: '/dir/f.zip',
    };
    const closed = (filename: string) => tried([completed({ download: { ...download, filename } })]);
    expect(columns.closedBy.value(closed('/dir/f.zip'))).toBe('f.zip (https://b.example/f.zip)');
    expect(columns.closedBy.value(closed(''))).toBe('https://b.example/f.zip');
    expect(columns.closedBy.value(tried([completed()]))).toBeNull();
  });

  it('what is on disk and may not be the file', () => {
    expect(columns.suspectFile.value(tried([suspect(), suspect({ file: '/dir/file(1).zip' })]))).toBe(
      'file.zip, file(1).zip',
    );
    expect(columns.suspectFile.value(failureWith())).toBeNull();
  });

  it('which file is the good one, once there are several', () => {
    const { goodFile } = columns;
    const good = '/home/me/Downloads/file(1).zip';
    const download = {
      url: 'https://b.example/',
      finalUrl: 'https://b.example/',
      filename: '/dir/other.zip',
    };
    expect(goodFile.value(tried([suspect(), completed()], { filename: good }))).toBe('file(1).zip');
    expect(goodFile.value(tried([suspect(), completed({ download })]))).toBe('other.zip');
    expect(goodFile.value(tried([completed({ accepted: { reason: 'SUSPECT_PAGE', file: good } })]))).toBe(
      'file(1).zip',
    );
    expect(goodFile.value(tried([suspect()]))).toBeNull();
    expect(goodFile.value(tried([completed()]))).toBeNull();
  });

  it('how far the current attempt came', () => {
    const failure = tried([restart({ bytesReceived: 700, totalBytes: 2_000 })]);
    const { bytesReceived, totalBytes, attempts, category, failedAt } = columns;
    expect([bytesReceived, totalBytes, attempts, category].map(({ value }) => value(failure))).toEqual([
      ...[700, 2_000, 2, 'network'],
    ]);
    expect(failedAt.csvValue(failure)).toBe('2024-05-01T12:00:00.000Z');
  });
});

describe('the history', () => {
  it('has its columns in this order, and sorts by all but the status', () => {
    expect(historyColumns).toEqual(['name', 'host', 'reason', 'failedAt', 'status', 'size']);
    expect(sortKeys).toEqual(['name', 'host', 'reason', 'failedAt', 'size']);
  });
});
