import { describe, expect, it } from 'vitest';
import { attachmentName } from '../../../src/domain/content-disposition.ts';
import { causeOf } from '../../../src/domain/failure.ts';
import {
  type Asking,
  type Because,
  downloadOf,
  hasItem,
  isAskedByPage,
  isFileAddress,
  isPage,
  judge,
} from '../../../src/domain/never-began.ts';
import { type ObserveContext, observe } from '../../../src/domain/observe.ts';
import type { Browser } from '../../../src/domain/reasons.ts';
import type { failureWith } from '../../fakes/failure.ts';
import { seenRequest } from '../../fakes/seen-request.ts';
import { snapshot } from '../../fakes/snapshots.ts';

const PAGE = 'https://host.example/downloads';
const FILE = 'https://host.example/files/archive.zip';
const NO_FILE = 'https://host.example/about';

interface Facts extends Partial<Asking> {
  url?: string;
  /** What leads there. */
  from?: string[];
  method?: string;
  status?: number;
  error?: string;
  /** The Content-Disposition. */
  disposition?: string;
  asksPassword?: boolean;
  /** Whether it still goes on. */
  underWay?: boolean;
}

/** A request of a page in a tab, unless said otherwise. */
function requestWith(facts: Facts) {
  const { type = 'main_frame', inTab = true, by = PAGE, ahead = false, from = [], url = FILE } = facts;
  const { method = 'GET', status = null, error = null, disposition = '', asksPassword = false } = facts;
  const asking = { type, inTab, ahead, by: 'by' in facts ? facts.by : by };
  return seenRequest({
    url,
    steps: [...from, url].map((step) => ({ url: step, method })),
    ...{ at: 1_000, endedAt: facts.underWay ? null : 1_200, status, error },
    ...(isAskedByPage(asking) && {
      navigation: {
        page: PAGE,
        framed: type === 'sub_frame',
        attachment: attachmentName(disposition),
        asksPassword,
        cookieStoreId: null,
      },
    }),
  });
}

const gone = { status: 404 };
const refused = { error: 'net::ERR_CONNECTION_REFUSED' };
const attached = 'attachment; filename="report.xlsx"';

