import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { failureReport } from '../../../src/ui/row/failure-report.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';
import { inPrivate, withSecret } from '../../fakes/secret-failures.ts';

vi.mock('../../../src/platform/browser.ts', () => import('../../fakes/keyed-texts.ts'));

const about = { extension: 'Download Failure Monitor 1.0', browser: 'Mozilla/5.0 Firefox/153.0' };

describe('a report to hand over', () => {
  it('never has a query, credentials or the name of a folder', () => {
    fc.assert(
      fc.property(withSecret, ({ word, failure }) => {
        expect(failureReport(failure, about)).not.toContain(word);
      }),
    );
  });

  it('never has a name or an address of a private window', () => {
    fc.assert(
      fc.property(inPrivate, ({ word, failure }) => {
        expect(failureReport(failure, about)).not.toContain(word);
      }),
    );
  });

  it("has what a site's support asks for", () => {
    const failure = failureWith({
      url: 'https://host.example/a.zip?key=1',
      reason: 'SERVER_FAILED',
      attempts: [
        failedAttempt({
          reason: 'SERVER_FAILED',
          evidence: {
            ...{ status: 503, error: null, type: 'text/html', length: 7, waitUntil: null, endedAt: 0 },
          },
        }),
      ],
    });
    const lines = failureReport(failure, about).split('\n');
    expect(lines[0]).toBe('cause_status 503 (Service Unavailable)');
    expect(lines).toContain('detail_address: https://host.example/a.zip');
    expect(lines).toContain('detail_code: SERVER_FAILED');
    expect(lines).toContain('detail_type: text/html');
    expect(lines.find((line) => line.startsWith('1. '))).toContain('cause_status 503 (Service Unavailable)');
    expect(lines.slice(-3)).toEqual(['Mozilla/5.0 Firefox/153.0', 'Download Failure Monitor 1.0', '']);
  });
});
