import { createVerify, generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { publish } from '../../../tools/publish-chrome.ts';

const listing = { publisher: 'someone', extension: 'abc' };
const zip = Uint8Array.of(80, 75, 3, 4);
let keys: { publicKey: string; privateKey: string };

beforeAll(() => {
  keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
});

const success: Record<string, unknown[]> = {
  '/token': [{ access_token: 'pass' }],
  '/upload/v2/publishers/someone/items/abc:upload': [{ uploadState: 'IN_PROGRESS' }],
  '/v2/publishers/someone/items/abc:fetchStatus': [
    { lastAsyncUploadState: 'IN_PROGRESS' },
    { lastAsyncUploadState: 'SUCCEEDED' },
  ],
  '/v2/publishers/someone/items/abc:publish': [{ state: 'PENDING_REVIEW' }],
};

/** Publishes to a store that gives these answers, each in turn and the last for ever. Gives what it was asked for. */
async function publishTo(answers: Record<string, unknown[]>): Promise<Request[]> {
  const asked: Request[] = [];
  const left = structuredClone(answers);
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    asked.push(request);
    const waiting = left[new URL(request.url).pathname] ?? [];
    const answer = waiting.length > 1 ? waiting.shift() : waiting[0];
    return answer === undefined ? new Response('Not found', { status: 404 }) : Response.json(answer);
  };
  const key = {
    client_email: 'robot@example',
    private_key: keys.privateKey,
    token_uri: 'https://g.example/token',
  };
  await publish(zip, listing, key, { fetch, wait: async () => undefined, now: () => 1_800_000_000_000 });
  return asked;
}

describe('publishing in the Chrome Web Store', () => {
  it('signs in, uploads the zip, waits until the store has read it, and hands it in for review', async () => {
    const asked = await publishTo(success);
    expect(asked.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
      'POST /token',
      'POST /upload/v2/publishers/someone/items/abc:upload',
      'GET /v2/publishers/someone/items/abc:fetchStatus',
      'GET /v2/publishers/someone/items/abc:fetchStatus',
      'POST /v2/publishers/someone/items/abc:publish',
    ]);
    expect(asked.slice(1).map(({ headers }) => headers.get('authorization'))).toEqual(
      Array(4).fill('Bearer pass'),
    );
    expect(new Uint8Array((await asked[1]?.arrayBuffer()) ?? [])).toEqual(zip);
  });

  it("proves who it is by the service account's key", async () => {
    const [token] = await publishTo(success);
    const [head = '', claims = '', signature = ''] =
      new URLSearchParams(await token?.text()).get('assertion')?.split('.') ?? [];
    const isValid = createVerify('RSA-SHA256')
      .update(`${head}.${claims}`)
      .verify(keys.publicKey, signature, 'base64url');
    expect(isValid).toBe(true);
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: 'robot@example',
      aud: 'https://g.example/token',
      exp: 1_800_000_600,
    });
  });

  it.each([
    [
      'an upload is refused with a status of 200',
      ':upload',
      { uploadState: 'FAILED' },
      'The upload failed (200)',
    ],
    [
      'a zip turns out to be unreadable',
      ':fetchStatus',
      { lastAsyncUploadState: 'FAILED' },
      'Reading the upload',
    ],
    ['the review does not begin', ':publish', { state: 'REJECTED' }, 'Handing it in'],
    ['the store never reads the upload', ':fetchStatus', { lastAsyncUploadState: 'IN_PROGRESS' }, 'in time'],
  ])('says so when %s', async (_what, ending, answer, message) => {
    const answers = Object.fromEntries(
      Object.entries(success).map(([path, given]) => [path, path.endsWith(ending) ? [answer] : given]),
    );
    await expect(publishTo(answers)).rejects.toThrow(message);
  });

  it('says what the store said when it is refused outright', async () => {
    await expect(publishTo({})).rejects.toThrow('Signing in to Google failed (404): Not found');
  });
});
