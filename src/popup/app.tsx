import { useEffect, useRef, useState } from 'preact/hooks';
import { isRoundActive } from '../domain/counts.ts';
import { plural, text } from '../platform/i18n.ts';
import { type Command, order, send } from '../platform/messages.ts';
import { openHistory, openOptions } from '../platform/pages.ts';
import { target } from '../platform/target.ts';
import { unattended } from '../platform/unattended.ts';
import { followArrows } from '../ui/arrow-keys.ts';
import { Button } from '../ui/button.tsx';
import { keepFocus } from '../ui/focus.ts';
import { reasonText } from '../ui/reason-text.ts';
import { FailureRow } from '../ui/row/failure-row.tsx';
import { pageIsReady } from '../ui/start-page.tsx';
import { useNow } from '../ui/use-now.ts';
import { useOpened } from '../ui/use-opened.ts';
import { useSaid } from '../ui/use-said.ts';
import { BrokenRecord } from './broken-record.tsx';
import { DismissedRow } from './dismissed-row.tsx';
import { PrivateNotice } from './private-notice.tsx';
import { Round } from './round.tsx';
import { useJournal } from './use-journal.ts';
import { beginning, type CategoryGroup, type PopupView, type ReasonGroup } from './view.ts';

/** With so many failures there is a search field, which then stays even if they become fewer. */
const SEARCHED_FROM = 8;

/** So many rows fill the popup. The others are added once these are painted. */
const FIRST_ROWS = 8;

export function Popup() {
  const { view, showMore, search } = useJournal();
  const [words, setWords] = useState('');
  const searchable = useRef(false);
  const [opened, toggle] = useOpened();
  const [note, setNote] = useState('');
  useSaid(note);
  const now = useNow(view?.waits === true);
  const loaded = view !== undefined;
  const [whole, setWhole] = useState(false);
  useEffect(keepFocus, []);
  useEffect(() => setWhole(loaded), [loaded]);
  useEffect(() => {
    if (!whole) return;
    pageIsReady();
    followArrows();
  }, [whole]);
  // This also wakes the background, which then looks for what it may have missed.
  const newest = view?.newest;
  useEffect(() => {
    if (newest !== undefined) order({ command: 'mark-all-seen' });
  }, [newest]);
  if (!view) return null;
  searchable.current ||= view.total >= SEARCHED_FROM;

  /** Retries many failures, and says so if none of them can be. */
  const retryMany = (command: Command<'retry-all' | 'retry-group'>): void => {
    setNote('');
    unattended(
      send(command).then(({ taken, older }) => {
        if (older) setNote(text('retry_older'));
        else if (taken === 0) setNote(text('retry_none'));
      }),
    );
  };
  return (
    <main>
      {view.health.state === 'broken' && <BrokenRecord {...view.health} />}
      <Totals view={view} onRetryAll={() => retryMany({ command: 'retry-all' })} />
      {note !== '' && <p class="row-note calm">{note}</p>}
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
          opened={opened}
          onToggle={toggle}
          onShowMore={showMore}
          onRetryGroup={(reason) => retryMany({ command: 'retry-group', reason })}
        />
      ))}
      <PrivateNotice />
      <footer>
        <Button action="open-history" label={text('open_history')} onClick={() => void openHistory()} />
        <Button action="open-options" label={text('options')} onClick={() => void openOptions()} />
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
        {/* The same element for both, as it may have the focus. */}
        <h1>{failed}</h1>
        {empty ? <p>{text('empty_text')}</p> : worth !== '' && <p>{worth}</p>}
      </div>
      {view.worthRetrying > 1 && !view.searching && !(view.round && isRoundActive(view.round)) && (
        <Button action="retry-all" look="primary" label={text('retry_all')} onClick={onRetryAll} />
      )}
    </div>
  );
}

interface ListProps {
  now: number;
  /** The failures whose details are open. */
  opened: ReadonlySet<string>;
  onToggle: (id: string) => void;
  onShowMore: (reason: string) => void;
  onRetryGroup: (reason: string) => void;
}

function CategorySection({ group, ...props }: ListProps & { group: CategoryGroup }) {
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

function ReasonDetails({ group, ...props }: ListProps & { group: ReasonGroup }) {
  const { now, opened, onToggle, onShowMore, onRetryGroup } = props;
  const { reason, count, failures } = group;
  const { title, remedy } = reasonText(reason, failures[0]?.browser ?? target);
  return (
    <details open class="reason" data-reason={reason} data-count={count}>
      <summary>
        <span class="reason-title">{title}</span> <Count count={count} />
      </summary>
      <p class="remedy">{remedy}</p>
      <ul>
        {failures.map((failure) =>
          failure.dismissed ? (
            <DismissedRow key={failure.id} failure={failure} />
          ) : (
            <FailureRow
              key={failure.id}
              failure={failure}
              now={now}
              open={opened.has(failure.id)}
              onToggle={onToggle}
            />
          ),
        )}
      </ul>
      {(group.more || group.retriable) && (
        <div class="reason-buttons">
          {group.retriable && (
            <Button
              action="retry-group"
              label={text('retry_group')}
              of={title}
              onClick={() => onRetryGroup(reason)}
            />
          )}
          {group.more && <Button label={text('show_more')} onClick={() => onShowMore(reason)} />}
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
