import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { noCounts } from '../../../src/domain/counts.ts';
import { toJson } from '../../../src/domain/export-file.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { asImported } from '../../../src/domain/import.ts';
import { defaultRetention } from '../../../src/domain/retention.ts';
import { deleteDatabase, readRaw } from '../../../src/platform/journal/database.ts';
import {
  LARGEST_EXPORT,
  type ParsedExport,
  parseExport,
} from '../../../src/platform/journal/parse-export.ts';
import { fromRow } from '../../../src/platform/journal/row.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { type Merged, mergeImported as mergeWithin } from '../../../src/platform/journal/stored-merge.ts';
import { database, store, storedFailure, trim } from '../../fakes/database.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const EXPORTED_AT = Date.UTC(2024, 4, 2);

async function exported(failures: readonly Failure[], withPrivate = false): Promise<string> {
  let text = '';
  for await (const part of toJson(failures, { exportedAt: EXPORTED_AT, withPrivate })) text += part;
  return text;
}

function failuresIn(parsed: ParsedExport): Failure[] {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problem));
  return parsed.failures;
}

const mergeImported = (failures: readonly Failure[], retention = defaultRetention): Promise<Merged> =>
  mergeWithin(failures, retention, EXPORTED_AT);

const hostileNames = [
  '/home/me/Downloads/ملف\u200f.zip',
  '/home/me/photo\u202egpj.exe',
  '/home/me/two\nlines\r\n.zip',
  '/home/me/quote".zip\\',
  "C:\\Users\\me\\it's.zip",
  '/home/me/<img src=x onerror=alert(1)>.zip',
  "=cmd|'/c calc'!A0",
  '/home/me/\u0000\u001f\u007f\u2028\u2029\ufeff.zip',
  '/home/me/half\ud800pair.zip',
  '/home/me/\u{1f4a9}.zip',
  '],}{"failures":[',
  '__proto__',
  '',
];

/** As varied as a journal that was used for long. */
function manyFailures(count: number): Failure[] {
  const reasons = ['NETWORK_FAILED', 'SERVER_FORBIDDEN', 'USER_CANCELED', 'FILE_NO_SPACE', 'SERVER_ON_FIRE'];
  return Array.from({ length: count }, (_, index) => {
    const pick = <Item>(list: readonly Item[]): Item => list[index % list.length] as Item;
    const item = { id: index, session: null, key: `${index} then`, trace: null };
    const totalBytes = pick([null, 2 ** 40 + index]);
    return failureWith({
      id: `${index} ${pick(hostileNames)}`,
      browser: pick(['chrome', 'firefox']),
      url: `https://host-${index % 50}.example/${encodeURIComponent(index)}?q="\\`,
      referrer: pick([null, 'https://host.example/']),
      filename: pick(hostileNames),
      mime: pick(['text/plain', null, 'a\nb']),
      failedAt: EXPORTED_AT - index * 1000,
      reason: pick(reasons),
      seen: index % 3 === 0,
      dismissed: index % 7 === 0,
      next: pick([null, { kind: 'stopped', why: 'tries', tries: 3 }]),
      attempts: [
        failedAttempt({ item, reason: pick(reasons), totalBytes }),
        ...pick([
          [],
          [
            {
              ...failedAttempt({ item: null, kind: 'restart', totalBytes }),
              state: 'not-started',
              message: pick(hostileNames),
            },
          ],
          [failedAttempt({ item, kind: 'resume', state: 'completed', totalBytes })],
          [failedAttempt({ item, kind: 'resume', state: 'vanished', totalBytes })],
        ]),
      ],
    });
  });
}

