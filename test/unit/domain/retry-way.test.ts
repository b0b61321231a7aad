import { describe, expect, it } from 'vitest';
import { retryOffer } from '../../../src/domain/retry-policy.ts';
import {
  leastReach,
  mustRestart,
  type Reach,
  restartWay,
  wasRefusedUnnamed,
  wayOf,
} from '../../../src/domain/retry-way.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const NOW = Date.UTC(2024, 4, 1, 13);
const asPage: Reach = { asPage: true, privateWindow: false };
const everything: Reach = { asPage: true, privateWindow: true };
const nothingKept = [failedAttempt({ canResume: false, bytesReceived: 0 })];

describe('the way of a new try', () => {
  it('is to resume what the browser kept, whatever else could be done', () => {
    expect(wayOf(failureWith(), NOW, everything).kind).toBe('resume');
    expect(wayOf(failureWith({ attempts: nothingKept }), NOW, everything).kind).toBe('as-page');
  });

  it('names the page only with the permission', () => {
    const failure = failureWith({ attempts: nothingKept });
    expect(restartWay(failure, leastReach)).toEqual({ kind: 'download' });
    expect(restartWay(failure, asPage)).toEqual({ kind: 'as-page' });
  });

  it.each([
    ['no page is known', { referrer: null }],
    ['the page must not be named to that address', { url: 'http://localhost/a.zip' }],
    ['the file is itself a page', { filename: '/home/me/Downloads/report.html' }],
    ['the file is a page with a short ending', { filename: '/home/me/Downloads/report.HTM' }],
    ['the file is a page with all its pictures', { filename: '/home/me/Downloads/report.mht' }],
    ...['notlocalhost', 'localhost.example', '127.0.0.1.example'].map((host): [string, object] => [
      `it comes unencrypted from ${host}`,
      { url: `http://${host}/a.zip`, finalUrl: `http://${host}/a.zip`, referrer: `http://${host}/` },
    ]),
    [
      'Chrome would hold back what comes',
      { url: 'http://host.example/a.zip', referrer: 'http://host.example/' },
    ],
    ['it leads to where Chrome would hold it back', { finalUrl: 'http://host.example/a.zip' }],
    ['the address is none of the web', { url: 'ftp://host.example/a.zip' }],
  ])('is the ordinary one where %s', (_why, fields) => {
    expect(restartWay(failureWith({ attempts: nothingKept, ...fields }), asPage)).toEqual({
      kind: 'download',
    });
  });

  it('names the page for a file that only has the name of one in its own', () => {
    const failure = failureWith({ attempts: nothingKept, filename: '/home/me/Downloads/a.html.zip' });
    expect(restartWay(failure, asPage)).toEqual({ kind: 'as-page' });
  });

  it.each(['http://localhost', 'http://sub.localhost:8080', 'http://127.0.0.12:1', 'http://[::1]'])(
    'names the page to %s, which Chrome takes as safe',
    (origin) => {
      const url = `${origin}/a.zip`;
      const failure = failureWith({ url, finalUrl: url, referrer: `${origin}/`, attempts: nothingKept });
      expect(restartWay(failure, asPage)).toEqual({ kind: 'as-page' });
    },
  );

  const http = { url: 'http://host.example/a.zip', finalUrl: 'http://host.example/a.zip' };
  const refused = (fields = {}) =>
    failureWith({
      ...{ ...http, referrer: 'http://host.example/', reason: 'SERVER_FORBIDDEN' },
      attempts: [
        ...nothingKept,
        failedAttempt({
          kind: 'restart',
          by: 'person',
          canResume: false,
          reason: 'SERVER_FORBIDDEN',
          ...fields,
        }),
      ],
    });

  const asked = (reason: string) =>
    failedAttempt({
      kind: 'restart',
      by: 'person',
      canResume: false,
      bytesReceived: 0,
      asPage: true,
      reason,
    });

  it('names the page also where Chrome may hold back what comes, once the server has refused without', () => {
    expect(restartWay(refused(), asPage)).toEqual({ kind: 'as-page' });
    expect(restartWay(refused({ reason: 'SERVER_UNAUTHORIZED' }), asPage)).toEqual({ kind: 'as-page' });
    expect(restartWay(refused({ reason: 'SERVER_FAILED' }), asPage)).toEqual({ kind: 'download' });
  });

  it('still names it after that try has failed in another way', () => {
    const before = refused();
    const failure = failureWith({ ...before, attempts: [...before.attempts, asked('NETWORK_FAILED')] });
    expect(restartWay(failure, asPage)).toEqual({ kind: 'as-page' });
  });

  it('is the ordinary one after it had to sign in, which Chrome may do by itself', () => {
    const told = (reason: string) => failureWith({ attempts: [...nothingKept, asked(reason)] });
    expect(restartWay(told('SERVER_UNAUTHORIZED'), asPage)).toEqual({ kind: 'download' });
    expect(restartWay(told('SERVER_FORBIDDEN'), asPage)).toEqual({ kind: 'as-page' });
    const cancelled = failedAttempt({ kind: 'restart', state: 'cancelled' });
    const later = failureWith({ attempts: [...nothingKept, asked('SERVER_UNAUTHORIZED'), cancelled] });
    expect(restartWay(later, asPage)).toEqual({ kind: 'download' });
  });

  it('names the page also where no attempt failed', () => {
    const vanished = failureWith({ attempts: [failedAttempt({ state: 'vanished' })] });
    expect(restartWay(vanished, asPage)).toEqual({ kind: 'as-page' });
    expect(wasRefusedUnnamed(vanished)).toBe(false);
  });

  it('is not to resume a form, which Chrome would ask for without what was entered', () => {
    expect(wayOf(failureWith({ method: 'POST' }), NOW, everything)).toEqual({
      kind: 'none',
      because: 'form',
    });
    expect(wayOf(failureWith({ method: 'GET' }), NOW, everything).kind).toBe('resume');
  });

  it('knows whether a page was missing when the server refused', () => {
    expect(wasRefusedUnnamed(refused())).toBe(true);
    expect(wasRefusedUnnamed(refused({ asPage: true }))).toBe(false);
    expect(wasRefusedUnnamed(refused({ by: 'elsewhere' }))).toBe(false);
    expect(wasRefusedUnnamed(refused({ kind: 'resume' }))).toBe(false);
    expect(wasRefusedUnnamed({ ...refused(), referrer: null })).toBe(false);
    expect(wasRefusedUnnamed({ ...refused(), browser: 'firefox' })).toBe(false);
  });

  it('leads from a private window of Chrome into one that is open', () => {
    const failure = failureWith({ incognito: true, attempts: nothingKept });
    const offered = (reach: Reach) => retryOffer(failure, NOW, reach);
    expect(offered(leastReach)).toEqual({ kind: 'none', why: 'private' });
    expect(offered(asPage)).toEqual({ kind: 'none', why: 'private-window' });
    expect(offered(everything)).toEqual({ kind: 'restart' });
    expect(restartWay(failure, everything)).toEqual({ kind: 'as-page' });
    expect(restartWay({ ...failure, referrer: null }, everything)).toEqual({ kind: 'as-page' });
    expect(restartWay({ ...failure, browser: 'firefox' }, leastReach)).toEqual({ kind: 'download' });
  });
});

