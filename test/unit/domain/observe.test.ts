import { describe, expect, it } from 'vitest';
import {
  type Failure,
  type ObservedDownload,
  prognosisOf,
  type SnapshotStatus,
} from '../../../src/domain/failure.ts';
import {
  LATEST_ITEM_MS,
  mayBeNews,
  type ObserveContext,
  observe,
  showsSurplus,
  surplusItems,
} from '../../../src/domain/observe.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';
import { snapshot } from '../../fakes/snapshots.ts';

type Fields = Record<string, unknown>;

const NOW = Date.UTC(2024, 4, 1, 13);
const START = Date.UTC(2024, 4, 1, 11, 59);
const MINUTE = 60_000;
const { url, finalUrl, referrer, filename, mime } = failureWith();
const mirror = 'https://mirror.example/file.zip';
const download = { url: mirror, finalUrl: mirror, filename };

const item = (id: number, session: string | null = null, trace: string | null = null) => ({
  ...{ id, session, key: `${id} then${session ?? ''}`, trace },
});
const failed = (fields: Fields = {}): Fields => failedAttempt(fields);
/** A retry by the person. */
const retry = (fields: Fields = {}): Fields =>
  failedAttempt({
    kind: 'restart',
    by: 'person',
    item: item(2),
    startedAt: NOW,
    bytesReceived: 0,
    ...fields,
  });
const starting = (fields: Fields = {}): Fields =>
  retry({ state: 'starting', item: null, deadline: NOW + MINUTE, ...fields });
const running = (fields: Fields = {}): Fields => retry({ state: 'running', ...fields });
const tried = (attempts: Fields[], fields: Fields = {}): Failure =>
  failureWith({ attempts: [failed(), ...attempts], ...fields });

/** What the browser says of a download of the usual file; it runs, and is the first item. */
const shown = (fields: Partial<ObservedDownload> = {}): ObservedDownload => ({
  ...snapshot({ id: 1, status: { kind: 'running' } }),
  ...{ url, finalUrl, referrer, filename, mime, startedAt: START },
  ...fields,
});
const fails = (reason = 'NETWORK_FAILED'): { status: SnapshotStatus; canResume: boolean } => ({
  ...{ status: { kind: 'failed', reason }, canResume: true },
});
const completes: { status: SnapshotStatus } = { status: { kind: 'completed' } };

const look = (
  failures: Failure[],
  seen: ObservedDownload,
  context: Partial<ObserveContext> = {},
): Failure[] =>
  observe(failures, seen, {
    ...{
      now: NOW,
      newId: 'new',
      browser: 'chrome',
      imported: false,
      forgotten: false,
      stateChanged: false,
    },
    ...context,
  });
const one = (failure: Failure, seen: ObservedDownload, context: Partial<ObserveContext> = {}): Failure => {
  const [after, ...others] = look([failure], seen, context);
  if (!after || others.length > 0) throw new Error('Not one record changed.');
  return after;
};
const told = ({ attempts }: Failure): string[] =>
  attempts.map(({ kind, state, download: other }) => `${kind} ${state}${other ? ' elsewhere' : ''}`);

describe('a download that fails', () => {
  it('is a new failure with all that the browser tells', () => {
    const seen = shown({ ...fails(), cookieStoreId: 'firefox-container-1', incognito: true });
    expect(look([], seen)).toEqual([
      {
        ...{ id: 'new', browser: 'chrome', url, finalUrl, referrer, filename, mime },
        ...{ cookieStoreId: 'firefox-container-1', incognito: true, failedAt: NOW, reason: 'NETWORK_FAILED' },
        ...{ seen: false, dismissed: false, method: null, next: null, round: null },
        attempts: [
          {
            ...{ kind: 'first', by: 'elsewhere', item: item(1), startedAt: START, bytesReceived: 500 },
            ...{
              totalBytes: 1_000,
              state: 'failed',
              endedAt: NOW,
              reason: 'NETWORK_FAILED',
              canResume: true,
            },
          },
        ],
      },
    ]);
  });

  it('is no news if it was there before we were, and failed no later than it began as far as we know', () => {
    const [before] = look([], shown(fails()), { imported: true });
    expect(before).toMatchObject({ seen: true, failedAt: START, attempts: [{ endedAt: NOW }] });
    const [ahead] = look([], shown({ ...fails(), startedAt: NOW + 1 }), { imported: true });
    expect(ahead).toMatchObject({ failedAt: NOW });
  });

  it('is not recorded again if it was forgotten on purpose', () => {
    expect(look([], shown(fails()), { forgotten: false })).toHaveLength(1);
    expect(look([], shown(fails()), { forgotten: true })).toEqual([]);
  });

  it.each(['running', 'paused', 'completed'] as const)('is none while it is %s', (kind) => {
    expect(look([], shown({ status: { kind } }), { stateChanged: true })).toEqual([]);
  });

  it('may be one that the browser calls complete, but only as it completes', () => {
    const seen = shown({ status: { kind: 'completed', suspicion: 'SUSPECT_CUT_SHORT' }, sizeOnDisk: 700 });
    const [after] = look([], seen, { stateChanged: true });
    expect(after).toMatchObject({
      reason: 'SUSPECT_CUT_SHORT',
      attempts: [
        {
          state: 'failed',
          bytesReceived: 700,
          totalBytes: 1_000,
          endedAt: NOW,
          canResume: false,
          file: filename,
        },
      ],
    });
    expect(after?.attempts[0]).not.toHaveProperty('evidence');
    expect(look([], seen)).toEqual([]);
  });

  it('may be one of which the request tells, and how much the browser counted', () => {
    const request = {
      ...{ status: 200, error: null, type: 'text/html', length: 9, waitUntil: null, endedAt: NOW },
    };
    const seen = shown({
      status: { kind: 'completed', suspicion: 'SUSPECT_PAGE' },
      request,
      sizeOnDisk: null,
    });
    const [after] = look([], seen, { stateChanged: true });
    expect(after?.attempts[0]).toMatchObject({ bytesReceived: 500, totalBytes: null, evidence: request });
  });

  it('never began if there is only a request', () => {
    const evidence = { status: 404, error: null, type: null, length: null, waitUntil: null, endedAt: NOW };
    const [after] = look([], shown({ ...fails('SERVER_FAILED'), item: null, evidence }));
    expect(after).toMatchObject({
      reason: 'SERVER_BAD_CONTENT',
      attempts: [{ item: null, began: false, reason: 'SERVER_FAILED', evidence }],
    });
  });
});

