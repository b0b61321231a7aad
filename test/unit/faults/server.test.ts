import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, DEFAULT_SEED, sha256Of } from '../../faults/body.ts';
import { HOSTILE_NAMES } from '../../faults/file-names.ts';
import { changedSeed } from '../../faults/routes.ts';
import { type FaultServer, startFaultServer } from '../../faults/server.ts';
import { type Answer, ask } from './ask.ts';

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterEach(() => server.reset());
afterAll(() => server.close());

/**
 * Small and soon, unless the path says otherwise, as the first of two equal parameters counts. Half of so small a file
 * fits into a socket's buffer, so no byte of it is lost in a reset.
 */
const SIZE = 60_000; // bytes
const get = (path: string, headers = {}) =>
  ask(`${server.url(path)}${path.includes('?') ? '&' : '?'}size=${SIZE}&wait=20`, { headers });
const from = (byte: number, etag: string | undefined) => ({
  Range: `bytes=${byte}-`,
  ...(etag !== undefined && { 'If-Range': etag }),
});
const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest('hex');
const wholeFile = { status: 200, broken: null, sha256: sha256Of(DEFAULT_SEED, SIZE) };
const half = SIZE / 2;

/** Gets what is missing of an answer that was cut off, as a browser resumes. */
const resume = (path: string, { body, headers }: Answer) => get(path, from(body.length, headers.etag));

describe('a healthy file', () => {
  it('arrives whole', async () => {
    expect(await get('/ok')).toMatchObject(wholeFile);
  });

  it('has the size and the content that the address names', async () => {
    expect((await get('/ok?size=12345&seed=mine')).body.equals(bodyOf('mine', 12345))).toBe(true);
    expect((await get('/ok?size=0')).body.length).toBe(0);
  });

  it('comes at the rate that the address names', async () => {
    const start = performance.now();
    expect((await get('/ok?size=3000&rate=10000')).body.length).toBe(3000);
    expect(performance.now() - start).toBeGreaterThan(190);
  });

  it('counts as open no longer than until its last byte is sent', async () => {
    for (const rate of ['', '&rate=10000']) {
      expect((await get(`/ok?size=3000${rate}`)).body.length).toBe(3000);
      expect(server.inFlight.open).toBe(0);
    }
  });

  it('answers HEAD with the head only', async () => {
    const answer = await ask(server.url(`/ok?size=${SIZE}`), { method: 'HEAD' });
    expect(answer.headers['content-length']).toBe(String(SIZE));
    expect(answer.body.length).toBe(0);
  });

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=999-', 999, 1000],
    ['bytes=-3', 997, 1000],
    ['bytes=10-5000', 10, 1000],
  ])('answers the range %s with that part', async (Range, first, end) => {
    const answer = await get('/ok?size=1000', { Range });
    expect(answer.status).toBe(206);
    expect(answer.headers['content-range']).toBe(`bytes ${first}-${end - 1}/1000`);
    expect(answer.body.equals(bodyOf(DEFAULT_SEED, 1000).subarray(first, end))).toBe(true);
  });

  it('answers 416 to a range beyond its end', async () => {
    const answer = await get('/ok?size=1000', { Range: 'bytes=1000-' });
    expect(answer).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */1000' } });
  });

  it('is sent whole when If-Range names another file, and refused when If-Match does', async () => {
    expect((await get('/ok', from(10, '"other"'))).status).toBe(200);
    expect((await get('/ok', { Range: 'bytes=10-', 'If-Match': '"other"' })).status).toBe(412);
  });
});

describe('a status', () => {
  it.each([400, 403, 404, 410, 416, 429, 500, 503, 599])('%i is answered as such', async (status) => {
    expect((await get(`/status/${status}`)).status).toBe(status);
  });

  it.each([204, 205, 304])('%i has no body', async (status) => {
    expect(await get(`/status/${status}`)).toMatchObject({ status, sha256: sha256(), broken: null });
  });

  it('401 and 407 ask for no password', async () => {
    expect((await get('/status/401')).headers['www-authenticate']).toBeUndefined();
    expect((await get('/status/407')).headers['proxy-authenticate']).toBeUndefined();
  });

  it('may come with a Retry-After', async () => {
    expect((await get('/status/503?retry-after=7')).headers['retry-after']).toBe('7');
  });
});

