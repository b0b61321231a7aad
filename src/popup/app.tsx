import { useEffect, useRef, useState } from 'preact/hooks';
import { isRoundActive } from '../domain/counts.ts';
import type { Failure } from '../domain/failure.ts';
import { plural, text } from '../platform/i18n.ts';
import { type Command, order, send } from '../platform/messages.ts';
import { openHistory, openOptions } from '../platform/pages.ts';
import { target } from '../platform/target.ts';
import { unattended } from '../platform/unattended.ts';
import { followArrows } from '../ui/arrow-keys.ts';
import { Button } from '../ui/button.tsx';
import { focusHeading } from '../ui/focus.ts';
import { reasonText } from '../ui/reason-text.ts';
import { FailureRow } from '../ui/row/failure-row.tsx';
import { pageIsReady } from '../ui/start-page.tsx';
import { useNow } from '../ui/use-now.ts';
import { useSaid } from '../ui/use-said.ts';
import { BrokenRecord } from './broken-record.tsx';
import { catchLostFocus } from './lost-focus.ts';
import { PrivateNotice } from './private-notice.tsx';
import { Round } from './round.tsx';
import { UndoBar } from './undo-bar.tsx';
import { useJournal } from './use-journal.ts';
import { beginning, type CategoryGroup, type PopupView, type ReasonGroup } from './view.ts';

/** So many failures don't fit on a screen, so that they can be searched, and go on being when they become fewer. */
const SEARCHED_FROM = 8;

/** So many rows fill the popup: those beyond are made once these are painted. */
const FIRST_ROWS = 8;

export function Popup() {
  const { view, showMore, search } = useJournal();
  const [words, setWords] = useState('');
  const searchable = useRef(false);
  const [dismissed, setDismissed] = useState<Failure>();
  const [word, setWord] = useState('');
  useSaid(word);
  const now = useNow(view?.waits === true);
  const loaded = view !== undefined;
  const [whole, setWhole] = useState(false);
  useEffect(() => setWhole(loaded), [loaded]);
  useEffect(() => {
    if (!whole) return;
    pageIsReady();
    followArrows();
    catchLostFocus();
  }, [whole]);
  // Also wakes the background, which then looks for what it may have missed.
  const newest = view?.newest;
  useEffect(() => {
    if (newest !== undefined) order({ command: 'mark-all-seen' });
  }, [newest]);
  if (!view) return null;
  searchable.current ||= view.total >= SEARCHED_FROM;

  const dismiss = (failure: Failure): void => {
    send({ command: 'dismiss', ids: [failure.id] }).then(() => setDismissed(failure), console.error);
  };
  const undo = (failure: Failure): void => {
    setDismissed(undefined);
    order({ command: 'restore', ids: [failure.id] });
  };
  /** Has many tried again, and says so when none can be. */
  const retryMany = (command: Command<'retry-all' | 'retry-group'>): void => {
    focusHeading();
    setWord('');
    unattended(
      send(command).then(({ taken, older }) => {
        if (older) setWord(text('retry_older'));
        else if (taken === 0) setWord(text('retry_none'));
      }),
    );
  };
  return (
    <main>
      {view.health.state === 'broken' && <BrokenRecord {...view.health} />}
      <Totals view={view} onRetryAll={() => retryMany({ command: 'retry-all' })} />
      {word !== '' && <p class="row-word calm">{word}</p>}
      <Round round={view.round} />
      {searchable.current && (
        <input
          type="search"
          class="search"
          placeholder={text('search_failures')}
          aria-label={text('search_failures')}
          value={words}
          onInput={(event) => {
            setWords(event.currentTarget.value);
            search(event.currentTarget.value);
          }}
        />
      )}
      {view.total > 0 && view.groups.length === 0 && <p class="empty">{text('search_nothing')}</p>}
      {(whole ? view.groups : beginning(view.groups, FIRST_ROWS)).map((group) => (
        <CategorySection
          key={group.category}
          group={group}
          now={now}
          onShowMore={showMore}
          onDismiss={dismiss}
          onRetryGroup={(reason) => retryMany({ command: 'retry-group', reason })}
        />
      ))}
      {dismissed && <UndoBar failure={dismissed} onUndo={() => undo(dismissed)} />}
      <PrivateNotice />
      <footer>
        <Button action="open-history" word={text('open_history')} onClick={() => void openHistory()} />
        <Button action="open-options" word={text('options')} onClick={() => void openOptions()} />
      </footer>
    </main>
  );
}

function Totals({ view, onRetryAll }: { view: PopupView; onRetryAll: () => void }) {
  const failed = view.failed === 0 ? text('empty_title') : plural('total_failed', view.failed);
  const worth = view.worthRetrying > 0 ? plural('total_worth_retrying', view.worthRetrying) : '';
  const told = [failed, worth].filter((part) => part !== '').join(' · ');
  useSaid(told);
  const empty = view.total === 0 && view.groups.length === 0;
  return (
    <div class={empty ? 'empty' : 'totals'}>
      <div>
        {/* One for both: it may have the focus. */}
        <h1>{failed}</h1>
        {empty ? <p>{text('empty_text')}</p> : worth !== '' && <p>{worth}</p>}
      </div>
      {view.worthRetrying > 1 && !view.searching && !(view.round && isRoundActive(view.round)) && (
        <Button action="retry-all" look="primary" word={text('retry_all')} onClick={onRetryAll} />
      )}
    </div>
  );
}

interface CategorySectionProps {
  group: CategoryGroup;
  now: number;
  onShowMore: (reason: string) => void;
  onDismiss: (failure: Failure) => void;
  onRetryGroup: (reason: string) => void;
}

function CategorySection({ group, ...props }: CategorySectionProps) {
  const { category, count, reasons } = group;
  return (
    <section
      class="category"
      data-category={category}
      data-count={count}
      aria-labelledby={`category-${category}`}
    >
      <h2 id={`category-${category}`}>
        {text(`category_${category}`)} <Count count={count} />
      </h2>
      {reasons.map((reason) => (
        <ReasonDetails key={reason.reason} group={reason} {...props} />
      ))}
    </section>
  );
}

interface ReasonDetailsProps {
  group: ReasonGroup;
  now: number;
  onShowMore: (reason: string) => void;
  onDismiss: (failure: Failure) => void;
  onRetryGroup: (reason: string) => void;
}

function ReasonDetails({ group, now, onShowMore, onDismiss, onRetryGroup }: ReasonDetailsProps) {
  const { reason, count, failures } = group;
  const { title, remedy } = reasonText(reason, failures[0]?.browser ?? target);
  return (
    <details open class="reason" data-reason={reason} data-count={count}>
      <summary>
        <span class="reason-title">{title}</span> <Count count={count} />
      </summary>
      <p class="remedy">{remedy}</p>
      <ul>
        {failures.map((failure) => (
          <FailureRow key={failure.id} failure={failure} now={now} onDismiss={onDismiss} />
        ))}
      </ul>
      {(group.more || group.retriable) && (
        <div class="reason-buttons">
          {group.retriable && (
            <Button
              action="retry-group"
              word={text('retry_group')}
              of={title}
              onClick={() => onRetryGroup(reason)}
            />
          )}
          {group.more && <Button word={text('show_more')} onClick={() => onShowMore(reason)} />}
        </div>
      )}
    </details>
  );
}

function Count({ count }: { count: number }) {
  return (
    <span class="count">
      <span aria-hidden="true">{count}</span>
      <span class="visually-hidden">{plural('group_count', count)}</span>
    </span>
  );
}
