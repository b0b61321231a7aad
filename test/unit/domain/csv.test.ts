import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCsv } from '../../../src/domain/csv.ts';
import type { ExportOptions } from '../../../src/domain/export.ts';
import { accept, type Failure } from '../../../src/domain/failure.ts';
import { anyText } from '../../fakes/any-text.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

async function csv(failures: readonly Failure[], options?: ExportOptions): Promise<string> {
  let text = '';
  for await (const part of toCsv(failures, options)) text += part;
  return text;
}

/** Reads a table as RFC 4180 defines it, one character after the other. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let at = 0;
  const endCell = (): void => {
    row.push(cell);
    cell = '';
  };
  while (at < text.length) {
    if (text[at] === '"') {
      if (cell !== '') throw new Error(`A quote within a cell at ${at}.`);
      for (at += 1; ; at += 1) {
        if (at >= text.length) throw new Error('A quote without an end.');
        if (text[at] === '"') {
          if (text[at + 1] !== '"') break;
          at += 1;
        }
        cell += text[at];
      }
      at += 1;
      if (text[at] !== ',' && text[at] !== '\r') throw new Error(`More after a quoted cell at ${at}.`);
    } else if (text[at] === ',') {
      endCell();
      at += 1;
    } else if (text[at] === '\r') {
      if (text[at + 1] !== '\n') throw new Error(`Half a line end at ${at}.`);
      endCell();
      rows.push(row);
      row = [];
      at += 2;
    } else if (text[at] === '\n') {
      throw new Error(`Half a line end at ${at}.`);
    } else {
      cell += text[at];
      at += 1;
    }
  }
  if (cell !== '' || row.length > 0) throw new Error('The last line has no end.');
  return rows;
}

/** The rows of a table by the names of its columns. */
async function rowsOf(
  failures: readonly Failure[],
  options?: ExportOptions,
): Promise<Record<string, string>[]> {
  const text = await csv(failures, options);
  if (!text.startsWith('\uFEFF')) throw new Error('No byte order mark.');
  const [header = [], ...rows] = readCsv(text.slice(1));
  return rows.map((row) => {
    expect(row).toHaveLength(header.length);
    return Object.fromEntries(header.map((name, index) => [name, row[index] ?? '']));
  });
}

const pathCell = async (filename: string): Promise<string | undefined> =>
  (await rowsOf([failureWith({ filename })]))[0]?.path;

