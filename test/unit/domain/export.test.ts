import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExportOptions, publicAddress, withoutSecrets } from '../../../src/domain/export.ts';
import { toJson } from '../../../src/domain/export-file.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

async function json(
  failures: Iterable<Failure> | AsyncIterable<Failure>,
  options?: ExportOptions,
): Promise<string> {
  let text = '';
  for await (const part of toJson(failures, { ...options, exportedAt: Date.UTC(2024, 4, 2) })) text += part;
  return text;
}

describe('an export file', () => {
  it('has each failure on a line of its own', async () => {
    const failures = [failureWith({ id: 'a' }), failureWith({ id: 'b', filename: 'two\r\nlines\u2028' })];
    expect((await json(failures)).split('\n')).toEqual([
      '{',
      ' "format": "download-failures",',
      ' "version": 1,',
      ' "exportedAt": "2024-05-02T00:00:00.000Z",',
      ' "failures": [',
      `${JSON.stringify(failures[0])},`,
      JSON.stringify(failures[1]),
      ']',
      '}',
      '',
    ]);
  });

  it('is JSON with any number of failures, however they are read', async () => {
    expect(JSON.parse(await json([])).failures).toEqual([]);
    async function* read(): AsyncGenerator<Failure> {
      for (const id of ['a', 'b', 'c']) yield failureWith({ id });
    }
    expect(JSON.parse(await json(read())).failures).toEqual(['a', 'b', 'c'].map((id) => failureWith({ id })));
  });

  it('leaves out private windows unless they are asked for', async () => {
    const failures = [failureWith({ id: 'secret', incognito: true }), failureWith({ id: 'open' })];
    expect(JSON.parse(await json(failures)).failures).toEqual([failures[1]]);
    expect(JSON.parse(await json(failures, { withPrivate: true })).failures).toEqual(failures);
  });

  it('leaves out what is secret in addresses when that is wanted, and nothing else', async () => {
    const failure = failureWith({
      url: 'https://me:S3CRET@host.example/a.zip?key=S3CRET#S3CRET',
      finalUrl: 'data:text/plain,S3CRET',
      referrer: 'https://host.example/page?session=S3CRET',
      attempts: [
        failedAttempt({
          item: {
            id: 7,
            session: 'session-1',
            key: 'session-1 7',
            trace: '2024-05-01T12:00:00.000Z https://me:S3CRET@host.example/a.zip?key=S3CRET',
          },
        }),
        failedAttempt({
          kind: 'restart',
          item: null,
          state: 'not-started',
          message: 'Error: Invalid URL https://host.example/a.zip?key=S3CRET or data:text/plain,S3CRET.',
        }),
      ],
    });
    const text = await json([failure], { withoutSecrets: true });
    expect(text).not.toContain('S3CRET');
    const [first, second] = failure.attempts;
    expect(JSON.parse(text).failures).toEqual([
      {
        ...failure,
        url: 'https://host.example/a.zip',
        finalUrl: 'data:text/plain,',
        referrer: 'https://host.example/page',
        attempts: [
          { ...first, item: { ...first.item, trace: null } },
          { ...second, message: 'Error: Invalid URL https://host.example/a.zip or data:text/plain,' },
        ],
      },
    ]);
  });
});

describe('the evidence of a request', () => {
  const evidence = {
    ...{ status: null, error: 'NS_ERROR_UNKNOWN_HOST', type: null, length: null, waitUntil: null },
    ...{ endedAt: 5, url: 'https://cdn.example/a.zip?key=S3CRET' },
  };
  const failure = failureWith({ browser: 'firefox', attempts: [failedAttempt({ evidence })] });

  it('comes along', async () => {
    expect(JSON.parse(await json([failure])).failures).toEqual([failure]);
  });

  it('has no secrets when that is wanted', () => {
    expect(withoutSecrets(failure).attempts[0]).toMatchObject({
      evidence: { ...evidence, url: 'https://cdn.example/a.zip' },
    });
  });
});

describe('a failure without secrets', () => {
  const [whole, shown] = ['https://host.example/a?S3CRET', 'https://host.example/a'];
  const seen = { status: 503, error: null, type: null, length: null, waitUntil: null, endedAt: 5 };

  it('is the same if it has none', () => {
    const failure = failureWith({
      referrer: null,
      attempts: [
        failedAttempt({ evidence: seen, item: null }),
        failedAttempt(),
        failedAttempt({ state: 'completed', accepted: { reason: 'SUSPECT_PAGE', file: '/a' } }),
        failedAttempt({
          state: 'completed',
          accepted: { reason: 'SUSPECT_PAGE', file: '/a', evidence: seen },
        }),
        failedAttempt({ state: 'completed' }),
      ],
    });
    expect(withoutSecrets(failure)).toStrictEqual(failure);
  });

  it('has none in what its attempts asked for and saw', () => {
    const item = { id: 7, session: 's', key: 's 7', trace: `then ${whole}` };
    const accepted = { reason: 'SUSPECT_PAGE', file: '/a', evidence: { ...seen, url: whole } };
    const failure = failureWith({
      attempts: [
        failedAttempt({ item, download: { url: whole, finalUrl: whole, filename: '/b' } }),
        failedAttempt({ state: 'completed', accepted }),
      ],
    });
    const [first, second] = failure.attempts;
    expect(withoutSecrets(failure).attempts).toStrictEqual([
      { ...first, item: { ...item, trace: null }, download: { url: shown, finalUrl: shown, filename: '/b' } },
      { ...second, accepted: { ...accepted, evidence: { ...seen, url: shown } } },
    ]);
  });
});

