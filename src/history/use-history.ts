import { useEffect, useMemo, useState } from 'preact/hooks';
import { onChange } from '../platform/changes.ts';
import { readFailures, readHistory } from '../platform/journal/reads.ts';
import { createHistoryStore, type History, type HistoryStore } from './history-store.ts';

/** What the page knows of the history: undefined until the first rows are read. */
export function useHistory(): { history: History | undefined; store: HistoryStore } {
  const [history, setHistory] = useState<History>();
  const store = useMemo(
    () =>
      createHistoryStore(
        {
          readStretch: (from, limit) => readHistory({ from, limit }),
          readFailures,
        },
        setHistory,
      ),
    [],
  );
  useEffect(() => {
    onChange((what) => void store.changed(what));
    void store.begin();
  }, [store]);
  return { history, store };
}
