import { describe, expect, it } from 'vitest';
import {
  type Attempt,
  accept,
  acceptedOf,
  addAttempt,
  attemptCancelled,
  attemptNotStarted,
  attemptRefused,
  attemptStalled,
  attemptVanished,
  awaitsItem,
  baseOf,
  beginAttempt,
  bytesLost,
  causeOf,
  closedBy,
  currentAttempt,
  dismiss,
  type Evidence,
  type Failure,
  isAsking,
  isCancelled,
  isUnanswered,
  isUnseen,
  LONGEST_MESSAGE,
  prognosisOf,
  reopen,
  restore,
  resumable,
  resumedFrom,
  stateOf,
  suspectAgain,
  suspectFiles,
  suspectOf,
  tellingAttempt,
  unschedule,
  upcoming,
  withoutAttempt,
} from '../../../src/domain/failure.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const NOW = 9_000;
const download = { url: 'https://b.example/f.zip', finalUrl: 'https://b.example/f.zip', filename: '/f.zip' };
const item = { id: 7, session: null, key: '7 then', trace: null };

type Fields = Record<string, unknown>;
const failed = failedAttempt;
const restart = (fields: Fields = {}): Fields => failedAttempt({ kind: 'restart', by: 'person', ...fields });
const starting = (fields: Fields = {}): Fields =>
  restart({ state: 'starting', item: null, deadline: 1, ...fields });
const running = (fields: Fields = {}): Fields => restart({ state: 'running', item, ...fields });
const completed = (fields: Fields = {}): Fields => restart({ state: 'completed', ...fields });
const notStarted = (fields: Fields = {}): Fields =>
  restart({ state: 'not-started', item: null, message: '', ...fields });

/** A failure with these attempts. */
const tried = (attempts: Fields[], fields: Fields = {}): Failure => failureWith({ attempts, ...fields });
const last = (failure: Failure | undefined): Attempt | undefined => failure?.attempts.at(-1);
const statesOf = (failure: Failure | undefined) => failure?.attempts.map(({ state }) => state);

const evidence = (fields: Partial<Evidence> = {}): Evidence => ({
  ...{ status: null, error: null, type: null, length: null, waitUntil: null, endedAt: NOW },
  ...fields,
});

describe('the attempt that shows how things stand', () => {
  it('is the last one that runs', () => {
    const failure = tried([failed(), running({ startedAt: 1 }), starting({ startedAt: 2 }), restart()]);
    expect(currentAttempt(failure).startedAt).toBe(2);
  });

  it('is else the last of this file', () => {
    const other = restart({ state: 'another-file' });
    expect(currentAttempt(tried([failed(), restart({ startedAt: 3 }), other])).startedAt).toBe(3);
    expect(currentAttempt(tried([failed({ state: 'another-file', startedAt: 4 })])).startedAt).toBe(4);
  });
});

describe('what an attempt has in any state', () => {
  it('is kept without what belongs to its state', () => {
    const [attempt] = tried([restart({ download, asPage: true })]).attempts;
    const { kind, by, startedAt, bytesReceived, totalBytes, item: own } = attempt;
    expect(baseOf(attempt)).toEqual({
      ...{ kind, by, item: own, startedAt, bytesReceived, totalBytes, download, asPage: true },
    });
    const [plain] = tried([failed()]).attempts;
    expect(Object.keys(baseOf(plain))).not.toContain('download');
    expect(Object.keys(baseOf(plain))).not.toContain('asPage');
  });
});

describe('what the browser can resume', () => {
  it('is the last that failed, if it kept its item', () => {
    expect(resumable(tried([failed(), restart({ startedAt: 5 }), notStarted()]))?.startedAt).toBe(5);
    expect(resumable(tried([failed(), restart({ canResume: false })]))).toBeUndefined();
    expect(resumable(tried([failed({ item: null, began: false })]))).toBeUndefined();
    expect(resumable(tried([failed({ state: 'vanished' })]))).toBeUndefined();
  });

  it('is nothing any more once the bytes are lost', () => {
    const lost = bytesLost(tried([failed()]));
    expect(last(lost)).toMatchObject({ state: 'failed', canResume: false });
    expect(lost && bytesLost(lost)).toBeUndefined();
  });
});

