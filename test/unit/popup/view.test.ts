import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../src/domain/counts.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { arrange, beginning, type PopupView, rowsOf } from '../../../src/popup/view.ts';
import { failureWith } from '../../fakes/failure.ts';

const failure = (reason: string, number: number, fields = {}): Failure =>
  failureWith({ id: `${reason} ${number}`, reason, failedAt: number, ...fields });

interface Read {
  /** In the order in which they are read: newest first. */
  failures: readonly Failure[];
  open?: Record<string, number>;
  /** Those that can be tried again together; all that are open, unless it is said otherwise. */
  retriable?: Record<string, number>;
  stayed?: readonly Failure[];
  before?: PopupView;
  search?: string;
}

/** What the popup shows of failures that were read. */
function viewOf({ failures, open, retriable, stayed = [], before, search = '' }: Read): PopupView {
  const byReason = new Map<string, Failure[]>();
  for (const one of failures) byReason.set(one.reason, [...(byReason.get(one.reason) ?? []), one]);
  const counted = Object.fromEntries([...byReason].map(([reason, { length }]) => [reason, length]));
  return arrange(
    {
      health: { state: 'fine' },
      counts: { ...noCounts, open: open ?? counted },
      failures: byReason,
      found: search === '' ? (open ?? counted) : counted,
      retriable: retriable ?? open ?? counted,
    },
    stayed,
    { browser: 'chrome', search, limitOf: () => 3, before },
  );
}

const ids = (view: PopupView): string =>
  rowsOf(view)
    .map(({ id }) => id)
    .join(', ');

describe('what the popup shows', () => {
  it('counts what may not be the file apart from what failed', () => {
    const view = viewOf({ failures: [failure('SUSPECT_PAGE', 2), failure('NETWORK_FAILED', 1)] });
    expect(view).toMatchObject({ total: 2, failed: 1, suspect: 1 });
    expect(view.groups.map(({ category }) => category)).toEqual(['network', 'server']);
  });

  it('begins with what is easiest to help, and with the newest', () => {
    const view = viewOf({
      failures: [
        failure('FILE_NO_SPACE', 9),
        failure('NETWORK_FAILED', 5),
        failure('NETWORK_FAILED', 4),
        failure('SERVER_FAILED', 7),
      ],
    });
    expect(ids(view)).toBe('SERVER_FAILED 7, NETWORK_FAILED 5, NETWORK_FAILED 4, FILE_NO_SPACE 9');
    expect(view.groups.map(({ category, count }) => [category, count])).toEqual([
      ['server', 1],
      ['network', 2],
      ['file', 1],
    ]);
    expect(view.newest).toBe(9);
  });

  it('leaves each row where it is, and puts what comes later after it', () => {
    const first = viewOf({ failures: [failure('NETWORK_FAILED', 5), failure('NETWORK_FAILED', 4)] });
    const second = viewOf({
      failures: [
        failure('SERVER_FAILED', 9),
        failure('NETWORK_FAILED', 8),
        // Tried again, it has failed again.
        failure('NETWORK_FAILED', 4, { failedAt: 7 }),
        failure('NETWORK_FAILED', 5),
      ],
      before: first,
    });
    expect(ids(second)).toBe('NETWORK_FAILED 5, NETWORK_FAILED 4, NETWORK_FAILED 8, SERVER_FAILED 9');
    // As it is opened again, the newest come first again.
    const again = viewOf({ failures: rowsOf(second) });
    expect(ids(again)).toBe('SERVER_FAILED 9, NETWORK_FAILED 8, NETWORK_FAILED 4, NETWORK_FAILED 5');
  });

  it('keeps the rows of what was recovered, dismissed or overtaken, and counts what is open', () => {
    const first = viewOf({ failures: [failure('NETWORK_FAILED', 5), failure('NETWORK_FAILED', 4)] });
    const second = viewOf({
      failures: [failure('NETWORK_FAILED', 6)],
      open: { NETWORK_FAILED: 2 },
      stayed: [failure('NETWORK_FAILED', 4), failure('NETWORK_FAILED', 5, { dismissed: true })],
      before: first,
    });
    expect(ids(second)).toBe('NETWORK_FAILED 5, NETWORK_FAILED 4, NETWORK_FAILED 6');
    expect(second.groups[0]).toMatchObject({ count: 2, reasons: [{ count: 2, more: false }] });
    const none = viewOf({
      failures: [],
      stayed: [failure('NETWORK_FAILED', 5, { dismissed: true })],
      before: second,
    });
    expect(none).toMatchObject({ total: 0, groups: [{ count: 0 }] });
  });

  it('says that there is more, unless all are shown', () => {
    const failures = [3, 2, 1].map((number) => failure('NETWORK_FAILED', number));
    const moreOf = (view: PopupView) => view.groups[0]?.reasons[0]?.more;
    expect(moreOf(viewOf({ failures, open: { NETWORK_FAILED: 4 } }))).toBe(true);
    expect(moreOf(viewOf({ failures, open: { NETWORK_FAILED: 3 } }))).toBe(false);
  });

  it('leaves out groups without a match of a search, and tries none of what it hides', () => {
    const failures = [failure('NETWORK_FAILED', 2), failure('NETWORK_FAILED', 1)];
    const open = { NETWORK_FAILED: 2, SERVER_FAILED: 3 };
    expect(viewOf({ failures, open }).groups).toMatchObject([
      { category: 'network', reasons: [{ retriable: true }] },
      { category: 'server', reasons: [{ retriable: true }] },
    ]);
    expect(viewOf({ failures, open, search: 'zip' })).toMatchObject({
      total: 5,
      found: 2,
      groups: [{ category: 'network', count: 2, reasons: [{ count: 2, retriable: false }] }],
    });
  });

  it('offers to try again together only what can be', () => {
    const failures = [failure('NETWORK_FAILED', 2), failure('NETWORK_FAILED', 1)];
    const view = viewOf({ failures, retriable: { NETWORK_FAILED: 1 } });
    expect(view).toMatchObject({
      failed: 2,
      worthRetrying: 1,
      groups: [{ reasons: [{ retriable: false }] }],
    });
  });
});

describe('what the popup paints first', () => {
  const { groups } = viewOf({
    failures: [3, 2, 1].flatMap((number) => [
      failure('SERVER_FAILED', number),
      failure('NETWORK_FAILED', number),
      failure('NETWORK_TIMEOUT', number),
    ]),
  });
  const rows = (some: typeof groups) =>
    some.flatMap(({ reasons }) => reasons.map((one) => one.failures.length));

  it('is its first groups, each whole, with the counts of all', () => {
    const first = beginning(groups, 6);
    expect(rows(first)).toEqual([3, 3]);
    expect(rows(beginning(groups, 4))).toEqual([3]);
    expect(first.map(({ count }) => count)).toEqual(groups.slice(0, first.length).map(({ count }) => count));
  });

  it('is all that there is when that is less', () => {
    expect(beginning(groups, 12)).toEqual(groups);
  });
});
