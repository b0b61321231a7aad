import { useState } from 'preact/hooks';
import { type Category, categories } from '../domain/reasons.ts';
import { formatNumber, plural, text } from '../platform/i18n.ts';
import { CategoryMark, fillOf } from '../ui/category-mark.tsx';
import { formatDay } from './format-date.ts';
import { categoryText } from './labels.ts';
import type { DayCount, Statistics } from './statistics.ts';

/** Failures by day, stacked by category, or on request as a table. */
export function DayChart({ statistics }: { statistics: Statistics }) {
  const { days, earlier, total } = statistics;
  const [asTable, setAsTable] = useState(false);
  const most = Math.max(1, ...days.map((day) => day.total));
  const used = categories.filter((category) => days.some(({ byCategory }) => byCategory[category] > 0));
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return null;
  return (
    <figure class="chart day-chart">
      <figcaption>
        <h3>{text('history_by_day')}</h3>
        {earlier > 0 && <p>{plural('history_earlier', earlier)}</p>}
      </figcaption>
      <div class="plot">
        <span class="most" aria-hidden="true">
          {formatNumber(most)}
        </span>
        <svg
          class="bars"
          role="img"
          aria-label={text(
            'history_by_day_label',
            plural('history_failures', total - earlier),
            formatDay(first.start),
            formatDay(last.start),
          )}
        >
          {days.map((day, index) => (
            <DayBar key={day.start} day={day} index={index} count={days.length} most={most} />
          ))}
        </svg>
        <div class="axis" aria-hidden="true">
          <span>{formatDay(first.start)}</span>
          <span>{formatDay(last.start)}</span>
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
        {asTable && <DayTable days={days} used={used} />}
      </details>
    </figure>
  );
}

interface DayBarProps {
  day: DayCount;
  index: number;
  /** How many days there are. */
  count: number;
  /** The failures of the worst day. */
  most: number;
}

function DayBar({ day, index, count, most }: DayBarProps) {
  const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;
  let below = 0;
  return (
    <g>
      <title>{`${formatDay(day.start)}: ${plural('history_failures', day.total)}`}</title>
      {categories.map((category) => {
        const height = day.byCategory[category] / most;
        if (height === 0) return null;
        below += height;
        return (
          <rect
            key={category}
            x={percent((index + 0.1) / count)}
            y={percent(1 - below)}
            width={percent(0.8 / count)}
            height={percent(height)}
            fill={fillOf(category)}
          />
        );
      })}
    </g>
  );
}

function DayTable({ days, used }: { days: readonly DayCount[]; used: readonly Category[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
    <section class="scrolling" aria-label={text('history_by_day')} tabIndex={0}>
      <table>
        <caption class="visually-hidden">{text('history_by_day')}</caption>
        <thead>
          <tr>
            <th scope="col">{text('history_day')}</th>
            {used.map((category) => (
              <th key={category} scope="col">
                {categoryText({ category })}
              </th>
            ))}
            <th scope="col">{text('history_total')}</th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map(({ start, total, byCategory }) => (
            <tr key={start}>
              <th scope="row">{formatDay(start)}</th>
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
