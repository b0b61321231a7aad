import { useMemo, useState } from 'preact/hooks';
import { text } from '../platform/i18n.ts';
import type { Entry } from './entry.ts';
import { HostChart } from './host-chart.tsx';
import { type RecentSpan, statisticsOf } from './statistics.ts';
import { StatusChart } from './status-chart.tsx';
import { TimeChart } from './time-chart.tsx';

export interface OverviewProps {
  /** What the charts are about. */
  entries: readonly Entry[];
  /** Whether these are all of them. Until then the charts would change all the time. */
  complete: boolean;
  /** The span that the charts are about, if it ends now. */
  recent: RecentSpan | undefined;
  onHost: (host: string) => void;
}

/** On smaller screens the rows come first, and the charts on request. */
const ROOMY = '(min-width: 64rem)';

/** Charts of what the filters let through. */
export function Overview({ entries, complete, recent, onHost }: OverviewProps) {
  const [open, setOpen] = useState(() => matchMedia(ROOMY).matches);
  const statistics = useMemo(
    () => (open && complete ? statisticsOf(entries, recent) : undefined),
    [entries, recent, open, complete],
  );
  return (
    <details class="overview" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{text('history_overview')}</h2>
      </summary>
      <div class="charts" aria-busy={!complete}>
        {statistics && statistics.total > 0 && (
          <>
            <TimeChart statistics={statistics} />
            <HostChart statistics={statistics} onHost={onHost} />
            <StatusChart statistics={statistics} />
          </>
        )}
      </div>
    </details>
  );
}
