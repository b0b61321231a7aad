import { describe, expect, it } from 'vitest';
import {
  type Cause,
  causes,
  diagnose,
  isCause,
  isRefusal,
  isVague,
  prognosisByCause,
  triesByCause,
  usualReason,
} from '../../../src/domain/diagnosis.ts';
import { causeOf, type Evidence, prognosisOf } from '../../../src/domain/failure.ts';
import type { Browser } from '../../../src/domain/reasons.ts';
import { planNext } from '../../../src/domain/retry-policy.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const seen = (fields: Partial<Evidence> = {}): Evidence => ({
  status: 200,
  error: null,
  type: null,
  length: null,
  waitUntil: null,
  endedAt: 0,
  ...fields,
});

type Row = [
  browser: Browser,
  error: string | null,
  status: number | null,
  coarse: string,
  fine: string,
  cause: Cause | null,
];

const chrome = (error: string, coarse: string, fine: string, cause: Cause | null): Row => [
  'chrome',
  `net::ERR_${error}`,
  null,
  coarse,
  fine,
  cause,
];
const firefox = (error: string, coarse: string, fine: string, cause: Cause | null): Row => [
  'firefox',
  `NS_ERROR_${error}`,
  200,
  coarse,
  fine,
  cause,
];

describe('a diagnosis', () => {
  it.each<Row>([
    chrome('CONNECTION_RESET', 'NETWORK_FAILED', 'NETWORK_FAILED', 'reset'),
    chrome(
      'CONTENT_LENGTH_MISMATCH',
      'SERVER_CONTENT_LENGTH_MISMATCH',
      'SERVER_CONTENT_LENGTH_MISMATCH',
      'cut-short',
    ),
    chrome('CONTENT_LENGTH_MISMATCH', 'NETWORK_FAILED', 'SERVER_CONTENT_LENGTH_MISMATCH', 'cut-short'),
    chrome('INCOMPLETE_CHUNKED_ENCODING', 'NETWORK_FAILED', 'SERVER_CONTENT_LENGTH_MISMATCH', 'cut-short'),
    chrome('CONTENT_DECODING_FAILED', 'NETWORK_FAILED', 'SERVER_BAD_CONTENT', 'damaged'),
    chrome('EMPTY_RESPONSE', 'NETWORK_FAILED', 'NETWORK_FAILED', 'no-answer'),
    chrome('CONNECTION_REFUSED', 'NETWORK_FAILED', 'NETWORK_SERVER_DOWN', 'refused'),
    chrome('NAME_NOT_RESOLVED', 'NETWORK_FAILED', 'NETWORK_FAILED', 'dns'),
    chrome('CERT_AUTHORITY_INVALID', 'NETWORK_FAILED', 'SERVER_CERT_PROBLEM', 'certificate'),
    chrome('SSL_PROTOCOL_ERROR', 'NETWORK_FAILED', 'NETWORK_FAILED', 'tls'),
    chrome('TOO_MANY_REDIRECTS', 'NETWORK_FAILED', 'NETWORK_INVALID_REQUEST', 'redirects'),
    chrome('UNSAFE_PORT', 'NETWORK_FAILED', 'NETWORK_INVALID_REQUEST', 'port'),
    chrome('UNEXPECTED_PROXY_AUTH', 'NETWORK_FAILED', 'SERVER_UNAUTHORIZED', 'status-407'),
    chrome('PROXY_CONNECTION_FAILED', 'NETWORK_FAILED', 'NETWORK_SERVER_DOWN', 'proxy'),
    chrome('TUNNEL_CONNECTION_FAILED', 'NETWORK_FAILED', 'NETWORK_FAILED', 'proxy'),
    chrome('TIMED_OUT', 'NETWORK_TIMEOUT', 'NETWORK_TIMEOUT', 'timeout'),
    chrome('CONNECTION_TIMED_OUT', 'NETWORK_FAILED', 'NETWORK_TIMEOUT', 'timeout'),
    chrome('INTERNET_DISCONNECTED', 'NETWORK_DISCONNECTED', 'NETWORK_DISCONNECTED', 'offline'),
    chrome('ADDRESS_UNREACHABLE', 'NETWORK_FAILED', 'NETWORK_SERVER_DOWN', 'unreachable'),
    chrome('BLOCKED_BY_CLIENT', 'FILE_BLOCKED', 'FILE_BLOCKED', 'blocked'),
    chrome('BLOCKED_BY_ADMINISTRATOR', 'NETWORK_FAILED', 'FILE_BLOCKED', 'administrator'),
    chrome('REQUEST_RANGE_NOT_SATISFIABLE', 'SERVER_NO_RANGE', 'SERVER_NO_RANGE', 'no-range'),
    chrome('FAILED', 'NETWORK_FAILED', 'NETWORK_FAILED', null),
    ['chrome', null, 404, 'SERVER_BAD_CONTENT', 'SERVER_BAD_CONTENT', 'status-404'],
    ['chrome', null, 410, 'SERVER_FAILED', 'SERVER_BAD_CONTENT', 'status-410'],
    ['chrome', null, 429, 'SERVER_FAILED', 'SERVER_FAILED', 'status-429'],
    ['chrome', null, 503, 'SERVER_FAILED', 'SERVER_FAILED', 'status-503'],
    // The disk, the person and Chrome's own end have nothing to do with the request.
    chrome('CONNECTION_RESET', 'FILE_NO_SPACE', 'FILE_NO_SPACE', null),
    chrome('CONNECTION_RESET', 'USER_CANCELED', 'USER_CANCELED', null),
    chrome('CONNECTION_RESET', 'CRASH', 'CRASH', null),

    firefox('NET_TIMEOUT', 'NETWORK_FAILED', 'NETWORK_TIMEOUT', 'timeout'),
    firefox('PROXY_GATEWAY_TIMEOUT', 'NETWORK_FAILED', 'NETWORK_TIMEOUT', 'proxy'),
    firefox('OFFLINE', 'NETWORK_FAILED', 'NETWORK_DISCONNECTED', 'offline'),
    firefox('CONNECTION_REFUSED', 'NETWORK_FAILED', 'NETWORK_SERVER_DOWN', 'refused'),
    firefox('PROXY_CONNECTION_REFUSED', 'NETWORK_FAILED', 'NETWORK_SERVER_DOWN', 'proxy'),
    firefox('NET_ON_CONNECTING_TO', 'NETWORK_FAILED', 'NETWORK_SERVER_DOWN', 'unreachable'),
    firefox('UNKNOWN_HOST', 'NETWORK_FAILED', 'NETWORK_FAILED', 'dns'),
    firefox('UNKNOWN_PROXY_HOST', 'NETWORK_FAILED', 'NETWORK_FAILED', 'proxy'),
    firefox('NET_PARTIAL_TRANSFER', 'NETWORK_FAILED', 'SERVER_CONTENT_LENGTH_MISMATCH', 'cut-short'),
    firefox('NOT_RESUMABLE', 'NETWORK_FAILED', 'SERVER_NO_RANGE', 'no-range'),
    firefox('ENTITY_CHANGED', 'NETWORK_FAILED', 'SERVER_NO_RANGE', 'no-range'),
    ['firefox', 'NS_BINDING_ABORTED', 416, 'SERVER_FAILED', 'SERVER_NO_RANGE', 'status-416'],
    firefox('INVALID_CONTENT_ENCODING', 'NETWORK_FAILED', 'SERVER_BAD_CONTENT', 'damaged'),
    firefox('CORRUPTED_CONTENT', 'NETWORK_FAILED', 'SERVER_BAD_CONTENT', 'damaged'),
    ['firefox', 'NS_BINDING_ABORTED', 204, 'NETWORK_FAILED', 'SERVER_BAD_CONTENT', 'status-204'],
    ['firefox', 'NS_BINDING_ABORTED', 205, 'NETWORK_FAILED', 'SERVER_BAD_CONTENT', 'status-205'],
    ['firefox', 'NS_BINDING_ABORTED', 404, 'SERVER_BAD_CONTENT', 'SERVER_BAD_CONTENT', 'status-404'],
    ['firefox', 'NS_BINDING_ABORTED', 410, 'SERVER_FAILED', 'SERVER_BAD_CONTENT', 'status-410'],
    firefox('REDIRECT_LOOP', 'NETWORK_FAILED', 'NETWORK_INVALID_REQUEST', 'redirects'),
    firefox('REDIRECT_LOOP', 'CRASH', 'NETWORK_INVALID_REQUEST', 'redirects'),
    firefox('PORT_ACCESS_NOT_ALLOWED', 'CRASH', 'NETWORK_INVALID_REQUEST', 'port'),
    firefox('UNKNOWN_PROTOCOL', 'CRASH', 'NETWORK_INVALID_REQUEST', 'address'),
    ['firefox', 'NS_BINDING_ABORTED', 401, 'SERVER_FAILED', 'SERVER_UNAUTHORIZED', 'status-401'],
    ['firefox', 'NS_BINDING_ABORTED', 407, 'SERVER_UNAUTHORIZED', 'SERVER_UNAUTHORIZED', 'status-407'],
    ['firefox', 'NS_ERROR_NET_ERROR_RESPONSE', 403, 'NETWORK_FAILED', 'SERVER_FORBIDDEN', 'status-403'],
    ['firefox', 'NS_ERROR_NET_ERROR_RESPONSE', 503, 'NETWORK_FAILED', 'SERVER_FAILED', 'status-503'],
    [
      'firefox',
      'The certificate is not trusted because it is self-signed.',
      null,
      'CRASH',
      'SERVER_CERT_PROBLEM',
      'certificate',
    ],
    ['firefox', 'Dem Zertifikat wird nicht vertraut.', null, 'CRASH', 'SERVER_CERT_PROBLEM', 'certificate'],
    firefox('INADEQUATE_SECURITY', 'CRASH', 'SERVER_CERT_PROBLEM', 'certificate'),
    firefox('BAD_HSTS_CERT', 'CRASH', 'SERVER_CERT_PROBLEM', 'certificate'),
    ['firefox', null, 450, 'CRASH', 'FILE_BLOCKED', 'status-450'],
    ['firefox', null, 200, 'CRASH', 'FILE_SECURITY_CHECK_FAILED', 'security-check'],
    firefox('NET_RESET', 'NETWORK_FAILED', 'NETWORK_FAILED', 'reset'),
    firefox('NET_INTERRUPT', 'NETWORK_FAILED', 'NETWORK_FAILED', 'reset'),
    ['firefox', 'NS_BINDING_ABORTED', 200, 'NETWORK_FAILED', 'NETWORK_FAILED', null],
    firefox('NET_RESET', 'FILE_FAILED', 'FILE_FAILED', null),
  ])('in %s of %s with status %s: %s is %s, cause %s', (browser, error, status, coarse, fine, cause) => {
    expect(diagnose(coarse, browser, seen({ error, status }))).toEqual({ reason: fine, cause });
  });

  it('tells a lost connection by there being none at all', () => {
    const evidence = seen({ error: 'NS_ERROR_NET_RESET', offline: true });
    expect(diagnose('NETWORK_FAILED', 'firefox', evidence)).toEqual({
      reason: 'NETWORK_DISCONNECTED',
      cause: 'offline',
    });
  });

  const told = (reason: string, browser: Browser, fields: Partial<Evidence>) =>
    diagnose(reason, browser, seen(fields));

  it('is a check for dangers only where all of it came and Firefox names nothing', () => {
    const check = { reason: 'FILE_SECURITY_CHECK_FAILED', cause: 'security-check' };
    expect(told('CRASH', 'firefox', { status: 299 })).toEqual(check);
    expect(told('CRASH', 'firefox', { status: 300 })).toEqual({ reason: 'CRASH', cause: null });
    expect(told('CRASH', 'firefox', { status: null })).toEqual({ reason: 'CRASH', cause: null });
    expect(told('NETWORK_FAILED', 'firefox', {})).toEqual({ reason: 'NETWORK_FAILED', cause: null });
  });

  it('keeps what the browser said of the server where the status says no more', () => {
    expect(told('SERVER_UNREACHABLE', 'chrome', { status: 500 })).toEqual({
      ...{ reason: 'SERVER_UNREACHABLE', cause: 'status-500' },
    });
    expect(told('NETWORK_FAILED', 'chrome', { status: 500 })).toEqual({
      ...{ reason: 'SERVER_FAILED', cause: 'status-500' },
    });
  });

  it('says nothing of what the person, the disk or Chrome itself did', () => {
    for (const reason of ['USER_CANCELED', 'FILE_NO_SPACE', 'CRASH']) {
      expect(told(reason, 'chrome', { status: 404 })).toEqual({ reason, cause: null });
    }
    expect(told('FILE_BLOCKED', 'chrome', { error: 'net::ERR_BLOCKED_BY_CLIENT' }).cause).toBe('blocked');
    expect(told('CRASH', 'firefox', { status: 404 }).cause).toBe('status-404');
  });

  it('does not follow from an error that nobody knows, or that only holds a known one', () => {
    for (const [browser, error] of [
      ['chrome', 'net::ERR_SOMETHING_NEW'],
      ['chrome', 'x net::ERR_CONNECTION_RESET'],
      ['chrome', 'net::ERR_CONNECTION_RESET!'],
      ['chrome', 'NS_ERROR_NET_RESET'],
      ['firefox', 'NS_ERROR_SOMETHING_NEW'],
      ['firefox', 'NS_ERROR_NET_RESET!'],
      ['firefox', 'NS_BINDING_ABORTED'],
    ] as const) {
      expect(told('NETWORK_FAILED', browser, { error })).toEqual({ reason: 'NETWORK_FAILED', cause: null });
    }
    expect(told('NETWORK_FAILED', 'firefox', { error: 'x NS_ERROR_NET_RESET' }).cause).toBe('certificate');
  });

  it('is a lost connection only where another breaks', () => {
    const offline = (error: string) => told('NETWORK_FAILED', 'chrome', { error, offline: true }).cause;
    expect(offline('net::ERR_CONNECTION_RESET')).toBe('offline');
    expect(offline('net::ERR_CONNECTION_REFUSED')).toBe('refused');
    expect(told('NETWORK_FAILED', 'chrome', { error: 'net::ERR_CONNECTION_RESET' }).cause).toBe('reset');
  });

  it('keeps the browser’s reason where an error has none of its own', () => {
    expect(told('NETWORK_TIMEOUT', 'chrome', { error: 'net::ERR_SSL_PROTOCOL_ERROR' })).toEqual({
      ...{ reason: 'NETWORK_TIMEOUT', cause: 'tls' },
    });
  });

  it('is the browser’s word without evidence', () => {
    expect(diagnose('CRASH', 'firefox', undefined)).toEqual({ reason: 'CRASH', cause: null });
  });
});