describe('the state of a failure', () => {
  const planned = { kind: 'planned', at: 1, madeAt: 1, number: 1, of: 2, because: 'backoff' };

  it.each([
    [
      'recovered',
      'its file is there, whatever became of other attempts',
      tried([failed(), completed(), running()]),
    ],
    ['retrying', 'an attempt runs', tried([failed(), running()])],
    ['retrying', 'an attempt is to start', tried([failed(), starting()])],
    ['scheduled', 'it has its turn', failureWith({ next: { kind: 'turn' } })],
    ['scheduled', 'a try is planned', failureWith({ next: planned })],
    ['failed', 'a new link is awaited', failureWith({ next: { kind: 'link', since: 1 } })],
    ['failed', 'what is to come is on hold', failureWith({ next: planned, dismissed: true })],
    ['failed', 'nothing is to come', failureWith()],
  ])('is “%s” where %s', (state, _where, failure) => {
    expect(stateOf(failure)).toBe(state);
  });

  it('has nothing to come while somebody downloads the file', () => {
    expect(upcoming(tried([failed(), running()], { next: planned }))).toBeNull();
    expect(upcoming(failureWith({ next: planned }))).toEqual(planned);
  });

  it('is unseen if it is open, was not seen and was nobody’s choice', () => {
    expect(isUnseen(failureWith())).toBe(true);
    expect(isUnseen(failureWith({ seen: true }))).toBe(false);
    expect(isUnseen(failureWith({ dismissed: true }))).toBe(false);
    expect(isUnseen(failureWith({ reason: 'USER_CANCELED' }))).toBe(false);
  });
});

describe('why a file is not there', () => {
  it('is told by the last failed attempt with the failure’s reason', () => {
    const failure = tried([
      failed({ startedAt: 1 }),
      restart({ startedAt: 2 }),
      restart({ startedAt: 3, reason: 'USER_CANCELED' }),
      notStarted({ startedAt: 4 }),
    ]);
    expect(tellingAttempt(failure)?.startedAt).toBe(2);
    expect(tellingAttempt({ ...failure, reason: 'SERVER_FORBIDDEN' })).toBeUndefined();
  });

  it('has a cause where evidence proves one', () => {
    const dns = evidence({ error: 'net::ERR_NAME_NOT_RESOLVED' });
    expect(causeOf(tried([failed({ evidence: dns })]))).toBe('dns');
    expect(causeOf(tried([failed()]))).toBeNull();
    expect(causeOf(tried([failed({ state: 'vanished' })]))).toBeNull();
  });

  it('is worth trying again as the cause says, or else the reason', () => {
    const certificate = evidence({ error: 'net::ERR_CERT_DATE_INVALID' });
    const failure = tried([failed({ evidence: certificate })], { reason: 'SERVER_CERT_PROBLEM' });
    expect(prognosisOf(failure)).toBe('fixable');
    expect(prognosisOf(failureWith())).toBe('transient');
    expect(prognosisOf(failureWith({ reason: 'SERVER_BAD_CONTENT' }))).toBe('permanent');
  });
});

describe('an attempt without an item', () => {
  const [first, one] = tried([failed(), notStarted()]).attempts;

  it.each([
    ['may still get one while it starts', starting(), true],
    ['may although it was cancelled', restart({ state: 'cancelled', item: null }), true],
    ['may if the browser never answered', notStarted(), true],
    ['gets none if the browser refused it', notStarted({ message: 'Invalid URL' }), false],
    ['gets none once it has failed', failed({ item: null, began: false }), false],
  ])('%s', (_what, fields, expected) => {
    expect(awaitsItem(tried([failed(), fields]).attempts[1] ?? first)).toBe(expected);
  });

  it('is unanswered if it is the last and may still get one', () => {
    expect(isUnanswered(tried([failed(), notStarted()]))).toBe(true);
    expect(isUnanswered(tried([failed(), starting()]))).toBe(false);
    expect(isUnanswered(tried([failed(), notStarted({ message: 'No' })]))).toBe(false);
    expect(one && awaitsItem({ ...one, item })).toBe(false);
  });
});

