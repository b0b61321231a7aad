import type { ComponentChild } from 'preact';
import { formatNumber, text } from '../platform/i18n.ts';

interface BarChartProps {
  title: string;
  note?: string;
  /** Head of the names' column, for screen readers. */
  head: string;
  rows: readonly { key: string; name: ComponentChild; count: number }[];
  /** The number at which a bar is full. */
  full: number;
}

/** A table that also draws its numbers as bars. */
export function BarChart({ title, note, head, rows, full }: BarChartProps) {
  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        {note !== undefined && <p class="soft">{note}</p>}
      </figcaption>
      <table class="bar-table small">
        <caption class="visually-hidden">{title}</caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">{head}</th>
            <th scope="col">{text('history_total')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, count }) => (
            <tr key={key}>
              <th scope="row">
                {name}
                <svg class="bar" fill="var(--accent)" aria-hidden="true">
                  <rect class="track" width="100%" height="100%" rx="3" fill="var(--line)" />
                  <rect width={`${(100 * count) / Math.max(1, full)}%`} height="100%" rx="3" />
                </svg>
              </th>
              <td>{formatNumber(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