describe('a reason', () => {
  it.each<[string, Browser]>([
    ['NETWORK_FAILED', 'chrome'],
    ['SERVER_FAILED', 'chrome'],
    ['NETWORK_FAILED', 'firefox'],
    ['CRASH', 'firefox'],
  ])('%s in %s says little until the cause of one is known', (reason, browser) => {
    expect(isVague(reason, browser, [null, null])).toBe(true);
    expect(isVague(reason, browser, [null, 'dns'])).toBe(false);
  });

  it.each<[string, Browser]>([
    ['NETWORK_TIMEOUT', 'chrome'],
    ['CRASH', 'chrome'],
    ['FILE_NO_SPACE', 'chrome'],
    // No request shows what the disk did.
    ['FILE_FAILED', 'firefox'],
    ['USER_CANCELED', 'firefox'],
  ])('%s in %s says as much as evidence would', (reason, browser) => {
    expect(isVague(reason, browser, [null])).toBe(false);
  });
});

describe('a cause', () => {
  it.each<Cause>([...causes, 'status-404', 'status-599'])('%s is known by its word', (cause) => {
    expect(isCause(cause)).toBe(true);
    expect(usualReason(cause)).toMatch(/^(NETWORK|SERVER|FILE)_/);
  });

  it.each<[Cause, string]>([
    ['status-404', 'SERVER_BAD_CONTENT'],
    ['status-500', 'SERVER_FAILED'],
    ['security-check', 'FILE_SECURITY_CHECK_FAILED'],
    ['refused', 'NETWORK_SERVER_DOWN'],
    ['tls', 'NETWORK_FAILED'],
    ['proxy', 'NETWORK_SERVER_DOWN'],
  ])('%s mostly gives the reason %s', (cause, reason) => {
    expect(usualReason(cause)).toBe(reason);
  });

  it.each([
    [null, false],
    [200, false],
    [204, true],
    [205, true],
    [206, false],
    [399, false],
    [400, true],
  ])('is the status %s alone: %s', (status, refused) => {
    expect(isRefusal(status)).toBe(refused);
  });

  it.each(['', 'nothing', 'status-', 'status-40', 'status-4040', 'a status-404'])(
    'is not called "%s"',
    (word) => {
      expect(isCause(word)).toBe(false);
    },
  );
});

