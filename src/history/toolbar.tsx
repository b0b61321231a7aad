import { useEffect, useRef, useState } from 'preact/hooks';
import { type PluralStem, plural, text } from '../platform/i18n.ts';
import { send } from '../platform/messages.ts';
import { Button } from '../ui/button.tsx';
import { leftOutText } from '../ui/left-out-text.ts';
import { useSaid } from '../ui/use-said.ts';
import { ConfirmDelete } from './confirm-delete.tsx';
import type { Entry } from './entry.ts';
import { errorText, type Outcome } from './labels.ts';
import { nothingSelected, type Selection, selectAll } from './selection.ts';

export interface ToolbarProps {
  shown: readonly Entry[];
  /** How many failures there are in all. */
  total: number;
  /** Whether all of them are read. */
  complete: boolean;
  selection: Selection;
  outcome: Outcome;
  onSelect: (selection: Selection) => void;
  onOutcome: (outcome: Outcome) => void;
}

/** How many rows are shown, and buttons for those that are selected. */
export function Toolbar(props: ToolbarProps) {
  const { shown, total, complete, selection, outcome, onSelect, onOutcome } = props;
  const [asking, setAsking] = useState(false);
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => followHeight(bar.current), []);
  useSaid(
    outcome.join(' ') || (total > 0 && complete ? shownText(shown.length, total, selection.ids.size) : ''),
  );
  const ids = [...selection.ids];
  const count = ids.length;
  const dismissed = shown.filter(({ id, status }) => status === 'dismissed' && selection.ids.has(id)).length;

  /** Does something with the selected failures and says what came of it. */
  async function carryOut(work: () => Promise<string>): Promise<void> {
    onOutcome([]);
    try {
      onOutcome([await work()]);
    } catch (error) {
      onOutcome([text('history_command_failed', errorText(error))]);
    }
  }

  const retry = async (): Promise<string> => {
    const answer = await send({ command: 'retry-many', ids });
    return leftOutText(answer) ?? plural('history_retried', answer.taken);
  };
  const change = async (command: 'dismiss' | 'restore', done: PluralStem): Promise<string> => {
    const changed = await send({ command, ids });
    return changed === 0 ? text('history_no_change') : plural(done, changed);
  };
  const remove = async (): Promise<string> => {
    await send({ command: 'delete', ids });
    return plural('history_deleted', count);
  };

  return (
    <div class="toolbar" ref={bar}>
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
      <div class="outcome">
        {total > 0 && complete && <p>{shownText(shown.length, total, count)}</p>}
        {outcome.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      {total > 0 && (
        <fieldset class="buttons" aria-label={text('history_selected_actions')}>
          <SelectionButton
            action="retry-selection"
            label={text('retry')}
            enabled={count > 0}
            onClick={() => carryOut(retry)}
          />
          {count > 0 && dismissed === count ? (
            <SelectionButton
              action="restore-selection"
              label={text('history_restore')}
              enabled
              onClick={() => carryOut(() => change('restore', 'history_restored'))}
            />
          ) : (
            <SelectionButton
              action="dismiss-selection"
              label={text('history_dismiss')}
              enabled={count > 0}
              onClick={() => carryOut(() => change('dismiss', 'history_dismissed_now'))}
            />
          )}
          <SelectionButton
            action="delete"
            label={text('history_delete')}
            enabled={count > 0}
            onClick={() => setAsking(true)}
          />
        </fieldset>
      )}
      {asking && (
        <ConfirmDelete
          count={count}
          onCancel={() => setAsking(false)}
          onConfirm={() => void carryOut(remove)}
        />
      )}
    </div>
  );
}

/** Tells the styles how high the bar is, under which nothing that is scrolled to may end up. */
function followHeight(bar: HTMLElement | null): (() => void) | undefined {
  if (!bar) return undefined;
  const { style } = document.documentElement;
  const observer = new ResizeObserver(() => style.setProperty('--bar', `${bar.offsetHeight}px`));
  observer.observe(bar);
  return () => observer.disconnect();
}

/** "12 of 60 failures shown, 3 selected". */
function shownText(shown: number, total: number, selected: number): string {
  const all = plural('history_failures', total);
  const first = shown === total ? all : plural('history_shown', shown, all);
  return selected === 0 ? first : text('history_and_selected', first, plural('history_selected', selected));
}

interface SelectionButtonProps {
  action: string;
  label: string;
  enabled: boolean;
  onClick: () => void;
}

/** Can be focused even when nothing is selected, so that it doesn't lose the focus. */
function SelectionButton({ action, label, enabled, onClick }: SelectionButtonProps) {
  return (
    <Button action={action} label={label} aria-disabled={!enabled} onClick={() => enabled && onClick()} />
  );
}