describe('after a resume of ours', () => {
  const kept = failedAttempt({ bytesReceived: 500 });
  const resumed = (fields = {}) =>
    failedAttempt({ kind: 'resume', by: 'person', bytesReceived: 600, ...fields });
  const tried = (attempts: unknown[], fields = {}) => failureWith({ attempts, ...fields });
  const redirected = { finalUrl: 'https://mirror.example/file.zip' };

  const inTrouble = resumed({ reason: 'SERVER_FAILED' });
  const noMore = {
    error: null,
    type: null,
    length: null,
    waitUntil: null,
    url: 'https://host.example/',
    endedAt: 0,
  };
  const answered = (status: number) => ({ reason: 'SERVER_FAILED', evidence: { status, ...noMore } });
  const firefox = { browser: 'firefox' };

  it.each([
    ['lost what was kept', tried([kept, resumed({ bytesReceived: 100 })])],
    ['the server denied the rest', tried([kept, resumed({ reason: 'SERVER_NO_RANGE' })])],
    ['Firefox heard the server deny the rest', tried([kept, resumed(answered(416))], firefox)],
    ['Firefox saw fail at the server twice', tried([kept, inTrouble, inTrouble], firefox)],
    [
      'never began and left nothing to resume',
      tried([{ ...kept, canResume: false }, resumed({ state: 'not-started', message: '' })]),
    ],
    [
      'was refused where the address leads to',
      tried([kept, resumed({ reason: 'SERVER_FORBIDDEN' })], redirected),
    ],
  ])('that %s, only a new download can help', (_what, failure) => {
    expect(mustRestart(failure)).toBe(true);
    expect(wayOf(failure, NOW, leastReach)).toEqual({ kind: 'download' });
  });

  it.each([
    ['got further', tried([kept, resumed()])],
    ['Firefox saw fail at the server', tried([kept, inTrouble], firefox)],
    ['Firefox saw fail at the server after the network', tried([kept, resumed(), inTrouble], firefox)],
    [
      'Firefox saw fail at the server as it did the first time',
      tried([failedAttempt({ ...kept, reason: 'SERVER_FAILED' }), inTrouble], firefox),
    ],
    ['Chrome saw fail at the server twice', tried([kept, inTrouble, inTrouble])],
    [
      'met a server that says it is busy, twice',
      tried([kept, resumed(answered(503)), resumed(answered(503))], firefox),
    ],
    ['got nothing more', tried([kept, resumed({ bytesReceived: 500 })])],
    [
      'got further before the network failed, though it was led elsewhere',
      tried([kept, resumed()], redirected),
    ],
    ['was refused by the address itself', tried([kept, resumed({ reason: 'SERVER_FORBIDDEN' })])],
    [
      'never began, while the rest can still come',
      tried([kept, resumed({ state: 'not-started', message: '' })]),
    ],
    ['the person cancelled', tried([kept, resumed({ bytesReceived: 100, reason: 'USER_CANCELED' })])],
    ['ended under suspicion', tried([kept, resumed({ bytesReceived: 100, reason: 'SUSPECT_CUT_SHORT' })])],
    [
      'got further than what failed, though not than what vanished',
      tried([kept, resumed({ state: 'vanished', bytesReceived: 900 }), resumed()]),
    ],
  ])('that %s, the rest of it may', (_what, failure) => {
    expect(mustRestart(failure)).toBe(false);
  });

  it.each([
    ['it was somebody else’s', tried([kept, resumed({ by: 'elsewhere', bytesReceived: 100 })])],
    ['it was no resume', tried([kept, resumed({ kind: 'restart', bytesReceived: 100 })])],
    ['it still runs', tried([kept, resumed({ state: 'running', bytesReceived: 100 })])],
    [
      'a new download never began',
      tried([
        { ...kept, canResume: false },
        resumed({ kind: 'restart', state: 'not-started', item: null, message: '' }),
      ]),
    ],
    ['the failure is dismissed', tried([kept, resumed({ bytesReceived: 100 })], { dismissed: true })],
    ['no new one can begin', tried([kept, resumed({ bytesReceived: 100 })], { method: 'POST' })],
  ])('nothing has to begin anew because of it if %s', (_what, failure) => {
    expect(mustRestart(failure)).toBe(false);
  });
});