describe('a connection that is reset', () => {
  it('breaks with ECONNRESET after exactly the bytes it promised', async () => {
    const answer = await get('/reset?at=0.25');
    expect(answer).toMatchObject({ status: 200, broken: 'ECONNRESET' });
    expect(answer.headers['content-length']).toBe(String(SIZE));
    expect(answer.body.equals(bodyOf(DEFAULT_SEED, SIZE / 4))).toBe(true);
  });

  it('can be resumed to the whole file', async () => {
    const first = await get('/reset');
    const rest = await resume('/reset', first);
    expect(rest.status).toBe(206);
    expect(sha256(first.body, rest.body)).toBe(sha256Of(DEFAULT_SEED, SIZE));
  });

  it('breaks as often as the address says, without a byte more for a range request', async () => {
    const path = '/reset?resets=3';
    const first = await get(path);
    expect(await resume(path, first)).toMatchObject({
      status: 206,
      broken: 'ECONNRESET',
      sha256: sha256(),
    });
    expect((await resume(path, first)).broken).toBe('ECONNRESET');
    expect((await resume(path, first)).broken).toBeNull();
  });

  it('gives a range request some more where the address says so', async () => {
    const first = await get('/reset?resets=always&more=0.25');
    const second = await resume('/reset?resets=always&more=0.25', first);
    expect([first.body.length, second.body.length]).toEqual([half, half / 2]);
  });

  it('counts each address for itself, and those with the same key together', async () => {
    expect((await get('/reset')).broken).toBe('ECONNRESET');
    expect((await get('/reset?seed=other')).broken).toBe('ECONNRESET');
    expect((await get('/reset?key=k')).broken).toBe('ECONNRESET');
    expect((await get('/reset?seed=other&key=k')).broken).toBeNull();
  });

  it('offers no ranges with ranges=0, and starts from the beginning', async () => {
    const first = await get('/reset?ranges=0');
    expect(first.headers.etag).toBeUndefined();
    expect(first.headers['accept-ranges']).toBeUndefined();
    expect(await resume('/reset?ranges=0', first)).toMatchObject(wholeFile);
  });

  it('may break before there is an answer', async () => {
    expect(await get('/reset?headers=0')).toMatchObject({ status: undefined, broken: 'ECONNRESET' });
  });
});

describe('a body that is too short', () => {
  it('ends before its Content-Length is reached, and can be resumed', async () => {
    const first = await get('/short');
    expect(first.headers['content-length']).toBe(String(SIZE));
    expect(first.body.length).toBe(half);
    expect(first.broken).not.toBeNull(); // Node reports a short body as an aborted answer
    const rest = await resume('/short', first);
    expect(sha256(first.body, rest.body)).toBe(sha256Of(DEFAULT_SEED, SIZE));
  });
});

describe('a resume that goes wrong', () => {
  it('416: gets no range, yet the whole file', async () => {
    const first = await get('/range-416');
    expect(first.headers.etag).toBeDefined();
    expect((await resume('/range-416', first)).status).toBe(416);
    expect(await get('/range-416')).toMatchObject(wholeFile);
  });

  it('range ignored: gets the whole file instead of the rest', async () => {
    const first = await get('/range-ignored');
    expect(first.headers['accept-ranges']).toBe('bytes');
    expect(await resume('/range-ignored', first)).toMatchObject(wholeFile);
  });

  it('changed file: gets the new one whole, with a new ETag', async () => {
    const first = await get('/etag-changes');
    const second = await resume('/etag-changes', first);
    expect(second.headers.etag).not.toBe(first.headers.etag);
    expect(second.status).toBe(200);
    expect(second.sha256).toBe(sha256Of(changedSeed(DEFAULT_SEED), SIZE));
  });

  it.each([
    ['same', '127.0.0.1'],
    ['cross', 'localhost'],
  ])('redirect: is sent to the %s origin', async (to, host) => {
    const path = `/redirect-on-range?to=${to}`;
    const rest = await resume(path, await get(path));
    expect(rest).toMatchObject({ status: 302, headers: { location: server.url('/ok', host) } });
  });
});