describe('the word of a browser without secrets', () => {
  const message = (text: string) =>
    withoutSecrets(
      failureWith({
        attempts: [
          failedAttempt(),
          failedAttempt({ item: null, kind: 'restart', state: 'not-started', message: text }),
        ],
      }),
    ).attempts[1];

  it.each([
    ['No: x5https://me:S3CRET@host.example/a?S3CRET', 'No: x5https://host.example/a'],
    ['view-source:https://host.example/?S3CRET: refused', 'view-source:https://host.example/ refused'],
    ['"data:text/plain,S3CRET" is no address', '"data:text/plain, is no address'],
    ['https://a.example/?S3CRET https://b.example/#S3CRET', 'https://a.example/ https://b.example/'],
    ['The metadata:x, DATA:a,S3CRET', 'The metadata:x, DATA:a,'],
    ['data: is empty', 'data:, is empty'],
    ['HTTP://ME@HOST/A?S3CRET', 'HTTP://HOST/A'],
    ['Nothing:// to hide', 'Nothing:// to hide'],
  ])('%s', (text, shown) => {
    expect(message(text)).toMatchObject({ message: shown });
  });

  it.each(['a', 'a.', 'data:', ':', '/', 'a:'])('is found soon in a million times %s', (part) => {
    const begun = performance.now();
    message(part.repeat(1_000_000));
    publicAddress(part.repeat(1_000_000));
    // What looks again at all that follows would take minutes.
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

describe('an address as anybody may know it', () => {
  it.each([
    ['https://user:pass@host.example:8080/a/b.zip?q=1#f', 'https://host.example:8080/a/b.zip'],
    ['https://user:p@ss@host.example/a', 'https://host.example/a'],
    ['https://host.example/@user/a@b.zip', 'https://host.example/@user/a@b.zip'],
    ['https://host.example//x@y/', 'https://host.example//x@y/'],
    ['https://host.example?a@b', 'https://host.example'],
    ['https://host.example/a#?b', 'https://host.example/a'],
    ['view-source:https://user:pass@host.example/?q', 'view-source:https://host.example/'],
    ['blob:https://host.example/0e4c', 'blob:https://host.example/0e4c'],
    ['DATA:text/html;charset=utf-8;base64,AAAA', 'DATA:text/html,'],
    ['data:,hello', 'data:,'],
    ['https://user:pass@[broken/a?q', 'https://[broken/a'],
    ['two\nlines?secret\nsecret', 'two\nlines'],
    [' \t data:text/plain;a,S3CRET', ' \t data:text/plain,'],
    ['x-data:text/plain', 'x-data:text/plain'],
    ['a+b.c-1:\\\\me@host.example/a', 'a+b.c-1:\\\\host.example/a'],
    ['a:b:c:d:me@host.example/a', 'a:b:c:host.example/a'],
    ['me@host.example/a', 'me@host.example/a'],
    ['http:me@host.example', 'http:host.example'],
    ['1http://me@host.example/a', '1http://me@host.example/a'],
    ['see http://me@host.example/a', 'see http://me@host.example/a'],
    ['HTTPS://ME@HOST.EXAMPLE/', 'HTTPS://HOST.EXAMPLE/'],
    ['', ''],
  ])('of %s', (url, shown) => {
    expect(publicAddress(url)).toBe(shown);
  });

  it('has neither query nor fragment nor credentials', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', '@', ':', '%2F', '.', 'ü', '&', '=', ';', '"', ' '),
    });
    const rest = fc.string({ unit: fc.constantFrom('a', '@', ':', '/', '?', '#', '\\', '=', '\n', '%') });
    fc.assert(
      fc.property(word, word, rest, rest, (authority, path, query, fragment) => {
        const url = `https://${authority}@host.example:8080/${path}`;
        const shown = new URL(publicAddress(`${url}?${query}#${fragment}`));
        const { username, password, search, hash, host, pathname } = shown;
        expect({ username, password, search, hash }).toEqual({
          username: '',
          password: '',
          search: '',
          hash: '',
        });
        expect([host, pathname]).toEqual([new URL(url).host, new URL(url).pathname]);
      }),
    );
  });
});
