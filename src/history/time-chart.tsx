import { useState } from 'preact/hooks';
import { type Category, categories } from '../domain/reasons.ts';
import { formatNumber, plural, text } from '../platform/i18n.ts';
import { CategoryMark, fillOf } from '../ui/category-mark.tsx';
import { formatDay, formatHour } from './format-date.ts';
import { categoryText } from './labels.ts';
import { barsOf, type Period, type Statistics } from './statistics.ts';

/** Failures by hour or day, stacked by category, or on request as a table. */
export function TimeChart({ statistics }: { statistics: Statistics }) {
  const { unit, periods, earlier, total } = statistics;
  const [asTable, setAsTable] = useState(false);
  const used = categories.filter((category) => periods.some(({ byCategory }) => byCategory[category] > 0));
  const [first, last] = [periods[0], periods.at(-1)];
  if (!first || !last) return null;
  const title = text(`history_by_${unit}`);
  const format = unit === 'hour' ? formatHour : formatDay;
  const bars = barsOf(periods);
  return (
    <figure class="chart time-chart">
      <figcaption>
        <h3>{title}</h3>
        {earlier > 0 && <p>{plural('history_earlier', earlier)}</p>}
      </figcaption>
      <div class="plot">
        <span class="most" aria-hidden="true">
          {formatNumber(Math.max(1, ...periods.map((period) => period.total)))}
        </span>
        <svg
          class="bars"
          role="img"
          aria-label={text(
            'history_by_day_label',
            plural('history_failures', total - earlier),
            format(first.start),
            format(last.start),
          )}
        >
          {periods.map(({ start, total: count }, index) => (
            <Bar
              key={start}
              title={`${format(start)}: ${plural('history_failures', count)}`}
              heights={bars[index] ?? []}
              place={index / periods.length}
              width={1 / periods.length}
            />
          ))}
        </svg>
        <div class="axis" aria-hidden="true">
          <span>{format(first.start)}</span>
          <span>{format(last.start)}</span>
        </div>
      </div>
      <ul class="legend">
        {used.map((category) => (
          <li key={category}>
            <CategoryMark category={category} /> {categoryText({ category })}
          </li>
        ))}
      </ul>
      <details class="as-table" open={asTable} onToggle={(event) => setAsTable(event.currentTarget.open)}>
        <summary>{text('history_as_table')}</summary>
        {asTable && (
          <PeriodTable
            title={title}
            head={text(`history_${unit}`)}
            periods={periods}
            format={format}
            used={used}
          />
        )}
      </details>
    </figure>
  );
}

interface BarProps {
  title: string;
  /** Of each category, as parts of the chart's height. */
  heights: readonly number[];
  /** Where it begins and how much room it has, as parts of the chart's width. */
  place: number;
  width: number;
}

function Bar({ title, heights, place, width }: BarProps) {
  const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;
  let below = 0;
  return (
    <g>
      <title>{title}</title>
      {categories.map((category, index) => {
        const height = heights[index] ?? 0;
        if (height === 0) return null;
        below += height;
        return (
          <rect
            key={category}
            x={percent(place + 0.1 * width)}
            y={percent(1 - below)}
            width={percent(0.8 * width)}
            height={percent(height)}
            fill={fillOf(category)}
          />
        );
      })}
    </g>
  );
}

interface PeriodTableProps {
  title: string;
  /** Of the column of hours or days. */
  head: string;
  periods: readonly Period[];
  format: (time: number) => string;
  used: readonly Category[];
}

function PeriodTable({ title, head, periods, format, used }: PeriodTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
    <section class="scrolling" aria-label={title} tabIndex={0}>
      <table>
        <caption class="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {used.map((category) => (
              <th key={category} scope="col">
                {categoryText({ category })}
              </th>
            ))}
            <th scope="col">{text('history_total')}</th>
          </tr>
        </thead>
        <tbody>
          {periods.toReversed().map(({ start, total, byCategory }) => (
            <tr key={start}>
              <th scope="row">{format(start)}</th>
              {used.map((category) => (
                <td key={category}>{formatNumber(byCategory[category])}</td>
              ))}
              <td>{formatNumber(total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