describe('a server that recovers', () => {
  it('fails as often as the address says, then serves the file', async () => {
    const statuses = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await get('/recover?after=2&status=500&key=k')).status);
    expect(statuses).toEqual([500, 500, 200, 200]);
  });

  it('can reset the connection instead', async () => {
    expect((await get('/recover?status=reset')).broken).toBe('ECONNRESET');
    expect(await get('/recover?status=reset')).toMatchObject(wholeFile);
  });

  it('says when to come back, in seconds or as a date', async () => {
    const inSeconds = await get('/retry-after?seconds=9&status=429');
    expect(inSeconds).toMatchObject({ status: 429, headers: { 'retry-after': '9' } });
    const asDate = await get('/retry-after?seconds=60&form=date');
    const wait = Date.parse(asDate.headers['retry-after'] ?? '') - Date.now();
    expect(wait).toBeGreaterThan(55_000);
    expect(wait).toBeLessThanOrEqual(60_000);
    expect(await get('/retry-after?seconds=9&status=429')).toMatchObject(wholeFile);
  });

  it.each(['/status/404?key=k', '/reset?resets=always&key=k', '/hang?key=k', '/expired?key=k'])(
    'serves %s once its key is healed',
    async (path) => {
      server.heal('k');
      expect(await get(path)).toMatchObject(wholeFile);
    },
  );

  it('fails again once its key is broken, until it is healed or reset', async () => {
    const path = '/recover?key=k';
    server.breakAgain('k');
    for (let i = 0; i < 3; i += 1) expect((await get(path)).status).toBe(503);
    server.heal('k');
    expect((await get(path)).status).toBe(200);
    server.reset();
    expect((await get(path)).status).toBe(503);
  });

  it('can be healed and broken over HTTP too', async () => {
    await get('/heal?key=k');
    expect((await get('/recover?key=k')).status).toBe(200);
    await get('/break?key=k');
    expect((await get('/recover?key=k')).status).toBe(503);
    expect((await get('/heal')).status).toBe(400);
  });
});

describe('a redirect', () => {
  it('leads where the address says, with its status', async () => {
    const answer = await get('/redirect?to=chrome://version&status=307');
    expect(answer).toMatchObject({ status: 307, headers: { location: 'chrome://version' } });
  });

  it('may lead back to itself', async () => {
    expect((await ask(server.url('/redirect-loop?n=1'))).headers.location).toBe(
      server.url('/redirect-loop?n=1'),
    );
  });
});

describe('a file that asks for more', () => {
  it('wants a Referer', async () => {
    expect((await get('/referer-required')).status).toBe(403);
    expect((await get('/referer-required', { Referer: 'http://other.example/' })).status).toBe(403);
    expect((await get('/referer-required', { Referer: `${server.origin}/` })).status).toBe(200);
  });

  it('wants the cookie that signing in sets', async () => {
    expect((await get('/cookie-required?status=401')).status).toBe(401);
    const cookie = (await get('/sign-in')).headers['set-cookie']?.[0] ?? '';
    expect((await get('/cookie-required', { Cookie: cookie.split(';')[0] })).status).toBe(200);
  });

  it('wants POST, and logs what was posted', async () => {
    expect((await get('/post')).status).toBe(405);
    const answer = await ask(server.url(`/post?size=${SIZE}`), { method: 'POST', body: 'order=42' });
    expect(answer).toMatchObject(wholeFile);
    expect(server.requests.map(({ method, body }) => [method, body])).toEqual([
      ['GET', ''],
      ['POST', 'order=42'],
    ]);
  });
});

