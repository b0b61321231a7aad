import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCsv } from '../../../src/domain/csv.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { reportable } from '../../../src/domain/report.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

/** A word that stands nowhere in a failure of `failureWith`. */
const secret = fc.stringMatching(/^[a-z0-9]{12}$/).map((word) => `S3CRET${word}`);

const folder = (word: string) =>
  fc.constantFrom(`/home/${word}/Downloads/`, `C:\\Users\\${word}\\Downloads\\`, `/Users/${word}/`);

/** A failure with the secret wherever an address or a folder can have one. */
const withSecret = fc.tuple(secret, fc.boolean()).chain(([word, incognito]) => {
  const address = fc.constantFrom(
    `https://${word}@host.example/a.zip`,
    `https://me:${word}@host.example/a.zip`,
    `https://host.example/a.zip?key=${word}`,
    `https://host.example/a.zip?${word}#${word}`,
    `https://host.example/a.zip#${word}`,
    `data:text/plain,${word}`,
    `blob:https://${word}@host.example/1?${word}`,
    `view-source:https://me:${word}@host.example/a.zip?${word}`,
  );
  return fc
    .record({ url: address, finalUrl: address, referrer: address, last: address, into: folder(word) })
    .map(({ url, finalUrl, referrer, last, into }) => ({
      word,
      failure: failureWith({
        ...{ url, finalUrl, referrer, incognito },
        filename: `${into}archive.zip`,
        attempts: [
          failedAttempt({
            item: { id: 1, session: 's', key: `s 1`, trace: `then ${url}` },
            evidence: {
              ...{ status: 503, error: 'net::ERR_FAILED', type: null, length: null, waitUntil: null },
              ...{ endedAt: 0, url: last },
            },
          }),
          failedAttempt({
            ...{ kind: 'restart', item: null, state: 'not-started' },
            message: `Invalid URL ${finalUrl}`,
          }),
          failedAttempt({
            state: 'completed',
            download: { url: finalUrl, finalUrl: url, filename: `${into}other.zip` },
          }),
        ],
      }),
    }));
});

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
    const name = fc.stringMatching(/^[a-z]{10}$/).map((word) => `hidden${word}`);
    fc.assert(
      fc.property(name, (word) => {
        const url = `https://${word}.example/${word}/${word}.zip`;
        const failure = failureWith({
          ...{ incognito: true, url, finalUrl: url, referrer: url, filename: `/tmp/${word}.zip` },
          attempts: [
            failedAttempt({
              evidence: {
                ...{ status: null, type: null, length: null, waitUntil: null, endedAt: 0, url },
                error: `The certificate is only valid for ${word}.example.`,
              },
            }),
            failedAttempt({
              ...{ kind: 'restart', state: 'not-started', message: `Can't get ${url}` },
              download: { url, finalUrl: url, filename: `/tmp/${word}.zip` },
            }),
          ],
        });
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
});
