import { describe, expect, it } from 'vitest';
import {
  type Clues,
  compare,
  fileKeys,
  linkKey,
  plainName,
  type Verdict,
} from '../../../src/domain/same-file.ts';

const NOW = Date.UTC(2026, 4, 1);
const DAY = 86_400_000;

/** What is known of a download whose name comes from its address. */
function clues(url: string, fields: Partial<Clues> = {}): Clues {
  const name = new URL(url).pathname.split('/').at(-1) || null;
  return {
    url,
    finalUrl: url,
    referrer: 'https://site.example/downloads',
    name,
    size: 1_000_000,
    incognito: false,
    cookieStoreId: null,
    form: false,
    at: NOW,
    awaitsLink: false,
    refused: [],
    ...fields,
  };
}

type Pair = [what: string, failure: Clues, download: Clues, because: Verdict['because']];

/** Nothing had come of the file yet, so that its name and size are not known. */
const nothing = { name: null, size: null };
const s3 = 'https://bucket.s3.eu-central-1.amazonaws.com/releases/app-2.1.zip';
const signedS3 = (signature: string) =>
  `${s3}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260501%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20260501T100000Z&X-Amz-Expires=300&X-Amz-SignedHeaders=host&X-Amz-Signature=${signature}`;
const github = (sig: string) =>
  `https://release-assets.githubusercontent.com/github-production-release-asset/1/abc?sp=r&sv=2018-11-09&sr=b&spr=https&se=2026-05-01T11%3A00%3A00Z&rscd=attachment%3B+filename%3Dtool.tar.gz&rsct=application%2Foctet-stream&skoid=9&sktid=3&skt=2026&ske=2026&sks=b&skv=2018-11-09&sig=${sig}&jwt=ey${sig}`;