describe('a snapshot', () => {
  it('shows what the person cancelled, in either browser', () => {
    expect(isCancelled({ status: { kind: 'failed', reason: 'USER_CANCELED' } })).toBe(true);
    expect(isCancelled({ status: { kind: 'failed', reason: 'NETWORK_FAILED' } })).toBe(false);
    expect(isCancelled({ status: { kind: 'running' } })).toBe(false);
  });
});

describe('one more attempt', () => {
  const next = { kind: 'turn' };

  it('takes the place of what was to come', () => {
    const [, again] = tried([failed(), running()]).attempts;
    expect(again && addAttempt(failureWith({ next }), again).next).toBeNull();
  });

  it('leaves that if it is another download, or has ended', () => {
    const [, other, over] = tried([failed(), running({ download }), restart({ download })]).attempts;
    expect(other && addAttempt(failureWith({ next }), other).next).toEqual(next);
    expect(over && addAttempt(failureWith({ next }), over).next).toEqual(next);
  });

  it('can be taken out again', () => {
    const failure = tried([failed(), restart({ startedAt: 2 }), restart({ startedAt: 3 })]);
    const [first, second] = failure.attempts;
    const startsOf = (record: Failure) => record.attempts.map(({ startedAt }) => startedAt);
    expect(second && startsOf(withoutAttempt(failure, second))).toEqual([first.startedAt, 3]);
  });
});

describe('a retry that begins', () => {
  it('goes on with what is kept', () => {
    expect(last(beginAttempt(failureWith(), 'resume', 'person', NOW, 500))).toEqual({
      ...{ kind: 'resume', by: 'person', item: { id: 1, session: null, key: '1 then', trace: null } },
      ...{ startedAt: NOW, bytesReceived: 500, totalBytes: 1_000, state: 'starting', deadline: NOW + 500 },
    });
  });

  it('has no item and no bytes if it begins anew', () => {
    expect(last(beginAttempt(failureWith(), 'restart', { automatic: 2 }, NOW, 500, true))).toEqual({
      ...{ kind: 'restart', by: { automatic: 2 }, item: null, startedAt: NOW, bytesReceived: 0 },
      ...{ totalBytes: 1_000, asPage: true, state: 'starting', deadline: NOW + 500 },
    });
  });

  it('counts as one that begins anew if nothing is kept', () => {
    const empty = tried([failed({ bytesReceived: 0 })]);
    expect(last(beginAttempt(empty, 'resume', 'person', NOW, 500))).toMatchObject({
      kind: 'restart',
      item: { id: 1 },
    });
    const lost = tried([failed({ canResume: false })]);
    expect(last(beginAttempt(lost, 'resume', 'person', NOW, 500))).toMatchObject({
      kind: 'restart',
      item: null,
    });
  });

  it('asks as the page does until something came of it', () => {
    const asks = (fields: Fields) => tried([failed(), fields]).attempts.some(isAsking);
    expect(asks(starting({ asPage: true }))).toBe(true);
    expect(asks(starting())).toBe(false);
    expect(asks(running({ asPage: true }))).toBe(false);
  });
});

