import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCsv } from '../../../src/domain/csv.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { reportable } from '../../../src/domain/report.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';
import { inPrivate, withSecret } from '../../fakes/secret-failures.ts';

const everything = (failure: Failure): string => JSON.stringify(failure);

describe('what may be reported of a failure', () => {
  it('has no query, no credentials and no name of a folder, whatever the addresses', () => {
    fc.assert(
      fc.property(withSecret, ({ word, failure }) => {
        expect(everything(failure)).toContain(word);
        expect(everything(reportable(failure))).not.toContain(word);
      }),
    );
  });

  it('has neither name nor address of a private window', () => {
    fc.assert(
      fc.property(inPrivate, ({ word, failure }) => {
        expect(everything(failure)).toContain(word);
        expect(everything(reportable(failure))).not.toContain(word);
      }),
    );
  });

  it('has all that helps: the address without its query, the file, the reason and what was seen', async () => {
    const failure = failureWith({
      url: 'https://host.example/files/a.zip?key=1',
      reason: 'SERVER_FAILED',
      attempts: [
        failedAttempt({
          evidence: {
            ...{ status: 503, error: 'net::ERR_FAILED', type: 'text/html', length: 7, waitUntil: null },
            endedAt: 0,
          },
        }),
      ],
    });
    let table = '';
    for await (const part of toCsv([reportable(failure)])) table += part;
    for (const part of ['https://host.example/files/a.zip,', 'SERVER_FAILED', ',503,', 'net::ERR_FAILED']) {
      expect(table).toContain(part);
    }
  });

  const url = 'https://host.example/files/a.zip';
  const seen = {
    status: 503,
    error: 'net::ERR_FAILED',
    type: 'text/html',
    length: 7,
    waitUntil: 5,
    endedAt: 3,
  };
  const other = { url, finalUrl: url, filename: '/home/me/b.zip' };

  it('is the same but for the folders, if nothing is secret', () => {
    const failure = failureWith({
      attempts: [
        failedAttempt({ item: null, evidence: { ...seen, url }, file: '/home/me/a.html', download: other }),
        failedAttempt({ item: null, kind: 'restart' }),
        failedAttempt({
          ...{ item: null, kind: 'restart', state: 'completed' },
          accepted: { reason: 'SUSPECT_PAGE', file: '/home/me/c.html', evidence: seen },
        }),
        failedAttempt({ item: null, kind: 'restart', state: 'completed' }),
        failedAttempt({ item: null, kind: 'restart', state: 'not-started', message: 'No.' }),
      ],
    });
    const [first, second, third, fourth, fifth] = failure.attempts;
    expect(reportable(failure)).toEqual({
      ...failure,
      filename: 'file.zip',
      attempts: [
        { ...first, file: 'a.html', download: { ...other, filename: 'b.zip' } },
        second,
        { ...third, accepted: { reason: 'SUSPECT_PAGE', file: 'c.html', evidence: seen } },
        fourth,
        fifth,
      ],
    });
  });

  it('has of a private window what happened and when, and nothing that names the file', () => {
    const evidence = { ...seen, url, type: 'text/html; name="a.zip"' };
    const { url: _url, ...left } = evidence;
    const item = { id: 7, session: null, key: '7 then', trace: `then ${url}` };
    const failure = failureWith({
      incognito: true,
      attempts: [
        failedAttempt({ item, evidence, file: '/home/me/a.html', download: other }),
        failedAttempt({ item, kind: 'restart' }),
        failedAttempt({
          ...{ item, kind: 'restart', state: 'completed' },
          accepted: { reason: 'SUSPECT_PAGE', file: '/home/me/c.html', evidence },
        }),
        failedAttempt({ item, kind: 'restart', state: 'completed' }),
        failedAttempt({ item, kind: 'restart', state: 'not-started', message: `No: ${url}` }),
      ],
    });
    const [first, second, third, fourth, fifth] = failure.attempts;
    const { download: _download, ...firstLeft } = first;
    expect(reportable(failure)).toEqual({
      ...failure,
      ...{ url: '', finalUrl: '', referrer: null, filename: '' },
      attempts: [
        { ...firstLeft, item: null, file: '', evidence: { ...left, type: 'text/html' } },
        { ...second, item: null },
        { ...third, item: null, accepted: { reason: 'SUSPECT_PAGE', file: '' } },
        { ...fourth, item: null },
        { ...fifth, item: null, message: '' },
      ],
    });
  });

  it.each([
    ['net::ERR_CONNECTION_RESET', 'net::ERR_CONNECTION_RESET'],
    ['NS_ERROR_NET_RESET', 'NS_ERROR_NET_RESET'],
    ['It is only valid for net::ERR_host.example', null],
    ['net::ERR_FAILED at host.example', null],
    ['host.example said NS_ERROR_NET_RESET', null],
    ['NS_BINDING_ABORTED', null],
    [null, null],
  ])('names of a private window’s error %s only what is no sentence', (error, shown) => {
    const failure = failureWith({
      incognito: true,
      attempts: [failedAttempt({ evidence: { ...seen, error, type: null } })],
    });
    expect(reportable(failure).attempts[0]).toMatchObject({ evidence: { error: shown, type: null } });
  });
});
