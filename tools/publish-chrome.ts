import { createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { Problem } from './problem.ts';

/** Google's key of a service account, as its console hands it out. */
const keySchema = v.object({ client_email: v.string(), private_key: v.string(), token_uri: v.string() });
type Key = v.InferOutput<typeof keySchema>;

/** Which extension, and whose, as the Chrome Web Store's dashboard names them. */
export interface Listing {
  publisher: string;
  extension: string;
}

/** What publishing needs from the world. */
export interface Means {
  fetch: typeof fetch;
  /** Waits for so long (ms). */
  wait(time: number): Promise<void>;
  /** ms since the epoch. */
  now(): number;
}

const api = 'https://chromewebstore.googleapis.com';
const scope = 'https://www.googleapis.com/auth/chromewebstore';
/** How often (ms) the store is asked whether it has read an upload, and how often at most. */
const ASK_AGAIN_MS = 5_000;
const MOST_ASKED = 60;

/** A signed claim that gets a service account its token (RFC 7523). */
function claim({ client_email: iss, token_uri: aud, private_key }: Key, now: number): string {
  const iat = Math.floor(now / 1000);
  const encoded = [
    { alg: 'RS256', typ: 'JWT' },
    { iss, scope, aud, iat, exp: iat + 600 },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${encoded}.${createSign('RSA-SHA256').update(encoded).sign(private_key, 'base64url')}`;
}

/** Uploads a zip to the Chrome Web Store (its API, version 2) and hands it in for review. Throws if it is refused. */
export async function publish(
  zip: Uint8Array<ArrayBuffer>,
  { publisher, extension }: Listing,
  key: Key,
  { fetch, wait, now }: Means,
): Promise<void> {
  async function ask<const S extends v.GenericSchema>(
    what: string,
    url: string,
    request: RequestInit,
    schema: S,
  ): Promise<v.InferOutput<S>> {
    const response = await fetch(url, request);
    const body = await response.text();
    // Errors also come with a status of 200, so what is answered has to be what was asked for.
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), body);
    if (!response.ok || !parsed.success) throw new Problem(`${what} failed (${response.status}): ${body}`);
    return parsed.output;
  }

  const { access_token } = await ask(
    'Signing in to Google',
    key.token_uri,
    {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: claim(key, now()),
      }),
    },
    v.object({ access_token: v.string() }),
  );
  const item = `v2/publishers/${publisher}/items/${extension}`;
  const headers = { Authorization: `Bearer ${access_token}` };
  const state = v.picklist(['SUCCEEDED', 'IN_PROGRESS']);
  let { uploadState } = await ask(
    'The upload',
    `${api}/upload/${item}:upload`,
    { method: 'POST', headers: { ...headers, 'Content-Type': 'application/zip' }, body: zip },
    v.object({ uploadState: state }),
  );
  for (let asked = 0; uploadState === 'IN_PROGRESS'; asked += 1) {
    if (asked === MOST_ASKED) throw new Problem('The store has not read the upload in time.');
    await wait(ASK_AGAIN_MS);
    const { lastAsyncUploadState } = await ask(
      'Reading the upload',
      `${api}/${item}:fetchStatus`,
      { headers },
      v.object({ lastAsyncUploadState: state }),
    );
    uploadState = lastAsyncUploadState;
  }
  await ask(
    'Handing it in for review',
    `${api}/${item}:publish`,
    { method: 'POST', headers },
    v.object({ state: v.picklist(['PENDING_REVIEW', 'STAGED', 'PUBLISHED', 'PUBLISHED_TO_TESTERS']) }),
  );
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Problem(`${name} is not set; CONTRIBUTING.md, under “Publish”, says what it is.`);
  return value;
}

/** Sends the zip named as the argument. What it needs to know is in the environment: see CONTRIBUTING.md. */
export default async function main([path]: string[]): Promise<number> {
  if (path === undefined) throw new Problem('Say which zip to publish.');
  const listing = { publisher: variable('CHROME_PUBLISHER_ID'), extension: variable('CHROME_EXTENSION_ID') };
  const key = v.safeParse(v.pipe(v.string(), v.parseJson(), keySchema), variable('CHROME_SERVICE_ACCOUNT'));
  if (!key.success) throw new Problem('CHROME_SERVICE_ACCOUNT is not the JSON key of a service account.');
  const wait = (time: number) => new Promise<void>((resolve) => setTimeout(resolve, time));
  await publish(Uint8Array.from(readFileSync(path)), listing, key.output, { fetch, wait, now: Date.now });
  console.log('The Chrome Web Store has it for review.');
  return 0;
}
