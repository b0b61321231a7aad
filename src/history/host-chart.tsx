import { text } from '../platform/i18n.ts';
import { BarTable } from './bar-table.tsx';
import type { Statistics } from './statistics.ts';

/** The hosts that fail most, each with a button that shows its failures. */
export function HostChart({
  statistics,
  onHost,
}: {
  statistics: Statistics;
  onHost: (host: string) => void;
}) {
  return (
    <figure class="chart">
      <figcaption>
        <h3>{text('history_by_host')}</h3>
      </figcaption>
      <BarTable
        caption={text('history_by_host')}
        heads={[text('history_host'), text('history_total')]}
        full={statistics.hosts[0]?.count ?? 0}
        rows={statistics.hosts.map(({ host, count }) => ({
          key: host,
          count,
          name: (
            <button
              type="button"
              class="link"
              title={text('history_only_host', host)}
              onClick={() => onHost(host)}
            >
              <bdi>{host}</bdi>
            </button>
          ),
        }))}
      />
    </figure>
  );
}
