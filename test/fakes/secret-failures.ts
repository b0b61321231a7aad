import fc from 'fast-check';
import type { Failure } from '../../src/domain/failure.ts';
import { failedAttempt, failureWith } from './failure.ts';

/** A failure, and a word in it that nobody else is to see. */
export interface SecretFailure {
  word: string;
  failure: Failure;
}

/** A word that stands nowhere in a failure of `failureWith`. */
const secret = fc.stringMatching(/^[a-z0-9]{12}$/).map((word) => `S3CRET${word}`);

const folder = (word: string) =>
  fc.constantFrom(`/home/${word}/Downloads/`, `C:\\Users\\${word}\\Downloads\\`, `/Users/${word}/`);

/** The secret is wherever an address or a folder can have one. */
export const withSecret: fc.Arbitrary<SecretFailure> = fc
  .tuple(secret, fc.boolean())
  .chain(([word, incognito]) => {
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
              file: `${into}suspect.zip`,
            }),
            failedAttempt({
              ...{ kind: 'restart', item: null, state: 'not-started' },
              message: `Invalid URL ${finalUrl}`,
            }),
            failedAttempt({
              state: 'completed',
              download: { url: finalUrl, finalUrl: url, filename: `${into}other.zip` },
              accepted: {
                reason: 'SUSPECT_PAGE',
                file: `${into}fine.zip`,
                evidence: {
                  ...{ status: 200, error: null, type: null, length: null, waitUntil: null },
                  ...{ endedAt: 0, url: last },
                },
              },
            }),
          ],
        }),
      }));
  });

/** The secret is in everything that names what a private window was about. */
export const inPrivate: fc.Arbitrary<SecretFailure> = fc.stringMatching(/^hidden[a-z]{10}$/).map((word) => {
  const url = `https://${word}.example/${word}/${word}.zip`;
  return {
    word,
    failure: failureWith({
      ...{ incognito: true, url, finalUrl: url, referrer: url, filename: `/tmp/${word}.zip` },
      attempts: [
        failedAttempt({
          evidence: {
            ...{ status: null, length: null, waitUntil: null, endedAt: 0, url },
            type: `application/zip; name="${word}.zip"`,
            error: `The certificate is only valid for ${word}.example.`,
          },
          file: `/tmp/${word}.zip`,
        }),
        failedAttempt({
          state: 'completed',
          accepted: {
            ...{ reason: 'SUSPECT_PAGE', file: `/tmp/${word}.zip` },
            evidence: {
              ...{ status: 200, error: null, type: null, length: null, waitUntil: null, endedAt: 0, url },
            },
          },
        }),
        failedAttempt({
          ...{ kind: 'restart', state: 'not-started', message: `Can't get ${url}` },
          download: { url, finalUrl: url, filename: `/tmp/${word}.zip` },
        }),
      ],
    }),
  };
});