const same: Pair[] = [
  [
    'the very same address',
    clues('https://a.example/file.zip'),
    clues('https://a.example/file.zip'),
    'address',
  ],
  [
    'an address with another fragment',
    clues('https://a.example/f.zip#top'),
    clues('https://a.example/f.zip'),
    'address',
  ],
  [
    'the address of a file of which nothing had come',
    clues('https://a.example/f.zip', nothing),
    clues('https://a.example/f.zip'),
    'address',
  ],
  [
    'an address whose file has grown since',
    clues('https://a.example/latest.iso'),
    clues('https://a.example/latest.iso', { size: 2 }),
    'address',
  ],
  [
    'an address asked for a month later',
    clues('https://a.example/f.zip'),
    clues('https://a.example/f.zip', { at: NOW + 30 * DAY }),
    'address',
  ],
  [
    'one program asked for the same',
    clues('https://a.example/download.php?id=7'),
    clues('https://a.example/download.php?id=7'),
    'address',
  ],
  [
    'an address that was redirected elsewhere this time',
    clues('https://a.example/get/f.zip', { finalUrl: 'https://m1.example/f.zip' }),
    clues('https://a.example/get/f.zip', { finalUrl: 'https://m2.example/f.zip' }),
    'address',
  ],
  [
    'two addresses that lead to one file',
    clues('https://a.example/latest', { finalUrl: 'https://a.example/v2/f.zip', name: 'f.zip' }),
    clues('https://a.example/v2/f.zip'),
    'address',
  ],
  [
    'a blob: address pressed again',
    { ...clues('blob:https://a.example/1'), name: 'x.csv' },
    { ...clues('blob:https://a.example/1'), name: 'x.csv' },
    'address',
  ],
  [
    'a container that is the usual one',
    clues('https://a.example/f.zip', { cookieStoreId: 'firefox-default' }),
    clues('https://a.example/f.zip'),
    'address',
  ],
  [
    'two presses in one container',
    clues('https://a.example/f.zip', { cookieStoreId: 'firefox-container-2' }),
    clues('https://a.example/f.zip', { cookieStoreId: 'firefox-container-2' }),
    'address',
  ],
  [
    'two presses in a private window',
    clues('https://a.example/f.zip', { incognito: true }),
    clues('https://a.example/f.zip', { incognito: true }),
    'address',
  ],
  ['Amazon S3, version 4', clues(signedS3('aa')), clues(signedS3('bb')), 'signed-anew'],
  [
    'Amazon S3, version 4, refused before',
    clues(signedS3('aa'), nothing),
    clues(signedS3('bb')),
    'signed-anew',
  ],
  [
    'Amazon S3, version 2',
    clues(`${s3}?AWSAccessKeyId=A&Expires=1&Signature=x`, nothing),
    clues(`${s3}?AWSAccessKeyId=A&Expires=2&Signature=y`),
    'signed-anew',
  ],
  [
    'Amazon S3, with another order of its parameters',
    clues(`${s3}?versionId=3&X-Amz-Signature=a&X-Amz-Date=b`),
    clues(`${s3}?X-Amz-Date=c&versionId=3&X-Amz-Signature=d`),
    'signed-anew',
  ],
  [
    'Google Cloud Storage, version 4',
    clues(
      'https://storage.googleapis.com/b/f.zip?X-Goog-Signature=a&X-Goog-Date=1&X-Goog-Expires=9',
      nothing,
    ),
    clues('https://storage.googleapis.com/b/f.zip?X-Goog-Signature=b&X-Goog-Date=2&X-Goog-Expires=9'),
    'signed-anew',
  ],
  [
    'Google Cloud Storage, version 2',
    clues('https://storage.googleapis.com/b/f.zip?GoogleAccessId=x&Expires=1&Signature=a'),
    clues('https://storage.googleapis.com/b/f.zip?GoogleAccessId=x&Expires=2&Signature=b'),
    'signed-anew',
  ],
  [
    'Azure Storage',
    clues('https://x.blob.core.windows.net/c/f.zip?sv=2022&se=1&sr=b&sp=r&sig=a', nothing),
    clues('https://x.blob.core.windows.net/c/f.zip?sv=2022&se=2&sr=b&sp=r&sig=b'),
    'signed-anew',
  ],
  [
    'a release of GitHub, whose name is in no path',
    clues(github('a'), { name: 'tool.tar.gz' }),
    clues(github('b'), { name: 'tool.tar.gz' }),
    'signed-anew',
  ],
  [
    'a release of GitHub pressed on its page',
    clues('https://github.com/o/r/releases/download/v1/tool.tar.gz', { finalUrl: github('a') }),
    clues('https://github.com/o/r/releases/download/v1/tool.tar.gz', { finalUrl: github('b') }),
    'address',
  ],
  [
    'Amazon CloudFront, canned policy',
    clues('https://d1.cloudfront.net/f.mp4?Expires=1&Signature=a&Key-Pair-Id=K'),
    clues('https://d1.cloudfront.net/f.mp4?Expires=2&Signature=b&Key-Pair-Id=K'),
    'signed-anew',
  ],
  [
    'Amazon CloudFront, custom policy',
    clues('https://d1.cloudfront.net/f.mp4?Policy=p&Signature=a&Key-Pair-Id=K', nothing),
    clues('https://d1.cloudfront.net/f.mp4?Policy=q&Signature=b&Key-Pair-Id=K'),
    'signed-anew',
  ],
  [
    'Alibaba Cloud OSS',
    clues('https://b.oss-cn-hangzhou.aliyuncs.com/f.zip?OSSAccessKeyId=a&Expires=1&Signature=x'),
    clues('https://b.oss-cn-hangzhou.aliyuncs.com/f.zip?OSSAccessKeyId=a&Expires=2&Signature=y'),
    'signed-anew',
  ],
  [
    'Tencent Cloud COS',
    clues(
      'https://b.cos.ap-beijing.myqcloud.com/f.zip?q-sign-algorithm=sha1&q-ak=a&q-sign-time=1&q-key-time=1&q-header-list=&q-url-param-list=&q-signature=x',
    ),
    clues(
      'https://b.cos.ap-beijing.myqcloud.com/f.zip?q-sign-algorithm=sha1&q-ak=a&q-sign-time=2&q-key-time=2&q-header-list=&q-url-param-list=&q-signature=y',
    ),
    'signed-anew',
  ],
  [
    'Akamai',
    clues('https://a.akamaihd.net/f.zip?hdnts=exp=1~acl=/*~hmac=a'),
    clues('https://a.akamaihd.net/f.zip?hdnts=exp=2~acl=/*~hmac=b'),
    'signed-anew',
  ],
  [
    'OpenStack Swift',
    clues('https://swift.example/v1/A/c/f.iso?temp_url_sig=a&temp_url_expires=1'),
    clues('https://swift.example/v1/A/c/f.iso?temp_url_sig=b&temp_url_expires=2'),
    'signed-anew',
  ],
  [
    'Discord',
    clues('https://cdn.discordapp.com/attachments/1/2/f.zip?ex=1&is=2&hm=3', nothing),
    clues('https://cdn.discordapp.com/attachments/1/2/f.zip?ex=4&is=5&hm=6'),
    'signed-anew',
  ],
  [
    'a token beside the name of a file',
    clues('https://a.example/files/f.zip?token=one', nothing),
    clues('https://a.example/files/f.zip?token=two'),
    'signed-anew',
  ],
  [
    'a token of a program that gave the same name',
    clues('https://a.example/get.php?token=one', { name: 'f.zip' }),
    clues('https://a.example/get.php?token=two', { name: 'f.zip' }),
    'signed-anew',
  ],
  [
    'an expiry beside the name of a file',
    clues('https://a.example/f.zip?id=7&expires=1&hmac=a', nothing),
    clues('https://a.example/f.zip?id=7&expires=2&hmac=b'),
    'signed-anew',
  ],
  [
    'one name and size on one host',
    clues('https://a.example/s/9f3a/f.zip'),
    clues('https://a.example/s/77bc/f.zip'),
    'name-and-size',
  ],
  [
    'one name and size from one page',
    clues('https://m1.example/f.zip'),
    clues('https://m2.example/f.zip'),
    'name-and-size',
  ],
  [
    'a name with the number that Chrome adds',
    clues('https://a.example/s/1/f.zip'),
    clues('https://a.example/s/2/f.zip', { name: 'f.zip' }),
    'name-and-size',
  ],
  [
    'a second export of the same',
    { ...clues('blob:https://a.example/1'), name: 'x.csv' },
    { ...clues('blob:https://a.example/2'), name: 'x.csv' },
    'name-and-size',
  ],
  [
    'one name and size after redirects to one host',
    clues('https://a.example/r/1', { finalUrl: 'https://cdn.example/f', name: 'f.zip', referrer: null }),
    clues('https://b.example/r/2', { finalUrl: 'https://cdn.example/g', name: 'f.zip', referrer: null }),
    'name-and-size',
  ],
  [
    'six days apart',
    clues('https://a.example/s/1/f.zip'),
    clues('https://a.example/s/2/f.zip', { at: NOW + 6 * DAY }),
    'name-and-size',
  ],
  [
    'a new link that was waited for',
    clues('https://a.example/s/1/f.zip', { ...nothing, awaitsLink: true }),
    clues('https://b.example/s/2/f.zip'),
    'new-link',
  ],
  [
    'a new link on the same host, from a page unknown',
    clues('https://a.example/s/1/f.zip', { ...nothing, awaitsLink: true, referrer: null }),
    clues('https://a.example/s/2/f.zip', { referrer: null }),
    'new-link',
  ],
  [
    'a new link of a file whose size nobody says',
    clues('https://a.example/s/1/f.zip', { size: null, awaitsLink: true }),
    clues('https://a.example/s/2/f.zip', { size: null }),
    'new-link',
  ],
  [
    'a new link whose signature has names that nobody knows',
    clues('https://a.example/s/f.zip?h=a&e=1', { ...nothing, awaitsLink: true }),
    clues('https://a.example/s/f.zip?h=b&e=2'),
    'new-link',
  ],
  [
    'a secure link of nginx',
    clues('https://a.example/s/f.zip?md5=a&expires=1', nothing),
    clues('https://a.example/s/f.zip?md5=b&expires=2'),
    'signed-anew',
  ],
];