describe('a retry that the browser did not begin', () => {
  const failure = tried([failed(), starting()], { seen: true, failedAt: 1 });

  it('keeps what the browser said, or that it said nothing', () => {
    expect(last(attemptNotStarted(failure, 1, NOW, 'Invalid URL'))).toMatchObject({
      ...{ state: 'not-started', message: 'Invalid URL', endedAt: NOW },
    });
    const long = 'x'.repeat(LONGEST_MESSAGE + 1);
    expect(last(attemptNotStarted(failure, 1, NOW, long))).toMatchObject({ message: long.slice(1) });
    expect(attemptNotStarted(failure, 1, NOW, '')).toMatchObject({
      reason: failure.reason,
      seen: true,
      failedAt: 1,
    });
  });

  it('has failed if the message is a reason, which is news', () => {
    const after = attemptNotStarted(failure, 1, NOW, 'SERVER_FORBIDDEN');
    expect(last(after)).toMatchObject({ state: 'failed', reason: 'SERVER_FORBIDDEN', canResume: false });
    expect(after).toMatchObject({ reason: 'SERVER_FORBIDDEN', failedAt: NOW, seen: false });
  });

  it('has failed as Chrome means it, which alone says so, also if the failure was imported from Firefox', () => {
    const after = attemptNotStarted({ ...failure, browser: 'firefox' }, 1, NOW, 'NETWORK_FAILED');
    expect(after?.browser).toBe('chrome');
  });

  it('is no news if the person chose that', () => {
    const after = attemptNotStarted(failure, 1, NOW, 'USER_CANCELED');
    expect(last(after)).toMatchObject({ state: 'failed', reason: 'USER_CANCELED' });
    expect(after).toMatchObject({ reason: failure.reason, failedAt: 1, seen: true });
  });

  it('is left as it is if it did begin, or is not there', () => {
    for (const message of ['', 'SERVER_FORBIDDEN']) {
      expect(attemptNotStarted(tried([failed(), running()]), 1, NOW, message)).toBeUndefined();
      expect(attemptNotStarted(failure, 2, NOW, message)).toBeUndefined();
    }
  });
});

describe('a retry that asked as the page does and got no download', () => {
  const asked = tried([failed(), starting({ asPage: true })], { seen: true });
  const answered = (seen: Evidence) => attemptRefused(asked, 1, NOW, seen);

  it.each([
    ['by the network', evidence({ error: 'net::ERR_TIMED_OUT' }), 'NETWORK_FAILED', 'NETWORK_TIMEOUT'],
    ['by the server', evidence({ status: 403 }), 'SERVER_FAILED', 'SERVER_FORBIDDEN'],
    ['by a page in its place', evidence({ status: 200, type: 'text/html' }), 'SUSPECT_PAGE', 'SUSPECT_PAGE'],
  ])('has failed %s, which is news', (_how, seen, told, reason) => {
    expect(last(answered(seen))).toMatchObject({
      state: 'failed',
      reason: told,
      canResume: false,
      evidence: seen,
    });
    expect(answered(seen)).toMatchObject({ reason, failedAt: NOW, seen: false });
  });

  it('is left as it is if it asked in another way, or has begun', () => {
    expect(attemptRefused(tried([failed(), starting()]), 1, NOW, evidence())).toBeUndefined();
    expect(attemptRefused(tried([failed(), running({ asPage: true })]), 1, NOW, evidence())).toBeUndefined();
    expect(attemptRefused(asked, 2, NOW, evidence())).toBeUndefined();
  });

  it.each([
    ['on its way', running({ by: 'elsewhere' }), 'retrying'],
    ['there', running({ by: 'elsewhere', state: 'completed', endedAt: NOW }), 'recovered'],
  ])('is no news once the file is %s by another download', (_where, other, state) => {
    const before = tried([failed(), starting({ asPage: true }), other], { seen: true });
    const after = attemptRefused(before, 1, NOW + 1, evidence({ status: 403 }));
    expect(after?.attempts[1]?.state).toBe('failed');
    expect(after && stateOf(after)).toBe(state);
    expect(after).toMatchObject({ reason: before.reason, failedAt: before.failedAt, seen: true });
  });

  it('tells what it means in Chrome, where alone that is asked, also of a failure imported from Firefox', () => {
    const seen = evidence({ error: 'net::ERR_CONNECTION_REFUSED' });
    const after = attemptRefused({ ...asked, browser: 'firefox' }, 1, NOW, seen);
    expect(after).toMatchObject({ browser: 'chrome', reason: 'NETWORK_SERVER_DOWN' });
    expect(after && causeOf(after)).toBe('refused');
  });
});

