import * as v from 'valibot';
import { type Failure, failureSchema } from '../../src/domain/failure.ts';

/** A stored failure with these fields; everything else is as usual. Each id has a file of its own. */
export function failureWith(fields: { id?: string } & Record<string, unknown> = {}): Failure {
  const name = fields.id?.replace(/\W+/g, '-') ?? 'file';
  const url = `https://host.example/files/${name}.zip`;
  return v.parse(failureSchema, {
    id: 'failure-1',
    browser: 'chrome',
    url,
    finalUrl: url,
    referrer: 'https://host.example/',
    filename: `/home/me/Downloads/${name}.zip`,
    mime: 'application/zip',
    cookieStoreId: null,
    incognito: false,
    failedAt: Date.UTC(2024, 4, 1, 12),
    reason: 'NETWORK_FAILED',
    seen: false,
    dismissed: false,
    attempts: [failedAttempt()],
    ...fields,
  });
}

/** The first attempt of a failure, with these fields. */
export const failedAttempt = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  kind: 'first',
  item: { id: 1, session: null, key: '1 then', trace: null },
  startedAt: Date.UTC(2024, 4, 1, 11, 59),
  bytesReceived: 500,
  totalBytes: 1000,
  state: 'failed',
  endedAt: Date.UTC(2024, 4, 1, 12),
  reason: 'NETWORK_FAILED',
  canResume: true,
  ...fields,
});