describe('an item that failed', () => {
  it('is resumed by somebody if it runs again, and begun anew if nothing had come', () => {
    expect(one(failureWith(), shown())).toMatchObject({
      attempts: [{}, { kind: 'resume', by: 'elsewhere', state: 'running', paused: false, startedAt: NOW }],
    });
    expect(told(one(failureWith({ attempts: [failed({ bytesReceived: 0 })] }), shown()))).toEqual([
      ...['first failed', 'restart running'],
    ]);
  });

  it.each(['vanished', 'cancelled'])('was taken for %s and runs again', (state) => {
    expect(told(one(failureWith({ attempts: [failed({ state })] }), shown()))).toEqual([
      ...[`first ${state}`, 'resume running'],
    ]);
  });

  it('was resumed if it is paused', () => {
    const paused = shown({ status: { kind: 'paused' } });
    expect(one(failureWith(), paused).attempts[1]).toMatchObject({ kind: 'resume', paused: true });
    for (const state of ['completed', 'another-file'])
      expect(look([failureWith({ attempts: [failed({ state })] })], paused)).toEqual([]);
  });

  it('was resumed if it completed since, unless the person had said that it is another file', () => {
    expect(told(one(failureWith(), shown(completes)))).toEqual(['first failed', 'resume completed']);
    for (const state of ['completed', 'another-file']) {
      expect(look([failureWith({ attempts: [failed({ state })] })], shown(completes))).toEqual([]);
    }
    expect(
      look(
        [failureWith({ attempts: [failed({ reason: 'SUSPECT_PAGE', file: filename })] })],
        shown(completes),
      ),
    ).toEqual([]);
  });

  it('was resumed if it failed for another reason since, which is news', () => {
    const after = one(failureWith({ seen: true, dismissed: true }), shown(fails('SERVER_FAILED')));
    expect(told(after)).toEqual(['first failed', 'resume failed']);
    expect(after).toMatchObject({ reason: 'SERVER_FAILED', failedAt: NOW, seen: false, dismissed: false });
    expect(look([failureWith()], shown(fails()))).toEqual([]);
    expect(look([failureWith()], shown(fails('USER_CANCELED')))).toEqual([]);
  });

  it('was not resumed if Chrome quit over it, which Firefox would not call so', () => {
    for (const reason of ['CRASH', 'USER_SHUTDOWN']) {
      expect(look([failureWith()], shown(fails(reason)))).toEqual([]);
    }
    expect(told(one(failureWith({ browser: 'firefox' }), shown(fails('CRASH'))))).toEqual([
      ...['first failed', 'resume failed'],
    ]);
  });

  it('keeps as many bytes as the browser says, and none that it lost', () => {
    const bytesOf = (fields: Partial<ObservedDownload>) => {
      const [after] = look([failureWith()], shown({ ...fails(), ...fields }));
      return after?.attempts.map(
        (attempt) => 'canResume' in attempt && [attempt.canResume, attempt.bytesReceived],
      );
    };
    expect(bytesOf({ bytesReceived: 600 })).toEqual([[true, 600]]);
    expect(bytesOf({ bytesReceived: 400, exactBytes: false })).toBeUndefined();
    expect(bytesOf({ bytesReceived: 0, canResume: false })).toEqual([[false, 500]]);
    expect(bytesOf({})).toBeUndefined();
  });

  it('has not failed again if it had vanished or come', () => {
    for (const state of ['vanished', 'another-file']) {
      const failure = failureWith({ attempts: [failed({ state })] });
      expect(look([failure], shown(fails('SERVER_FAILED')))).toEqual([]);
    }
    expect(look([failureWith({ attempts: [failed({ state: 'completed' })] })], shown())).toEqual([]);
  });

  it('gets the trace that the browser now gives it', () => {
    const after = one(failureWith(), shown({ ...fails(), item: { ...item(1), trace: 'trace' } }));
    expect(after.attempts).toMatchObject([{ state: 'failed', item: { key: '1 then', trace: 'trace' } }]);
  });

  it('is resumed also while another attempt runs, and then its failure is no news', () => {
    const failure = tried([running()], { seen: true });
    expect(told(one(failure, shown()))).toEqual(['first failed', 'restart running', 'resume running']);
    expect(told(one(failure, shown(completes)))).toEqual([
      ...['first failed', 'restart running', 'resume completed'],
    ]);
    const again = one(failure, shown(fails('SERVER_FAILED')));
    expect(told(again)).toEqual(['first failed', 'restart running', 'resume failed']);
    expect(again).toMatchObject({ reason: 'NETWORK_FAILED', seen: true });
  });
});