describe('a resume that gets nothing', () => {
  const kept = failed({ item });
  const resumed = running({ kind: 'resume' });

  it('is known by the item of what failed', () => {
    expect(resumedFrom(tried([failed(), kept, resumed]))?.item).toEqual(item);
    expect(resumedFrom(tried([failed(), resumed]))).toBeUndefined();
    expect(resumedFrom(tried([failed({ state: 'vanished', item }), resumed]))).toBeUndefined();
    expect(resumedFrom(tried([kept, { ...resumed, by: 'elsewhere' }]))).toBeUndefined();
    expect(resumedFrom(tried([failed({ item: null, began: false }), resumed]))).toBeUndefined();
    expect(resumedFrom(tried([failed(), starting()]))).toBeUndefined();
  });

  it('ends as one that never began, and what it should have gone on with is lost', () => {
    const after = attemptStalled(tried([kept, resumed]), NOW);
    expect(after?.attempts).toMatchObject([
      { state: 'failed', canResume: false },
      { state: 'not-started', message: '', endedAt: NOW },
    ]);
  });

  it('is left as it is where it is a new download, or does not run', () => {
    expect(attemptStalled(tried([failed(), running()]), NOW)).toBeUndefined();
    expect(attemptStalled(tried([kept, { ...resumed, state: 'failed' }]), NOW)).toBeUndefined();
  });
});

describe('a retry that the person calls off', () => {
  it('is cancelled while the browser has not begun it', () => {
    for (const pending of [starting(), starting({ item }), notStarted()]) {
      const after = attemptCancelled(tried([failed(), pending]), NOW);
      expect(last(after)).toMatchObject({ state: 'cancelled', endedAt: NOW });
    }
  });

  it('is left as it is once it has begun, was refused or was called off before', () => {
    for (const over of [
      running(),
      notStarted({ message: 'No' }),
      restart({ state: 'cancelled', item: null }),
      restart(),
    ]) {
      expect(attemptCancelled(tried([failed(), over]), NOW)).toBeUndefined();
    }
  });
});

describe('a running download that the browser no longer lists', () => {
  const vanished = (fields: Fields, session: string | null) => {
    const failure = tried([failed(), running(fields)]);
    const [, attempt] = failure.attempts;
    return attempt && attemptVanished(failure, attempt, NOW, session);
  };

  it('was removed in this session, or lost when an earlier one ended', () => {
    expect(last(vanished({}, null))).toMatchObject({ state: 'vanished', because: 'removed', endedAt: NOW });
    expect(last(vanished({ item: { ...item, session: 'old' } }, 'new'))).toMatchObject({ because: 'closed' });
    expect(last(vanished({ item: { ...item, session: 'new' } }, 'new'))).toMatchObject({
      because: 'removed',
    });
  });

  it('leaves nothing if it was another download', () => {
    expect(statesOf(vanished({ download }, null))).toEqual(['failed']);
  });

  it('is left as it is if it does not run', () => {
    const failure = tried([failed(), restart({ download })]);
    const [, attempt] = failure.attempts;
    expect(attempt && attemptVanished(failure, attempt, NOW, null)).toBeUndefined();
  });
});

describe('what is to come', () => {
  const turn = { next: { kind: 'turn' }, round: 5 };

  it('is dropped with its place in the round, which stays of what had its turn', () => {
    expect(unschedule(failureWith(turn))).toMatchObject({ next: null, round: null });
    expect(unschedule(failureWith({ round: 5 }))).toMatchObject({ next: null, round: 5 });
  });

  it('waits while the failure is dismissed, but a turn only as long as its round goes on', () => {
    const dismissed = dismiss(failureWith(turn));
    expect(dismissed).toMatchObject({ ...turn, dismissed: true, seen: true });
    expect(dismissed && restore(dismissed, 5)).toMatchObject({ ...turn, dismissed: false });
    expect(dismissed && restore(dismissed, 6)).toMatchObject({ next: null, round: null, dismissed: false });
    const link = { next: { kind: 'link', since: 1 }, round: 5, dismissed: true };
    expect(restore(failureWith(link), null)).toMatchObject({ ...link, dismissed: false });
    expect(restore(failureWith({ dismissed: true }), null)).toMatchObject({ next: null, dismissed: false });
  });

  it('is not touched if the failure is not dismissed, or no longer open', () => {
    expect(restore(failureWith(turn), 6)).toBeUndefined();
    expect(dismiss(tried([failed(), completed()]))).toBeUndefined();
    expect(dismiss(failureWith({ dismissed: true }))).toBeUndefined();
  });
});

