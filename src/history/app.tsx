import { useEffect, useMemo, useState } from 'preact/hooks';
import { stateOf } from '../domain/failure.ts';
import { text } from '../platform/i18n.ts';
import { focusHeading } from '../ui/focus.ts';
import { pageIsReady } from '../ui/start-page.tsx';
import { useNow } from '../ui/use-now.ts';
import { CategoryPatterns } from './category-mark.tsx';
import { NoFailures, NoMatch } from './empty.tsx';
import { Filters } from './filters.tsx';
import { Header } from './header.tsx';
import type { History } from './history-store.ts';
import { Overview } from './overview.tsx';
import { Rows } from './rows.tsx';
import { filterEntries, sortEntries } from './select-entries.ts';
import { keepShown, nothingSelected, type Selection } from './selection.ts';
import { Toolbar } from './toolbar.tsx';
import { useHistory } from './use-history.ts';
import { useView } from './use-view.ts';
import { type View, wholeHistory } from './view.ts';
import { compareWords, reasonTitle, type Word } from './words.ts';

export function HistoryPage() {
  const { history, store } = useHistory();
  const [selected, setSelection] = useState(nothingSelected);
  const [word, setWord] = useState<Word>([]);

  const entries = history?.entries;
  const hasPrivate = useMemo(() => (entries ?? []).some(({ incognito }) => incognito), [entries]);
  const [view, changeView] = useView(hasPrivate);
  const sorted = useMemo(
    () => sortEntries(entries ?? [], view.order, reasonTitle, compareWords),
    [entries, view.order.by, view.order.descending],
  );
  const shown = useMemo(() => filterEntries(sorted, view, reasonTitle, Date.now()), [sorted, view]);
  const selection = useMemo(() => keepShown(selected, shown), [selected, shown]);
  // What has left the list does not come back to it as selected.
  useEffect(() => setSelection((before) => keepShown(before, shown)), [shown]);

  const now = useNow(waiting(history));

  const loaded = history !== undefined;
  useEffect(() => {
    if (loaded) pageIsReady();
  }, [loaded]);
  if (!history) return null;

  const { complete, health } = history;
  const change = (part: Partial<View>, typed?: 'typed'): void => {
    setWord([]);
    changeView(part, typed);
  };
  // Only a person's own selecting ends the word: what shrinks the selection may be what the word tells of.
  const select = (wanted: Selection): void => {
    setWord([]);
    setSelection(wanted);
  };
  const chosen = selection.ids.size > 0 ? [...selection.ids] : shown.map(({ id }) => id);
  return (
    <>
      <CategoryPatterns />
      <Header
        entries={history.entries}
        complete={complete}
        chosen={chosen}
        selected={selection.ids.size > 0}
        store={store}
        onWord={setWord}
      />
      <main>
        {health.state === 'broken' && (
          <p class="notice" role="alert">
            {text(`broken_${health.cause}`)}
          </p>
        )}
        {history.entries.length > 0 && (
          <>
            <Overview entries={shown} complete={complete} onHost={(host) => change({ host })} />
            <Filters view={view} entries={history.entries} onChange={change} />
          </>
        )}
        <Toolbar
          shown={shown}
          total={history.entries.length}
          complete={complete}
          selection={selection}
          word={word}
          store={store}
          onSelect={select}
          onWord={setWord}
        />
        {shown.length > 0 && (
          <Rows
            shown={shown}
            failures={history.failures}
            order={view.order}
            selection={selection}
            now={now}
            onSelect={select}
            onOrder={(order) => change({ order })}
            onLook={store.look}
          />
        )}
        {history.entries.length === 0 && <NoFailures />}
        {history.entries.length > 0 && shown.length === 0 && (
          <NoMatch
            onClear={() => {
              focusHeading();
              change({ ...wholeHistory, order: view.order });
            }}
          />
        )}
      </main>
    </>
  );
}

/** Whether a row in view tells when it is tried again. */
const waiting = (history: History | undefined): boolean =>
  [...(history?.failures.values() ?? [])].some((failure) => stateOf(failure) === 'scheduled');
