import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { noCounts } from '../domain/counts.ts';
import { isOpen } from '../domain/failure.ts';
import { onChange } from '../platform/changes.ts';
import { coalesced } from '../platform/in-turn.ts';
import { healthAfter } from '../platform/journal/health.ts';
import { readFailures, readOpenFailures } from '../platform/journal/reads.ts';
import { target } from '../platform/target.ts';
import { arrange, type PopupView } from './view.ts';

/** How many rows of a reason a search shows at first, and how many "Show more" adds. */
const MORE = 20;

/** What is shown if not even the first read works. */
async function unreadable(error: unknown): Promise<PopupView> {
  const health = await healthAfter(error, { state: 'fine' });
  return arrange({ health, counts: noCounts, failures: new Map() }, [], target, {
    search: '',
    limitOf: () => 0,
  });
}

export interface PopupJournal {
  /** What the popup shows, up to date; undefined until the first read. */
  view: PopupView | undefined;
  showMore: (reason: string) => void;
  /** Shows only failures with these words. */
  search: (words: string) => void;
}

/** Follows the journal while the popup is open. */
export function useJournal(): PopupJournal {
  const [view, setView] = useState<PopupView>();
  /** From the first read on, so that no row leaves because a new reason comes. */
  const standard = useRef<number | null>(null);
  const limits = useRef(new Map<string, number>());
  const searched = useRef('');
  /** Ids of the rows shown last: those recovered or dismissed since then stay until the popup closes. */
  const shown = useRef<readonly string[]>([]);

  const read = useCallback(async (): Promise<PopupView> => {
    // Both may change while this reads.
    const words = searched.current;
    const asked = new Map(limits.current);
    const found = await readOpenFailures({
      standard: words === '' ? standard.current : MORE,
      of: Object.fromEntries(asked),
      search: words,
    });
    if (words === '' && found.failures.size > 0) standard.current = found.standard;
    const open = [...found.failures.values()].flat().map(({ id }) => id);
    const gone = shown.current.filter((id) => !open.includes(id));
    const settled =
      gone.length === 0 ? [] : (await readFailures(gone)).failures.filter((one) => !isOpen(one));
    shown.current = [...open, ...settled.map(({ id }) => id)];
    return arrange(found, settled, target, {
      search: words,
      limitOf: (reason) => asked.get(reason) ?? found.standard,
    });
  }, []);

  // However many changes come while it reads, it reads once more.
  const refresh = useMemo(
    () =>
      coalesced(async () => {
        try {
          setView(await read());
        } catch (error) {
          console.error(error);
          // An old view is better than none.
          const otherwise = await unreadable(error);
          setView((before) => before ?? otherwise);
        }
      }),
    [read],
  );

  // Before the first paint, which would only delay the read.
  useLayoutEffect(() => {
    onChange(() => void refresh());
    void refresh();
  }, [refresh]);

  const showMore = (reason: string): void => {
    limits.current.set(reason, (limits.current.get(reason) ?? standard.current ?? 0) + MORE);
    void refresh();
  };
  const search = (words: string): void => {
    searched.current = words.trim();
    void refresh();
  };
  return { view, showMore, search };
}
