import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../src/domain/failure.ts';
import { baseName, fileName, hostOf, visibleText, withoutFragment } from '../../../src/domain/file-name.ts';

const attemptWith = (bytesReceived: number): Attempt => ({
  kind: 'first',
  by: 'elsewhere',
  item: null,
  startedAt: 0,
  bytesReceived,
  totalBytes: null,
  state: 'running',
  paused: false,
});

const named = (
  filename: string,
  url = 'http://host.example/path/from%20address.zip?key=1',
  bytesReceived = 1,
) => fileName({ filename, url, attempts: [attemptWith(bytesReceived)] });

describe('the name of a file', () => {
  it('is the last part of the path, on every system', () => {
    expect(named('/home/me/Downloads/a.zip')).toBe('a.zip');
    expect(named('C:\\Users\\me\\Downloads\\a.zip')).toBe('a.zip');
    expect(named('\\\\server\\share\\a.zip')).toBe('a.zip');
    expect(named('/home/me/back\\slash.zip')).toBe('back\\slash.zip');
  });

  it('comes from the address while the browser has none', () => {
    expect(named('')).toBe('from address.zip');
    expect(named('', 'http://host.example/100%.zip')).toBe('100%.zip');
    expect(named('', 'http://host.example:8080/')).toBe('host.example:8080');
    expect(named('', 'data:text/plain;base64,aGVsbG8/d29ybGQ=')).toBe('data:');
    expect(named('', 'no address')).toBe('no address');
  });

  it.each([
    ['blanks', ' \u00a0\u3000'],
    ['a zero width space', '\u200b'],
    ['the Hangul filler', '\u3164'],
    ['an empty braille pattern', '\u2800\ufeff'],
  ])('can always be seen: not %s', (_what, unseen) => {
    expect(named(`/home/me/${unseen}`)).toBe('from address.zip');
    expect(named('', `http://host.example/${encodeURIComponent(unseen)}`)).toBe('host.example');
    expect(named('', unseen)).toBe('?');
    expect(named(`/home/me/${unseen}a.zip`)).toBe(`${unseen}a.zip`);
  });

  it('is not the one that Chrome gives to an error page', () => {
    const url = 'http://host.example/manual.pdf';
    expect(named('/home/me/Downloads/manual.txt', url, 0)).toBe('manual.pdf');
    expect(named('/home/me/Downloads/manual.txt', url, 500)).toBe('manual.txt');
    expect(named('/home/me/Downloads/my own name.txt', url, 0)).toBe('my own name.txt');
    expect(named('/home/me/1.2.txt', 'http://host.example/1.2.pdf', 0)).toBe('1.2.pdf');
  });

  it('is not the one of a page that came in the file’s place', () => {
    const page: Attempt = {
      ...{ kind: 'first', by: 'elsewhere', item: null, startedAt: 0, totalBytes: null, bytesReceived: 700 },
      ...{ state: 'failed', endedAt: 1, reason: 'SUSPECT_PAGE', canResume: false, file: '/tmp/a.html' },
    };
    const url = 'http://host.example/archive.zip';
    const nameOf = (filename: string) => fileName({ filename, url, attempts: [page] });
    expect(nameOf('/tmp/archive.html')).toBe('archive.zip');
    expect(nameOf('/tmp/login.html')).toBe('archive.zip');
    expect(nameOf('/tmp/other.zip')).toBe('other.zip');
  });

  it('is the asked one in place of a page’s whatever that is called, if it is called as a page', () => {
    const page: Attempt = {
      ...{ kind: 'first', by: 'elsewhere', item: null, startedAt: 0, totalBytes: null, bytesReceived: 700 },
      ...{ state: 'failed', endedAt: 1, reason: 'SUSPECT_PAGE', canResume: false, file: '/tmp/a.html' },
    };
    const url = 'http://host.example/archive.tar.gz';
    const nameOf = (filename: string, attempts: [Attempt, ...Attempt[]] = [page]) =>
      fileName({ filename, url, attempts });
    expect(nameOf('/tmp/login.htm')).toBe('archive.tar.gz');
    expect(nameOf('/tmp/LOGIN.XHTML')).toBe('archive.tar.gz');
    expect(nameOf('/tmp/archive.tar.html')).toBe('archive.tar.gz');
    expect(nameOf('/tmp/archive.html.zip')).toBe('archive.html.zip');
    expect(nameOf('/tmp/html')).toBe('html');
    // Only the last ending differs in the name of an error page.
    expect(nameOf('/tmp/archive.txt')).toBe('archive.txt');
    expect(nameOf('/tmp/login.html', [page, attemptWith(0)])).toBe('archive.tar.gz');
    expect(nameOf('/tmp/login.html', [page, attemptWith(5)])).toBe('login.html');
    expect(nameOf('/tmp/login.html', [attemptWith(0)])).toBe('login.html');
    const other: Attempt = { ...page, reason: 'NETWORK_FAILED' };
    expect(nameOf('/tmp/login.html', [other])).toBe('login.html');
  });

  it('is that of a drive or a share only if the path begins as one', () => {
    expect(baseName('c:\\a/b.zip')).toBe('b.zip');
    expect(baseName('/home/c:\\b.zip')).toBe('c:\\b.zip');
    expect(baseName('ab:\\b.zip')).toBe('ab:\\b.zip');
    expect(baseName('')).toBe('');
  });

  it('shows what could deceive the eye', () => {
    expect(visibleText('photo\u202egpj.exe')).toBe('photo‹U+202E›gpj.exe');
    expect(visibleText('two\nlines\u0000')).toBe('two‹U+000A›lines‹U+0000›');
    expect(visibleText('<img src=x onerror=alert(1)>.zip')).toBe('<img src=x onerror=alert(1)>.zip');
    expect(visibleText('ملف\u200f.zip')).toBe('ملف\u200f.zip');
  });
});

describe('the host of an address', () => {
  it('has its port, and is the scheme where there is no host', () => {
    expect(hostOf('https://host.example:444/a')).toBe('host.example:444');
    expect(hostOf('blob:https://host.example/1')).toBe('blob:');
    expect(hostOf('no address')).toBe('');
  });
});

describe('an address without its fragment', () => {
  it('ends before it, whatever is in it', () => {
    expect(withoutFragment('https://host.example/a#b#c')).toBe('https://host.example/a');
    expect(withoutFragment('https://host.example/a#two\nlines')).toBe('https://host.example/a');
    expect(withoutFragment('https://host.example/a#')).toBe('https://host.example/a');
    expect(withoutFragment('https://host.example/a?b')).toBe('https://host.example/a?b');
  });
});
