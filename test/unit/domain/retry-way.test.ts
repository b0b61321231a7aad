import { describe, expect, it } from 'vitest';
import { retryOffer } from '../../../src/domain/retry-policy.ts';
import {
  leastReach,
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

  it.each(['http://localhost', 'http://sub.localhost:8080', 'http://127.0.0.1:1', 'http://[::1]'])(
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
  });

  it('knows whether a page was missing when the server refused', () => {
    expect(wasRefusedUnnamed(refused())).toBe(true);
    expect(wasRefusedUnnamed(refused({ asPage: true }))).toBe(false);
    expect(wasRefusedUnnamed(refused({ by: 'elsewhere' }))).toBe(false);
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
