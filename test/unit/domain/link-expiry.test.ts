import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expiryOf, hasExpired } from '../../../src/domain/link-expiry.ts';
import { anyText } from '../../fakes/any-text.ts';

const file = 'https://files.example.com/2024/report.pdf';

/** When an address with this query stops to work, for people. */
const expiry = (query: string, base = file): string | undefined => {
  const time = expiryOf(base + query);
  return time === undefined ? undefined : new Date(time).toISOString();
};

/** 2024-05-01T12:00:00Z. */
const SECONDS = 1_714_564_800;

/** As CloudFront wants it in an address. */
const policyOf = (policy: unknown): string =>
  btoa(JSON.stringify(policy)).replaceAll('+', '-').replaceAll('=', '_').replaceAll('/', '~');

describe('the end of a signed address', () => {
  it('of Amazon S3, version 4, is its date and so many seconds', () => {
    const signed =
      '?response-content-disposition=attachment&X-Amz-Algorithm=AWS4-HMAC-SHA256' +
      '&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20240501%2Fus-east-1%2Fs3%2Faws4_request' +
      '&X-Amz-Date=20240501T110000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=fe5f80f77d5fa3be';
    const bucket = 'https://examplebucket.s3.amazonaws.com/test.txt';
    expect(expiry(signed, bucket)).toBe('2024-05-01T12:00:00.000Z');
    expect(expiry(signed.toLowerCase(), bucket)).toBe('2024-05-01T12:00:00.000Z');
    expect(expiry('?X-Amz-Expires=3600')).toBeUndefined();
    expect(expiry('?X-Amz-Date=20240501T110000Z')).toBeUndefined();
    expect(expiry('?X-Amz-Date=20240501T110000Z&X-Amz-Expires=-1')).toBeUndefined();
    expect(expiry('?X-Amz-Date=20240501T110000Z&X-Amz-Expires=1e3')).toBeUndefined();
    expect(expiry('?X-Amz-Date=20241301T110000Z&X-Amz-Expires=60')).toBeUndefined();
  });

  it('of Amazon S3, version 2, is in seconds', () => {
    expect(
      expiry(
        `?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=vjbyPxybdZaNmGa%2ByT272YEAiv4%3D&Expires=${SECONDS}`,
      ),
    ).toBe('2024-05-01T12:00:00.000Z');
  });

  it('of Google Cloud, version 4, is its date and so many seconds', () => {
    expect(
      expiry(
        '?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=me%40project.iam.gserviceaccount.com%2F20240430' +
          '%2Fauto%2Fstorage%2Fgoog4_request&X-Goog-Date=20240430T120000Z&X-Goog-Expires=86400' +
          '&X-Goog-SignedHeaders=host&X-Goog-Signature=247a2aa45f16',
        'https://storage.googleapis.com/example-bucket/cat.jpeg',
      ),
    ).toBe('2024-05-01T12:00:00.000Z');
  });

  it('of Google Cloud, version 2, is in seconds', () => {
    expect(
      expiry(
        `?GoogleAccessId=me@project.iam.gserviceaccount.com&Expires=${SECONDS}&Signature=MCg0UMg9rV8%3D`,
      ),
    ).toBe('2024-05-01T12:00:00.000Z');
  });

  it('of Azure is a date, if the address is signed', () => {
    const blob = 'https://account.blob.core.windows.net/container/file.iso';
    const signed =
      '?sp=r&st=2024-05-01T08:00:00Z&spr=https&sv=2022-11-02&sr=b&sig=Z%2FRHIX5Xcg0Mq2rqI3OlWTjE&se=';
    expect(expiry(`${signed}2024-05-01T12:00:00Z`, blob)).toBe('2024-05-01T12:00:00.000Z');
    expect(expiry(`${signed}2024-05-01T12%3A00Z`, blob)).toBe('2024-05-01T12:00:00.000Z');
    expect(expiry(`${signed}2024-05-02`, blob)).toBe('2024-05-02T00:00:00.000Z');
    expect(expiry('?se=2024-05-01T12:00:00Z', blob)).toBeUndefined();
  });

  it('of CloudFront is in seconds or stands in the policy', () => {
    const cdn = 'https://d111111abcdef8.cloudfront.net/image.jpg';
    expect(
      expiry(`?size=large&Expires=${SECONDS}&Signature=nitfHRCrtziwO2&Key-Pair-Id=K2JCJMDEHXQW5F`, cdn),
    ).toBe('2024-05-01T12:00:00.000Z');
    const policy = policyOf({
      Statement: [
        {
          Resource: `${cdn}?>>>???`,
          Condition: {
            IpAddress: { 'AWS:SourceIp': '192.0.2.0/24' },
            DateLessThan: { 'AWS:EpochTime': SECONDS },
            DateGreaterThan: { 'AWS:EpochTime': SECONDS - 600 },
          },
        },
      ],
    });
    expect(policy).toMatch(/[-_~]/);
    expect(expiry(`?Policy=${policy}&Signature=nitfHRCrtziwO2&Key-Pair-Id=K2JCJMDEHXQW5F`, cdn)).toBe(
      '2024-05-01T12:00:00.000Z',
    );
    expect(expiry(`?Policy=${policyOf({ Statement: [] })}`, cdn)).toBeUndefined();
    expect(expiry('?Policy=keep%20it', cdn)).toBeUndefined();
  });

  it('of CloudFront is found in a policy however that is written, with the characters that it replaces', () => {
    const time = (text: string): string | undefined =>
      expiry(`?Policy=${btoa(text).replaceAll('+', '-').replaceAll('=', '_').replaceAll('/', '~')}`);
    const spread = (spaces: string): string =>
      `{"a":"?>>>???>>", "DateLessThan"${spaces}:${spaces}{${spaces}"AWS:EpochTime"${spaces}:${spaces}${SECONDS}${spaces}}}`;
    for (const spaces of ['', ' ', '\n  ']) expect(time(spread(spaces))).toBe('2024-05-01T12:00:00.000Z');
    expect(new Set(btoa(`${spread('')}  `).match(/[+/=]/g)).size).toBe(3);
    expect(time(`${spread('')}  `)).toBe('2024-05-01T12:00:00.000Z');
    expect(time(`{"DateGreaterThan":{"AWS:EpochTime":${SECONDS}}}`)).toBeUndefined();
  });

  it.each([
    `?hdnts=exp=${SECONDS}~acl=/*~hmac=0a1b2c`,
    `?hdnea=st=${SECONDS - 60}~exp=${SECONDS}~acl=/*~hmac=0a1b2c`,
    `?quality=1&hdntl=exp%3D${SECONDS}%7Eacl%3D%2F*%7Edata%3Dhdntl%7Ehmac%3D0a1b2c`,
    `?__token__=ip=192.0.2.1~exp=${SECONDS}`,
    `/hdntl=exp=${SECONDS}~acl=%2f*~data=hdntl~hmac=0a1b2c/segment.ts`,
  ])('of Akamai stands in the token: %s', (token) => {
    expect(expiry(token, 'https://vod.akamaized.example/film')).toBe('2024-05-01T12:00:00.000Z');
  });

  it.each([
    `?expires=${SECONDS}`,
    `?Expires=${SECONDS}.25&token=abc`,
    `?EXPIRE=${SECONDS}000`,
    `?a=1&expiry=${SECONDS}`,
    `?exp=${SECONDS}`,
    `?x-expires=${SECONDS}`,
    `?temp_url_sig=1&temp_url_expires=${SECONDS}`,
    `?expires_at=${SECONDS}`,
    `?expiresAt=2024-05-01T12:00:00.000Z`,
    `?expiration=2024-05-01T14:00:00%2B02:00`,
    `?expiration=2024-05-01T14:00:00+0200`,
    `?expirationDate=2024-05-01T07:00:00-05:00`,
    `?validUntil=2024-05-01%2012:00`,
    `?valid_to=20240501T120000Z`,
    `?expires=never&exp=${SECONDS}`,
  ])('is found under the common names: %s', (query) => {
    expect(expiry(query)?.slice(0, 19)).toBe('2024-05-01T12:00:00');
  });

  it.each([
    '',
    '?',
    '?expires',
    '?expires=',
    '?expires=never',
    '?expires=3600',
    '?expires=-1714564800',
    '?expires=1e9',
    '?expires=0x6630',
    '?expires=NaN',
    '?expires=99999999999999999999',
    '?expires=946684799',
    '?expires=4133980800',
    '?expires=1999-12-31',
    '?expires=2101-01-01',
    '?expires=2024-13-01',
    '?expires=2024-05-01T25:00:00Z',
    '?expires=1.2.3',
    '?expires_in=1714564800',
    '?response-expires=1714564800',
    '?explain=1714564800',
    '?redirect=https%3A%2F%2Fother.example%2F%3Fexp%3D1714564800%26a',
    '?id=1714564800',
    '#expires=1714564800',
  ])('is nowhere in %j', (query) => {
    expect(expiry(query)).toBeUndefined();
  });

  it.each([
    'data:text/plain,?expires=1714564800',
    'blob:https://a.example/?exp=1714564800',
    'no address',
    'https://',
  ])('is nowhere in %j, which is no address on the web', (url) => {
    expect(expiryOf(url)).toBeUndefined();
  });

  it('is the first of its name, and of those that make sense', () => {
    expect(expiry(`?expires=${SECONDS}&Expires=${SECONDS + 60}`)).toBe('2024-05-01T12:00:00.000Z');
    expect(expiry(`?expires=never&Expires=${SECONDS}`)).toBeUndefined();
    expect(expiry(`?exp=1&expires=${SECONDS}`)).toBe('2024-05-01T12:00:00.000Z');
  });

  it('is found without encryption too, and from the first moment on that makes sense to the last', () => {
    expect(expiry('?expires=946684800', 'http://host.example/a')).toBe('2000-01-01T00:00:00.000Z');
    expect(expiry('?expires=4133980799')).toBe('2100-12-31T23:59:59.000Z');
    expect(expiry('?expires=4133980799999')).toBe('2100-12-31T23:59:59.999Z');
  });

  it('is a time of this age or nothing, whatever the address', () => {
    const name = fc.constantFrom(
      'expires',
      'Policy',
      'se',
      'sig',
      'X-Amz-Date',
      'X-Amz-Expires',
      'hdnts',
      'exp',
    );
    const value = fc.oneof(
      anyText(),
      fc.base64String(),
      fc.nat({ max: 5e12 }).map(String),
      fc.date().map(String),
      fc.constantFrom('20240501T110000Z', 'exp=1714564800~', '%', '%E0%A4%A'),
    );
    const query = fc
      .array(fc.tuple(name, value), { maxLength: 5 })
      .map((pairs) => `https://a.example/b?${pairs.map(([key, text]) => `${key}=${text}`).join('&')}`);
    fc.assert(
      fc.property(fc.oneof(anyText(), query), (url) => {
        const time = expiryOf(url);
        if (time === undefined) return;
        expect(Number.isInteger(time)).toBe(true);
        expect(new Date(time).getUTCFullYear()).toBeGreaterThanOrEqual(2000);
        expect(new Date(time).getUTCFullYear()).toBeLessThanOrEqual(2100);
      }),
      { numRuns: 2000 },
    );
  });

  it('has come when that moment has', () => {
    const url = `${file}?expires=${SECONDS}`;
    expect(hasExpired(url, SECONDS * 1000 - 1)).toBe(false);
    expect(hasExpired(url, SECONDS * 1000)).toBe(true);
    expect(hasExpired(file, Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});