describe('a resume of ours', () => {
  const resume = (fields: Fields = {}): Fields =>
    retry({ kind: 'resume', item: item(1), bytesReceived: 500, ...fields });
  const begun = tried([resume({ state: 'starting', deadline: NOW + MINUTE })]);

  it('has begun once its item runs', () => {
    const after = one(begun, shown());
    expect(told(after)).toEqual(['first failed', 'resume running']);
    expect(after.attempts[1]).toMatchObject({ by: 'person', startedAt: NOW });
  });

  it('has not ended while the item still shows the failure before, unless that is said anew', () => {
    expect(look([begun], shown(fails()))).toEqual([]);
    expect(told(one(begun, shown(fails()), { stateChanged: true }))).toEqual([
      'first failed',
      'resume failed',
    ]);
    expect(told(one(begun, shown(completes)))).toEqual(['first failed', 'resume completed']);
  });

  it.each(['SERVER_FAILED', 'NETWORK_FAILED'])(
    'leaves what was kept when Firefox fails with %s before it has counted that',
    (reason) => {
      const firefox = { browser: 'firefox' } as const;
      const answered = { ...fails(reason), exactBytes: false, bytesReceived: 0, totalBytes: null };
      const running = tried([resume({ state: 'running', bytesReceived: 0, totalBytes: null })], firefox);
      const kept = { bytesReceived: 500, totalBytes: 1000 };
      const again = one(running, shown(answered), firefox);
      expect(again.attempts[1]).toMatchObject({ ...kept, kind: 'resume', canResume: true });
      expect(look([again], shown(answered), firefox)).toEqual([]);
      const pressed = one(
        failureWith({ ...firefox, attempts: [failed({ reason: 'CRASH' })] }),
        shown(answered),
        firefox,
      );
      expect(pressed.attempts[1]).toMatchObject({ ...kept, by: 'elsewhere', canResume: true });
      const lost = one(running, shown({ ...answered, canResume: false }), firefox);
      expect(lost.attempts[1]).toMatchObject({ bytesReceived: 0, canResume: false });
    },
  );

  it('has what came last where Firefox counted more, or had kept nothing before', () => {
    const firefox = { browser: 'firefox' } as const;
    const bytes = (before: Fields, bytesReceived: number) => {
      const running = resume({ state: 'running', bytesReceived: 0 });
      const failure = failureWith({ ...firefox, attempts: [failed(), failed(before), running] });
      const seen = shown({ ...fails(), exactBytes: false, bytesReceived, totalBytes: 2_000 });
      const { bytesReceived: had, totalBytes } = one(failure, seen, firefox).attempts[2] ?? {};
      return [had, totalBytes];
    };
    expect(bytes({}, 600)).toEqual([600, 2_000]);
    expect(bytes({}, 500)).toEqual([500, 2_000]);
    expect(bytes({}, 499)).toEqual([500, 1_000]);
    expect(bytes({ canResume: false, bytesReceived: 900 }, 300)).toEqual([300, 2_000]);
    expect(bytes({ item: item(2), bytesReceived: 900 }, 600)).toEqual([600, 2_000]);
  });

  it('has as much as is on the disk once it is complete, whatever was counted', () => {
    const after = one(begun, shown({ ...completes, bytesReceived: 400, sizeOnDisk: 1000 }));
    expect(after.attempts[1]).toMatchObject({ state: 'completed', bytesReceived: 1000 });
    const unknown = one(begun, shown({ ...completes, bytesReceived: 400, sizeOnDisk: null }));
    expect(unknown.attempts[1]).toMatchObject({ state: 'completed', bytesReceived: 400 });
  });

  it('counts from when the person let it go on, which nobody else’s does', () => {
    const later = { now: NOW + MINUTE };
    const became = (kind: 'running' | 'paused', fields: Fields) =>
      one(tried([resume({ state: 'running', ...fields })]), shown({ status: { kind } }), later).attempts[1];
    expect(became('running', { paused: true })?.startedAt).toBe(NOW + MINUTE);
    expect(became('running', { paused: true, by: 'elsewhere' })?.startedAt).toBe(NOW);
    expect(became('paused', { paused: false })?.startedAt).toBe(NOW);
  });

  it('began anew if less is there than was kept', () => {
    const became = (fields: Partial<ObservedDownload>) => told(one(begun, shown(fields)))[1];
    expect(became({ bytesReceived: 499 })).toBe('restart running');
    expect(became({ bytesReceived: 500 })).toBe('resume running');
    expect(became({ bytesReceived: 499, exactBytes: false })).toBe('resume running');
    expect(became({ bytesReceived: 499, ...completes })).toBe('resume completed');
  });

  it('begins anew also when it has run for a while', () => {
    const failure = tried([resume({ state: 'running' })]);
    expect(told(one(failure, shown({ bytesReceived: 10 })))).toEqual(['first failed', 'restart running']);
  });

  it('is ours also when the browser begins it only after its time, up to a minute', () => {
    const late = (fields: Fields, now = NOW) =>
      one(tried([resume({ state: 'not-started', message: '', ...fields })]), shown({ canResume: true }), {
        now,
      });
    expect(late({}, NOW + MINUTE).attempts[2]).toMatchObject({
      kind: 'resume',
      by: 'person',
      state: 'running',
    });
    expect(late({}, NOW + MINUTE + 1).attempts[2]).toMatchObject({ by: 'elsewhere' });
    expect(late({ message: 'No' }).attempts[2]).toMatchObject({ by: 'elsewhere' });
    expect(late({ item: item(5) }).attempts[2]).toMatchObject({ by: 'elsewhere' });
    expect(late({ item: null }).attempts[2]).toMatchObject({ by: 'elsewhere' });
    const over = one(tried([resume({ state: 'not-started', message: '' })]), shown(completes));
    expect(over.attempts[2]).toMatchObject({ by: 'elsewhere', state: 'completed' });
  });

  it('is ours also beside another that runs, if it began late', () => {
    const failure = tried([resume({ state: 'not-started', message: '' }), running()]);
    expect(told(one(failure, shown())).at(-1)).toBe('resume running');
  });

  it('that we ended because nothing came is no new one while nothing comes', () => {
    const lost = failed({ canResume: false });
    const stalled = (fields: Fields = {}, first = lost) =>
      failureWith({
        attempts: [first, resume({ state: 'not-started', message: '', startedAt: 0, ...fields })],
      });
    expect(look([stalled()], shown())).toEqual([]);
    expect(showsSurplus([stalled()], shown())).toBe(true);
    expect(showsSurplus([stalled()], shown({ status: { kind: 'paused' } }))).toBe(false);
    expect(told(one(stalled(), shown(completes))).at(-1)).toBe('resume completed');
    for (const [failure, fields] of [
      [stalled(), { bytesReceived: 501 }],
      [stalled(), { exactBytes: false }],
      [stalled({}, failed()), {}],
      [stalled({ by: 'elsewhere' }), {}],
      [stalled({ item: item(5) }), {}],
      [stalled({ state: 'cancelled' }), {}],
      [stalled({ item: null }), {}],
      [stalled({}, failed({ state: 'vanished' })), {}],
      [failureWith({ attempts: [lost, resume({ canResume: false })] }), {}],
    ] satisfies [Failure, Partial<ObservedDownload>][]) {
      expect(told(one(failure, shown(fields))).at(-1)).toBe('resume running');
      expect(showsSurplus([failure], shown(fields))).toBe(false);
    }
  });
});

