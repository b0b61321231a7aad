import { describe, expect, it } from 'vitest';
import { lastingAddress } from '../../../src/domain/lasting-address.ts';

const file = 'https://host.example/a/report.pdf';
const lasting = (query: string): [address: string, doubtful: boolean] => {
  const { address, doubtful } = lastingAddress(file + query);
  return [address.replace(file, ''), doubtful];
};

describe('the lasting part of an address', () => {
  it.each([
    ['Amazon S3', 'X-Amz-Date=1&X-Amz-Expires=2&X-Amz-Signature=3&X-Amz-Security-Token=4'],
    ['Amazon S3, version 2', 'AWSAccessKeyId=1&Expires=2&Signature=3'],
    ['Google Cloud', 'X-Goog-Credential=1&X-Goog-SignedHeaders=2&X-Goog-Signature=3'],
    ['Azure', 'sv=2022-11-02&sr=b&sp=r&st=1&se=2&sig=3'],
    ['CloudFront', 'Policy=1&Signature=2&Key-Pair-Id=3'],
    ['Alibaba', 'OSSAccessKeyId=1&x-oss-date=2&x-oss-signature=3'],
    ['Tencent', 'q-sign-algorithm=sha1&q-ak=1&q-key-time=2&q-signature=3'],
    ['Akamai', 'hdnts=exp=1~acl=/*~hmac=2'],
    ['Swift', 'temp_url_sig=1&temp_url_expires=2'],
    ['nginx', 'md5=1&expires=2'],
    ['Discord', 'ex=1&is=2&hm=3'],
  ])('is without what signs a request to %s, and surely of the same file', (_whom, signature) => {
    expect(lasting(`?${signature}`)).toEqual(['', false]);
    expect(lasting(`?id=7&${signature}`)).toEqual(['?id=7', false]);
  });

  it.each([
    'token',
    'access_token',
    'downloadToken',
    'auth-token',
    'sig',
    'signature',
    'exp',
    'expires',
    'expire',
  ])('is without %s, which may have named the file', (name) => {
    expect(lasting(`?id=7&${name}=1`)).toEqual(['?id=7', true]);
  });

  it.each([
    ['some of what Azure asks for', 'sr=b&sp=r&sv=1'],
    ['some of what nginx asks for', 'md5=1'],
    ['some of what Discord asks for', 'ex=1&is=2'],
    ['names that only begin or end like those that sign', 'tokens=1&mytoken=2&x-amz-dates=3&ax-amz-date=4'],
    ['a name without a value', 'download'],
  ])('has %s', (_what, query) => {
    expect(lasting(`?${query}`)).toEqual([`?${query}`, false]);
  });

  it('keeps of what signs only beside others what stands alone, and takes only those for it', () => {
    expect(lasting('?is=2&sv=3&sig=1&sp=r')).toEqual(['?is=2', false]);
    expect(lasting('?se=1&sig=2')).toEqual(['?se=1', true]);
  });

  it('has the rest in one order, whatever that was', () => {
    const [one] = lasting('?b=2&token=x&a=1&c=3');
    expect(one).toBe('?a=1&b=2&c=3');
    expect(lasting('?c=3&a=1&token=y&b=2')[0]).toBe(one);
  });

  it('has all of one name, in their order', () => {
    expect(lasting('?part=2&part=1&token=x')[0]).toBe('?part=2&part=1');
  });

  it('knows the names in capital letters too', () => {
    expect(lasting('?x-amz-SIGNATURE=1&EXPIRES=2')).toEqual(['', false]);
    expect(lasting('?MD5=1&Expires=2')).toEqual(['', false]);
  });

  it('has no fragment, but its query as it is', () => {
    expect(lasting('?a=%20b&c#page=2')).toEqual(['?a=%20b&c', false]);
    expect(lasting('?token=1#page=2')).toEqual(['', true]);
  });

  it('is the whole address of what no server is asked for', () => {
    for (const url of [
      'blob:https://host.example/1?token=1#a',
      'data:text/plain,a?token=1',
      'no address',
      'https://',
    ]) {
      expect(lastingAddress(url)).toEqual({ address: url, doubtful: false });
    }
    expect(lastingAddress('xhttp://host.example/?token=1').address).toContain('token');
    expect(lastingAddress('FTP://host.example/a?token=1').address).toBe('ftp://host.example/a');
    expect(lastingAddress('http://host.example/a?token=1').address).toBe('http://host.example/a');
  });
});