describe('a journal', () => {
  beforeEach(emptyJournal);

  it('is the same after export, deletion and import', async () => {
    // As they would come from a file, but for this every one is the same.
    const many = manyFailures(10_000).map((failure) => asImported(failure, EXPORTED_AT));
    await store(many);
    const before = await readRaw();
    const rows = (before.stores as { failures: { values: unknown[] } }).failures.values;
    const text = await exported(rows.flatMap((row) => fromRow(row) ?? []));
    await deleteDatabase();
    expect(await stored.counts()).toEqual(noCounts);

    const merged = await mergeImported(failuresIn(parseExport(text)));
    expect(merged).toEqual({ added: 10_000, updated: 0, unchanged: 0, leftOut: 0, tooOld: 0 });
    expect(await readRaw()).toEqual(before);
    expect(await stored.repairCounts()).toBe(false);

    const again = await mergeImported(failuresIn(parseExport(text)));
    expect(again).toEqual({ added: 0, updated: 0, unchanged: 10_000, leftOut: 0, tooOld: 0 });
    expect(await readRaw()).toEqual(before);
  }, 60_000);

  it('keeps what is under suspicion and what was found fine', async () => {
    const request = { status: 200, error: null, type: 'text/html', length: 7, waitUntil: null, endedAt: 0 };
    const evidence = { ...request, encoding: 'gzip', attachment: true };
    const suspected = { reason: 'SUSPECT_PAGE', file: '/home/me/a.zip', evidence };
    const here = [
      failureWith({
        ...{ id: 'doubtful', reason: 'SUSPECT_PAGE', seen: true },
        attempts: [failedAttempt({ ...suspected, canResume: false })],
      }),
      failureWith({
        ...{ id: 'fine', reason: 'SUSPECT_PAGE', seen: true },
        attempts: [failedAttempt({ state: 'completed', accepted: suspected })],
      }),
    ];
    expect(failuresIn(parseExport(await exported(here)))).toEqual(here);
  });

  it('leaves dismissed what is, if another failure of the same file is told', async () => {
    const here = failureWith({ dismissed: true });
    await store([here]);
    const item = { id: 7, session: null, key: '7 elsewhere', trace: null };
    const attempts: Failure['attempts'] = [{ ...here.attempts[0], item, startedAt: 7 }];
    await mergeImported([{ ...here, id: 'elsewhere', failedAt: 8, dismissed: false, attempts }]);
    expect(await storedFailure(here.id)).toMatchObject({ dismissed: true, attempts: [{}, {}] });
  });

  it('takes in what is new and what tells more, and keeps the rest', async () => {
    await mergeImported([
      failureWith({ id: 'told more' }),
      failureWith({ id: 'told less', dismissed: true, attempts: [failedAttempt(), failedAttempt()] }),
      failureWith({ id: 'not told' }),
    ]);
    const more = failureWith({
      id: 'told more',
      reason: 'SERVER_FAILED',
      attempts: [failedAttempt(), failedAttempt()],
    });
    const merged = await mergeImported([
      more,
      failureWith({ id: 'told less' }),
      failureWith({ id: 'new', filename: '/new.zip', attempts: [failedAttempt({ item: null })] }),
    ]);
    expect(merged).toEqual({ added: 1, updated: 1, unchanged: 1, leftOut: 0, tooOld: 0 });
    expect(await storedFailure('told more')).toEqual(more);
    expect((await storedFailure('told less'))?.dismissed).toBe(true);
    expect(await stored.counts()).toMatchObject({ open: { NETWORK_FAILED: 2, SERVER_FAILED: 1 }, unseen: 3 });
  });

  it('has each download once that its list and an export know of', async () => {
    const item = { id: 7, session: null, key: '7 then', trace: null };
    const listed = failureWith({ id: 'listed', seen: true, attempts: [failedAttempt({ item })] });
    const ofTwin = { url: 'https://host.example/twin.zip', filename: '/twin.zip' };
    const twin = failureWith({ id: 'twin', ...ofTwin, attempts: [failedAttempt({ item: null })] });
    await store([listed, twin]);
    const exports = [
      failureWith({ id: 'exported', failedAt: listed.failedAt + 1, attempts: [failedAttempt({ item })] }),
      failureWith({ id: 'exported twin', ...ofTwin, attempts: [failedAttempt({ item: null })] }),
      // One file is one failure.
      failureWith({ id: 'another', ...ofTwin, attempts: [failedAttempt({ item: null })] }),
    ];
    expect(await mergeImported(exports)).toMatchObject({ added: 0, updated: 2, unchanged: 0 });
    expect((await storedFailure('twin'))?.attempts).toHaveLength(2);
    expect((await storedFailure('listed'))?.failedAt).toBe(listed.failedAt + 1);
    expect(await storedFailure('exported twin')).toBeUndefined();
    expect(await mergeImported(exports)).toMatchObject({ added: 0 });
  });

  it('leaves a failure alone that is being tried again, also when the file tells more of its file', async () => {
    const file = { url: 'https://host.example/twin.zip', filename: '/twin.zip' };
    const running = failedAttempt({ kind: 'restart', item: null, state: 'starting', deadline: 9e12 });
    const busy = failureWith({ id: 'busy', ...file, attempts: [failedAttempt({ item: null }), running] });
    await store([busy]);
    const other = failureWith({
      id: 'other',
      ...file,
      failedAt: 5,
      attempts: [failedAttempt({ item: null, startedAt: 4 })],
    });
    expect(await mergeImported([other], { ...defaultRetention, days: 36_500 })).toMatchObject({
      added: 0,
      updated: 0,
      unchanged: 1,
    });
    expect(await storedFailure('busy')).toEqual(busy);
  });

  it('leaves out what the next start would forget, and says how much', async () => {
    const DAY = 86_400_000;
    const aged = [1, 9, 11, 400].map((days) =>
      failureWith({
        id: `${days} days`,
        failedAt: EXPORTED_AT - days * DAY,
        filename: `/${days}.zip`,
        attempts: [failedAttempt({ item: null, startedAt: days })],
      }),
    );
    const retention = { days: 10, records: 3 };
    await store([failureWith({ id: 'old', failedAt: EXPORTED_AT - DAY })]);
    expect(await mergeImported(aged, retention)).toMatchObject({ added: 2, tooOld: 2 });
    expect(
      await mergeImported(
        [
          failureWith({
            id: 'new',
            failedAt: EXPORTED_AT,
            filename: '/new.zip',
            attempts: [failedAttempt({ item: null })],
          }),
        ],
        retention,
      ),
    ).toMatchObject({
      added: 0,
      tooOld: 1,
    });
    await trim(retention, EXPORTED_AT, 100);
    expect(await stored.counts()).toMatchObject({ open: { NETWORK_FAILED: 3 } });
  });

  it('takes in nothing when something can not be stored', async () => {
    await store([failureWith({ id: 'old' })]);
    const before = await readRaw();
    const unstorable = failureWith({ id: 'last' });
    Object.assign(unstorable, { url: () => '' });
    await expect(mergeImported([...manyFailures(600), unstorable])).rejects.toThrow();
    expect(await readRaw()).toEqual(before);
  });

  it('never takes failures of private windows to disk', async () => {
    const text = await exported(
      [failureWith({ id: 'secret', incognito: true }), failureWith({ id: 'open' })],
      true,
    );
    const merged = await mergeImported(failuresIn(parseExport(text)));
    expect(merged).toEqual({ added: 1, updated: 0, unchanged: 0, leftOut: 1, tooOld: 0 });
    expect(await storedFailure('secret')).toBeUndefined();
  });

  it('keeps a row that it can not read', async () => {
    await store([failureWith({ id: 'strange' })]);
    // As a newer version could have written it.
    const strange = { id: 'strange', from: 'the future' } as never;
    await (await database()).put('failures', strange);
    expect(await mergeImported([failureWith({ id: 'strange' })])).toMatchObject({
      added: 0,
      unchanged: 1,
    });
    expect(await (await database()).get('failures', 'strange')).toEqual(strange);
  });
});