describe('a new item of ours', () => {
  const ours = (fields: Partial<ObservedDownload> = {}): ObservedDownload =>
    shown({ item: item(9), ours: true, startedAt: NOW, bytesReceived: 0, ...fields });
  const gets = (attempt: Fields, fields: Partial<ObservedDownload> = {}) => {
    const [after] = look([tried([attempt])], ours(fields));
    return after?.attempts[1]?.item?.key === '9 then';
  };

  it.each([
    ['that starts', starting()],
    ['that the browser had not answered', starting({ state: 'not-started', message: '', endedAt: NOW })],
  ])('is of the attempt %s', (_what, attempt) => {
    expect(gets(attempt)).toBe(true);
    expect(gets(attempt, { startedAt: NOW - 5_000 })).toBe(true);
    expect(gets(attempt, { startedAt: NOW - 5_001 })).toBe(false);
    expect(gets(attempt, { startedAt: NOW + LATEST_ITEM_MS })).toBe(true);
    expect(gets(attempt, { startedAt: NOW + LATEST_ITEM_MS + 1 })).toBe(false);
    expect(gets(attempt, { ours: false })).toBe(false);
    expect(gets(attempt, { url: mirror })).toBe(false);
    expect(gets(attempt, { incognito: true })).toBe(false);
  });

  it('is rather of one that waits than of one that gave up, and of that than of one that was cancelled', () => {
    const waits = (id: string, state: string, startedAt = NOW) =>
      failureWith({
        ...{ id, url, finalUrl, filename },
        attempts: [failed({ item: item(7) }), starting({ state, message: '', endedAt: NOW, startedAt })],
      });
    const [cancelled, gaveUp, late] = [
      waits('c', 'cancelled'),
      waits('n', 'not-started'),
      waits('s', 'starting'),
    ];
    const owner = (...failures: Failure[]) => look(failures, ours()).map(({ id }) => id);
    expect(owner(cancelled, gaveUp, late)).toEqual(['s']);
    expect(owner(cancelled, gaveUp)).toEqual(['n']);
    expect(owner(waits('early', 'starting', NOW - 10), late, waits('older', 'starting', NOW - 20))).toEqual([
      's',
    ]);
  });

  it('of an attempt that was cancelled is not wanted, and is cancelled, too', () => {
    const failure = tried([starting({ state: 'cancelled', endedAt: NOW })]);
    expect(look([failure], ours())).toEqual([]);
    expect(showsSurplus([failure], ours())).toBe(true);
    const after = one(failure, ours(fails('USER_CANCELED')));
    expect(after.attempts[1]).toMatchObject({ state: 'cancelled', item: item(9), endedAt: NOW });
    expect(told(one(failure, ours(completes)))).toEqual(['first failed', 'restart completed']);
  });

  it('may not be marked as ours if it asks as the page does, and then names no page', () => {
    const asks = starting({ asPage: true });
    const silent = { ours: false, referrer: null };
    expect(gets(asks, silent)).toBe(true);
    expect(gets(asks, { ours: false })).toBe(false);
    expect(gets(starting(), silent)).toBe(false);
    const over = starting({ asPage: true, state: 'not-started', message: '', endedAt: NOW + 100 });
    expect(gets(over, { ...silent, startedAt: NOW + 1_100 })).toBe(true);
    expect(gets(over, { ...silent, startedAt: NOW + 1_101 })).toBe(false);
  });

  it('has not brought a file that is known to have something in it when nothing came', () => {
    const empty = ours({ ...completes, totalBytes: null, sizeOnDisk: 0 });
    const known = failureWith({
      attempts: [failed({ bytesReceived: 500, totalBytes: 1000 }), starting({ totalBytes: null })],
    });
    expect(one(known, empty)).toMatchObject({ reason: 'SUSPECT_EMPTY', seen: false });
    const unknown = failureWith({ attempts: [failed({ totalBytes: null }), starting({ totalBytes: null })] });
    expect(told(one(unknown, empty))).toEqual(['first failed', 'restart completed']);
  });

  it('keeps that it asked as the page does', () => {
    const after = one(tried([starting({ asPage: true })]), ours());
    expect(after.attempts[1]).toMatchObject({ asPage: true, state: 'running' });
  });
});

describe('an item of an earlier session', () => {
  const old = item(4, 'old', 'trace');

  it('is known by its trace under a new id, which is noted', () => {
    const failure = failureWith({ attempts: [failed({ item: old })] });
    const after = one(failure, shown({ ...fails(), item: item(8, 'new', 'trace') }));
    expect(after.attempts).toMatchObject([{ state: 'failed', item: item(8, 'new', 'trace') }]);
    expect(look([failure], shown({ ...fails(), item: old }))).toEqual([]);
  });

  it.each(['not-started', 'cancelled'])('is not that of a resume that never began (%s)', (state) => {
    const resume = retry({ kind: 'resume', item: old, state, message: '' });
    const failure = failureWith({ attempts: [failed({ item: old }), resume] });
    const after = one(failure, shown({ ...fails(), item: item(8, 'new', 'trace') }));
    expect(after.attempts).toMatchObject([{ item: item(8, 'new', 'trace') }, { state, item: old }]);
  });

  it('is another one of this session, or without a trace', () => {
    const attempts = [failed({ item: old })];
    const others = { url: 'https://other.example/x', finalUrl: 'https://other.example/x', filename: '/x' };
    for (const [known, seen] of [
      [attempts, item(8, 'old', 'trace')],
      [attempts, item(8, 'new', 'other')],
      [[failed({ item: item(4, 'old') })], item(8, 'new')],
    ] satisfies [Fields[], ObservedDownload['item']][]) {
      const [after] = look([failureWith({ attempts: known })], shown({ ...fails(), ...others, item: seen }));
      expect(after?.id).toBe('new');
    }
  });

  it('ran when the browser closed, which Firefox goes on with by itself', () => {
    const failure = tried([running({ item: item(4, 'old'), kind: 'restart' })]);
    const goesOn = shown({ item: item(8, 'new'), startedAt: NOW + MINUTE });
    expect(one(failure, goesOn).attempts[1]).toMatchObject({
      item: item(8, 'new'),
      state: 'running',
      startedAt: NOW,
    });
    for (const fields of [{ item: item(8, 'old') }, { url: mirror }, { filename: '/other.zip' }]) {
      const [after] = look([failure], { ...goesOn, ...fields });
      expect(after?.attempts[1]?.item?.id).not.toBe(8);
    }
    const over = tried([retry({ item: item(4, 'old') })]);
    expect(told(one(over, goesOn))).toEqual(['first failed', 'restart failed', 'restart running elsewhere']);
  });

  it('may be that of another download of the file', () => {
    const failure = tried([running({ by: 'elsewhere', item: item(4, 'old'), download })]);
    const goesOn = shown({ ...download, item: item(8, 'new'), startedAt: NOW + MINUTE });
    expect(one(failure, goesOn).attempts[1]).toMatchObject({ item: item(8, 'new'), download });
  });
});

