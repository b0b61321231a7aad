// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table can't be laid out row by row.
// biome-ignore-all lint/a11y/useFocusableInteractive: the focus moves from row to row, not from cell to cell.
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { type HistoryColumn, historyColumns } from '../domain/columns.ts';
import type { Failure } from '../domain/failure.ts';
import { text } from '../platform/i18n.ts';
import { CategoryMark } from '../ui/category-mark.tsx';
import { formatMinute, formatSize, formatValue } from '../ui/format.ts';
import { FailureRow, type FailureRowProps } from '../ui/row/failure-row.tsx';
import { UndoButton } from '../ui/row/undo-button.tsx';
import { type Entry, entryOf } from './entry.ts';
import { categoryText, reasonTitle, statusText } from './labels.ts';
import type { RowWindow } from './use-row-window.ts';

interface HistoryRowProps extends Omit<FailureRowProps, 'failure'>, Pick<RowWindow, 'estimate' | 'measure'> {
  id: string;
  /** Undefined until it is read. */
  failure: Failure | undefined;
  /** Its number among the rows of the table, of which the heads are the first. */
  place: number;
  /** The room to leave before it, in CSS pixels. */
  gap: number;
  selected: boolean;
  /** Whether the Tab key stops here. */
  active: boolean;
  /** `range` selects all rows from the last one to this one. */
  onSelect: (id: string, range: boolean) => void;
}

/** The usual row of a failure, and the cells that only this page has. */
export function HistoryRow(props: HistoryRowProps) {
  const { id, failure, place, gap, estimate, selected, active, now, open, onToggle, measure, onSelect } =
    props;
  const entry = useMemo(() => failure && entryOf(failure), [failure]);
  const row = useMemo(
    () => failure && <FailureRow failure={failure} now={now} open={open} onToggle={onToggle} />,
    [failure, now, open, onToggle],
  );
  const cells = useMemo(() => entry && <Cells entry={entry} />, [entry]);
  return (
    <div
      ref={measure}
      class="history-row"
      role="row"
      data-row={id}
      tabIndex={active ? 0 : -1}
      aria-rowindex={place}
      aria-selected={selected}
      aria-label={entry && text('history_row', entry.name, reasonTitle(entry), statusText(entry.status))}
      style={{ marginBlockStart: `${gap}px`, ...(!failure && { minBlockSize: `${estimate}px` }) }}
    >
      <div class="cell select" role="gridcell">
        {/* Not left to the label's own click: Firefox has none with Shift, which would select the page's text. */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: it stands for the box, which has the keys. */}
        <label
          onMouseDown={(event) => event.shiftKey && event.preventDefault()}
          onClick={(event) => {
            if (event.target === event.currentTarget) event.preventDefault();
            onSelect(id, event.shiftKey);
          }}
        >
          <input
            type="checkbox"
            tabIndex={-1}
            checked={selected}
            aria-label={entry && text('history_select', entry.name)}
          />
        </label>
      </div>
      <div class="cell file" role="gridcell">
        <ul role="presentation">{row}</ul>
      </div>
      {cells}
    </div>
  );
}

/** The cells that show more than a text. */
const ownCells: { readonly [Name in HistoryColumn]?: (entry: Entry) => ComponentChildren } = {
  reason: ({ category, ...entry }) => (
    <>
      <CategoryMark category={category} />
      <p>
        {reasonTitle(entry)} <span class="category-word soft small">{categoryText({ category })}</span>
      </p>
    </>
  ),
  failedAt: ({ failedAt }) => (
    <time datetime={new Date(failedAt).toISOString()}>{formatMinute(failedAt)}</time>
  ),
  status: ({ id, name, status }) => (
    <>
      <span class={`status-word ${status} ${status === 'dismissed' ? 'soft' : ''}`}>
        {statusText(status)}
      </span>
      {(status === 'dismissed' || status === 'accepted') && (
        <UndoButton id={id} name={name} accepted={status === 'accepted'} />
      )}
    </>
  ),
  size: ({ size }) => (size === null ? text('history_size_unknown') : formatSize(size)),
};

/** {@link FailureRow} says the others. */
const onNarrowPages: ReadonlySet<HistoryColumn> = new Set(['reason', 'status']);

/** A wide page shows all of these cells, a narrow one only what {@link FailureRow} doesn't say. */
function Cells({ entry }: { entry: Entry }) {
  return (
    <>
      {historyColumns.map((name, index) => {
        const value = entry[name];
        return name === 'name' ? null : (
          <div
            key={name}
            class={`cell column ${name} ${onNarrowPages.has(name) ? '' : 'wide-only'} ${name === 'host' ? 'cut' : ''}`}
            role="gridcell"
            style={{ '--column': index + FIRST_COLUMN }}
            {...(name === 'host' && { dir: 'ltr', title: entry.host })}
          >
            {ownCells[name]?.(entry) ?? <bdi>{value === null ? '' : formatValue(value)}</bdi>}
          </div>
        );
      })}
    </>
  );
}

/** Before it stand the checkbox and the file's icon. */
const FIRST_COLUMN = 3;
