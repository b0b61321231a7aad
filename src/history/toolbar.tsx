import { useState } from 'preact/hooks';
import { type PluralStem, plural, text } from '../platform/i18n.ts';
import { type Command, send } from '../platform/messages.ts';
import { Button } from '../ui/button.tsx';
import { isFirstClick } from '../ui/first-click.ts';
import { focusHeading } from '../ui/focus.ts';
import { useSaid } from '../ui/use-said.ts';
import { ConfirmDelete } from './confirm-delete.tsx';
import type { Entry } from './entry.ts';
import type { HistoryStore } from './history-store.ts';
import { nothingSelected, type Selection, selectAll } from './selection.ts';
import { type Word, wordOf } from './words.ts';

export interface ToolbarProps {
  shown: readonly Entry[];
  /** Of all failures. */
  total: number;
  /** Whether all are read. */
  complete: boolean;
  selection: Selection;
  word: Word;
  store: HistoryStore;
  onSelect: (selection: Selection) => void;
  onWord: (word: Word) => void;
}

/** How many rows there are, and what can be done with those that are selected. */
export function Toolbar(props: ToolbarProps) {
  const { shown, total, complete, selection, word, store, onSelect, onWord } = props;
  const [asking, setAsking] = useState(false);
  useSaid(
    word.join(' ') || (total > 0 && complete ? shownText(shown.length, total, selection.ids.size) : ''),
  );
  const ids = [...selection.ids];
  const count = ids.length;
  const dismissed = shown.filter(({ id, status }) => status === 'dismissed' && selection.ids.has(id)).length;

  /** Has the background do something with the selected failures, and says so. */
  async function carryOut(
    command: Command<'retry-many' | 'dismiss' | 'restore' | 'delete'>,
    done: PluralStem,
  ): Promise<void> {
    onWord([]);
    try {
      const answer = await send(command);
      const changed = typeof answer === 'object' ? answer.taken : answer;
      onWord([changed === 0 ? text('retry_none') : plural(done, changed ?? count)]);
    } catch (error) {
      onWord([text('history_command_failed', wordOf(error))]);
    }
    await store.readAgain(ids);
  }

  return (
    <div class="toolbar">
      {total > 0 && (
        <label class="check">
          <input
            type="checkbox"
            name="select-all"
            checked={count > 0 && count === shown.length}
            indeterminate={count > 0 && count < shown.length}
            disabled={shown.length === 0}
            onChange={() => onSelect(count === shown.length ? nothingSelected : selectAll(shown))}
          />
          {text('history_select_all')}
        </label>
      )}
      <div class="word">
        {total > 0 && complete && <p>{shownText(shown.length, total, count)}</p>}
        {word.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      {total > 0 && (
        <fieldset class="buttons" aria-label={text('history_selected_actions')}>
          <SelectionButton
            action="retry-selection"
            word={text('retry')}
            enabled={count > 0}
            onClick={() => carryOut({ command: 'retry-many', ids }, 'history_retried')}
          />
          {count > 0 && dismissed === count ? (
            <SelectionButton
              action="restore-selection"
              word={text('history_restore')}
              enabled
              onClick={() => carryOut({ command: 'restore', ids }, 'history_restored')}
            />
          ) : (
            <SelectionButton
              action="dismiss-selection"
              word={text('history_dismiss')}
              enabled={count > 0}
              onClick={() => carryOut({ command: 'dismiss', ids }, 'history_dismissed_now')}
            />
          )}
          <SelectionButton
            action="delete"
            word={text('history_delete')}
            enabled={count > 0}
            onClick={() => setAsking(true)}
          />
        </fieldset>
      )}
      {asking && (
        <ConfirmDelete
          count={count}
          onCancel={() => setAsking(false)}
          onConfirm={() => {
            // With the last failure all buttons leave.
            if (count === total) focusHeading();
            void carryOut({ command: 'delete', ids }, 'history_deleted');
          }}
        />
      )}
    </div>
  );
}

/** "12 of 60 failures shown, 3 selected". */
function shownText(shown: number, total: number, selected: number): string {
  const all = plural('history_failures', total);
  const first = shown === total ? all : plural('history_shown', shown, all);
  return selected === 0 ? first : text('history_and_selected', first, plural('history_selected', selected));
}

interface SelectionButtonProps {
  action: string;
  word: string;
  enabled: boolean;
  onClick: () => void;
}

/** Stays where it is and can be focused when nothing is selected, so that no focus is lost. */
function SelectionButton({ action, word, enabled, onClick }: SelectionButtonProps) {
  return (
    <Button
      action={action}
      word={word}
      aria-disabled={!enabled}
      onClick={(event) => enabled && isFirstClick(event) && onClick()}
    />
  );
}
