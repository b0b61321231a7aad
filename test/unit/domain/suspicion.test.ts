import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../src/domain/failure.ts';
import {
  type Arrived,
  announcedFor,
  endingOf,
  isHtml,
  suspect,
  wantedEnding,
} from '../../../src/domain/suspicion.ts';
import { type OrdinaryFile, ordinaryFiles } from '../../fakes/ordinary-files.ts';

const answer = (fields: Partial<Evidence> = {}): Evidence => ({
  ...{ status: 200, error: null, type: 'application/octet-stream', length: null },
  ...{ waitUntil: null, endedAt: 0, ...fields },
});

/** A completed download of a file named `name`, of which by default all came. */
function arrived(name: string, fields: Partial<Arrived> = {}): Arrived {
  const url = fields.url ?? `https://host.example/files/${name}`;
  const sizeOnDisk = fields.sizeOnDisk === undefined ? 50_000 : fields.sizeOnDisk;
  return {
    ...{ url, finalUrl: url, filename: `/home/me/Downloads/${name}`, totalBytes: sizeOnDisk },
    ...{ sentType: null, ours: false, ...fields, sizeOnDisk },
  };
}

const verdict = (name: string, fields: Partial<Arrived> = {}) => suspect(arrived(name, fields));

describe('a page in the file’s place', () => {
  it.each(['archive.zip', 'report.pdf', 'photo.JPG', 'song.mp3', 'setup.exe', 'source.tar.gz', 'disk.img'])(
    'is suspected under the name of %s, whether the browser or the request tells the type',
    (name) => {
      const page = { reason: 'SUSPECT_PAGE', because: 'page-sent' };
      expect(verdict(name, { sentType: 'text/html' })).toEqual(page);
      expect(verdict(name, { request: answer({ type: 'text/html; charset=utf-8' }) })).toEqual(page);
      expect(verdict(name, { sentType: 'application/xhtml+xml' })).toEqual(page);
    },
  );

  it('is suspected where the browser named it after its type, or after what it was redirected to', () => {
    const url = 'https://host.example/archive.zip?key=1';
    expect(verdict('archive.html', { url, sentType: 'text/html' }).reason).toBe('SUSPECT_PAGE');
    expect(verdict('archive (1).html', { url, sentType: 'text/html' }).reason).toBe('SUSPECT_PAGE');
    expect(
      verdict('login.html', { url, finalUrl: 'https://host.example/login', sentType: 'text/html' }).reason,
    ).toBe('SUSPECT_PAGE');
    expect(
      verdict('login.html', {
        url,
        request: answer({ type: 'text/html', url: 'https://host.example/login' }),
      }).reason,
    ).toBe('SUSPECT_PAGE');
  });

  it('is suspected however often it came before, as Firefox then adds a number to the number', () => {
    const url = 'https://host.example/archive.zip';
    for (const name of ['archive(1).html', 'archive(1)(1).html', 'archive (12).html'])
      expect(verdict(name, { url, sentType: 'text/html' }).reason).toBe('SUSPECT_PAGE');
  });

  it('is not suspected in the page behind a link that ends like a picture, even if that was redirected', () => {
    const [url, finalUrl] = ['http://wiki.example/File:Foo.jpg', 'https://wiki.example/File:Foo.jpg'];
    expect(verdict('File_Foo.html', { url, finalUrl, sentType: 'text/html' }).reason).toBeNull();
  });

  it('is not suspected of a page in a packed file, to which servers give the type of the page', () => {
    for (const name of ['manual.html.gz', 'manual.html (1).gz', 'page.htm.xz', 'index.xhtml.bz2'])
      expect(verdict(name, { sentType: 'text/html' }).because).toBe('may-be-text');
  });

  it('is not suspected where browser and request tell of different types: the request may be another', () => {
    const request = answer({ type: 'text/html' });
    expect(verdict('page.pdf', { sentType: 'application/pdf', request }).reason).toBeNull();
  });

  it('is not suspected in what has another name than its address, and is no tiny one: the server named it', () => {
    const careless = { url: 'https://shop.example/invoice.php?id=5', sentType: 'text/html' };
    expect(verdict('invoice-5.pdf', { ...careless, sizeOnDisk: 200_000 }).because).toBe('too-large');
    expect(verdict('invoice-5.pdf', { ...careless, sizeOnDisk: 4_000 }).reason).toBe('SUSPECT_PAGE');
    // That name is ours, and the request shows that this one isn't the server's.
    expect(verdict('invoice-5.pdf', { ...careless, sizeOnDisk: 200_000, ours: true }).reason).toBe(
      'SUSPECT_PAGE',
    );
    const request = answer({ type: 'text/html' });
    expect(verdict('invoice-5.pdf', { ...careless, sizeOnDisk: 200_000, request }).reason).toBe(
      'SUSPECT_PAGE',
    );
  });

  it('is not suspected in a page that somebody saved, even of an address that ends like a picture', () => {
    expect(
      verdict('File Foo.jpg - Wiki.html', {
        url: 'https://wiki.example/File:Foo.jpg',
        sentType: 'text/html',
      }),
    ).toEqual({ reason: null, because: 'may-be-text' });
  });

  it('is not suspected in what is larger than a page, or named as a file by the server and no tiny one', () => {
    expect(verdict('a.zip', { sentType: 'text/html', sizeOnDisk: 1_000_001 }).because).toBe('too-large');
    const attached = answer({ type: 'text/html', attachment: true });
    expect(verdict('a.zip', { request: attached, sizeOnDisk: 70_000 }).because).toBe('too-large');
    expect(verdict('a.zip', { request: attached, sizeOnDisk: 4_000 }).reason).toBe('SUSPECT_PAGE');
  });

  it('is suspected up to a size, which is another where the server named it as a file', () => {
    const page = (sizeOnDisk: number, fields: Partial<Arrived> = {}) =>
      verdict('a.zip', { sentType: 'text/html', sizeOnDisk, ...fields }).because;
    expect([page(1_000_000), page(1_000_001)]).toEqual(['page-sent', 'too-large']);
    const request = answer({ type: 'text/html', attachment: true });
    expect([page(64_000, { request }), page(64_001, { request })]).toEqual(['page-sent', 'too-large']);
  });

  it('is suspected in a large one where only the last address has the ending of its name', () => {
    const url = 'https://host.example/get?id=5';
    const large = { url, sentType: 'text/html', sizeOnDisk: 200_000 };
    expect(verdict('a.zip', large).because).toBe('too-large');
    expect(verdict('a.zip', { ...large, finalUrl: 'https://host.example/a.zip' }).because).toBe('page-sent');
  });

  it('is suspected in what is empty at first but never a text', () => {
    for (const name of ['data.db', 'data.sqlite']) {
      expect(verdict(name, { sentType: 'text/html' }).reason).toBe('SUSPECT_PAGE');
    }
    for (const name of ['table.xls', 'letter.doc', 'notes.txt']) {
      expect(verdict(name, { sentType: 'text/html' }).because).toBe('may-be-text');
    }
  });

  it('is what the server calls HTML', () => {
    for (const type of [
      'text/html',
      ' Text/HTML ; charset=utf-8',
      'application/xhtml+xml;q=1',
      'text/html  ',
    ]) {
      expect(isHtml(type)).toBe(true);
    }
    for (const type of ['text/htmlx', 'x text/html', 'text/plain', 'application/xhtml+xml2', '']) {
      expect(isHtml(type)).toBe(false);
    }
  });

  it('goes by what the server sent, if that was seen, rather than by what the browser says', () => {
    const request = answer({ type: 'application/zip' });
    expect(verdict('a.zip', { sentType: 'text/html', request }).reason).toBeNull();
  });
});