const two: Pair[] = [
  [
    'a new link that is waited for, and what came before the person went for it',
    clues('https://a.example/s/1/f.zip', { ...nothing, awaitsLink: true }),
    clues('https://a.example/s/2/f.zip', { at: NOW - 60_000 }),
    'nothing-tells',
  ],
  [
    'a new link that is waited for, and another thing of one program',
    clues('https://a.example/get.php?id=1', { name: 'f.zip', size: null, awaitsLink: true }),
    clues('https://a.example/get.php?id=2', { name: 'f.zip' }),
    'other-query',
  ],
  [
    'an ordinary and a private window',
    clues('https://a.example/f.zip'),
    clues('https://a.example/f.zip', { incognito: true }),
    'privacy',
  ],
  [
    'two containers',
    clues('https://a.example/f.zip', { cookieStoreId: 'firefox-container-1' }),
    clues('https://a.example/f.zip', { cookieStoreId: 'firefox-container-2' }),
    'container',
  ],
  [
    'a container and none',
    clues('https://a.example/f.zip', { cookieStoreId: 'firefox-container-1' }),
    clues('https://a.example/f.zip', { cookieStoreId: 'firefox-default' }),
    'container',
  ],
  [
    'a form that failed',
    clues('https://a.example/export.csv', { form: true }),
    clues('https://a.example/export.csv'),
    'form',
  ],
  [
    'a form that came',
    clues('https://a.example/export.csv'),
    clues('https://a.example/export.csv', { form: true }),
    'form',
  ],
  [
    'what the person said is another file',
    clues('https://a.example/s/1/f.zip', {
      refused: [{ url: 'https://a.example/s/2/f.zip', finalUrl: 'https://a.example/s/2/f.zip' }],
    }),
    clues('https://a.example/s/2/f.zip'),
    'refused',
  ],
  [
    'what the person said is another file, signed anew',
    clues(signedS3('a'), { refused: [{ url: signedS3('b'), finalUrl: signedS3('b') }] }),
    clues(signedS3('c')),
    'refused',
  ],
  [
    'one address with two names',
    clues('https://a.example/download.php', { name: 'one.zip' }),
    clues('https://a.example/download.php', { name: 'two.zip' }),
    'other-name',
  ],
  [
    'a generator that names by the day',
    clues('https://a.example/export', { name: 'export-05-01.csv' }),
    clues('https://a.example/export', { name: 'export-05-02.csv' }),
    'other-name',
  ],
  [
    'two files beside each other',
    clues('https://a.example/a.zip'),
    clues('https://a.example/b.zip'),
    'other-name',
  ],
  [
    'two endings of one release',
    clues('https://a.example/app.zip'),
    clues('https://a.example/app.zip.sig'),
    'other-name',
  ],
  [
    'two years of a report',
    clues('https://a.example/Report%20(2023).pdf', { name: 'Report (2023).pdf' }),
    clues('https://a.example/Report%20(2024).pdf', { name: 'Report (2024).pdf' }),
    'other-name',
  ],
  [
    'an error page in the place of the file',
    clues('https://a.example/f.zip'),
    clues('https://a.example/f.zip', { name: 'login.html' }),
    'other-name',
  ],
  [
    'one name and two sizes',
    clues('https://a.example/s/1/f.zip'),
    clues('https://a.example/s/2/f.zip', { size: 2 }),
    'other-size',
  ],
  ['signed anew, and another size', clues(signedS3('a')), clues(signedS3('b'), { size: 2 }), 'other-size'],
  [
    'a new link that was waited for, of another size',
    clues('https://a.example/s/1/f.zip', { awaitsLink: true }),
    clues('https://a.example/s/2/f.zip', { size: 2 }),
    'other-size',
  ],
  [
    'one program asked for two things',
    clues('https://a.example/download.php?id=1', nothing),
    clues('https://a.example/download.php?id=2'),
    'other-query',
  ],
  [
    'one program asked for two things of one name and size',
    clues('https://a.example/download.php?id=1', { name: 'image.jpg' }),
    clues('https://a.example/download.php?id=2', { name: 'image.jpg' }),
    'other-query',
  ],
  [
    'one program asked for two things, and one page in place of both',
    clues('https://a.example/download.php?id=1', { ...nothing, finalUrl: 'https://a.example/login' }),
    clues('https://a.example/download.php?id=2', { ...nothing, finalUrl: 'https://a.example/login' }),
    'other-query',
  ],
  [
    'two versions in one bucket',
    clues(`${s3}?versionId=1&X-Amz-Signature=a`, nothing),
    clues(`${s3}?versionId=2&X-Amz-Signature=b`),
    'other-query',
  ],
  [
    'a thumbnail and its picture',
    clues('https://a.example/p.jpg?w=100', { size: null }),
    clues('https://a.example/p.jpg?w=900', { size: null }),
    'other-query',
  ],
  [
    'Azure parameters that sign nothing',
    clues('https://a.example/get?se=1&sp=2', nothing),
    clues('https://a.example/get?se=3&sp=4', nothing),
    'other-query',
  ],
  [
    'a program of which only the token tells',
    clues('https://a.example/get.php?token=one', nothing),
    clues('https://a.example/get.php?token=two'),
    'nothing-tells',
  ],
  [
    'an address without a file, of which only the token tells',
    clues('https://a.example/get?token=one', nothing),
    clues('https://a.example/get?token=two', { name: 'f.zip' }),
    'nothing-tells',
  ],
  [
    'one name on one host, and no size',
    clues('https://a.example/s/1/f.zip', { size: null }),
    clues('https://a.example/s/2/f.zip'),
    'nothing-tells',
  ],
  [
    'one name on one host, and no size of the second',
    clues('https://a.example/s/1/f.zip'),
    clues('https://a.example/s/2/f.zip', { size: null }),
    'nothing-tells',
  ],
  [
    'one size, and no name',
    clues('https://a.example/s/1/f', { name: null }),
    clues('https://a.example/s/2/f.zip'),
    'nothing-tells',
  ],
  [
    'two addresses that both lead to a sign-in',
    clues('https://a.example/a.zip', { ...nothing, finalUrl: 'https://a.example/login' }),
    clues('https://a.example/b.zip', { ...nothing, finalUrl: 'https://a.example/login' }),
    'nothing-tells',
  ],
  [
    'two long data: addresses that begin alike',
    { ...clues('https://a.example/'), url: 'data:text/csv,a', finalUrl: 'data:text/csv,a', ...nothing },
    { ...clues('https://a.example/'), url: 'data:text/csv,a', finalUrl: 'data:text/csv,a', ...nothing },
    'nothing-tells',
  ],
  [
    'one name and size on two hosts from two pages',
    clues('https://a.example/setup.exe'),
    clues('https://b.example/setup.exe', { referrer: 'https://other.example/' }),
    'elsewhere',
  ],
  [
    'one name and size on two hosts from nowhere',
    clues('https://a.example/setup.exe', { referrer: null }),
    clues('https://b.example/setup.exe', { referrer: null }),
    'elsewhere',
  ],
  [
    'one name and size on two ports',
    clues('https://a.example/f.zip', { referrer: null }),
    clues('https://a.example:8443/f.zip', { referrer: null }),
    'elsewhere',
  ],
  [
    'eight days apart',
    clues('https://a.example/s/1/f.zip'),
    clues('https://a.example/s/2/f.zip', { at: NOW + 8 * DAY }),
    'too-long-ago',
  ],
  [
    'a new link two days after the page was opened',
    clues('https://a.example/s/1/f.zip', { ...nothing, awaitsLink: true }),
    clues('https://a.example/s/2/f.zip', { at: NOW + 2 * DAY }),
    'nothing-tells',
  ],
  [
    'another file of the page whose new link is waited for',
    clues('https://a.example/s/1/f.zip', { ...nothing, awaitsLink: true }),
    clues('https://a.example/s/2/g.zip'),
    'nothing-tells',
  ],
];

