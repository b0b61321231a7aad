import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../src/domain/counts.ts';
import { arrange, beginning, type PopupView } from '../../../src/popup/view.ts';
import { failureWith } from '../../fakes/failure.ts';

/** What the popup shows of reasons with so many failures each. */
function viewOf(open: Record<string, number>): PopupView {
  const failures = Object.entries(open).map(([reason, count]) => {
    const rows = Array.from({ length: count }, (_, index) =>
      failureWith({ id: `${reason} ${index}`, reason, failedAt: 1_000 - index }),
    );
    return [reason, rows] as const;
  });
  return arrange(
    { health: { state: 'fine' }, counts: { ...noCounts, open }, failures: new Map(failures) },
    [],
    'chrome',
    { search: '', limitOf: () => 20 },
  );
}

const rowsOf = (groups: PopupView['groups']): string[] =>
  groups.flatMap(({ reasons }) => reasons.flatMap(({ failures }) => failures.map(({ id }) => id)));

describe('the beginning of the groups', () => {
  const { groups } = viewOf({ NETWORK_FAILED: 5, NETWORK_TIMEOUT: 1, SERVER_FAILED: 4, FILE_NO_SPACE: 2 });
  const all = rowsOf(groups);

  it('has the first rows, in their order, and the counts of all', () => {
    for (const rows of [1, 5, 6, 8, 12, 100]) {
      const first = beginning(groups, rows);
      expect(rowsOf(first)).toEqual(all.slice(0, rows));
      expect(first.map(({ count }) => count)).toEqual(
        groups.slice(0, first.length).map(({ count }) => count),
      );
    }
  });

  it('leaves out groups that would have no row', () => {
    expect(
      beginning(groups, 6).flatMap(({ reasons }) => reasons.map(({ failures }) => failures.length)),
    ).not.toContain(0);
    expect(beginning(groups, 1)).toHaveLength(1);
  });
});