describe('a request of which no item came', () => {
  const silent = (fields: Fields = {}): Fields =>
    failed({ item: null, began: false, startedAt: START, endedAt: START + 100, bytesReceived: 0, ...fields });
  const waited = (fields: Fields = {}, attempt: Fields = {}) =>
    failureWith({ attempts: [silent(attempt)], finalUrl: mirror, ...fields });
  const request = (fields: Partial<ObservedDownload> = {}): ObservedDownload =>
    shown({ ...fails('NETWORK_FAILED'), item: null, bytesReceived: 0, totalBytes: null, ...fields });

  it('is recorded once', () => {
    expect(look([waited()], request())).toEqual([]);
    const attempts = [failed({ startedAt: 0, endedAt: 1 }), silent({ kind: 'restart', download })];
    expect(look([failureWith({ attempts })], request({ url: mirror }))).toEqual([]);
  });

  it('is another one at another address', () => {
    const elsewhere = { url: 'https://host.example/x', finalUrl: 'https://host.example/x', filename: '/x' };
    expect(look([waited()], request(elsewhere)).map(({ id }) => id)).toEqual(['new']);
  });

  it('is none of an item that has a trace', () => {
    const failure = failureWith({ attempts: [failed({ item: item(4, 'old', 'trace') })] });
    expect(told(one(failure, request({ startedAt: NOW })))).toEqual([
      'first failed',
      'restart failed elsewhere',
    ]);
  });

  it('is one more attempt also where the last failed for the same reason', () => {
    expect(told(one(tried([]), request({ startedAt: NOW })))).toEqual([
      'first failed',
      'restart failed elsewhere',
    ]);
  });

  it('gets an item that comes late', () => {
    const evidence = { status: 404, error: null, type: null, length: null, waitUntil: null, endedAt: 1 };
    const failure = waited({ seen: true, dismissed: true }, { evidence });
    const after = one(failure, shown(fails('SERVER_FAILED')));
    expect(after).toMatchObject({ seen: true, dismissed: true });
    expect(after.attempts).toMatchObject([
      { item: item(1), state: 'failed', endedAt: START + 100, evidence },
    ]);
    expect(after.attempts).toMatchObject([{ kind: 'first', by: 'elsewhere', startedAt: START }]);
    expect(after.attempts[0]).not.toHaveProperty('began');
    expect(one(failure, shown(completes)).attempts).toMatchObject([{ state: 'completed', endedAt: NOW }]);
  });

  it.each([
    ['of one moment before it', { startedAt: START - 5_000 }, true],
    ['of long before it', { startedAt: START - 5_001 }, false],
    ['of a moment after its end', { startedAt: START + 1_100 }, true],
    ['of the next press', { startedAt: START + 1_101 }, false],
    ['of where it led', { url: mirror }, true],
    ['of another address', { url: 'https://host.example/x' }, false],
    ['of ours', { ours: true }, false],
  ] satisfies [string, Partial<ObservedDownload>, boolean][])('and an item %s', (_what, fields, is) => {
    const [after] = look([waited()], shown({ bytesReceived: 0, ...fields }));
    expect(after?.attempts.length === 1 && after.attempts[0].item?.id === 1).toBe(is);
  });

  it('is one more attempt of the failure of its file', () => {
    const after = one(tried([]), request({ startedAt: NOW, ...fails('SERVER_FAILED') }));
    expect(told(after)).toEqual(['first failed', 'restart failed elsewhere']);
  });

  it('tells nothing new of an attempt that was under way, or had just ended', () => {
    const ended = (endedAt: number) => tried([retry({ startedAt: NOW, endedAt })]);
    const at = (startedAt: number) => request({ startedAt });
    expect(look([ended(NOW + 100)], at(NOW + 5_100))).toEqual([]);
    expect(look([ended(NOW + 100)], at(NOW + 5_101))).toHaveLength(1);
    expect(look([ended(NOW + 100)], at(NOW - 5_000))).toEqual([]);
    expect(look([tried([running()])], at(NOW + MINUTE))).toEqual([]);
    const before = failureWith({ attempts: [failed({ startedAt: NOW, endedAt: NOW })] });
    expect(look([before], at(NOW - 5_001))).toHaveLength(1);
  });

  it('takes the place of the last if it ended alike, with the newer evidence', () => {
    const evidence = (endedAt: number) => ({
      ...{ status: 404, error: null, type: null, length: null, waitUntil: null, endedAt },
    });
    const failure = waited({}, { reason: 'SERVER_FAILED', evidence: evidence(1) });
    const again = request({ ...fails('SERVER_FAILED'), startedAt: NOW, evidence: evidence(2) });
    const after = one(failure, again);
    expect(after.attempts).toMatchObject([{ endedAt: NOW, startedAt: START, evidence: evidence(2) }]);
    expect(told(one(failure, { ...again, evidence: { ...evidence(2), status: 403 } }))).toHaveLength(2);
    expect(told(one(failure, request({ ...fails(), startedAt: NOW })))).toHaveLength(2);
    const status = (code: number) => ({ ...evidence(2), status: code });
    const down = waited({}, { reason: 'SERVER_FAILED', evidence: status(500) });
    expect(told(one(down, { ...again, evidence: status(502) }))).toHaveLength(2);
    expect(told(one(waited(), request({ ...fails('SERVER_FAILED'), startedAt: NOW })))).toHaveLength(2);
    const two = tried([silent({ kind: 'restart', reason: 'SERVER_FAILED', evidence: status(404) })]);
    expect(told(one(two, { ...again, evidence: status(403) }))).toHaveLength(3);
    const plain = one(waited(), request({ startedAt: NOW }));
    expect(plain.attempts).toHaveLength(1);
    expect(plain.attempts[0]).not.toHaveProperty('evidence');
  });
});

