import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatNumber, plural, text } from '../platform/i18n.ts';
import { send } from '../platform/messages.ts';
import { Button } from '../ui/button.tsx';
import { useSaid } from '../ui/say.ts';
import { errorText, leftOutText } from '../ui/texts.ts';
import type { Outcome, Progress, TellProgress } from './labels.ts';
import type { Page } from './page.ts';
import { nothingSelected, selectAll } from './selection.ts';
import { STEP, stepsOf } from './steps.ts';

/** How many rows are shown, and buttons for those that are selected. */
export function Toolbar(page: Page) {
  const { all, shown, count: shownCount, dismissed, complete, whole } = page;
  const { selection, outcome, progress, select, carryOut } = page;
  const { total } = all;
  const bar = useRef<HTMLDivElement>(null);
  const question = useRef<HTMLDialogElement>(null);
  useEffect(() => followHeight(bar.current), []);
  const count = selection.ids.size;
  const counts = total > 0 && complete ? shownText(shownCount, total, count) : '';
  const howFar = typeof progress === 'object' && progress.total > STEP ? progressText(progress) : undefined;
  // Mostly the first row that is selected is not dismissed, which ends the search.
  const onlyDismissed = useMemo(
    () => whole && !shown.some((id, index) => dismissed[index] === 0 && selection.ids.has(id)),
    [shown, whole, dismissed, selection],
  );
  const change = count > 0 && onlyDismissed ? 'restore' : 'dismiss';

  /** Set while many are being changed: asks that to end. */
  const [stop, setStop] = useState<() => void>();
  useSaid(stop ? '' : outcome.join(' ') || counts);
  /** Changes what is selected, step by step. Says what went wrong, which ends it: what was changed by then stays so. */
  async function inSteps(tell: TellProgress, change: (ids: string[]) => Promise<void>): Promise<Outcome> {
    let stopped = false;
    const isLong = count > STEP;
    if (isLong) {
      setStop(() => () => {
        stopped = true;
      });
    }
    try {
      let done = 0;
      for (const step of stepsOf([...selection.ids])) {
        if (stopped) break;
        tell({ done, total: count });
        await change(step);
        done += step.length;
      }
      return [];
    } catch (error) {
      return [text('history_command_failed', errorText(error))];
    } finally {
      if (bar.current?.querySelector('[data-action="stop"]:focus')) {
        bar.current.querySelector<HTMLElement>('fieldset button')?.focus();
      }
      if (isLong) setStop(undefined);
    }
  }

  const retry = async (): Promise<Outcome> => {
    const answer = await send({ command: 'retry-many', ids: [...selection.ids] });
    return [leftOutText(answer) ?? plural('history_retried', answer.taken)];
  };
  const dismissOrRestore = async (tell: TellProgress): Promise<Outcome> => {
    let changed = 0;
    const wrong = await inSteps(tell, async (step) => {
      changed += await send({ command: change, ids: step });
    });
    if (changed === 0) return wrong.length > 0 ? wrong : [text('history_no_change')];
    return [plural(change === 'restore' ? 'history_restored' : 'history_dismissed_now', changed), ...wrong];
  };
  const remove = async (tell: TellProgress): Promise<Outcome> => {
    let deleted = 0;
    const wrong = await inSteps(tell, async (step) => {
      await send({ command: 'delete', ids: step });
      deleted += step.length;
    });
    return deleted === 0 ? wrong : [plural('history_deleted', deleted), ...wrong];
  };
  const idle = count === 0 || progress !== undefined;
  const actions: { action: string; label: string; press: () => unknown }[] = [
    { action: 'retry-selection', label: text('retry'), press: () => carryOut(retry) },
    {
      action: `${change}-selection`,
      label: text(change),
      press: () => carryOut(dismissOrRestore),
    },
    { action: 'delete', label: text('history_delete'), press: () => question.current?.showModal() },
  ];

  return (
    <div class="toolbar line" ref={bar}>
      {total > 0 && (
        <label class="check line">
          <input
            type="checkbox"
            name="select-all"
            checked={count > 0 && count === shown.length}
            indeterminate={count > 0 && count < shown.length}
            disabled={shown.length === 0}
            onChange={() => whole && select(count === shown.length ? nothingSelected : selectAll(shown))}
          />
          {text('history_select_all')}
        </label>
      )}
      <div class="outcome soft">
        {counts !== '' && <p>{counts}</p>}
        {howFar !== undefined && <p class="late">{howFar}</p>}
        {outcome.map((line, place) => (
          <p key={place}>{line}</p>
        ))}
      </div>
      {progress && (
        <progress
          class="late"
          aria-label={text('progress_named', text('history_title'))}
          aria-valuetext={howFar}
          {...(progress !== 'begun' && { value: progress.done, max: progress.total })}
        />
      )}
      {stop && <Button action="stop" label={text('stop')} onClick={stop} />}
      {total > 0 && (
        <fieldset class="buttons" aria-label={text('history_selected_actions')}>
          {actions.map(({ action, label, press }, place) => (
            // They can be focused even when nothing is selected, so that they don't lose the focus.
            <Button
              key={place}
              action={action}
              label={label}
              aria-disabled={idle}
              onClick={() => idle || press()}
            />
          ))}
        </fieldset>
      )}
      <dialog ref={question} aria-labelledby="delete-question" aria-describedby="delete-text">
        <h2 id="delete-question">{plural('history_delete_sure', count)}</h2>
        <p id="delete-text" class="soft">
          {text('history_delete_text')}
        </p>
        <div class="buttons">
          {/* The first button gets the focus, so Enter alone deletes nothing. */}
          <Button action="cancel" label={text('cancel')} onClick={() => question.current?.close()} />
          <Button
            action="confirm-delete"
            look="danger"
            label={plural('history_delete_confirm', count)}
            onClick={() => {
              // First, so that the focus goes back to where it was.
              question.current?.close();
              void carryOut(remove);
            }}
          />
        </div>
      </dialog>
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

/** "12,500 of 100,000 done". */
const progressText = ({ done, total }: Progress): string =>
  text('history_progress', formatNumber(done), formatNumber(total));

/** "12 of 60 failures shown, 3 selected". */
function shownText(shown: number, total: number, selected: number): string {
  const all = plural('history_failures', total);
  const first = shown === total ? all : plural('history_shown', shown, all);
  return selected === 0 ? first : text('history_and_selected', first, plural('history_selected', selected));
}
