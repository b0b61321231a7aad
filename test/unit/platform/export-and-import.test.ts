import { beforeEach, describe, expect, it } from 'vitest';
import { noCounts } from '../../../src/domain/counts.ts';
import { toJson } from '../../../src/domain/export-file.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { asImported } from '../../../src/domain/import.ts';
import { defaultRetention } from '../../../src/domain/retention.ts';
import { deleteDatabase, readRaw } from '../../../src/platform/journal/database.ts';
import { type ParsedExport, parseExport } from '../../../src/platform/journal/parse-export.ts';
import { fromRow } from '../../../src/platform/journal/row.ts';
import * as stored from '../../../src/platform/journal/stored.ts';
import { type Merged, mergeImported as mergeWithin } from '../../../src/platform/journal/stored-merge.ts';
import { store, storedFailure, trim } from '../../fakes/database.ts';
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
});