describe('an export file', () => {
  const three = ['a', 'b', 'c'].map((id) => failureWith({ id }));
  const imported = three.map((failure) => asImported(failure, EXPORTED_AT));

  it('is read however another program has formatted it', async () => {
    const text = await exported(three);
    const parsed = JSON.parse(text);
    for (const formatted of [
      `\uFEFF${text}`,
      text.replaceAll('\n', '\r\n'),
      JSON.stringify(parsed),
      JSON.stringify(parsed, null, 4),
      JSON.stringify(parsed, null, '\t').replaceAll('\n', '\r\n'),
      JSON.stringify(Object.fromEntries(Object.entries(parsed).reverse())),
    ]) {
      expect(failuresIn(parseExport(formatted))).toEqual(imported);
    }
  });

  it('is read without what it does not know, and without harm', async () => {
    const text = (await exported(three))
      .replaceAll(
        '{"id"',
        '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"new":1,"id"',
      )
      .replace('"format"', '"__proto__": { "polluted": true },\n"format"');
    expect(text).toContain('"__proto__":{');
    const failures = failuresIn(parseExport(text));
    expect(failures).toEqual(imported);
    for (const failure of failures) {
      expect(Object.getPrototypeOf(failure)).toBe(Object.prototype);
      expect(failure).not.toHaveProperty('new');
    }
    expect({}).not.toHaveProperty('polluted');
  });

  it('of an older version is read, with what that did not know at its default', async () => {
    const dump = JSON.parse(readFileSync(new URL('../../fixtures/journal-v1.json', import.meta.url), 'utf8'));
    const old: unknown[] = dump.stores.failures.values;
    expect(old.length).toBeGreaterThan(0);
    const lines = (await exported([failureWith()])).split('\n');
    lines[5] = old.map((row) => JSON.stringify(row)).join(',\n');
    const failures = failuresIn(parseExport(lines.join('\n')));
    expect(failures).toHaveLength(old.length);
    expect(failures[0]).toMatchObject({ next: null, round: null });
    expect(failures[0]?.attempts[0].by).toBe('elsewhere');
  });

  it('has no attempts under way once it is read', async () => {
    const running = failedAttempt({
      state: 'running',
      endedAt: undefined,
      reason: undefined,
      canResume: undefined,
    });
    const [failure] = failuresIn(parseExport(await exported([failureWith({ attempts: [running] })])));
    expect(failure?.attempts).toMatchObject([{ state: 'vanished', endedAt: EXPORTED_AT }]);
  });

  /** An export file in which the failure `b` has these fields; it stands on line 7. */
  const withB = (fields: Record<string, unknown>) => async (): Promise<string> => {
    const lines = (await exported(three)).split('\n');
    lines[6] = `${JSON.stringify({ ...three[1], ...fields })},`;
    return lines.join('\n');
  };
  const withAttempt = (fields: Record<string, unknown>) => withB({ attempts: [failedAttempt(fields)] });
  const changed = (change: (text: string) => string) => async (): Promise<string> =>
    change(await exported(three));
  const pretty = (change: (file: { failures: Record<string, unknown>[] }) => void) =>
    changed((text) => {
      const file = JSON.parse(text);
      change(file);
      return JSON.stringify(file, null, 2);
    });
  /** Of the second failure, unless it is another. */
  const invalid = (field: string, failure = 2) => ({ code: 'invalid_failure', failure, field });
  const refused: [string, () => Promise<string>, problem: object][] = [
    ['nothing', async () => '', { code: 'not_json' }],
    ['a table', async () => 'id,file\r\na,b\r\n', { code: 'not_json' }],
    ['half of it', changed((text) => text.slice(0, text.indexOf('"id":"c"') + 20)), { code: 'not_json' }],
    ['a comma too few', changed((text) => text.replace(/(\{"id":"b".*),\n/, '$1\n')), { code: 'not_json' }],
    ['a comma too many', changed((text) => text.replace('\n]', ',\n]')), { code: 'not_json' }],
    ['a broken word', changed((text) => text.replace(/("id":"b".*)false/, '$1fals')), { code: 'not_json' }],
    [
      'NaN',
      changed((text) => text.replace(/("id":"c".*"bytesReceived":)500/, '$1NaN')),
      { code: 'not_json' },
    ],
    ['two files in one', changed((text) => text + text), { code: 'not_json' }],
    ['a word', async () => '\n"download-failures"', { code: 'other_format' }],
    ['null', async () => 'null', { code: 'other_format' }],
    ['a list', async () => JSON.stringify(three), { code: 'other_format' }],
    ['another format', changed((text) => text.replace('download-', '')), { code: 'other_format' }],
    [
      'no version',
      changed((text) => text.replace('"version"', '"v"')),
      { code: 'invalid_file', field: 'version' },
    ],
    [
      'half a version',
      changed((text) => text.replace(': 1,', ': 0.5,')),
      { code: 'invalid_file', field: 'version' },
    ],
    ['a newer version', changed((text) => text.replace(': 1,', ': 2,')), { code: 'newer_version' }],
    [
      'no date',
      changed((text) => text.replace('2024-05-02T', 'yesterday')),
      { code: 'invalid_file', field: 'exportedAt' },
    ],
    [
      'no list of failures',
      changed((text) => text.replace(/\[\n.*\n\]/s, '{}')),
      { code: 'invalid_file', field: 'failures' },
    ],
    ['null for a failure', changed((text) => text.replace(/\{"id":"b".*\}/, 'null')), invalid('')],
    ['a failure without an id', withB({ id: undefined }), invalid('id')],
    ['a number for an address', withB({ url: 5 }), invalid('url')],
    ['an unknown browser', withB({ browser: 'netscape' }), invalid('browser')],
    ['null for a time', withB({ failedAt: null }), invalid('failedAt')],
    ['a time that no date can hold', withB({ failedAt: 1e300 }), invalid('failedAt')],
    [
      'a time without end',
      changed((text) => text.replace(/("id":"b".*"failedAt":)\d+/, '$11e999')),
      invalid('failedAt'),
    ],
    ['an inherited name for a reason', withB({ reason: 'constructor' }), invalid('reason')],
    ['a reason without end', withB({ reason: 'X'.repeat(65) }), invalid('reason')],
    [
      'a sentence for a reason of an attempt',
      withAttempt({ reason: 'It broke.' }),
      invalid('attempts.0.reason'),
    ],
    [
      'invented reasons without end',
      () =>
        exported(
          Array.from({ length: 10_000 }, (_, index) =>
            failureWith({ id: String(index), reason: `INVENTED_${index}` }),
          ),
        ),
      invalid('reason', 21),
    ],
    ['no attempts', withB({ attempts: [] }), invalid('attempts.0')],
    ['one attempt that is none', withB({ attempts: [failedAttempt(), 'again'] }), invalid('attempts.1')],
    ['an unknown state', withAttempt({ state: 'asleep' }), invalid('attempts.0.state')],
    ['negative bytes', withAttempt({ bytesReceived: -1 }), invalid('attempts.0.bytesReceived')],
    ['a negative size', withAttempt({ totalBytes: -1 }), invalid('attempts.0.totalBytes')],
    ['an end that is no date', withAttempt({ endedAt: '2024-05-01' }), invalid('attempts.0.endedAt')],
    ['a start that no date can hold', withAttempt({ startedAt: -1e16 }), invalid('attempts.0.startedAt')],
    [
      'an id of an item beyond all',
      withAttempt({ item: { id: 1e300, session: null, key: '', trace: null } }),
      invalid('attempts.0.item.id'),
    ],
    ['the same id twice', withB({ id: 'a' }), { code: 'duplicate', failure: 2 }],
    [
      'all of it on one line',
      async () => JSON.stringify(JSON.parse(await withAttempt({ bytesReceived: -1 })())),
      invalid('attempts.0.bytesReceived'),
    ],
    [
      'the same id twice, one field on a line',
      pretty(({ failures: [, b] }) => Object.assign(b ?? {}, { id: 'a', mime: 'here' })),
      { code: 'duplicate', failure: 2 },
    ],
    [
      'a wrong field on a line of its own',
      pretty(({ failures: [, b] }) => Object.assign(b ?? {}, { seen: 'maybe' })),
      invalid('seen'),
    ],
    [
      'a negative size on a line of its own',
      pretty(({ failures: [, b] }) =>
        Object.assign(b ?? {}, { attempts: [failedAttempt({ totalBytes: -7 })] }),
      ),
      invalid('attempts.0.totalBytes'),
    ],
  ];

  it.each(refused)('is refused with %s, and what is wrong is named', async (_what, make, problem) => {
    await emptyJournal();
    await store([failureWith({ id: 'old' })]);
    const before = await readRaw();
    const text = await make();
    for (const lineEnd of ['\n', '\r\n']) {
      expect(parseExport(text.replaceAll(/\r?\n/g, lineEnd))).toEqual({ ok: false, problem });
    }
    expect(await readRaw()).toEqual(before);
  });

  it('is refused when it is too large', () => {
    expect(parseExport(' '.repeat(LARGEST_EXPORT + 1))).toEqual({
      ok: false,
      problem: { code: 'too_large' },
    });
  });
});
