import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { noCounts } from '../domain/counts.ts';
import { knownReasons } from '../domain/reasons.ts';
import { onChange } from '../platform/changes.ts';
import { coalesced } from '../platform/coalesced.ts';
import { healthAfter } from '../platform/journal/health.ts';
import { readFailures, readOpenFailures } from '../platform/journal/reads.ts';
import { target } from '../platform/target.ts';
import { causeName, knownCauses } from '../ui/cause-text.ts';
import { reasonText } from '../ui/texts.ts';
import { arrange, type PopupView, rowsOf } from './view.ts';

/** How many rows of a reason a search shows at first, and how many "Show more" adds. */
const MORE = 20;

/** What is shown if not even the first read works. */
async function unreadable(error: unknown): Promise<PopupView> {
  const health = await healthAfter(error, { state: 'fine' });
  const nothing = { counts: noCounts, failures: new Map(), found: {}, retriable: {} };
  return arrange({ health, ...nothing }, [], {
    browser: target,
    search: '',
    limitOf: () => 0,
    before: undefined,
  });
}

/** All reasons and causes in the person's language, for searches. */
const named = () => ({
  titles: Object.fromEntries(knownReasons.map((reason) => [reason, reasonText(reason, target).title])),
  causes: Object.fromEntries(knownCauses.map((cause) => [cause, causeName(cause)])),
});

export interface PopupJournal {
  /** What the popup shows, up to date; undefined until the first read. */
  view: PopupView | undefined;
  showMore: (reason: string) => void;
  /** Shows only failures with these words. */
  search: (words: string) => void;
  /** Whether what is shown is not yet what was searched for. */
  busy: boolean;
}

/** Follows the journal while the popup is open. */
export function useJournal(): PopupJournal {
  const [view, setView] = useState<PopupView>();
  const [busy, setBusy] = useState(false);
  /** How many failures of a reason are read, unless more were asked for. */
  const standard = useRef<number | null>(null);
  const limits = useRef(new Map<string, number>());
  const searched = useRef('');
  /** The latest view of each search, and without one. */
  const views = useRef(new Map<string, PopupView>());

  const read = useCallback(async (): Promise<PopupView> => {
    // Both may change while this reads.
    const search = searched.current;
    const asked = new Map(limits.current);
    const found = await readOpenFailures({
      standard: search === '' ? standard.current : MORE,
      of: Object.fromEntries(asked),
      search: search === '' ? null : { words: search, ...named() },
    });
    if (search === '' && found.failures.size > 0) standard.current = found.standard;
    const before = views.current.get(search);
    const ids = new Set([...found.failures.values()].flat().map(({ id }) => id));
    const missing = before ? rowsOf(before).flatMap(({ id }) => (ids.has(id) ? [] : id)) : [];
    const next = arrange(found, missing.length > 0 ? (await readFailures(missing)).failures : [], {
      browser: target,
      search,
      limitOf: (reason) => asked.get(reason) ?? found.standard,
      before,
    });
    views.current.set(search, next);
    return next;
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
    setBusy(true);
    void refresh().then(() => setBusy(false));
  };
  return { view, showMore, search, busy };
}
