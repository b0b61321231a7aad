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
});