describe('what is under suspicion', () => {
  const file = '/home/me/Downloads/file.zip';
  const suspect = (fields: Fields = {}): Fields =>
    restart({ reason: 'SUSPECT_PAGE', file, endedAt: 7, canResume: false, ...fields });
  const suspected = tried([failed(), suspect()], { next: { kind: 'turn' }, round: 5 });

  it('is the last file that came so, also while a later attempt failed', () => {
    const failure = tried([
      failed(),
      suspect({ file: '/one' }),
      suspect({ file: '/two' }),
      restart(),
      running(),
    ]);
    expect(suspectOf(failure)?.file).toBe('/two');
    expect(suspectFiles(failure)).toEqual(['/one', '/two']);
    expect(suspectOf(failureWith())).toBeUndefined();
    expect(suspectFiles(tried([failed(), completed()]))).toEqual([]);
  });

  it('is the file once the person says so, until they take it back', () => {
    const seen = evidence({ status: 200 });
    const fine = accept(tried([failed(), suspect({ evidence: seen })], { next: { kind: 'turn' }, round: 5 }));
    const accepted = { reason: 'SUSPECT_PAGE', file, evidence: seen };
    expect(fine).toMatchObject({ next: null, round: null, seen: true });
    expect(last(fine)).toMatchObject({ state: 'completed', endedAt: 7, accepted });
    expect(fine && acceptedOf(fine)).toEqual(accepted);
    const again = fine && suspectAgain(fine);
    expect(last(again)).toEqual(last(tried([failed(), suspect({ evidence: seen })])));
  });

  it('is accepted without evidence where there was none', () => {
    expect(last(accept(suspected))).not.toHaveProperty('accepted.evidence');
  });

  it('stays so while a new try runs, or once it is dismissed', () => {
    expect(accept(tried([failed(), suspect(), running()]))).toBeUndefined();
    expect(accept({ ...suspected, dismissed: true })).toBeUndefined();
    expect(accept(failureWith())).toBeUndefined();
  });

  it('is taken back also where a whole file came later', () => {
    const accepted = { reason: 'SUSPECT_PAGE', file };
    const again = suspectAgain(tried([failed(), completed({ accepted }), completed()]));
    expect(statesOf(again)).toEqual(['failed', 'failed', 'completed']);
  });

  it('is no more than what the person had accepted', () => {
    expect(acceptedOf(tried([failed(), completed()]))).toBeUndefined();
    expect(suspectAgain(tried([failed(), completed()]))).toBeUndefined();
    expect(suspectAgain(suspected)).toBeUndefined();
  });
});

describe('a failure that another download closed', () => {
  it('is one where no download of its own came', () => {
    expect(closedBy(tried([failed(), completed({ download })]))).toEqual(download);
    expect(closedBy(tried([failed(), completed({ download }), completed()]))).toBeUndefined();
    expect(closedBy(failureWith())).toBeUndefined();
    const accepted = { reason: 'SUSPECT_PAGE', file: '/f.zip' };
    expect(closedBy(tried([failed(), completed({ accepted, download })]))).toBeUndefined();
  });

  it('can be opened again, and remembers what was another file', () => {
    const failure = tried([failed(), restart({ download }), completed({ download })], { dismissed: true });
    const after = reopen(failure);
    expect(statesOf(after)).toEqual(['failed', 'failed', 'another-file']);
    expect(after).toMatchObject({ seen: true, dismissed: false });
    expect(reopen(failureWith())).toBeUndefined();
  });

  it('forgets what was accepted of another file', () => {
    const accepted = { reason: 'SUSPECT_PAGE', file: '/f.zip' };
    const after = reopen(tried([failed(), completed({ download, accepted }), completed({ download })]));
    expect(after && acceptedOf(after)).toBeUndefined();
  });

  it('keeps a download of its own that completed too, and then stays closed', () => {
    expect(reopen(tried([failed(), completed(), completed({ download })]))).toBeUndefined();
  });
});