describe('no bytes', () => {
  it('are suspected where more was announced', () => {
    const announced = { reason: 'SUSPECT_EMPTY', because: 'announced' };
    expect(verdict('notes.txt', { sizeOnDisk: 0, totalBytes: 5_000 })).toEqual(announced);
    expect(verdict('notes.txt', { sizeOnDisk: 0, totalBytes: null, request: answer({ length: 5 }) })).toEqual(
      announced,
    );
  });

  it('are suspected of a kind that always has something in it', () => {
    const neverEmpty = { reason: 'SUSPECT_EMPTY', because: 'never-empty' };
    for (const name of ['archive.zip', 'firmware.bin', 'table.xls'])
      expect(verdict(name, { sizeOnDisk: 0, totalBytes: null })).toEqual(neverEmpty);
    expect(verdict('report.pdf', { sizeOnDisk: 0, sentType: 'text/html' })).toEqual(neverEmpty);
  });

  it.each([
    '.gitkeep',
    'empty',
    '__init__.py',
    'notes.txt',
    'log.log',
    'data.csv',
    'data.sqlite',
    'x.constructor',
  ])('are nothing to suspect in %s', (name) => {
    expect(verdict(name, { sizeOnDisk: 0, totalBytes: null }).because).toBe('may-be-empty');
  });

  it('are nothing to suspect where only the compression was announced', () => {
    const request = answer({ encoding: 'gzip', length: 20 });
    expect(verdict('.gitkeep', { sizeOnDisk: 0, totalBytes: 20, request }).reason).toBeNull();
  });
});

