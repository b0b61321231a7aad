import { describe, expect, it } from 'vitest';
import type { SnapshotStatus } from '../../../src/domain/failure.ts';
import {
  type Clues,
  cluesOf,
  cluesOfSnapshot,
  compare,
  expectedName,
  fileInAddress,
  fileKeys,
  linkKey,
  plainName,
  type Verdict,
} from '../../../src/domain/same-file.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';
import { snapshot } from '../../fakes/snapshots.ts';

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
    'an address in which data: stands somewhere',
    clues('https://a.example/f?of=data:1', nothing),
    clues('https://a.example/f?of=data:1'),
    'address',
  ],
  [
    'one name and size from one path of two hosts',
    clues('https://m1.example/get?id=1', { name: 'f.zip' }),
    clues('https://m2.example/get?id=2', { name: 'f.zip' }),
    'name-and-size',
  ],
  [
    'one name and size, asked of two programs',
    clues('https://a.example/get?id=1', { name: 'f.zip' }),
    clues('https://a.example/load?id=2', { name: 'f.zip' }),
    'name-and-size',
  ],
  [
    'a week apart to the millisecond',
    clues('https://a.example/s/1/f.zip'),
    clues('https://a.example/s/2/f.zip', { at: NOW + 7 * DAY }),
    'name-and-size',
  ],
  [
    'a new link a day after the page was opened, to the millisecond',
    clues('https://a.example/s/1/f.zip', { ...nothing, awaitsLink: true }),
    clues('https://a.example/s/2/f.zip', { at: NOW + DAY }),
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
    'two addresses that lead to a sign-in, once with a name',
    clues('https://a.example/a.zip', { ...nothing, finalUrl: 'https://a.example/login' }),
    clues('https://a.example/b.zip', { finalUrl: 'https://a.example/login' }),
    'nothing-tells',
  ],
  [
    'a named file and an address without, that lead to one place',
    clues('https://a.example/a.zip', { finalUrl: 'https://a.example/login' }),
    clues('https://a.example/b.zip', { ...nothing, finalUrl: 'https://a.example/login' }),
    'nothing-tells',
  ],
  [
    'two data: addresses that begin alike, of one name',
    { ...clues('https://a.example/'), url: 'data:text/csv,a', finalUrl: 'data:text/csv,a', name: 'x.csv' },
    {
      ...clues('https://a.example/'),
      ...{ url: 'data:text/csv,a', finalUrl: 'data:text/csv,a', name: 'x.csv', size: 2 },
    },
    'other-size',
  ],
  [
    'two data: addresses of one name and size from two pages',
    { ...clues('https://a.example/'), url: 'data:,a', finalUrl: 'data:,a', name: 'x.csv' },
    { ...clues('https://a.example/'), url: 'data:,b', finalUrl: 'data:,b', name: 'x.csv', referrer: null },
    'elsewhere',
  ],
  [
    'two addresses that are none, of one name and size from two pages',
    { ...clues('https://a.example/'), url: 'one', finalUrl: 'one', name: 'x.csv' },
    { ...clues('https://a.example/'), url: 'other', finalUrl: 'other', name: 'x.csv', referrer: null },
    'elsewhere',
  ],
  [
    'an address and one that is none, of one name and size from two pages',
    clues('https://a.example/x.csv'),
    { ...clues('https://a.example/x.csv'), url: 'other', finalUrl: 'other', referrer: null },
    'elsewhere',
  ],
  [
    'a new link that is waited for, and no name on either side',
    clues('https://a.example/one', { ...nothing, awaitsLink: true }),
    clues('https://a.example/other', nothing),
    'nothing-tells',
  ],
  [
    'one size, and no name of the second',
    clues('https://a.example/s/1/f.zip'),
    clues('https://a.example/s/2/f', { name: null }),
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
    ['/home/me/file (1) of me.zip', 'file (1) of me.zip'],
    ['/home/me/e\u0301.zip', '\u00e9.zip'],
    ['', null],
  ])('of %s is %s', (path, name) => {
    expect(plainName(path)).toBe(name);
  });

  it('is found at once however odd the name is', () => {
    const odd = `${'(1)'.repeat(30_000)}!.zip`;
    const begun = performance.now();
    expect(plainName(odd)).toBe(odd);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe('the file in an address', () => {
  it.each([
    ['https://a.example/files/my%20file.zip?token=1', 'my file.zip'],
    ['https://a.example/file (1).tar.gz', 'file.tar.gz'],
    ['https://a.example/get.php', null],
    ['https://a.example/v1.2-beta', null],
    ['https://a.example/.zip', null],
    ['https://a.example/', null],
    ['no address', null],
  ])('of %s is %s', (url, name) => {
    expect(fileInAddress(url)).toBe(name);
  });

  it('is what a new link is known by while the file has no name', () => {
    const url = 'https://a.example/s/1/f.zip';
    expect(expectedName({ url, name: null })).toBe('f.zip');
    expect(expectedName({ url, name: 'g.zip' })).toBe('g.zip');
  });
});

describe('name and size', () => {
  const told: [
    what: string,
    bytesReceived: number,
    totalBytes: number | null,
    reason: string,
    known: boolean,
  ][] = [
    ['are those of the file once some of it came', 1, null, 'SERVER_FORBIDDEN', true],
    ['are if the network failed before that, and the size was announced', 0, 1_000, 'NETWORK_FAILED', true],
    ['are not if it was not announced either', 0, null, 'NETWORK_FAILED', false],
    ['are not if the server refused, whatever it announced', 0, 1_000, 'SERVER_FORBIDDEN', false],
    ['are if the disk took nothing', 0, null, 'FILE_NO_SPACE', true],
    ['are not if a page may have come in its place', 1_000, 1_000, 'SUSPECT_PAGE', false],
    ['are not if nothing came in its place', 0, 1_000, 'SUSPECT_EMPTY', false],
    ['are if only a part of it came', 500, 1_000, 'SUSPECT_CUT_SHORT', true],
  ];

  it.each(told)('%s: of an attempt', (_what, bytesReceived, totalBytes, reason, known) => {
    const attempts = [failedAttempt({ bytesReceived, totalBytes, reason })];
    const { name, size } = cluesOf(failureWith({ attempts }));
    expect({ name, size }).toEqual({ name: known ? 'file.zip' : null, size: known ? totalBytes : null });
  });

  const statusOf = (reason: string): SnapshotStatus =>
    reason === 'SUSPECT_PAGE' || reason === 'SUSPECT_EMPTY' || reason === 'SUSPECT_CUT_SHORT'
      ? { kind: 'completed', suspicion: reason }
      : { kind: 'failed', reason };

  it.each(told)('%s: of a download', (_what, bytesReceived, totalBytes, reason, known) => {
    const shown = { ...snapshot({ id: 1, status: statusOf(reason), bytesReceived }), totalBytes };
    const { name, size } = cluesOfSnapshot(shown);
    expect({ name, size }).toEqual({ name: known ? 'file-1.zip' : null, size: known ? totalBytes : null });
  });

  it.each([
    ['are known of a file that came, even an empty one', { kind: 'completed' }, null, true],
    ['are known of one that is announced and has begun', { kind: 'running' }, 1_000, true],
    ['are known but for its size of one that has begun', { kind: 'running' }, null, true],
    ['are the same of one that is paused', { kind: 'paused' }, null, true],
    [
      'are not known of one that failed before anything came',
      { kind: 'failed', reason: 'NETWORK_FAILED' },
      null,
      false,
    ],
  ] satisfies [string, SnapshotStatus, number | null, boolean][])(
    '%s',
    (_what, status, totalBytes, known) => {
      const shown = { ...snapshot({ id: 1, status, bytesReceived: 0 }), totalBytes };
      expect(cluesOfSnapshot(shown)).toMatchObject({
        name: known ? 'file-1.zip' : null,
        size: known ? totalBytes : null,
      });
    },
  );

  it('are not told by an attempt that was of another file', () => {
    const other = failedAttempt({ kind: 'restart', state: 'another-file', totalBytes: 2_000 });
    const { name, size } = cluesOf(
      failureWith({ attempts: [failedAttempt({ bytesReceived: 0, totalBytes: null }), other] }),
    );
    expect([name, size]).toEqual([null, null]);
  });

  it('are told by the last attempt that knows the size', () => {
    const attempts = [1_000, 2_000, null].map((totalBytes, index) =>
      failedAttempt({ totalBytes, kind: index === 0 ? 'first' : 'restart' }),
    );
    expect(cluesOf(failureWith({ attempts })).size).toBe(2_000);
  });
});

describe('what is known of a failure', () => {
  it('is its own time, and that no link is awaited', () => {
    expect(cluesOf(failureWith({ failedAt: 5 }))).toMatchObject({ at: 5, awaitsLink: false, refused: [] });
  });

  it('is when the person went for a new link', () => {
    const next = { kind: 'link', since: 9 };
    expect(cluesOf(failureWith({ failedAt: 5, next }))).toMatchObject({ at: 9, awaitsLink: true });
    const turn = { kind: 'turn' };
    expect(cluesOf(failureWith({ failedAt: 5, next: turn }))).toMatchObject({ at: 5, awaitsLink: false });
  });

  it('is what the person said is another file, and not what else was downloaded', () => {
    const download = (name: string) => ({
      url: `https://a.example/${name}`,
      finalUrl: `https://a.example/${name}`,
      filename: '',
    });
    const attempts = [
      failedAttempt(),
      failedAttempt({ kind: 'restart', state: 'another-file', download: download('refused') }),
      failedAttempt({ kind: 'restart', state: 'another-file' }),
      failedAttempt({ kind: 'restart', download: download('failed') }),
    ];
    expect(cluesOf(failureWith({ attempts })).refused).toEqual([download('refused')]);
  });

  it.each([
    ['POST', true],
    ['GET', false],
    [null, false],
  ])('and of a download with the method %s is whether it sent a form: %s', (method, form) => {
    expect(cluesOf(failureWith({ method })).form).toBe(form);
    const shown = snapshot({ id: 1, status: { kind: 'running' } });
    expect(cluesOfSnapshot({ ...shown, method }).form).toBe(form);
    expect(cluesOfSnapshot(shown)).toMatchObject({ form: false, awaitsLink: false, refused: [] });
  });
});

describe('the keys of a file', () => {
  const keysOf = (url: string, fields: Partial<Clues> = {}) => fileKeys(clues(url, fields));

  it('stay as they are, as databases hold them', () => {
    expect(keysOf('https://a.example/f.zip?token=1#top', { finalUrl: 'https://b.example/f.zip' })).toEqual([
      'address https://a.example/f.zip',
      'address https://a.example/f.zip?token=1',
      'address https://b.example/f.zip',
      'size 1000000 f.zip',
    ]);
    expect(linkKey('f.zip')).toBe('link f.zip');
  });

  it('are those of its address alone while name or size are not known', () => {
    const address = ['address https://a.example/f.zip'];
    for (const fields of [{ name: null }, { size: null }, nothing]) {
      expect(keysOf('https://a.example/f.zip', fields)).toEqual(address);
    }
  });

  it('have the name of the link that is awaited, if one can be told', () => {
    const awaited = { ...nothing, awaitsLink: true };
    expect(keysOf('https://a.example/f.zip', awaited)).toEqual([
      'address https://a.example/f.zip',
      'link f.zip',
    ]);
    expect(keysOf('https://a.example/get', awaited)).toEqual(['address https://a.example/get']);
  });

  it('are not made of data: addresses, of which only the beginning is kept', () => {
    const data = 'data:text/csv,a';
    expect(fileKeys({ ...clues('https://a.example/x.csv'), url: data, finalUrl: data })).toEqual([
      'size 1000000 x.csv',
    ]);
  });
});

it('at least sixty pairs are told apart', () => {
  expect(same.length + two.length).toBeGreaterThanOrEqual(60);
});