describe('the table of failures', () => {
  it('has a header, and a row for each failure', async () => {
    const rows = await rowsOf([
      failureWith(),
      failureWith({
        id: 'failure-2',
        url: 'https://host.example/files/file.zip',
        filename: '/home/me/Downloads/file.zip',
        browser: 'firefox',
        finalUrl: 'https://mirror.example/file.zip',
        referrer: null,
        mime: null,
        reason: 'SERVER_FORBIDDEN',
        dismissed: true,
        attempts: [
          failedAttempt(),
          failedAttempt({ kind: 'restart', state: 'completed', bytesReceived: 0, totalBytes: null }),
        ],
      }),
    ]);
    expect(rows).toEqual([
      {
        id: 'failure-1',
        file: 'file.zip',
        path: '/home/me/Downloads/file.zip',
        url: 'https://host.example/files/file.zip',
        final_url: 'https://host.example/files/file.zip',
        host: 'host.example',
        page: 'https://host.example/',
        mime: 'application/zip',
        reason: 'NETWORK_FAILED',
        browser_reason: 'NETWORK_FAILED',
        cause: '',
        http_status: '',
        network_error: '',
        category: 'network',
        state: 'failed',
        dismissed: 'false',
        failed_at: '2024-05-01T12:00:00.000Z',
        attempts: '1',
        bytes_received: '500',
        total_bytes: '1000',
        closed_by: '',
        suspect_file: '',
        good_file: '',
        browser: 'chrome',
        private: 'false',
      },
      {
        id: 'failure-2',
        file: 'file.zip',
        path: '/home/me/Downloads/file.zip',
        url: 'https://host.example/files/file.zip',
        final_url: 'https://mirror.example/file.zip',
        host: 'host.example',
        page: '',
        mime: '',
        reason: 'SERVER_FORBIDDEN',
        browser_reason: 'SERVER_FORBIDDEN',
        cause: '',
        http_status: '',
        network_error: '',
        category: 'server',
        state: 'recovered',
        dismissed: 'true',
        failed_at: '2024-05-01T12:00:00.000Z',
        attempts: '2',
        bytes_received: '0',
        total_bytes: '',
        closed_by: '',
        suspect_file: '',
        good_file: '',
        browser: 'firefox',
        private: 'false',
      },
    ]);
  });

  it('has quotes only around what a program could read in another way', async () => {
    const lines = async (filename: string): Promise<string> => csv([failureWith({ filename })]);
    expect((await lines('/home/me/a.zip')).match(/"/g)).toBeNull();
    expect(await lines('/home/me/a b.zip')).toContain(',a b.zip,/home/me/a b.zip,'.replace(/[^,]+/g, '"$&"'));
    for (const odd of [',', ';', ' ', '\n', '\t']) {
      expect(await lines(`/home/${odd}/a.zip`)).toContain(`,a.zip,"/home/${odd}/a.zip",`);
    }
    expect(await lines('/home/"/a.zip')).toContain(',a.zip,"/home/""/a.zip",');
  });

  it('says what the evidence proves, beside the word of the browser', async () => {
    const evidence = { status: 404, error: 'NS_BINDING_ABORTED', type: null, length: null, waitUntil: null };
    const failure = failureWith({
      browser: 'firefox',
      reason: 'SERVER_BAD_CONTENT',
      attempts: [failedAttempt({ reason: 'NETWORK_FAILED', evidence: { ...evidence, endedAt: 5 } })],
    });
    expect(await rowsOf([failure])).toMatchObject([
      {
        reason: 'SERVER_BAD_CONTENT',
        browser_reason: 'NETWORK_FAILED',
        cause: 'status-404',
        http_status: '404',
        network_error: 'NS_BINDING_ABORTED',
      },
    ]);
  });

  it('does not call failed or recovered what may be the file, or was found fine', async () => {
    const file = '/home/me/Downloads/file.zip';
    const doubtful = failureWith({
      reason: 'SUSPECT_PAGE',
      dismissed: true,
      attempts: [failedAttempt({ reason: 'SUSPECT_PAGE', canResume: false, file })],
    });
    const fine = accept({ ...doubtful, dismissed: false });
    expect(await rowsOf([doubtful, ...(fine ? [fine] : [])])).toMatchObject([
      { state: 'suspect', dismissed: 'true', suspect_file: 'file.zip', good_file: '' },
      { state: 'accepted', dismissed: 'false', suspect_file: '', good_file: 'file.zip' },
    ]);
  });

  it('is a header alone when nothing failed', async () => {
    expect(await csv([])).toMatch(/^\uFEFFid,file,path,url,[a-z_,]+\r\n$/);
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\tplain',
    '\rplain',
    '  =1',
    '"=1"',
    `'=1`,
    ' " =1',
    '\u00a0=1',
    '\u200b=1',
    '\u0000=1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    ' ＝1',
  ])('keeps %j from being run as a formula', async (filename) => {
    expect(await pathCell(filename)).toBe(`'${filename}`);
  });

  it('keeps a formula from being run that a list separator of other countries would put into a cell', async () => {
    expect(await pathCell('\t=0;=1+1;b; @c;\t"-d;;\n+e.zip')).toBe(`'\t'=0;'=1+1;b;' @c;\t'"-d;;\n'+e.zip`);
  });

  it.each(['/a=b', 'a-b+c@d', '', 'C:\\a.zip', "it's", 'ملف.zip'])('leaves %j as it is', async (filename) => {
    expect(await pathCell(filename)).toBe(filename);
  });

  it('gives back every cell', async () => {
    const text = fc.oneof(
      anyText(),
      fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', ';', '\t', ' ', '=', 'a', "'", '＝') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text, text), { maxLength: 5 }), async (cells) => {
        const failures = cells.map(([id, filename, mime]) => failureWith({ id, filename, mime }));
        const rows = await rowsOf(failures);
        expect(rows).toHaveLength(cells.length);
        // Apostrophes are all that is added, and only where a formula could begin.
        for (const [index, sources] of cells.entries()) {
          const { id = '', path = '', mime = '' } = rows[index] ?? {};
          for (const [column, value] of [id, path, mime].entries()) {
            const source = sources[column] ?? '';
            if (/[=+\-@＝＋－＠]|^[\t\r\n]/.test(source)) {
              expect(value.replaceAll("'", '')).toBe(source.replaceAll("'", ''));
            } else {
              expect(value).toBe(source);
            }
          }
        }
        const values = rows.flatMap((row) => Object.values(row));
        const formulas = /(^|[;\t\r\n])[\s"]*[=+\-@＝＋－＠]|^[\t\r\n]/;
        expect(values.filter((value) => formulas.test(value))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves out private windows unless they are asked for', async () => {
    const failures = [failureWith({ id: 'secret', incognito: true }), failureWith({ id: 'open' })];
    expect((await rowsOf(failures)).map(({ id }) => id)).toEqual(['open']);
    expect((await rowsOf(failures, { withPrivate: true })).map((row) => [row.id, row.private])).toEqual([
      ['secret', 'true'],
      ['open', 'false'],
    ]);
  });

  it('leaves out what is secret in addresses when that is wanted', async () => {
    const failures = [
      failureWith({
        url: 'https://me:S3CRET@host.example/a.zip?key=S3CRET#S3CRET',
        finalUrl: 'https://cdn.example/a.zip?X-Amz-Signature=S3CRET',
        referrer: 'https://host.example/page?session=S3CRET',
        filename: '',
      }),
      failureWith({
        url: 'data:text/plain;base64,S3CRET',
        finalUrl: 'data:text/plain,S3CRET/S3CRET',
        filename: '',
      }),
    ];
    expect(await csv(failures)).toContain('S3CRET');
    expect(await csv(failures, { withoutSecrets: true })).not.toContain('S3CRET');
    expect((await rowsOf(failures, { withoutSecrets: true }))[0]).toMatchObject({
      file: 'a.zip',
      url: 'https://host.example/a.zip',
      final_url: 'https://cdn.example/a.zip',
      page: 'https://host.example/page',
    });
  });
});
