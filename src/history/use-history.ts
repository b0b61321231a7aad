import { useEffect, useMemo, useState } from 'preact/hooks';
import { onChange } from '../platform/changes.ts';
import { readFailures, readHistory } from '../platform/journal/reads.ts';
import { causeText } from '../ui/cause-text.ts';
import type { CauseTitle } from './entry.ts';
import { createHistoryStore, type History, type HistoryStore } from './history-store.ts';

const causeTitle: CauseTitle = (failure) => causeText(failure)?.title ?? '';

/** The history as far as it is read: undefined before the first rows. */
export function useHistory(): { history: History | undefined; store: HistoryStore } {
  const [history, setHistory] = useState<History>();
  const store = useMemo(() => createHistoryStore({ readHistory, readFailures, causeTitle }, setHistory), []);
  useEffect(() => {
    onChange((what) => void store.changed(what));
    void store.begin();
  }, [store]);
  return { history, store };
}