describe('a download that never began', () => {
  it.each<[what: string, facts: Facts, because: string, browser?: Browser]>([
    ['a link to an archive that is not there', gone, 'address'],
    ['a link to an archive on a server that fails', { status: 503 }, 'address'],
    ['a link to an archive on a server that refuses', refused, 'address'],
    ['the same in Firefox', { error: 'NS_ERROR_CONNECTION_REFUSED' }, 'address', 'firefox'],
    ['no such name', { error: 'net::ERR_NAME_NOT_RESOLVED' }, 'address'],
    ['the same in Firefox', { error: 'NS_ERROR_UNKNOWN_HOST' }, 'address', 'firefox'],
    ['a bad certificate', { error: 'net::ERR_CERT_DATE_INVALID' }, 'address'],
    ['the same in Firefox', { error: 'The certificate has expired.' }, 'address', 'firefox'],
    ['no connection at all', { error: 'net::ERR_INTERNET_DISCONNECTED' }, 'address'],
    ['a connection that breaks before the answer', { error: 'net::ERR_CONNECTION_RESET' }, 'address'],
    ['a redirect to a server that refuses', { ...refused, from: [NO_FILE] }, 'address'],
    [
      'circles of redirects in Firefox',
      { status: 302, error: 'NS_ERROR_REDIRECT_LOOP', from: [FILE, FILE] },
      'address',
      'firefox',
    ],
    ['a redirect to an archive that is not there', { ...gone, from: [NO_FILE] }, 'address'],
    ['an archive in a frame of the page', { ...gone, type: 'sub_frame' }, 'address'],
    ['an answer to be saved, and its status', { ...gone, url: NO_FILE, disposition: attached }, 'attachment'],
    [
      'an answer that Firefox can not show',
      { status: 500, error: 'NS_ERROR_NET_ERROR_RESPONSE', url: NO_FILE, disposition: 'attachment' },
      'attachment',
      'firefox',
    ],
    [
      'a form whose answer was to be saved',
      { ...gone, method: 'POST', url: NO_FILE, disposition: attached },
      'attachment',
    ],
    ['a form for an archive', { status: 500, method: 'POST' }, 'address'],
    [
      'a program that an ad blocker stopped',
      { error: 'net::ERR_BLOCKED_BY_CLIENT', url: 'https://host.example/setup.exe' },
      'address',
    ],
    ['a server that wants a password that it does not ask for', { status: 401 }, 'address'],
  ])('is %s', (_what, facts, because, browser = 'chrome') => {
    expect(judge(requestWith(facts), browser)).toEqual({ never: true, because });
  });

  type No = Extract<Because, { never: false }>['because'];
  it.each<[what: string, facts: Facts, because: No, browser?: Browser]>([
    // Pages.
    ['a page that is not there', { ...gone, url: NO_FILE }, 'page'],
    ['a page with an ending', { ...gone, url: 'https://host.example/about.html' }, 'page'],
    ['a page made by PHP', { ...gone, url: 'https://host.example/download.php' }, 'page'],
    ['a page made by ASP', { status: 500, url: 'https://host.example/get.aspx' }, 'page'],
    ['a page without a name', { status: 503, url: 'https://host.example/' }, 'page'],
    ['a page on a server that refuses', { ...refused, url: NO_FILE }, 'page'],
    ['a page on a server that has no name', { error: 'net::ERR_NAME_NOT_RESOLVED', url: NO_FILE }, 'page'],
    [
      'a page while there is no connection',
      { error: 'net::ERR_INTERNET_DISCONNECTED', url: NO_FILE },
      'page',
    ],
    ['the same in Firefox', { error: 'NS_ERROR_OFFLINE', url: NO_FILE }, 'page', 'firefox'],
    ['a page behind a bad certificate', { error: 'net::ERR_CERT_AUTHORITY_INVALID', url: NO_FILE }, 'page'],
    ['the same in Firefox', { error: 'Das Zertifikat ist abgelaufen.', url: NO_FILE }, 'page', 'firefox'],
    ['a page after too many requests', { status: 429, url: NO_FILE }, 'page'],
    ['a form that was refused', { status: 422, method: 'POST', url: NO_FILE }, 'page'],
    [
      'an answer to be shown, whatever its name',
      { ...gone, url: NO_FILE, disposition: 'inline; filename="a.zip"' },
      'page',
    ],
    ['a host that is called like an archive', { ...gone, url: 'https://archive.zip/' }, 'page'],
    ['a host that ends as a program did once', { ...refused, url: 'https://host.com' }, 'page'],
    ['a query that names an archive', { ...gone, url: 'https://host.example/get?file=archive.zip' }, 'page'],
    ['a fragment that names an archive', { ...gone, url: 'https://host.example/get#archive.zip' }, 'page'],
    [
      'a folder that is called like an archive',
      { ...gone, url: 'https://host.example/archive.zip/download' },
      'page',
    ],
    [
      "a wiki's page about an archive",
      { ...gone, url: 'https://host.example/wiki/File:Archive.zip' },
      'page',
    ],
    [
      "a repository's page about an archive",
      { ...gone, url: 'https://host.example/me/it/blob/main/a.zip' },
      'page',
    ],
    [
      'the same without a folder for it, in whatever language',
      { ...gone, url: 'https://host.example/index.php/Datei:Archiv.zip' },
      'page',
    ],
    ['the same in Gitea', { ...gone, url: 'https://host.example/me/it/src/branch/main/a.zip' }, 'page'],
    ['a search for an archive', { ...gone, url: 'https://host.example/search/archive.zip' }, 'page'],
    [
      'a page made by a program of its server',
      { status: 500, url: 'https://host.example/cgi-bin/guestbook.exe' },
      'page',
    ],
    // What browsers show.
    ['a picture', { ...gone, url: 'https://host.example/a.png' }, 'page'],
    ['a document that browsers show', { ...gone, url: 'https://host.example/a.pdf' }, 'page'],
    ['a film', { ...gone, url: 'https://host.example/a.mp4' }, 'page'],
    ['a song', { ...gone, url: 'https://host.example/a.mp3' }, 'page'],
    ['plain text', { ...gone, url: 'https://host.example/a.txt' }, 'page'],
    ['a feed', { ...gone, url: 'https://host.example/a.xml' }, 'page'],
    ['a table that some show', { ...gone, url: 'https://host.example/a.csv' }, 'page'],
    ['an extension, which Firefox installs', { ...gone, url: 'https://host.example/a.xpi' }, 'page'],
    // Where the person ends up elsewhere.
    [
      'an archive behind a page to sign in',
      { status: 401, from: [FILE], url: 'https://host.example/login' },
      'page',
    ],
    ['an archive that led to a page', { status: 200, from: [FILE], url: NO_FILE }, 'answered'],
    ['a prompt for a password that nobody gave', { status: 401, asksPassword: true }, 'password'],
    ['the same by a proxy', { status: 407, asksPassword: true }, 'password'],
    // What the person or the browser did.
    ['a press of Stop', { error: 'net::ERR_ABORTED' }, 'stopped'],
    ['the same in Firefox', { error: 'NS_BINDING_ABORTED' }, 'stopped', 'firefox'],
    ['a press of Stop while an error was loading', { ...gone, error: 'net::ERR_ABORTED' }, 'stopped'],
    ['a link of which there is a download', { status: 200, error: 'net::ERR_ABORTED' }, 'stopped'],
    ['going back to the answer to a form', { error: 'net::ERR_CACHE_MISS' }, 'unclear'],
    [
      'a frame that its server forbids',
      { error: 'net::ERR_BLOCKED_BY_RESPONSE', type: 'sub_frame' },
      'unclear',
    ],
    ['a frame that the page forbids', { error: 'net::ERR_BLOCKED_BY_CSP', type: 'sub_frame' }, 'unclear'],
    ['an error that nobody has heard of', { error: 'net::ERR_NEW' }, 'unclear'],
    ['the same in Firefox', { error: 'NS_ERROR_NEW' }, 'unclear', 'firefox'],
    [
      'an advertisement in a frame',
      { error: 'net::ERR_BLOCKED_BY_CLIENT', type: 'sub_frame' },
      'blocked-frame',
    ],
    ['an archive that comes', { status: 200 }, 'answered'],
    ['an answer without content', { status: 204 }, 'answered'],
    ['a download that breaks on the way', { status: 200, error: 'net::ERR_CONNECTION_RESET' }, 'answered'],
    ['an archive that is still asked for', { ...gone, underWay: true }, 'under-way'],
    // What no page asked for as for another page.
    ['a picture in a page', { ...gone, type: 'image' }, 'other'],
    ['the icon of a page', { ...gone, type: 'other' }, 'other'],
    ['what a script reads', { ...gone, type: 'xmlhttprequest' }, 'other'],
    ['a part of a film, for a player', { status: 416, type: 'media' }, 'other'],
    ['what a page lets the browser fetch ahead', { ...gone, type: 'other' }, 'other'],
    ['a page that the browser prepares', { ...gone, ahead: true }, 'other'],
    ['the same, of which Chrome names no page', { ...gone, by: undefined }, 'other'],
    ['an address that the person entered', { ...gone, by: undefined }, 'other'],
    ['a request without a tab', { ...gone, inTab: false }, 'other'],
    ['a frame in the background of an extension', { ...gone, type: 'sub_frame', inTab: false }, 'other'],
    ['a tab that an extension opened', { ...gone, by: 'moz-extension://id/' }, 'other'],
    ['a page of an extension', { ...gone, by: 'chrome-extension://id' }, 'other'],
    ['a local page', { ...gone, by: 'file:///home/me/page.html' }, 'other'],
    ['a page that only shows one of the web', { ...gone, by: 'view-source:https://host.example/' }, 'other'],
    ['one of which nothing is known', {}, 'answered'],
    [
      'one that an administrator blocked in a frame',
      { error: 'net::ERR_BLOCKED_BY_ADMINISTRATOR', type: 'sub_frame' },
      'blocked-frame',
    ],
  ])('is not %s', (_what, facts, because, browser = 'chrome') => {
    expect(judge(requestWith(facts), browser)).toEqual({ never: false, because });
  });

  it.each([
    ['.zip', true],
    ['.tar.gz', true],
    ['.EXE', true],
    ['.docx', true],
    ['.7z?token=a.html', true],
    ['.zip/', false],
    ['.com', false],
    ['zip', false],
    ['.zipper', false],
  ])('is known by the ending %s: %s', (ending, isFile) => {
    expect(isFileAddress(`https://host.example/files/a${ending}`)).toBe(isFile);
  });

  it('is known by no ending of what is no address of the web', () => {
    for (const address of ['ftp://host.example/a.zip', 'https://host.example:x/a.zip', 'a.zip', '']) {
      expect(isFileAddress(address)).toBe(false);
    }
  });

  it('is found to be none at once however odd its address is', () => {
    const begun = performance.now();
    expect(isFileAddress(`https://host.example/${':'.repeat(90_000)}/a.zip`)).toBe(true);
    expect(isFileAddress('https://host.example/wiki/File:a:b.zip')).toBe(false);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it('can be asked for by a page that is not encrypted, and end with any error from 300 on', () => {
    const judged = (facts: Facts) => judge(requestWith(facts), 'chrome');
    expect(judged({ ...gone, by: 'http://host.example/' })).toEqual({ never: true, because: 'address' });
    expect(judged({ status: 400 })).toEqual({ never: true, because: 'address' });
    expect(judged({ ...refused, status: 300 })).toEqual({ never: true, because: 'address' });
    expect(judged({ ...refused, status: 299 })).toEqual({ never: false, because: 'answered' });
  });

  it('is none without an address', () => {
    const request = { ...requestWith(gone), steps: [] };
    expect(judge(request, 'chrome')).toEqual({ never: false, because: 'page' });
    expect(downloadOf(request, 'chrome')).toBeUndefined();
    const { navigation: _navigation, ...unasked } = requestWith(gone);
    expect(downloadOf(unasked, 'chrome')).toBeUndefined();
  });

  it('is told as the browser would have told it', () => {
    const from = [NO_FILE, 'https://b.example/'];
    expect(downloadOf(requestWith({ ...refused, from, disposition: attached }), 'chrome')).toMatchObject({
      ...{ item: null, url: NO_FILE, finalUrl: FILE, referrer: PAGE, filename: 'report.xlsx', ours: false },
      ...{ startedAt: 1_000, bytesReceived: 0, exactBytes: true, canResume: false },
      status: { kind: 'failed', reason: 'NETWORK_FAILED' },
    });
    expect(downloadOf(requestWith(gone), 'chrome')).toMatchObject({
      ...{ filename: '', status: { kind: 'failed', reason: 'SERVER_FAILED' } },
    });
  });
});

describe('a page that failed', () => {
  const { navigation: _navigation, ...request } = requestWith(gone);

  it.each([
    ['main_frame', request, true],
    ['sub_frame', request, true],
    ['main_frame', { ...request, status: null, error: 'net::ERR_FAILED' }, true],
    ['main_frame', { ...request, status: 200 }, false],
    ['main_frame', requestWith(gone), false],
    ['image', request, false],
  ])('is the answer to a %s, unless it came or a page in a tab asked for it', (type, seen, is) => {
    expect(isPage(type, seen)).toBe(is);
  });
});

describe('an item of the browser', () => {
  const request = requestWith({ ...gone, from: [NO_FILE] });
  const item = (fields: object) => ({
    url: FILE,
    finalUrl: FILE,
    incognito: false,
    startedAt: 1_100,
    ...fields,
  });

  it.each<[what: string, item: object, is: boolean]>([
    ['at its address', {}, true],
    ['at the address that led there', { url: NO_FILE }, true],
    ['that came a moment later', { startedAt: 60_000 }, true],
    ['at the safe one of its address', { url: FILE.replace('https', 'http'), finalUrl: '' }, true],
    ['of a private window', { incognito: true }, false],
    ['that began long before', { startedAt: -60_000 }, false],
    ['at another address', { url: `${FILE}?2`, finalUrl: `${FILE}?2` }, false],
  ])('%s is its: %s', (_what, fields, is) => {
    expect(hasItem(request, [item(fields)])).toBe(is);
    expect(hasItem(request, [item({ incognito: true }), item(fields)])).toBe(is);
  });

  it('can seem to have started up to five seconds before the answer', () => {
    expect(hasItem(request, [item({ startedAt: -4_000 })])).toBe(true);
    expect(hasItem(request, [item({ startedAt: -4_001 })])).toBe(false);
  });

  it('is not its where only an address within the address is a safe one', () => {
    const led = (address: string) => `${FILE}?to=${address}`;
    const other = { url: led('http://b.example/'), finalUrl: led('http://b.example/') };
    expect(hasItem(requestWith({ ...gone, url: led('https://b.example/') }), [item(other)])).toBe(false);
  });
});

describe('the record of a download that never began', () => {
  const context: ObserveContext = {
    now: 1_200,
    newId: 'new',
    browser: 'chrome',
    imported: false,
    forgotten: false,
    stateChanged: false,
  };
  /** What becomes of the failures with a request that waited in vain. */
  function recorded(facts: Facts, failures = [] as ReturnType<typeof failureWith>[], at = 1_000) {
    const request = { ...requestWith(facts), at, endedAt: at + 200 };
    const download = downloadOf(request, 'chrome');
    return download ? observe(failures, download, { ...context, now: at + 200 }) : [];
  }
  const [first] = recorded({ ...gone, from: [NO_FILE], disposition: attached });

  it('tells the page, the name, the addresses, the reason and the cause', () => {
    expect(first).toMatchObject({
      url: NO_FILE,
      finalUrl: FILE,
      referrer: PAGE,
      filename: 'report.xlsx',
      reason: 'SERVER_BAD_CONTENT',
      failedAt: 1_200,
      seen: false,
      attempts: [{ item: null, state: 'failed', by: 'elsewhere', canResume: false }],
    });
    expect(first && causeOf(first)).toBe('status-404');
  });

  it('has in Firefox the only address that Firefox tells of an item', () => {
    expect(downloadOf(requestWith({ ...gone, from: [NO_FILE] }), 'firefox')).toMatchObject({ url: FILE });
  });

  const known = first ? [first] : [];

  it('is made once', () => {
    expect(recorded({ ...gone, from: [NO_FILE], disposition: attached }, known)).toEqual([]);
  });

  it('gets another attempt when the person presses the link again', () => {
    const [again] = recorded({ status: 503, from: [NO_FILE] }, known, 20_000);
    expect(again).toMatchObject({ id: 'new', reason: 'SERVER_FAILED', seen: false, failedAt: 20_200 });
    expect(again?.attempts).toHaveLength(2);
  });

  it('leaves the type of the file as it was known', () => {
    const typed = known.map((one) => ({ ...one, mime: 'application/zip' }));
    expect(recorded({ ...refused, from: [NO_FILE] }, typed, 20_000)[0]?.mime).toBe('application/zip');
  });

  it('does not grow with a page that reloads itself', () => {
    let failures = known;
    for (let at = 2_000; at < 60_000; at += 1_000)
      failures = recorded({ ...gone, from: [NO_FILE] }, failures, at);
    expect(failures).toHaveLength(1);
    expect(failures[0]?.attempts).toMatchObject([{ startedAt: 1_000, endedAt: 59_200 }]);
  });

  it('gets another attempt at once when the link ends in another way', () => {
    const [again] = recorded({ ...refused, from: [NO_FILE] }, known, 3_000);
    expect(again).toMatchObject({ reason: 'NETWORK_SERVER_DOWN', failedAt: 3_200, seen: false });
    expect(again?.attempts).toHaveLength(2);
    expect(again && causeOf(again)).toBe('refused');
  });

  const itemOf = (status: Parameters<typeof snapshot>[0]['status'], startedAt: number) => ({
    ...snapshot({ id: 5, status, bytesReceived: 0 }),
    ...{ url: NO_FILE, finalUrl: FILE, totalBytes: null, startedAt },
  });

  it('is that of an item that comes after all', () => {
    const [after] = observe(known, itemOf({ kind: 'failed', reason: 'SERVER_BAD_CONTENT' }, 1_100), context);
    expect(after?.attempts).toMatchObject([{ item: { id: 5 }, state: 'failed' }]);
  });

  it('keeps its attempt when the person presses again, and cancels what then comes', () => {
    const pressed = observe(known, itemOf({ kind: 'running' }, 4_000), context);
    expect(pressed[0]?.attempts).toMatchObject([{ item: null, state: 'failed' }, { item: { id: 5 } }]);
    const cancelled = itemOf({ kind: 'failed', reason: 'USER_CANCELED' }, 4_000);
    const [after] = observe(pressed, cancelled, { ...context, stateChanged: true });
    expect(after?.attempts).toHaveLength(1);
    expect(after && causeOf(after)).toBe('status-404');
  });

  it('closes with a download of the file', () => {
    const [after] = observe(known, itemOf({ kind: 'completed' }, 90_000), context);
    expect(after?.attempts).toMatchObject([{ item: null }, { item: { id: 5 }, state: 'completed' }]);
  });

  it('is not made for what an attempt of ours or an item that is gone tells already', () => {
    const failed = (fields: object) =>
      known.map((one) => ({ ...one, attempts: [{ ...one.attempts[0], ...fields }] as typeof one.attempts }));
    const item = { id: 7, session: null, key: '7 then', trace: null };
    expect(recorded({ ...gone, from: [NO_FILE] }, failed({ item, began: undefined }), 1_500)).toEqual([]);
    expect(recorded({ ...gone, from: [NO_FILE] }, failed({ by: 'person', began: undefined }), 1_500)).toEqual(
      [],
    );
    expect(recorded({ ...gone, from: [NO_FILE] }, failed({ item, began: undefined }), 60_000)).toHaveLength(
      1,
    );
  });
});
