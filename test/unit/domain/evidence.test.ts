import { describe, expect, it } from 'vitest';
import {
  remember,
  requestOfCompleted,
  type SeenRequest,
  serverWait,
  withEvidence,
  withMethod,
} from '../../../src/domain/evidence.ts';
import { causeOf } from '../../../src/domain/failure.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';
import { seenRequest } from '../../fakes/seen-request.ts';
import { snapshot } from '../../fakes/snapshots.ts';

const url = 'https://host.example/export';
const file = 'https://cdn.example/file.zip';
const START = Date.UTC(2024, 4, 1);
const failure = failureWith({
  url,
  finalUrl: url,
  attempts: [failedAttempt({ startedAt: START, endedAt: START + 300_000 })],
});
const form = seenRequest({ url, method: 'POST', at: START - 20 });

describe('the way in which a download was asked for', () => {
  it.each<[string, SeenRequest[], string | null]>([
    ['the answer that began it', [form], 'POST'],
    ['an answer for which the person was asked where to save', [{ ...form, at: START - 50_000 }], 'POST'],
    ['a form sent to its address later', [{ ...form, at: START + 2_000 }], null],
    ['a form sent to its address long before', [{ ...form, at: START - 70_000 }], null],
    ['a form sent to another address', [seenRequest({ url: file, method: 'POST', at: START })], null],
    ['a form of a private window', [{ ...form, incognito: true }], null],
    [
      'a form, and a link a moment later',
      [{ ...form, at: START - 900 }, seenRequest({ url, at: START })],
      'GET',
    ],
    ['a form, and a link after the download began', [form, seenRequest({ url, at: START + 60_000 })], 'POST'],
    ['nothing', [], null],
  ])('follows from %s', (_what, answers, method) => {
    expect(withMethod(failure, answers).method).toBe(method);
  });

  it('does not follow from a form sent as soon as the download had failed', () => {
    const brief = failureWith({
      ...failure,
      attempts: [failedAttempt({ startedAt: START, endedAt: START + 300 })],
    });
    expect(withMethod(brief, [{ ...form, at: START + 301 }]).method).toBeNull();
  });

  it('stays as it is known, and is not looked for once the download was tried again', () => {
    const known = failureWith({ ...failure, method: 'GET' });
    expect(withMethod(known, [form])).toBe(known);
    const again = failureWith({ ...failure, attempts: [...failure.attempts, failedAttempt()] });
    expect(withMethod(again, [form])).toBe(again);
  });

  const redirected = failureWith({ ...failure, finalUrl: file });
  const led = (method: string): SeenRequest => ({
    ...form,
    steps: [...form.steps, { url: file, method }],
  });

  it('is that of the file where a form led to it', () => {
    expect(withMethod(redirected, [form, led('GET')])).toMatchObject({ url: file, method: 'GET' });
  });

  it('is a form where that was sent on with the redirect', () => {
    expect(withMethod(redirected, [form, led('POST')])).toMatchObject({ url, method: 'POST' });
  });

  it('is that of the file where the browser tells only its last address', () => {
    const firefox = failureWith({ ...failure, url: file, finalUrl: file });
    expect(withMethod(firefox, [form, led('GET')])).toMatchObject({ url: file, method: 'GET' });
  });

  it('does not depend on the fragment', () => {
    const marked = failureWith({ ...failure, finalUrl: `${url}#page=2` });
    expect(withMethod(marked, [form]).method).toBe('POST');
  });
});

describe("a server's wish to be left alone", () => {
  const wait = seenRequest({ url, waitUntil: START + 900_000 });

  it('is the newest one at the address', () => {
    expect(serverWait(failure, [wait])).toBe(START + 900_000);
    expect(serverWait(failure, [wait, seenRequest({ url })])).toBe(0);
    expect(serverWait(failure, [seenRequest({ url: file, waitUntil: 1 })])).toBe(0);
    expect(serverWait(failure, [{ ...wait, incognito: true }])).toBe(0);
  });
});

