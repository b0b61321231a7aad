import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { stateOf } from '../domain/failure.ts';
import { text } from '../platform/i18n.ts';
import { createMutex } from '../platform/mutex.ts';
import { Button } from '../ui/button.tsx';
import { CategoryPatterns } from '../ui/category-mark.tsx';
import { keepFocus } from '../ui/focus.ts';
import { startPage, useReady } from '../ui/start-page.tsx';
import { errorText } from '../ui/texts.ts';
import { useMarkSeen } from '../ui/use-mark-seen.ts';
import { useNow } from '../ui/use-now.ts';
import { useOpened } from '../ui/use-opened.ts';
import { Filters } from './filters.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import type { History } from './history-store.ts';
import { type CarryOut, listTitles, type Outcome, type Progress } from './labels.ts';
import { Overview } from './overview.tsx';
import type { Page } from './page.ts';
import { formatQuery, wholeHistory } from './query.ts';
import { Rows } from './rows.tsx';
import { keepShown, nothingSelected, type Selection } from './selection.ts';
import { Toolbar } from './toolbar.tsx';
import { useHistory } from './use-history.ts';
import { type ChangeQuery, useQuery } from './use-query.ts';

/** How often the beginning of "the last 24 hours" moves on. */
const SPAN_UPDATE_MS = 30_000;

function HistoryPage() {
  const { history, store } = useHistory();
  const [selected, setSelection] = useState(nothingSelected);
  const [outcome, setOutcome] = useState<Outcome>([]);
  const [progress, setProgress] = useState<Progress | 'begun'>();
  const exclusive = useMemo(createMutex, []);
  const [opened, toggle] = useOpened();
  useEffect(keepFocus, []);

  const [query, changeQuery] = useQuery(history?.all.hasPrivate ?? false);
  const titles = useMemo(listTitles, []);
  const now = useNow(waiting(history));
  // Spans that end now move on, but not with every second.
  const clock = now - (now % SPAN_UPDATE_MS);
  useLayoutEffect(
    () => store.ask({ query, now: clock, titles }),
    [store, titles, query, query.days === '' ? 0 : clock],
  );
  const { shown = nothing, whole = false } = history ?? {};
  const keep = (some: Selection): Selection => (whole ? keepShown(some, shown) : some);
  const selection = useMemo(() => keep(selected), [selected, shown, whole]);
  // A row that left is no longer selected if it comes back.
  useEffect(() => setSelection((now) => (now === selected ? selection : keep(now))), [shown, whole]);

  useMarkSeen(history?.all.newest);

  useReady(history !== undefined);
  if (!history) return null;

  const isEmpty = history.all.total === 0;
  const change: ChangeQuery = (part, typed) => {
    setOutcome([]);
    changeQuery(part, typed);
  };
  // Only when the person selects: a command may shrink the selection too, and its outcome should stay.
  const select = (wanted: Selection): void => {
    setOutcome([]);
    setSelection(wanted);
  };
  // Buttons do nothing while a command runs. A file that is chosen then, or a question that is answered, waits for its end.
  const carryOut: CarryOut = (work, failed = 'history_command_failed') => {
    // First nothing, so that the same outcome twice is also said twice.
    setOutcome([]);
    return exclusive(async () => {
      setProgress('begun');
      const came = await work(setProgress).catch((error: unknown) => [text(failed, errorText(error))]);
      // Beside that of the command it waited for.
      setOutcome((before) => [...before, ...came]);
      setProgress(undefined);
    });
  };
  const page: Page = {
    ...history,
    ...{ store, query, change, selection, select, outcome, progress, carryOut, now, opened, toggle },
  };
  return (
    <>
      <CategoryPatterns />
      <Header {...page} />
      <main aria-busy={!whole || formatQuery(history.query) !== formatQuery(query)}>
        {history.health.state === 'broken' && (
          <p class="notice" role="alert">
            {text(`broken_${history.health.cause}`)}
          </p>
        )}
        {!isEmpty && (
          <>
            <Overview {...page} />
            <Filters {...page} />
          </>
        )}
        <Toolbar {...page} />
        {shown.length > 0 && <Rows {...page} />}
        {/* Nobody knows what a broken record holds. */}
        {shown.length === 0 && !(isEmpty && history.health.state === 'broken') && (
          <div class="empty">
            <h2>{text(isEmpty ? 'empty_title' : 'history_no_match')}</h2>
            <p class="soft">{text(isEmpty ? 'history_empty_text' : 'history_no_match_text')}</p>
            {!isEmpty && (
              <Button
                action="clear-filter"
                look="primary"
                label={text('history_clear_filter')}
                onClick={() => change({ ...wholeHistory, order: query.order })}
              />
            )}
          </div>
        )}
      </main>
      <Footer />
    </>
  );
}

const nothing: readonly string[] = [];

/** Whether a row in view says when it is tried again. */
const waiting = (history: History | undefined): boolean =>
  [...(history?.failures.values() ?? [])].some((failure) => stateOf(failure) === 'scheduled');

startPage(<HistoryPage />, 'history_title');