describe('another download of the file', () => {
  const other = (fields: Partial<ObservedDownload> = {}): ObservedDownload =>
    shown({ item: item(9), finalUrl: mirror, referrer: 'https://b.example/', startedAt: NOW, ...fields });
  const planned = { kind: 'planned', at: 9e12, madeAt: NOW, number: 1, of: 3, because: 'backoff' };

  it('is one more attempt while it runs, and what was planned waits', () => {
    const after = one(failureWith({ next: planned }), other());
    expect(after.attempts[1]).toEqual({
      ...{
        kind: 'restart',
        by: 'elsewhere',
        item: item(9),
        startedAt: NOW,
        bytesReceived: 500,
        totalBytes: 1_000,
      },
      ...{ download: { url, finalUrl: mirror, filename }, state: 'running', paused: false },
    });
    expect(after).toMatchObject({ next: planned, finalUrl, referrer });
  });

  it('has the file once it completes, and nothing is planned any more', () => {
    const after = one(failureWith({ next: planned }), other(completes));
    expect(told(after)).toEqual(['first failed', 'restart completed elsewhere']);
    expect(after).toMatchObject({ next: null, seen: false, reason: 'NETWORK_FAILED' });
    expect(one(failureWith(), other(completes), { imported: true })).toMatchObject({ seen: true });
  });

  it('is news when it fails: from then on its address is the one to try', () => {
    const failure = failureWith({ next: planned, browser: 'firefox', seen: true, dismissed: true });
    const after = one(failure, other({ ...fails('SERVER_FAILED'), mime: null, filename: '/dir/file.zip' }));
    expect(after).toMatchObject({
      finalUrl: mirror,
      referrer: 'https://b.example/',
      mime,
      browser: 'chrome',
    });
    expect(after).toMatchObject({
      filename: '/dir/file.zip',
      reason: 'SERVER_FAILED',
      seen: false,
      dismissed: false,
    });
  });

  it('leaves nothing when the person cancels it', () => {
    expect(look([failureWith()], other(fails('USER_CANCELED')))).toEqual([]);
    const failure = tried([running({ by: 'elsewhere', item: item(9), download })]);
    expect(told(one(failure, other(fails('USER_CANCELED'))))).toEqual(['first failed']);
  });

  it('is noted again only when something has changed', () => {
    const failure = one(failureWith(), other());
    expect(look([failure], other({ bytesReceived: 700 }))).toEqual([]);
    expect(one(failure, other({ status: { kind: 'paused' } })).attempts[1]).toMatchObject({ paused: true });
    expect(one(failure, other({ filename: '/b/file.zip' })).attempts[1]).toMatchObject({
      download: { filename: '/b/file.zip' },
    });
    expect(told(one(failure, other(completes)))).toEqual(['first failed', 'restart completed elsewhere']);
  });

  it('is no news when it fails while another attempt runs, or once the file is there', () => {
    const two = tried([running({ by: 'elsewhere', item: item(9), download }), running()], { seen: true });
    const after = one(two, other(fails('SERVER_FAILED')));
    expect(told(after)).toEqual(['first failed', 'restart failed elsewhere', 'restart running']);
    expect(after).toMatchObject({ reason: 'NETWORK_FAILED', seen: true });
    const failsBeside = one(tried([running()], { seen: true, next: planned }), other(fails('SERVER_FAILED')));
    expect(failsBeside).toMatchObject({ reason: 'NETWORK_FAILED', seen: true, next: planned });
    const came = tried([
      running({ by: 'elsewhere', item: item(9), download }),
      retry({ state: 'completed' }),
    ]);
    expect(one(came, other(fails('SERVER_FAILED')))).toMatchObject({ reason: 'NETWORK_FAILED', next: null });
  });

  it('was the new link if one was waited for', () => {
    const waits = { reason: 'SERVER_FORBIDDEN', next: { kind: 'link', since: NOW - 1 } };
    expect(one(failureWith(waits), other())).toMatchObject({ next: waits.next });
    expect(one(failureWith(waits), other(fails('SERVER_FAILED')))).toMatchObject({ next: null });
    expect(one(failureWith({ next: planned }), other(fails('SERVER_FAILED')))).toMatchObject({
      next: planned,
    });
  });

  it('does not take the address while an attempt still waits for an item by it', () => {
    const silent = { state: 'not-started', message: '' };
    const waiting = (startedAt: number) =>
      one(tried([starting({ ...silent, endedAt: 1, startedAt })]), other(fails('SERVER_FAILED')));
    expect(waiting(NOW - LATEST_ITEM_MS)).toMatchObject({ referrer });
    expect(waiting(NOW - LATEST_ITEM_MS - 1)).toMatchObject({ referrer: 'https://b.example/' });
  });

  it('closes all failures of the file, and is an attempt of the likeliest while it runs', () => {
    const alike = (id: string, fields: Fields = {}) =>
      failureWith({ ...{ id, url, finalUrl, filename }, attempts: [failed({ item: item(7) })], ...fields });
    const elsewhere = {
      url: 'https://host.example/old/file.zip',
      finalUrl: 'https://host.example/old/file.zip',
    };
    const failures = [
      alike('size', { ...elsewhere, failedAt: NOW - 1 }),
      alike('old', { failedAt: NOW - 3 }),
      alike('new', { failedAt: NOW - 2 }),
    ];
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const order of orders) {
      const given = order.flatMap((at) => failures[at] ?? []);
      expect(look(given, other(completes)).map(({ id }) => id)).toEqual(['new', 'old', 'size']);
      expect(look(given, other()).map(({ id }) => id)).toEqual(['new']);
    }
  });

  it('that turns out to be of another file leaves nothing behind', () => {
    const first = failed({ endedAt: 5 });
    const its = (fields: Fields = {}) =>
      failed({
        ...{ kind: 'restart', by: 'elsewhere', item: item(9), endedAt: NOW, reason: 'SERVER_FAILED' },
        ...{ bytesReceived: 0, totalBytes: null, download: { url, finalUrl, filename: '' } },
        ...fields,
      });
    const left = (attempts: Fields[], fields: Partial<ObservedDownload> = {}) => {
      const failure = failureWith({ attempts, reason: 'SERVER_FAILED', failedAt: NOW });
      return look([failure], shown({ item: item(9), filename: '/other.zip', startedAt: NOW, ...fields }))[0];
    };
    const cancelled = retry({ reason: 'USER_CANCELED', endedAt: 6 });
    expect(left([first, its()])).toMatchObject({ reason: 'NETWORK_FAILED', failedAt: 5, attempts: [{}] });
    expect(left([first, its(), its({ state: 'running' })])?.attempts).toHaveLength(1);
    expect(left([first, cancelled, its()])).toMatchObject({ reason: 'NETWORK_FAILED', failedAt: 5 });
    expect(left([failed({ reason: 'USER_CANCELED', endedAt: 5 }), its()])).toMatchObject({
      ...{ reason: 'USER_CANCELED', failedAt: 5 },
    });
    expect(left([first, its({ state: 'running' })])).toMatchObject({
      ...{ reason: 'SERVER_FAILED', failedAt: NOW, attempts: [{}] },
    });
    const brought = shown({ ...completes, item: item(9), filename: '/other.zip' });
    expect(left([first, its()], brought)).toMatchObject({ attempts: [{ state: 'failed' }] });
    const silent = its({ item: null, began: false, startedAt: NOW });
    expect(
      left([first, its({ item: null, began: false, startedAt: 7, endedAt: 8 }), silent])?.attempts,
    ).toHaveLength(2);
    const suspected = its({ reason: 'SUSPECT_PAGE', file: '/other.zip' });
    expect(left([first, suspected], brought)).toBeUndefined();
    expect(left([first, its()], { filename })?.attempts).toHaveLength(3);
  });

  it('is not asked of what has come, or of what has that item', () => {
    expect(look([tried([retry({ state: 'completed' })])], other())).toEqual([]);
    const known = tried([retry({ item: item(9), state: 'another-file' })]);
    expect(look([known], other(completes))).toEqual([]);
    const its = [failed({ item: item(9), startedAt: NOW + 1 })];
    const owner = failureWith({ id: 'b', url, finalUrl, filename, attempts: its });
    expect(look([known, owner], other(completes)).map(({ id }) => id)).toEqual(['b']);
  });

  it('that the person cancels is a failure of its own where only others are known', () => {
    const cancelled = other({ ...fails('USER_CANCELED'), url: mirror, filename: '/other.zip' });
    expect(look([failureWith()], cancelled).map(({ id }) => id)).toEqual(['new']);
  });

  it('that had completed before we were is no news, whatever else runs', () => {
    expect(one(tried([running()]), other(completes), { imported: true })).toMatchObject({ seen: true });
  });

  it('that came before the failure is no answer to it, unless it completes now', () => {
    const early = other({ ...completes, startedAt: START - 1 });
    expect(look([failureWith()], early)).toEqual([]);
    expect(look([failureWith()], early, { stateChanged: true })).toHaveLength(1);
    expect(look([failureWith()], other({ ...completes, startedAt: START }))).toHaveLength(1);
    expect(told(one(failureWith(), other({ startedAt: START - 1 })))).toHaveLength(2);
  });

  it('that was forgotten on purpose is not noted, but in a record that has it', () => {
    for (const status of [fails('SERVER_FAILED'), completes, {}]) {
      expect(look([failureWith()], other(status), { forgotten: true })).toEqual([]);
    }
    expect(told(one(failureWith(), shown(), { forgotten: true }))).toEqual([
      'first failed',
      'resume running',
    ]);
  });

  it('that was cancelled after the file had come is no failure, unless it began later', () => {
    const came = tried([retry({ state: 'completed', endedAt: NOW })]);
    const cancelled = (startedAt: number, fields: Partial<ObservedDownload> = {}) =>
      look([came], other({ ...fails('USER_CANCELED'), startedAt, ...fields })).length;
    expect(cancelled(NOW)).toBe(0);
    expect(cancelled(START)).toBe(0);
    expect(cancelled(NOW + 1)).toBe(1);
    expect(cancelled(START - 1)).toBe(0);
    expect(cancelled(NOW, { filename: '/other.zip' })).toBe(1);
  });

  it('that came under suspicion closes no other failure, nor does one that was under suspicion', () => {
    const doubtful = other({ status: { kind: 'completed', suspicion: 'SUSPECT_PAGE' } });
    expect(told(one(failureWith(), doubtful))).toEqual(['first failed', 'restart failed elsewhere']);
    const suspect = failureWith({ id: 's', attempts: [failed({ reason: 'SUSPECT_PAGE', file: filename })] });
    const beside = failureWith({ id: 'b', url, finalUrl, filename, attempts: [failed({ item: item(7) })] });
    expect(look([suspect, beside], shown(completes))).toEqual([]);
  });
});

