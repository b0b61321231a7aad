import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { noCounts } from '../domain/counts.ts';
import { type Failure, stateOf } from '../domain/failure.ts';
import { onChange } from '../platform/changes.ts';
import { coalesced } from '../platform/in-turn.ts';
import { healthAfter } from '../platform/journal/health.ts';
import { readFailures, readOpenFailures } from '../platform/journal/reads.ts';
import { target } from '../platform/target.ts';
import { arrange, type PopupView } from './view.ts';

/** Rows of a reason that a search finds, and that are added with each request for more. */
const MORE = 20;
/** How long (ms) a row says that its file is there before it leaves. */
const RECOVERED_SHOWN_MS = 4_000;

/** What is shown where not even the first read goes through. */
async function unreadable(error: unknown): Promise<PopupView> {
  const health = await healthAfter(error, { state: 'fine' });
  return arrange({ health, counts: noCounts, failures: new Map() }, [], target, {
    search: '',
    limitOf: () => 0,
  });
}

export interface PopupJournal {
  /** What the popup shows, kept up with the journal; undefined until it is first read. */
  view: PopupView | undefined;
  showMore: (reason: string) => void;
  /** Shows only what has these words. */
  search: (words: string) => void;
}

/** The journal as the popup shows it, for as long as it is open. */
export function useJournal(): PopupJournal {
  const [view, setView] = useState<PopupView>();
  /** As first read: no row is to leave because another reason comes. */
  const standard = useRef<number | null>(null);
  const limits = useRef(new Map<string, number>());
  const words = useRef('');
  /** Rows shown last, of which those that recovered tell it for a moment. */
  const shown = useRef<ReadonlySet<string>>(new Set());
  const recovered = useRef(new Map<string, Failure>());

  const read = useCallback(async (): Promise<PopupView> => {
    // As they are now: other words may be typed, and more be asked for, while this is read.
    const wanted = words.current;
    const asked = new Map(limits.current);
    const found = await readOpenFailures({
      standard: wanted === '' ? standard.current : MORE,
      of: Object.fromEntries(asked),
      search: wanted,
    });
    if (wanted === '' && found.failures.size > 0) standard.current = found.standard;
    const rows = [...found.failures.values()].flat();
    const ids = new Set(rows.map(({ id }) => id));
    const gone = [...shown.current].filter((id) => !ids.has(id));
    for (const failure of gone.length > 0 ? await readFailures(gone) : []) {
      if (stateOf(failure) === 'recovered') tell(failure);
    }
    shown.current = ids;
    return arrange(found, [...recovered.current.values()], target, {
      search: wanted,
      limitOf: (reason) => asked.get(reason) ?? found.standard,
    });
  }, []);

  // Changes that come while one is being read are answered by one further read.
  const refresh = useMemo(
    () =>
      coalesced(async () => {
        try {
          setView(await read());
        } catch (error) {
          console.error(error);
          // Better than nothing at all: what stands there stays.
          const otherwise = await unreadable(error);
          setView((before) => before ?? otherwise);
        }
      }),
    [read],
  );

  function tell(failure: Failure): void {
    recovered.current.set(failure.id, failure);
    setTimeout(() => {
      recovered.current.delete(failure.id);
      void refresh();
    }, RECOVERED_SHOWN_MS);
  }

  // Before the first paint, which would hold the read up and has nothing to show yet.
  useLayoutEffect(() => {
    onChange(() => void refresh());
    void refresh();
  }, [refresh]);

  const showMore = (reason: string): void => {
    limits.current.set(reason, (limits.current.get(reason) ?? standard.current ?? 0) + MORE);
    void refresh();
  };
  const search = (wanted: string): void => {
    words.current = wanted.trim();
    void refresh();
  };
  return { view, showMore, search };
}
