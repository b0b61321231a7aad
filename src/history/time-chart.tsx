import { useState } from 'preact/hooks';
import { type Category, categories } from '../domain/reasons.ts';
import { formatNumber, plural, text } from '../platform/i18n.ts';
import { CategoryMark, fillOf } from '../ui/category-mark.tsx';
import { formatDay, formatHour } from '../ui/format.ts';
import { categoryText } from './labels.ts';
import { barsOf, type Statistics } from './statistics.ts';

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;
const formats = { hour: formatHour, day: formatDay };

/** Failures by hour or day, stacked by category, or on request as a table. */
export function TimeChart({ statistics }: { statistics: Statistics }) {
  const { unit, periods, earlier, total } = statistics;
  const [asTable, setAsTable] = useState(false);
  const used = categories.filter((category) => periods.some(({ byCategory }) => byCategory[category] > 0));
  const [first, last] = [periods[0], periods.at(-1)];
  if (!first || !last) return null;
  const title = text(`history_by_${unit}`);
  const format = formats[unit];
  const bars = barsOf(periods);
  return (
    <figure class="chart time-chart">
      <figcaption>
        <h3>{title}</h3>
        {earlier > 0 && <p class="soft">{plural('history_earlier', earlier)}</p>}
      </figcaption>
      <div class="plot soft small">
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
            <g key={start}>
              <title>{`${format(start)}: ${plural('history_failures', count)}`}</title>
              {bars[index]?.map(({ category, below, height }) => (
                <rect
                  key={category}
                  x={percent((index + 0.1) / periods.length)}
                  y={percent(1 - below - height)}
                  width={percent(0.8 / periods.length)}
                  height={percent(height)}
                  fill={fillOf(category)}
                />
              ))}
            </g>
          ))}
        </svg>
        <div class="axis line" aria-hidden="true">
          <span>{format(first.start)}</span>
          <span>{format(last.start)}</span>
        </div>
      </div>
      <ul class="legend line small">
        {used.map((category) => (
          <li class="line" key={category}>
            <CategoryMark category={category} /> {categoryText({ category })}
          </li>
        ))}
      </ul>
      <details
        class="as-table small"
        open={asTable}
        onToggle={(event) => setAsTable(event.currentTarget.open)}
      >
        <summary>{text('history_as_table')}</summary>
        {asTable && <PeriodTable statistics={statistics} used={used} />}
      </details>
    </figure>
  );
}

/** `used` are the categories that have failures. */
function PeriodTable({ statistics, used }: { statistics: Statistics; used: readonly Category[] }) {
  const { unit, periods } = statistics;
  const title = text(`history_by_${unit}`);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
    <section class="scrolling" aria-label={title} tabIndex={0}>
      <table>
        <caption class="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{text(`history_${unit}`)}</th>
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
              <th scope="row">{formats[unit](start)}</th>
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