describe('a file that was cut short', () => {
  const cut = { reason: 'SUSPECT_CUT_SHORT', because: 'less-than-announced' };

  it('is suspected where less is on disk than was announced, by the browser or in the request', () => {
    expect(verdict('a.zip', { sizeOnDisk: 1_000_000, totalBytes: 2_000_000 })).toEqual(cut);
    const request = answer({ length: 2_000_000 });
    expect(verdict('a.zip', { sizeOnDisk: 1_000_000, totalBytes: null, request })).toEqual(cut);
  });

  it('is suspected to the byte where it is known that nothing was compressed', () => {
    expect(verdict('a.zip', { sizeOnDisk: 9_999, totalBytes: 10_000 }).reason).toBeNull();
    expect(verdict('a.zip', { sizeOnDisk: 9_999, totalBytes: 10_000, request: answer() })).toEqual(cut);
  });

  it('is suspected only of more than compression can add', () => {
    const because = (totalBytes: number) => verdict('a.bin', { sizeOnDisk: 10_000, totalBytes }).because;
    expect([because(10_138), because(10_139)]).toEqual(['as-announced', 'less-than-announced']);
    const request = answer();
    const exact = (totalBytes: number) =>
      verdict('a.bin', { sizeOnDisk: 10_000, totalBytes, request }).because;
    expect([exact(10_000), exact(10_001)]).toEqual(['as-announced', 'less-than-announced']);
  });

  it('is not suspected where the length is that of something else', () => {
    const request = answer({ status: 206, length: 90_000 });
    expect(verdict('a.zip', { totalBytes: null, request }).because).toBe('as-announced');
    expect(verdict('a.zip', { totalBytes: null }).because).toBe('as-announced');
    for (const name of ['a.mht', 'a.mhtml', 'a.xml', 'a.svg', 'a.htm', 'a.xhtml', 'a.shtml']) {
      expect(verdict(name, { sizeOnDisk: 20_000, totalBytes: 900_000 }).because).toBe('saved-page');
    }
    for (const name of ['a.xmlx', 'a.ahtml', 'a.html2']) {
      expect(verdict(name, { sizeOnDisk: 20_000, totalBytes: 900_000 }).because).toBe('less-than-announced');
    }
  });

  it('was announced by the browser or in the request, but not by a page in its place', () => {
    const of = (fields: Partial<Arrived>) => arrived('a.zip', { totalBytes: null, ...fields });
    expect(announcedFor('SUSPECT_CUT_SHORT', of({ totalBytes: 9 }))).toBe(9);
    expect(announcedFor('SUSPECT_EMPTY', of({ request: answer({ length: 7 }) }))).toBe(7);
    expect(announcedFor('SUSPECT_EMPTY', of({ request: answer({ length: 7, status: 206 }) }))).toBeNull();
    expect(announcedFor('SUSPECT_EMPTY', of({}))).toBeNull();
    expect(announcedFor('SUSPECT_PAGE', of({ totalBytes: 9 }))).toBeNull();
  });

  it('is suspected of what compression could not make smaller', () => {
    const request = answer({ encoding: 'gzip', length: 200_083 });
    expect(verdict('a.bin', { sizeOnDisk: 99_955, totalBytes: 200_083, request })).toEqual(cut);
    expect(verdict('a.bin', { sizeOnDisk: 200_000, totalBytes: 200_083, request }).reason).toBeNull();
  });

  it('is not suspected in a range, whose length is not that of the file', () => {
    const request = answer({ status: 206, length: 90_000 });
    expect(verdict('a.zip', { sizeOnDisk: 50_000, totalBytes: 50_000, request }).reason).toBeNull();
  });

  it('is not suspected in a saved page, of which the browser counts all parts', () => {
    expect(verdict('Page.html', { sizeOnDisk: 20_000, totalBytes: 900_000 }).because).toBe('saved-page');
  });

  it('is not suspected in a text that Chrome saved from a tab, of which it counts files', () => {
    const request = answer({ type: 'text/plain', length: 50_000 });
    expect(verdict('notes.txt', { sizeOnDisk: 1, totalBytes: 1, request }).reason).toBeNull();
  });

  it('is not suspected where the browser does not say what is on disk', () => {
    expect(verdict('a.zip', { sizeOnDisk: null, totalBytes: 10 }).because).toBe('not-measured');
  });
});