describe('two downloads are of one file', () => {
  it.each(same)('%s', (_what, failure, download, because) => {
    expect(compare(failure, download)).toEqual({ same: true, because });
  });

  it.each(same)('and the journal finds them: %s', (_what, failure, download) => {
    const keys = [...fileKeys(download), ...(download.name === null ? [] : [linkKey(download.name)])];
    expect(fileKeys(failure).some((key) => keys.includes(key))).toBe(true);
  });
});

describe('two downloads are of two files', () => {
  it.each(two)('%s', (_what, failure, download, because) => {
    expect(compare(failure, download)).toEqual({ same: false, because });
  });
});

describe('a plain name', () => {
  it.each([
    ['/home/me/file (1).zip', 'file.zip'],
    ['/home/me/file(1).tar.gz', 'file.tar.gz'],
    ['/home/me/file(1)(1).zip', 'file.zip'],
    ['C:\\Users\\me\\file (12)', 'file'],
    ['/home/me/Report (2023).pdf', 'Report (2023).pdf'],
    ['/home/me/(1).zip', '(1).zip'],
    ['/home/me/e\u0301.zip', '\u00e9.zip'],
    ['', null],
  ])('of %s is %s', (path, name) => {
    expect(plainName(path)).toBe(name);
  });
});

it('at least sixty pairs are told apart', () => {
  expect(same.length + two.length).toBeGreaterThanOrEqual(60);
});