describe('a file name', () => {
  it.each(HOSTILE_NAMES)('arrives unharmed: $what', async ({ name }) => {
    const answer = await get(`/name?size=1&name=${encodeURIComponent(name)}`);
    const encoded = /filename\*=UTF-8''(\S*)$/.exec(answer.headers['content-disposition'] ?? '')?.[1];
    expect(decodeURIComponent(encoded ?? 'none')).toBe(name);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('is left to the address under /file/', async () => {
    const answer = await get('/file/%3Cb%3E.zip?size=1');
    expect(answer.headers['content-disposition']).toBe('attachment');
  });

  it('is the end of the path elsewhere', async () => {
    const answer = await get('/reset/report.pdf?size=1');
    expect(answer.headers['content-disposition']).toContain('"report.pdf"');
  });

  it.each(['/name?fault=reset&name=a.zip', '/file/a.zip?fault=reset'])('can fail: %s', async (path) => {
    expect((await get(path)).broken).toBe('ECONNRESET');
    expect((await get(path)).broken).toBeNull();
  });
});

describe('a wrong parameter', () => {
  it.each([
    ['/ok?size=-1', 'size must be a whole number from 0 to 1073741824, not "-1"'],
    ['/ok?size=99999999999', 'size must be a whole number'],
    ['/reset?at=2', 'at must be from 0 to 1'],
    ['/reset?resets=often', 'resets must be a whole number'],
    ['/status/99', '"99" is no status'],
    ['/status/503?retry-after=a%0D%0Ab', 'retry-after must be plain ASCII'],
    ['/redirect?to=http://', 'to is no address'],
    ['/redirect?status=200', 'status must be a whole number from 300 to 399'],
    ['/range-416?cut=half', 'cut must be one of reset, short, not "half"'],
    ['/recover?status=broken', '"broken" is no status'],
  ])('%s is answered with 400 and the cause', async (path, cause) => {
    const answer = await get(path);
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toContain(cause);
  });

  it('an unknown fault is answered with 404', async () => {
    expect((await get('/nothing')).status).toBe(404);
  });

  it('an address that cannot be read is answered with 400', async () => {
    expect((await ask(server.origin, { headers: { Host: 'a b' } })).status).toBe(400);
  });
});

describe('what the server tells a test', () => {
  it('logs every request', async () => {
    const headers = { Range: 'bytes=5-', 'If-Range': '"x"', Referer: 'http://a.example/', Cookie: 'c=1' };
    const before = Date.now();
    await ask(server.url('/ok?size=10'), { headers: { ...headers, Host: 'host7.localhost:1' } });
    const [logged] = server.requests;
    expect(logged).toEqual({
      time: expect.any(Number),
      method: 'GET',
      host: 'host7.localhost',
      path: '/ok?size=10',
      range: 'bytes=5-',
      ifRange: '"x"',
      ifMatch: undefined,
      referer: 'http://a.example/',
      cookie: 'c=1',
      status: 200,
      body: '',
    });
    expect(logged?.time).toBeGreaterThanOrEqual(before);
  });

  it('counts the downloads in flight, in all and for each host', async () => {
    const hung = ['a.localhost', 'b.localhost', 'b.localhost'].map((Host) => {
      const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
      socket.write(`GET /hang HTTP/1.1\r\nHost: ${Host}\r\n\r\n`);
      return socket;
    });
    await Promise.all(hung.map((socket) => once(socket, 'data')));
    expect(server.inFlight).toEqual({
      open: 3,
      peak: 3,
      hosts: { 'a.localhost': { open: 1, peak: 1 }, 'b.localhost': { open: 2, peak: 2 } },
    });
    for (const socket of hung) socket.destroy();
    await expect.poll(() => server.inFlight.open).toBe(0);
    await get('/ok', { Host: 'c.localhost' });
    expect(server.inFlight).toMatchObject({
      open: 0,
      peak: 3,
      hosts: { 'c.localhost': { open: 0, peak: 1 } },
    });
    server.reset();
    expect(server.inFlight).toEqual({ open: 0, peak: 0, hosts: {} });
  });
});

describe('the addresses of the server', () => {
  it('names other hosts under localhost', () => {
    expect(server.url('/ok', 'host7.localhost')).toBe(
      `http://host7.localhost:${new URL(server.origin).port}/ok`,
    );
  });

  it('has one that refuses the connection', async () => {
    expect((await ask(server.refusedUrl())).broken).toBe('ECONNREFUSED');
  });

  it('has a secure one that is not to be trusted', async () => {
    const refusal = once(secureRequest(`${server.secureOrigin}/ok`).end(), 'response');
    await expect(refusal).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const outgoing = secureRequest(`${server.secureOrigin}/ok`, { rejectUnauthorized: false }).end();
    const [incoming] = await once(outgoing, 'response');
    expect(incoming.statusCode).toBe(200);
    incoming.destroy();
  });
});

describe('closing the server', () => {
  it('does not wait for hung downloads, nor for silent connections', async () => {
    const other = await startFaultServer();
    const silent = connect(Number(new URL(other.origin).port), '127.0.0.1');
    silent.on('error', () => {});
    const hung = ask(other.url('/hang?headers=0'));
    const slow = ask(other.url('/slow?rate=1'));
    await expect.poll(() => other.inFlight.open).toBe(2);
    const start = performance.now();
    await other.close();
    expect(performance.now() - start).toBeLessThan(500);
    expect((await hung).broken).toBe('ECONNRESET');
    expect((await slow).broken).toBe('ECONNRESET');
  });
});
