// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table can't be laid out row by row.
// biome-ignore-all lint/a11y/useFocusableInteractive: the focus moves from row to row, not from cell to cell.
import { columns, historyColumns, sortKeys } from '../domain/columns.ts';
import { text } from '../platform/i18n.ts';
import { firstOrder, type Order } from './query.ts';

/** Column heads. Pressing one sorts by it, pressing it again reverses the order. */
export function Heads({ order, onOrder }: { order: Order; onOrder: (order: Order) => void }) {
  return (
    <div class="history-heads wide-only soft small" role="row" aria-rowindex={1}>
      <span class="select" role="columnheader">
        <span class="visually-hidden">{text('history_selected_head')}</span>
      </span>
      {historyColumns.map((name) => {
        const head = text(columns[name].history.head);
        const by = sortKeys.find((key) => key === name);
        const sorted = by === order.by;
        const direction = order.descending ? 'descending' : 'ascending';
        return (
          <span
            key={name}
            class={`head ${name}`}
            role="columnheader"
            aria-sort={by === undefined ? undefined : sorted ? direction : 'none'}
          >
            {by === undefined ? (
              head
            ) : (
              <button
                type="button"
                class="link"
                data-sort={by}
                onClick={() => onOrder(sorted ? { by, descending: !order.descending } : firstOrder(by))}
              >
                {head}
                {sorted && (
                  <svg class="sort-sign" viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
                    <path d={order.descending ? 'M1 3h8l-4 5z' : 'M1 7h8l-4 -5z'} fill="currentColor" />
                  </svg>
                )}
              </button>
            )}
          </span>
        );
      })}
    </div>
  );
}