describe('trying again', () => {
  const failureOf = (raw: string, evidence: Evidence, browser: Browser = 'chrome') =>
    failureWith({
      browser,
      reason: diagnose(raw, browser, evidence).reason,
      attempts: [failedAttempt({ reason: raw, evidence })],
    });
  const rules = { tries: 5, firstPause: 1_000, longestPause: 1_000, longestAge: 86_400_000 };
  const plannedFor = (raw: string, evidence: Evidence) => {
    const failure = failureOf(raw, evidence);
    return planNext(failure, { rules, now: failure.failedAt, random: 0.5 });
  };

  it.each<[raw: string, evidence: Evidence, tries: number | null]>([
    ['NETWORK_FAILED', seen({ status: null, error: 'net::ERR_CONNECTION_RESET' }), 5],
    ['NETWORK_FAILED', seen({ status: null, error: 'net::ERR_NAME_NOT_RESOLVED' }), 2],
    ['NETWORK_FAILED', seen({ status: null, error: 'net::ERR_CERT_AUTHORITY_INVALID' }), null],
    ['NETWORK_FAILED', seen({ status: null, error: 'net::ERR_TOO_MANY_REDIRECTS' }), null],
    ['SERVER_FAILED', seen({ status: 408 }), 5],
    ['SERVER_FAILED', seen({ status: 429 }), 5],
    ['SERVER_FAILED', seen({ status: 503 }), 5],
    ['SERVER_FAILED', seen({ status: 410 }), null],
    ['SERVER_FAILED', seen({ status: 400 }), null],
    ['SERVER_FAILED', seen({ status: 501 }), null],
  ])('of %s with %o happens by itself %s times at most', (raw, evidence, tries) => {
    expect(plannedFor(raw, evidence)?.kind).toBe(tries === null ? undefined : 'planned');
    if (tries !== null) expect(plannedFor(raw, evidence)).toMatchObject({ of: tries });
  });

  it('has its limit by the cause', () => {
    const tries = (cause: Cause | null) => triesByCause(cause);
    expect(
      ['status-400', 'status-404', 'status-499', 'status-501', 'status-505'].map((one) =>
        tries(one as Cause),
      ),
    ).toEqual([0, 0, 0, 0, 0]);
    expect(tries('dns')).toBe(2);
    for (const cause of [
      'status-399',
      'status-408',
      'status-429',
      'status-500',
      'status-503',
      'reset',
      null,
    ] as const) {
      expect(tries(cause)).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it('is for the person to decide on by the cause', () => {
    for (const cause of ['certificate', 'redirects', 'damaged', 'blocked'] as const) {
      expect(prognosisByCause(cause)).toBe('fixable');
    }
    for (const cause of ['dns', 'reset', 'status-404', null] as const) {
      expect(prognosisByCause(cause)).toBeUndefined();
    }
  });

  it('is left to the person where only they or the site can change something', () => {
    const untrusted = failureOf('CRASH', seen({ status: null, error: 'It is self-signed.' }), 'firefox');
    expect([causeOf(untrusted), prognosisOf(untrusted)]).toEqual(['certificate', 'fixable']);
    const gone = failureOf('SERVER_FAILED', seen({ status: 410 }));
    expect([causeOf(gone), prognosisOf(gone)]).toEqual(['status-410', 'permanent']);
  });

  it('is decided by the last attempt, of which there may be no evidence', () => {
    const failure = failureOf('NETWORK_FAILED', seen({ status: null, error: 'net::ERR_NAME_NOT_RESOLVED' }));
    const again = failureWith({
      ...failure,
      reason: 'SERVER_FAILED',
      attempts: [...failure.attempts, failedAttempt({ reason: 'SERVER_FAILED', kind: 'restart' })],
    });
    expect(causeOf(again)).toBeNull();
  });

  it('has no cause that was an earlier try’s, though it failed for the same reason', () => {
    const failure = failureOf('NETWORK_FAILED', seen({ status: null, error: 'net::ERR_NAME_NOT_RESOLVED' }));
    const unseen = failedAttempt({ reason: 'NETWORK_FAILED', kind: 'restart' });
    const again = failureWith({ ...failure, attempts: [...failure.attempts, unseen] });
    expect([causeOf(failure), causeOf(again)]).toEqual(['dns', null]);
    expect(again.attempts[0]).toEqual(failure.attempts[0]);
  });
});
