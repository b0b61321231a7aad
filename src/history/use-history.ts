import { useEffect, useMemo, useState } from 'preact/hooks';
import { onChange } from '../platform/changes.ts';
import { readFailures, readHistory } from '../platform/journal/reads.ts';
import { createHistoryStore, type History, type HistoryStore } from './history-store.ts';
import { openList } from './open-list.ts';

/** The history as far as it is read: undefined before the first rows. */
export function useHistory(): { history: History | undefined; store: HistoryStore } {
  const [history, setHistory] = useState<History>();
  const store = useMemo(() => createHistoryStore({ readHistory, readFailures, openList }, setHistory), []);
  useEffect(() => {
    onChange((what) => void store.changed(what));
    void store.begin();
  }, [store]);
  return { history, store };
}
