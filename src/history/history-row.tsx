// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table can't be laid out row by row.
// biome-ignore-all lint/a11y/useFocusableInteractive: the focus moves from row to row, not from cell to cell.
import { useCallback, useMemo, useRef } from 'preact/hooks';
import type { Failure } from '../domain/failure.ts';
import { text } from '../platform/i18n.ts';
import { order } from '../platform/messages.ts';
import { Button } from '../ui/button.tsx';
import { formatSize } from '../ui/format.ts';
import { FailureRow } from '../ui/row/failure-row.tsx';
import { CategoryMark } from './category-mark.tsx';
import type { Entry } from './entry.ts';
import { formatMinute } from './format-date.ts';
import { categoryText, reasonTitle, statusText } from './words.ts';

export interface HistoryRowProps {
  entry: Entry;
  /** Undefined until it is read, which takes a moment. */
  failure: Failure | undefined;
  /** Its place among the rows, from 1 on; the heads of the columns are the first. */
  place: number;
  /** Free room before it, and the least height while it isn't read: CSS pixels. */
  gap: number;
  estimate: number;
  selected: boolean;
  /** Whether Tab leads to it. */
  active: boolean;
  /** ms since the epoch. */
  now: number;
  measure: (id: string, element: HTMLElement | null) => void;
  /** `range`: together with all rows from the last one on. */
  onSelect: (id: string, range: boolean) => void;
}

/** A failure as everywhere, with what stands beside it on this page only. */
export function HistoryRow(props: HistoryRowProps) {
  const { entry, failure, place, gap, estimate, selected, active, now, measure, onSelect } = props;
  const { id, name } = entry;
  const own = useRef<HTMLElement | null>(null);
  const measured = useCallback(
    (element: HTMLElement | null) => {
      own.current = element;
      measure(id, element);
    },
    [measure, id],
  );
  /** The button leaves with its press, which must not take the focus with it. */
  const put = useCallback(
    (command: 'dismiss' | 'restore') => {
      own.current?.focus({ preventScroll: true });
      order({ command, ids: [id] });
    },
    [id],
  );
  const row = useMemo(
    () =>
      failure && (
        <FailureRow
          failure={failure}
          now={now}
          {...(!failure.dismissed && { onDismiss: () => put('dismiss') })}
        />
      ),
    [failure, now, put],
  );
  const cells = useMemo(() => <Cells entry={entry} onUndo={() => put('restore')} />, [entry, put]);
  return (
    <div
      ref={measured}
      class="history-row"
      role="row"
      data-row={id}
      tabIndex={active ? 0 : -1}
      aria-rowindex={place}
      aria-selected={selected}
      aria-label={text('history_row', name, reasonTitle(entry), statusText(entry.status))}
      style={{ marginBlockStart: `${gap}px`, ...(!failure && { minBlockSize: `${estimate}px` }) }}
    >
      <div class="cell select" role="gridcell">
        <label>
          <input
            type="checkbox"
            tabIndex={-1}
            checked={selected}
            aria-label={text('history_select', name)}
            onClick={(event) => onSelect(id, event.shiftKey)}
          />
        </label>
      </div>
      <div class="cell file" role="gridcell">
        <ul role="presentation">
          {row ?? (
            <li class="row">
              <p class="row-name">{name}</p>
            </li>
          )}
        </ul>
      </div>
      {cells}
    </div>
  );
}

/** The columns of a wide page. A narrow one shows only what {@link FailureRow} doesn't. */
function Cells({ entry, onUndo }: { entry: Entry; onUndo: () => void }) {
  const { name, host, category, failedAt, status, size } = entry;
  return (
    <>
      <div class="cell host wide-only" role="gridcell" dir="ltr" title={host}>
        <bdi>{host}</bdi>
      </div>
      <div class="cell reason" role="gridcell">
        <CategoryMark category={category} />
        <p>
          {reasonTitle(entry)} <span class="category-word">{categoryText(entry)}</span>
        </p>
      </div>
      <div class="cell when wide-only" role="gridcell">
        <time datetime={new Date(failedAt).toISOString()}>{formatMinute(failedAt)}</time>
      </div>
      <div class="cell status" role="gridcell">
        <span class={`status-word ${status}`}>{statusText(status)}</span>
        {status === 'dismissed' && (
          <Button
            action="undo"
            word={text('history_undo')}
            aria-label={text('history_undo_named', name)}
            onClick={onUndo}
          />
        )}
      </div>
      <div class="cell size wide-only" role="gridcell">
        {size === null ? text('history_size_unknown') : formatSize(size)}
      </div>
    </>
  );
}
