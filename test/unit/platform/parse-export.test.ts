import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toJson } from '../../../src/domain/export-file.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { asImported } from '../../../src/domain/import.ts';
import { readRaw } from '../../../src/platform/journal/database.ts';
import {
  LARGEST_EXPORT,
  type ParsedExport,
  parseExport,
} from '../../../src/platform/journal/parse-export.ts';
import { store } from '../../fakes/database.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const EXPORTED_AT = Date.UTC(2024, 4, 2);

async function exported(failures: readonly Failure[]): Promise<string> {
  let text = '';
  for await (const part of toJson(failures, { exportedAt: EXPORTED_AT })) text += part;
  return text;
}

function failuresIn(parsed: ParsedExport): Failure[] {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problem));
  return parsed.failures;
}

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
