import { plural, text } from '../platform/i18n.ts';
import { formatPercent } from '../ui/format.ts';
import { BarTable } from './bar-table.tsx';
import { statuses } from './entry.ts';
import { statusText } from './labels.ts';
import type { Statistics } from './statistics.ts';

/** How many were recovered and what became of the rest. */
export function StatusChart({ statistics: { total, byStatus } }: { statistics: Statistics }) {
  return (
    <figure class="chart">
      <figcaption>
        <h3>{text('history_by_status')}</h3>
        <p>{plural('history_recovered_share', total, formatPercent(byStatus.recovered / total))}</p>
      </figcaption>
      <BarTable
        caption={text('history_by_status')}
        heads={[text('history_status'), text('history_total')]}
        full={total}
        rows={statuses
          .filter((status) => byStatus[status] > 0)
          .map((status) => ({ key: status, name: statusText(status), count: byStatus[status] }))}
      />
    </figure>
  );
}
