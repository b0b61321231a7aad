import { describe, expect, it } from 'vitest';
import {
  askedFor,
  evidenceIn,
  keysOfRecent,
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

describe('the request of a download', () => {
  const asked = (steps: SeenRequest['steps'], at = START, latest?: number) =>
    askedFor(
      { url, finalUrl: file, incognito: false, startedAt: START },
      [seenRequest({ url, steps, at })],
      latest,
    );
  const step = (address: string, method = 'GET') => ({ url: address, method });

  it('can be for the address alone, or for where that led alone', () => {
    expect(asked([step(url, 'POST')])).toEqual({ url, method: 'POST' });
    expect(asked([step(file, 'POST')])).toEqual({ url, method: 'POST' });
    expect(asked([step(file)])).toEqual({ url, method: 'GET' });
    expect(asked([step(url), step(file)])).toEqual({ url, method: 'GET' });
    expect(asked([step('https://other.example/')])).toBeUndefined();
  });

  it('was answered within a minute before the start or a second after it, and not after the end', () => {
    const answered = (at: number, latest?: number) => asked([step(url)], at, latest) !== undefined;
    expect([answered(START - 60_000), answered(START - 60_001)]).toEqual([true, false]);
    expect([answered(START + 1_000), answered(START + 1_001)]).toEqual([true, false]);
    expect([answered(START + 300, START + 300), answered(START + 301, START + 300)]).toEqual([true, false]);
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

  it('is that of a request that ended within five seconds, and was answered within one after the end', () => {
    const ends = (fields: Partial<SeenRequest>) => evidenceOf([{ ...reset, ...fields }])[0] !== undefined;
    expect([ends({ endedAt: END - 5_000 }), ends({ endedAt: END - 5_001 })]).toEqual([true, false]);
    const late = { endedAt: END + 2_000 };
    expect([ends({ ...late, at: END + 1_000 }), ends({ ...late, at: END + 1_001 })]).toEqual([true, false]);
  });

  it('is clear beside another request if its own ended within half a second, and the other a second farther', () => {
    const beside = (near: number, far: number) =>
      evidenceOf([
        { ...reset, endedAt: END - near },
        { ...reset, id: 'other', endedAt: END - far, status: 404 },
      ])[0] !== undefined;
    expect(beside(500, 1_500)).toBe(true);
    expect(beside(501, 1_600)).toBe(false);
    expect(beside(500, 1_499)).toBe(false);
  });

  it('is clear if the other request had ended half a second before, or began half a second after', () => {
    const clear = (own: Partial<SeenRequest>, other: Partial<SeenRequest>) =>
      evidenceOf([
        { ...reset, ...own },
        { ...reset, id: 'other', status: 404, ...other },
      ])[0] !== undefined;
    const before = { at: START, endedAt: END - 900 };
    expect(clear({ at: END - 400, endedAt: END }, before)).toBe(true);
    expect(clear({ at: END - 401, endedAt: END }, before)).toBe(false);
    const own = { endedAt: END - 100 };
    expect(clear(own, { at: END + 400, endedAt: END + 800 })).toBe(true);
    expect(clear(own, { at: END + 399, endedAt: END + 800 })).toBe(false);
  });

  it('is not looked for where an attempt has it, did not fail, was cancelled or is under suspicion', () => {
    const seen = { status: null, error: 'x', type: null, length: null, waitUntil: null, endedAt: 1 };
    for (const fields of [
      { evidence: seen },
      { state: 'completed' },
      { reason: 'USER_CANCELED' },
      { reason: 'SUSPECT_CUT_SHORT' },
    ]) {
      const attempts = [failedAttempt({ startedAt: START, endedAt: END, ...fields })];
      const record = failureWith({ url, finalUrl: url, attempts });
      expect(withEvidence(record, [reset])).toBe(record);
    }
  });

  it('is no other attempt’s, even if that ended at the same time', () => {
    const first = withEvidence(failure, [reset]).attempts[0];
    const again = failedAttempt({ startedAt: START + 10, endedAt: END + 1_000, kind: 'restart' });
    const record = failureWith({ url, finalUrl: url, attempts: [first, again] });
    expect(withEvidence(record, [reset])).toBe(record);
  });

  it('tells the reason of the failure only if it is of the attempt that does', () => {
    const refused = { ...reset, error: 'net::ERR_CONNECTION_REFUSED' };
    const later = failedAttempt({ startedAt: START + 10, endedAt: END + 60_000, kind: 'restart' });
    const record = failureWith({ ...failure, attempts: [...failure.attempts, later] });
    const told = withEvidence(record, [refused]);
    expect(told.attempts[0]).toMatchObject({ evidence: { error: 'net::ERR_CONNECTION_REFUSED' } });
    expect(told.reason).toBe('NETWORK_FAILED');
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

describe('what is kept of a request', () => {
  const request = seenRequest({ url, at: START, endedAt: START + 5 });
  const of = { url, finalUrl: file };

  it('is what it ended with, and when', () => {
    const { status, error, type, length, waitUntil } = request;
    expect(evidenceIn(request, of)).toStrictEqual({
      status,
      error,
      type,
      length,
      waitUntil,
      endedAt: START + 5,
    });
    expect(evidenceIn({ ...request, endedAt: null }, of).endedAt).toBe(START);
  });

  it('is also how it was sent and that there was no connection, where that is known', () => {
    const told = { encoding: 'gzip', attachment: true, offline: true };
    expect(evidenceIn({ ...request, ...told }, of)).toMatchObject(told);
    expect(evidenceIn({ ...request, attachment: false }, of)).not.toHaveProperty('attachment');
  });

  it('is the last address if it is none of the download’s', () => {
    const led = (...addresses: string[]) =>
      evidenceIn({ ...request, steps: addresses.map((address) => ({ url: address, method: 'GET' })) }, of)
        .url;
    expect(led(url, file, 'https://a.example/', 'https://b.example/')).toBe('https://b.example/');
    expect(led('https://a.example/', url)).toBeUndefined();
    expect(led('https://a.example/', file)).toBeUndefined();
    expect(evidenceIn({ ...request, steps: [] }, of)).not.toHaveProperty('url');
    const marked = { url: `${url}#a`, finalUrl: `${file}#b` };
    expect(evidenceIn(request, marked)).not.toHaveProperty('url');
    expect(evidenceIn({ ...request, steps: [{ url: file, method: 'GET' }] }, marked)).not.toHaveProperty(
      'url',
    );
  });
});

describe('the failures that the latest requests can be about', () => {
  const keys = (fields: Partial<SeenRequest>, now = START) =>
    keysOfRecent([seenRequest({ url, ...fields })], now);

  it('are found by all their addresses, each once', () => {
    const steps = [url, `${file}?token=1`, url].map((address) => ({ url: address, method: 'GET' }));
    expect(keys({ steps, at: START })).toEqual([
      `address ${url}`,
      `address ${file}`,
      `address ${file}?token=1`,
    ]);
  });

  it('are looked for during a minute after the end, or after the answer while it is to come', () => {
    const isLooked = (fields: Partial<SeenRequest>) => keys(fields).length > 0;
    expect(isLooked({ at: 0, endedAt: START - 60_000 })).toBe(true);
    expect(isLooked({ at: 0, endedAt: START - 60_001 })).toBe(false);
    expect(isLooked({ at: START - 60_000 })).toBe(true);
    expect(isLooked({ at: START - 60_001 })).toBe(false);
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
    expect(typeIn({ ...answered, status: 206 })).toBe('text/html');
    expect(typeIn({ ...answered, at: START - 60_000, endedAt: END + 5_000 })).toBe('text/html');
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
    expect(typeIn(answered, { ...other, length: 10 })).toBeUndefined();
    expect(typeIn(answered, { ...other, encoding: 'gzip' })).toBeUndefined();
    expect(typeIn()).toBeUndefined();
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
    const led = {
      ...plain,
      steps: [
        { url, method: 'POST' },
        { url: file, method: 'GET' },
      ],
    };
    expect(remember([], led)).toEqual([led]);
    const elsewhere = {
      ...plain,
      steps: [
        { url, method: 'GET' },
        { url: file, method: 'GET' },
      ],
    };
    expect(remember([form], elsewhere)).toEqual([form, elsewhere]);
  });

  it('are forgotten after ten minutes, and beyond 200,000 characters of addresses', () => {
    const failed = seenRequest({ url, at: START, status: 404 });
    const at = (time: number) => remember([failed], seenRequest({ url: file, at: time, status: 404 }));
    expect(at(START + 600_000)).toHaveLength(2);
    expect(at(START + 600_001)).toHaveLength(1);
    const long = seenRequest({ url: url.padEnd(200_000 - file.length, 'x'), status: 404 });
    expect(remember([long], seenRequest({ url: file, status: 404 }))).toHaveLength(2);
    expect(remember([long], seenRequest({ url: `${file}x`, status: 404 }))).toHaveLength(1);
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