describe('the evidence of an attempt', () => {
  const END = START + 300_000;
  const reset = seenRequest({
    url,
    at: START,
    endedAt: END - 40,
    error: 'net::ERR_CONNECTION_RESET',
  });
  const evidenceOf = (requests: SeenRequest[], of = failure) =>
    withEvidence(of, requests).attempts.map((one) => (one.state === 'failed' ? one.evidence?.error : null));

  it.each<[what: string, requests: SeenRequest[], error: string | undefined]>([
    ['a request that ended a moment before', [reset], 'net::ERR_CONNECTION_RESET'],
    ['one that ended a moment after', [{ ...reset, endedAt: END + 900 }], 'net::ERR_CONNECTION_RESET'],
    ['one under way', [{ ...reset, endedAt: null }], undefined],
    ['one of the next press', [{ ...reset, at: END + 1_900, endedAt: END + 2_000 }], undefined],
    ['one that ended long before', [{ ...reset, endedAt: END - 20_000 }], undefined],
    ['one of another address', [{ ...reset, steps: [{ url: file, method: 'GET' }] }], undefined],
    ['one of a private window', [{ ...reset, incognito: true }], undefined],
    [
      'the end of a chain of redirects',
      [{ ...reset, steps: [...reset.steps, { url: file, method: 'GET' }] }],
      'net::ERR_CONNECTION_RESET',
    ],
    [
      'the last of those that the browser made by itself',
      [
        { ...reset, id: 'first', endedAt: END - 2_000 },
        { ...reset, at: END - 1_500, error: 'net::ERR_CONNECTION_REFUSED' },
      ],
      'net::ERR_CONNECTION_REFUSED',
    ],
    [
      'two at once that ended alike',
      [{ ...reset, id: 'other', endedAt: END - 900 }, reset],
      'net::ERR_CONNECTION_RESET',
    ],
    [
      'two at once that ended in two ways, then',
      [reset, { ...reset, id: 'other', endedAt: END + 300, error: 'net::ERR_CONTENT_LENGTH_MISMATCH' }],
      undefined,
    ],
  ])('is %s', (_what, requests, error) => {
    expect(evidenceOf(requests)).toEqual([error]);
  });

  it('goes to the attempt that ended with it when two were under way at one address', () => {
    const two = failureWith({
      ...failure,
      attempts: [
        failedAttempt({ startedAt: START, endedAt: END }),
        failedAttempt({ startedAt: START + 10, endedAt: END + 60_000, kind: 'restart' }),
      ],
    });
    const mismatch = { ...reset, id: 'other', endedAt: END + 59_900, error: 'net::ERR_TIMED_OUT' };
    expect(evidenceOf([reset, mismatch], two)).toEqual(['net::ERR_CONNECTION_RESET', 'net::ERR_TIMED_OUT']);
    expect(evidenceOf([mismatch], two)).toEqual([undefined, 'net::ERR_TIMED_OUT']);
  });

  it('is not that of another download while the request of its own may still be under way', () => {
    const own = { ...reset, id: 'own', endedAt: null, error: null };
    const refused = { ...reset, endedAt: END - 2_000, status: 404, error: 'NS_BINDING_ABORTED' };
    expect(evidenceOf([refused, own])).toEqual([undefined]);
    expect(evidenceOf([refused, { ...own, endedAt: END - 20, error: 'NS_ERROR_NET_RESET' }])).toEqual([
      'NS_ERROR_NET_RESET',
    ]);
    expect(evidenceOf([{ ...refused, endedAt: END - 10 }, own])).toEqual(['NS_BINDING_ABORTED']);
  });

  it('is not that of the next press where the browser is slow to tell of the end of the download', () => {
    const next = {
      ...reset,
      id: 'next',
      at: END - 100,
      endedAt: END,
      status: 404,
      error: 'net::ERR_ABORTED',
    };
    expect(evidenceOf([{ ...reset, endedAt: END - 300 }, next])).toEqual([undefined]);
    expect(evidenceOf([{ ...reset, endedAt: END - 2_000 }, next])).toEqual(['net::ERR_ABORTED']);
  });

  it('is that of one attempt only', () => {
    const two = failureWith({
      ...failure,
      attempts: [
        failedAttempt({ startedAt: START, endedAt: END }),
        failedAttempt({ startedAt: START + 10, endedAt: END + 1_000, kind: 'restart' }),
      ],
    });
    expect(evidenceOf([reset], two)).toEqual(['net::ERR_CONNECTION_RESET', undefined]);
  });

  it('makes the reason finer, keeps the word of the browser, and changes nothing twice', () => {
    const refused = { ...reset, error: 'net::ERR_CONNECTION_REFUSED', status: null };
    const proven = withEvidence(failure, [refused]);
    expect(proven).toMatchObject({ reason: 'NETWORK_SERVER_DOWN', attempts: [{ reason: 'NETWORK_FAILED' }] });
    expect(causeOf(proven)).toBe('refused');
    expect(withEvidence(proven, [refused])).toBe(proven);
  });

  it('makes the reason finer though another attempt failed since, while one was running', () => {
    const [other, running] = [
      failedAttempt({
        kind: 'restart',
        startedAt: START + 10,
        endedAt: END + 30_000,
        reason: 'SERVER_FAILED',
      }),
      failedAttempt({ kind: 'restart', startedAt: START + 20, state: 'running' }),
    ];
    const first = failedAttempt({ startedAt: START, endedAt: END });
    const record = failureWith({ url, finalUrl: url, attempts: [first, other, running] });
    const told = withEvidence(record, [{ ...reset, error: 'net::ERR_CONNECTION_REFUSED' }]);
    expect(told.reason).toBe('NETWORK_SERVER_DOWN');
    expect(causeOf(told)).toBe('refused');
  });

  it('names the address that the browser does not tell', () => {
    const led = { ...reset, steps: [...reset.steps, { url: file, method: 'GET' }] };
    expect(withEvidence(failure, [led])).toMatchObject({ attempts: [{ evidence: { url: file } }] });
  });
});

