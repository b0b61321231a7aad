import { useEffect, useRef, useState } from 'preact/hooks';
import { text } from '../platform/i18n.ts';
import { type Command, send } from '../platform/messages.ts';
import { openHistory, openOptions } from '../platform/pages.ts';
import { leaveFor } from '../platform/popup.ts';
import { followArrows } from '../ui/arrow-keys.ts';
import { Button } from '../ui/button.tsx';
import { CategoryPatterns } from '../ui/category-mark.tsx';
import { keepFocus } from '../ui/focus.ts';
import { useSaid } from '../ui/say.ts';
import { startPage, useReady } from '../ui/start-page.tsx';
import { errorText, leftOutText } from '../ui/texts.ts';
import { useMarkSeen } from '../ui/use-mark-seen.ts';
import { useNow } from '../ui/use-now.ts';
import { useOpened } from '../ui/use-opened.ts';
import { BrokenRecord } from './broken-record.tsx';
import { CategorySection } from './groups.tsx';
import { Head } from './head.tsx';
import { PrivateNotice } from './private-notice.tsx';
import { useCalm } from './use-calm.ts';
import { useJournal } from './use-journal.ts';
import { beginning } from './view.ts';
import { offerIn, useWatchOffer } from './watch-offer.tsx';

/** With so many failures there is a search field, which then stays even if they become fewer. */
const SEARCHED_FROM = 10;

/** More lines than the popup shows at once: the groups below are rendered once these are painted and nothing else is to do. */
const FIRST_LINES = 14;
/** They are rendered by then (ms), whatever there is to do. */
const LATEST_MS = 200;

/** Puts the focus on the first useful button. Firefox takes no focus before the popup is shown, hence the tries. */
function focusFirst(tries = 60): void {
  if (document.activeElement !== document.body) return;
  const useful = ['.notice button', '.row:first-of-type .primary', '.row button', 'footer button'];
  const [first] = useful.flatMap((place) => document.querySelector<HTMLElement>(place) ?? []);
  first?.focus({ preventScroll: true });
  if (tries > 0) requestAnimationFrame(() => focusFirst(tries - 1));
}

function Popup() {
  const { view: read, showMore, search, busy } = useJournal();
  const [offerDue, endOffer] = useWatchOffer();
  // At once, so that nothing moves.
  const view = offerDue === undefined ? undefined : read;
  const [words, setWords] = useState('');
  const searchable = useRef(false);
  const openedWith = useRef<number>(undefined);
  const [opened, toggle] = useOpened();
  const [note, setNote] = useState('');
  useSaid(note);
  const now = useNow(view?.waits === true);
  const list = useRef<HTMLElement>(null);
  useCalm(list, view);
  useEffect(() => {
    keepFocus();
    followArrows();
  }, []);
  const loaded = view !== undefined;
  const [whole, setWhole] = useState(false);
  useEffect(() => {
    if (!loaded) return;
    focusFirst();
    requestIdleCallback(() => setWhole(true), { timeout: LATEST_MS });
  }, [loaded]);
  useReady(loaded);
  // This also wakes the background, which then looks for what it may have missed.
  useMarkSeen(view?.newest);
  if (!view) return null;
  searchable.current ||= view.total >= SEARCHED_FROM;
  openedWith.current ??= view.total;
  const offer = offerDue ? offerIn(view, openedWith.current, endOffer) : undefined;

  /** Retries many failures, and says so if it leaves out some or does not work. */
  const retryMany = (command: Command<'retry-all' | 'retry-group'>): void => {
    setNote('');
    void send(command).then(
      (taken) => setNote(leftOutText(taken) ?? ''),
      (error: unknown) => setNote(text('history_command_failed', errorText(error))),
    );
  };
  return (
    // Firefox would stop here with the Tab key, as it scrolls.
    <main ref={list} class="stack" tabIndex={-1}>
      <CategoryPatterns />
      <header class="stack">
        <Head view={view} busy={busy} onRetryAll={() => retryMany({ command: 'retry-all' })} />
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
      </header>
      {view.health.state === 'broken' && <BrokenRecord {...view.health} />}
      {(whole ? view.groups : beginning(view.groups, FIRST_LINES)).map((group) => (
        <CategorySection
          key={group.category}
          group={group}
          now={now}
          opened={opened}
          offer={offer}
          onToggle={toggle}
          onShowMore={showMore}
          onRetryGroup={(reason) => retryMany({ command: 'retry-group', reason })}
        />
      ))}
      {note !== '' && <p class="toast">{note}</p>}
      <PrivateNotice />
      <footer>
        <Button action="open-history" label={text('open_history')} onClick={() => leaveFor(openHistory())} />
        <Button action="open-options" label={text('options')} onClick={() => leaveFor(openOptions())} />
      </footer>
    </main>
  );
}

startPage(<Popup />, 'extension_name');