describe('the name of a file', () => {
  const named = (failure: Failure, fields: Partial<ObservedDownload>) => one(failure, shown(fields)).filename;

  it('is the newest that the browser chose', () => {
    expect(named(failureWith(), { filename: '/new.zip' })).toBe('/new.zip');
    expect(named(failureWith(), { filename: '' })).toBe(filename);
    expect(named(failureWith(), { ...fails('SERVER_FAILED'), filename: '/new.zip' })).toBe('/new.zip');
  });

  it('is that of a file that came empty', () => {
    const empty = { ...completes, bytesReceived: 0, totalBytes: null };
    expect(named(failureWith(), { ...empty, filename: '/new.zip' })).toBe('/new.zip');
  });

  it('is that of what begins again', () => {
    const begun = tried([retry({ kind: 'resume', item: item(1), state: 'starting', deadline: NOW })]);
    expect(named(begun, { filename: '/new.zip', finalUrl: mirror })).toBe('/new.zip');
  });

  it('gets no number while a file under suspicion has it, until the next one comes', () => {
    const suspect = failed({ reason: 'SUSPECT_PAGE', file: filename });
    const again = failureWith({ attempts: [suspect, starting()] });
    const beside = { item: item(2), ours: true, startedAt: NOW, filename: '/home/me/Downloads/file(1).zip' };
    expect(named(again, beside)).toBe(filename);
    expect(named(again, { ...beside, ...fails('SERVER_FAILED') })).toBe(filename);
    expect(named(again, { ...beside, ...completes })).toBe('/home/me/Downloads/file(1).zip');
  });

  it('is not that of an error page', () => {
    const refused = { ...fails('SERVER_FORBIDDEN'), filename: '/error.html', bytesReceived: 0 };
    expect(named(failureWith(), refused)).toBe(filename);
    const nothing = failureWith({ attempts: [failed({ bytesReceived: 0, totalBytes: null })] });
    expect(named(nothing, refused)).toBe('/error.html');
    expect(named({ ...nothing, filename: '' }, refused)).toBe('/error.html');
  });
});