describe('the request of a completed download', () => {
  const whole = {
    ...snapshot({ id: 1, status: { kind: 'completed' } }),
    url: file,
    finalUrl: file,
    startedAt: START,
  };
  const END = START + 10_000;
  const answered = seenRequest({
    url: file,
    at: START + 3_000,
    endedAt: END + 20,
    type: 'text/html',
    length: 9,
  });
  const typeIn = (...requests: SeenRequest[]) => requestOfCompleted(whole, requests, END)?.type;

  it('is known by its address and its end, which may still be to come', () => {
    expect(typeIn(answered)).toBe('text/html');
    expect(typeIn({ ...answered, endedAt: null })).toBe('text/html');
    expect(typeIn({ ...answered, attachment: true, encoding: 'gzip' })).toBe('text/html');
  });

  it('is no request of another time, another address, another privacy or another end', () => {
    expect(typeIn({ ...answered, endedAt: END + 60_000 })).toBeUndefined();
    expect(typeIn({ ...answered, at: START - 90_000, endedAt: null })).toBeUndefined();
    expect(typeIn({ ...answered, steps: form.steps })).toBeUndefined();
    expect(typeIn({ ...answered, incognito: true })).toBeUndefined();
    expect(typeIn({ ...answered, error: 'net::ERR_FAILED' })).toBeUndefined();
    expect(typeIn({ ...answered, status: 404 })).toBeUndefined();
  });

  it('is not known if two were answered differently', () => {
    const other = { ...answered, id: 'other' };
    expect(typeIn(answered, other)).toBe('text/html');
    expect(typeIn(answered, { ...other, type: 'application/zip' })).toBeUndefined();
  });
});

describe('the requests that are remembered', () => {
  it('are those that failed, for as long as their downloads can', () => {
    const failed = seenRequest({ url, at: START, endedAt: START, status: null, error: 'NS_ERROR_NET_RESET' });
    expect(remember([], failed)).toEqual([failed]);
    expect(remember([], seenRequest({ url, status: 404 }))).toHaveLength(1);
    expect(remember([], { ...failed, error: 'NS_BINDING_ABORTED' })).toBeUndefined();
    const later = seenRequest({ url: file, at: START + 3_600_000, status: 404 });
    expect(remember([failed, { ...form, at: START }], later)).toEqual([{ ...form, at: START }, later]);
  });

  it('are known by the number that the browser gives them', () => {
    const under = seenRequest({ url, status: 404 });
    const ended = { ...under, endedAt: 10 };
    expect(remember([under], ended)).toEqual([ended]);
  });

  const plain = seenRequest({ url });

  it('are those with a form or a time to wait, and plain ones that could be taken for them', () => {
    expect(remember([], plain)).toBeUndefined();
    expect(remember([], form)).toEqual([form]);
    expect(remember([], seenRequest({ url, waitUntil: 5 }))).toHaveLength(1);
    expect(remember([form], plain)).toEqual([form, plain]);
    expect(remember([form], seenRequest({ url: file }))).toBeUndefined();
  });

  it('are of the plain ones no more than the first since, as that is enough', () => {
    const plain = (fields: Partial<SeenRequest> = {}) => seenRequest({ url, at: START + 100, ...fields });
    const first = plain({ id: 'first' });
    const known = [form, first];
    expect(remember(known, plain())).toBeUndefined();
    const ended = { ...first, endedAt: START + 200 };
    expect(remember(known, ended)).toEqual([form, ended]);
    const inPrivate = plain({ incognito: true });
    expect(remember([form, { ...form, incognito: true }, first], inPrivate)).toContain(inPrivate);
  });

  it('are few, the newest, and together far smaller than session storage', () => {
    let kept: SeenRequest[] = [];
    for (let index = 0; index < 1_000; index += 1) {
      const address = `${url}?${String(index).padStart(4_000, 'x')}`;
      kept = remember(kept, seenRequest({ url: address, method: 'POST' })) ?? kept;
    }
    expect(JSON.stringify(kept).length).toBeLessThan(300_000);
    expect(kept.at(-1)?.steps[0]?.url).toContain('x999');
    for (let index = 0; index < 1_000; index += 1) {
      kept = remember(kept, seenRequest({ url: `${url}?${index}`, method: 'POST' })) ?? kept;
    }
    expect(kept).toHaveLength(200);
  });
});