describe('the kind of file that was wanted', () => {
  it('is the ending of its name', () => {
    expect(['a.ZIP', 'a.tar.gz', '.gitkeep', 'README', 'a.', 'C:\\x.y\\a'].map(endingOf)).toEqual([
      ...['zip', 'gz', '', '', '', ''],
    ]);
  });

  it('is that of the link where a page was saved in its place', () => {
    expect(wantedEnding(arrived('a.html', { url: 'https://h.example/a.zip' }))).toBe('zip');
    expect(wantedEnding(arrived('a.html', { url: 'https://h.example/a.php' }))).toBe('html');
    expect(wantedEnding(arrived('a.b.html', { url: 'https://h.example/a.b.zip' }))).toBe('zip');
    expect(wantedEnding(arrived('a.pdf', { url: 'https://h.example/a.zip' }))).toBe('pdf');
    expect(wantedEnding(arrived('b.html', { url: 'https://h.example/a.zip' }))).toBe('html');
    const led = { url: 'https://h.example/a.zip', finalUrl: 'https://h.example/login.html' };
    expect(wantedEnding(arrived('login.html', led))).toBe('zip');
    const request = answer({ url: 'https://h.example/login' });
    expect(wantedEnding(arrived('login.html', { url: led.url, request }))).toBe('zip');
    expect(wantedEnding(arrived('b.html', { ...led, request: answer({ url: led.url }) }))).toBe('html');
  });

  it('is no ending that is none', () => {
    expect(['a.abcdefghijkl', 'a.abcdefghijklm', 'a..zip', 'a.b-c', 'a.zip '].map(endingOf)).toEqual([
      ...['abcdefghijkl', '', '', '', ''],
    ]);
  });
});

/** How a file can come, in both browsers' words; none of it is wrong. */
function ways({ name, type, compressible }: OrdinaryFile, size: number): Arrived[] {
  const encoded = compressible ? Math.ceil(size / 4) : size + 20 + Math.ceil(size / 16_384) * 5;
  const as = (fields: Partial<Arrived>) =>
    arrived(name, { sizeOnDisk: size, sentType: type, totalBytes: size, ...fields });
  return [
    as({}),
    as({ request: answer({ type, length: size }) }),
    // In chunks, without a length.
    as({ totalBytes: null }),
    as({ totalBytes: null, request: answer({ type }) }),
    // Compressed on the way: Firefox takes the length of that for the file's.
    as({ totalBytes: encoded }),
    as({ totalBytes: encoded, request: answer({ type, length: encoded, encoding: 'gzip' }) }),
    as({ totalBytes: encoded, request: answer({ type, length: encoded, encoding: 'br' }) }),
    // Resumed: the request was for the rest.
    as({ request: answer({ type, status: 206, length: Math.ceil(size / 2) }) }),
    // From a program that names it as a file, in a browser that tells no type.
    as({ sentType: null, request: answer({ type, length: size, attachment: true }) }),
    // Chrome's total is what came.
    as({ sentType: null, finalUrl: `https://cdn.example/${name}` }),
  ];
}

describe('an ordinary completed download', () => {
  const ordinary = ordinaryFiles.flatMap((file) => [700, 3_000_000].flatMap((size) => ways(file, size)));

  it('comes in at least 40 kinds and 200 ways', () => {
    expect(ordinaryFiles.length).toBeGreaterThanOrEqual(40);
    expect(ordinary.length).toBeGreaterThanOrEqual(200);
  });

  it('is not suspected', () => {
    const suspected = ordinary.filter((download) => suspect(download).reason !== null);
    expect(suspected).toEqual([]);
  });

  it('is in doubt only where a careless server sends a small file as HTML', () => {
    const careless = (name: string, sizeOnDisk: number, attachment: boolean) =>
      verdict(name, { sizeOnDisk, request: answer({ type: 'text/html', attachment }) }).reason;
    expect(careless('source.tar.gz', 2_000_000, false)).toBeNull();
    expect(careless('source.tar.gz', 200_000, true)).toBeNull();
    // These are the doubtful ones: they look as a page does.
    expect(careless('source.tar.gz', 200_000, false)).toBe('SUSPECT_PAGE');
    expect(careless('source.tar.gz', 20_000, true)).toBe('SUSPECT_PAGE');
    for (const name of ['notes.txt', 'main.c', 'data.csv', 'data.json', 'drawing.svg', 'README'])
      for (const size of [0, 700, 200_000]) expect(careless(name, size, false)).toBeNull();
    for (const size of [700, 200_000]) expect(careless('table.xls', size, false)).toBeNull();
  });

  it('is not suspected when a text is sent as HTML or a page as text', () => {
    for (const name of ['notes.txt', 'page.html', 'page.htm', 'chapter'])
      for (const type of ['text/html', 'text/plain', 'application/octet-stream', null])
        expect(verdict(name, { sentType: type }).reason).toBeNull();
  });
});
