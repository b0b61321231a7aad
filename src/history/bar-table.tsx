import type { ComponentChild } from 'preact';
import { formatNumber } from '../platform/i18n.ts';

export interface BarTableProps {
  caption: string;
  /** Column heads, for screen readers. */
  heads: [name: string, count: string];
  rows: readonly { key: string; name: ComponentChild; count: number }[];
  /** The number at which a bar is full. */
  full: number;
}

/** A table that also draws its numbers as bars. */
export function BarTable({ caption, heads, rows, full }: BarTableProps) {
  return (
    <table class="bar-table">
      <caption class="visually-hidden">{caption}</caption>
      <thead class="visually-hidden">
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, count }) => (
          <tr key={key}>
            <th scope="row">
              {name}
              <svg class="bar" aria-hidden="true">
                <rect class="track" width="100%" height="100%" rx="3" />
                <rect width={`${(100 * count) / Math.max(1, full)}%`} height="100%" rx="3" />
              </svg>
            </th>
            <td>{formatNumber(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
