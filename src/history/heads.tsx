// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table can't be laid out row by row.
// biome-ignore-all lint/a11y/useFocusableInteractive: the focus moves from row to row, not from cell to cell.
import { text } from '../platform/i18n.ts';
import { firstOrder, type Order, type SortKey } from './query.ts';

/** All columns but the checkboxes'. */
const columns: readonly { name: string; by?: SortKey; head: string }[] = [
  { name: 'file', by: 'name', head: text('detail_file') },
  { name: 'host', by: 'host', head: text('history_host') },
  { name: 'reason', by: 'reason', head: text('history_reason') },
  { name: 'when', by: 'time', head: text('history_when') },
  { name: 'status', head: text('history_status') },
  { name: 'size', by: 'size', head: text('history_size') },
];

/** Column heads. Pressing one sorts by it, pressing it again reverses the order. */
export function Heads({ order, onOrder }: { order: Order; onOrder: (order: Order) => void }) {
  return (
    <div class="history-heads wide-only" role="row" aria-rowindex={1}>
      <span class="select" role="columnheader">
        <span class="visually-hidden">{text('history_selected_head')}</span>
      </span>
      {columns.map(({ name, by, head }) => {
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
