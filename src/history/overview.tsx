import { useState } from 'preact/hooks';
import { plural, text } from '../platform/i18n.ts';
import { formatPercent } from '../ui/format.ts';
import { BarChart } from './bar-chart.tsx';
import { statuses } from './entry.ts';
import { statusText } from './labels.ts';
import type { Page } from './page.ts';
import type { Statistics } from './statistics.ts';
import { TimeChart } from './time-chart.tsx';

/** On smaller screens the rows come first, and the charts on request. */
const ROOMY = '(min-width: 64rem)';

/** Charts of what the filters let through. */
export function Overview({ statistics, change }: Page) {
  const [open, setOpen] = useState(() => matchMedia(ROOMY).matches);
  return (
    <details class="overview" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{text('history_overview')}</h2>
      </summary>
      <div class="charts" aria-busy={!statistics}>
        {open && statistics && statistics.total > 0 && (
          <>
            <TimeChart statistics={statistics} />
            <HostChart hosts={statistics.hosts} change={change} />
            <StatusChart {...statistics} />
          </>
        )}
      </div>
    </details>
  );
}

/** The hosts that fail most, each with a button that shows its failures. */
function HostChart({ hosts, change }: Pick<Statistics, 'hosts'> & Pick<Page, 'change'>) {
  return (
    <BarChart
      title={text('history_by_host')}
      head={text('history_host')}
      full={hosts[0]?.count ?? 0}
      rows={hosts.map(({ host, count }) => ({
        key: host,
        count,
        name: (
          <button
            type="button"
            class="link cut"
            title={text('history_only_host', host)}
            onClick={() => change({ host })}
          >
            <bdi>{host}</bdi>
          </button>
        ),
      }))}
    />
  );
}

/** How many were recovered and what became of the rest. */
function StatusChart({ total, byStatus }: Statistics) {
  return (
    <BarChart
      title={text('history_by_status')}
      note={plural(
        'history_recovered_share',
        total,
        formatPercent((byStatus.recovered + byStatus.accepted) / total),
      )}
      head={text('history_status')}
      full={total}
      rows={statuses
        .filter((status) => byStatus[status] > 0)
        .map((status) => ({ key: status, name: statusText(status), count: byStatus[status] }))}
    />
  );
}