describe('a retry of a failure that was dismissed meanwhile', () => {
  it('does not bring it back by its own failure, and any other download does', () => {
    const ours = tried([running({ item: item(1) })], { dismissed: true });
    expect(one(ours, shown(fails('SERVER_FAILED')))).toMatchObject({ dismissed: true, seen: false });
    const theirs = tried([running({ item: item(1), by: 'elsewhere' })], { dismissed: true });
    expect(one(theirs, shown(fails('SERVER_FAILED')))).toMatchObject({ dismissed: false });
  });

  it('is of the browser that says why it failed, which may have imported the failure', () => {
    const failure = failureWith({ browser: 'chrome', attempts: [failed(), running({ item: item(1) })] });
    const after = one(failure, shown(fails('CRASH')), { browser: 'firefox' });
    expect(after).toMatchObject({ browser: 'firefox', reason: 'CRASH' });
    // Firefox calls a certificate so that it doesn't trust.
    expect(prognosisOf(after)).toBe('fixable');
    const goesOn = one(failure, shown({ status: { kind: 'paused' } }), { browser: 'firefox' });
    expect(goesOn.browser).toBe('chrome');
    const other = shown({ item: item(9), startedAt: NOW });
    expect(one(failureWith({ browser: 'firefox' }), other).browser).toBe('firefox');
  });

  it('keeps its reason if the person cancels it', () => {
    const failure = tried([running({ item: item(1) })], { seen: true, failedAt: 5 });
    expect(one(failure, shown(fails('USER_CANCELED')))).toMatchObject({
      ...{ reason: 'NETWORK_FAILED', seen: true, failedAt: 5, next: null },
    });
    const theirs = tried([running({ item: item(1), by: 'elsewhere' })]);
    expect(told(one(theirs, shown(fails('USER_CANCELED'))))).toEqual(['first failed', 'restart failed']);
    const ofOther = tried([running({ item: item(9), download })]);
    expect(told(one(ofOther, shown({ item: item(9), ...fails('USER_CANCELED') })))).toEqual([
      ...['first failed', 'restart failed elsewhere'],
    ]);
  });
});

describe('an item that nobody wants any more', () => {
  const came = retry({ state: 'completed', item: item(3) });
  const seen = (fields: Partial<ObservedDownload> = {}) =>
    shown({ item: item(2), startedAt: NOW, ...fields });

  it.each([
    ['runs though the file has come', tried([running(), came]), true],
    ['runs beside a newer one that has begun', tried([running(), running({ item: item(3) })]), true],
    ['runs beside a newer one that has not begun', tried([running(), starting()]), false],
    ['is the newest', tried([running()]), false],
    ['is somebody else’s', tried([running({ by: 'elsewhere' }), came]), false],
  ])('%s', (_what, failure, is) => {
    expect(showsSurplus([failure], seen())).toBe(is);
    expect(showsSurplus([failure], seen({ status: { kind: 'paused' } }))).toBe(is);
    expect(surplusItems(failure)).toEqual(is ? [item(2)] : []);
  });

  it('is not looked for in what has ended, or has no record', () => {
    const failure = tried([running(), came]);
    expect(showsSurplus([failure], seen(fails()))).toBe(false);
    expect(showsSurplus([failure], seen(completes))).toBe(false);
    expect(showsSurplus([], seen())).toBe(false);
    expect(showsSurplus([tried([retry()])], seen())).toBe(false);
  });

  it('is noted as cancelled once it ends without the file', () => {
    const failure = tried([running(), came]);
    expect(look([failure], seen())).toEqual([]);
    expect(told(one(failure, seen(fails('USER_CANCELED'))))).toEqual([
      ...['first failed', 'restart cancelled', 'restart completed'],
    ]);
    expect(told(one(failure, seen(completes)))[1]).toBe('restart completed');
  });
});

const statuses: SnapshotStatus[] = [
  { kind: 'running' },
  { kind: 'paused' },
  { kind: 'completed' },
  { kind: 'completed', suspicion: 'SUSPECT_EMPTY' },
  { kind: 'failed', reason: 'NETWORK_FAILED' },
];

it.each(statuses)(
  'a download of which no failure is known changes something only if it may be news: %j',
  (status) => {
    const context = { now: 1, newId: 'new', browser: 'chrome', imported: false, forgotten: false } as const;
    const seen = snapshot({ id: 1, status });
    expect(observe([], seen, { ...context, stateChanged: true })).toHaveLength(mayBeNews(seen) ? 1 : 0);
  },
);
