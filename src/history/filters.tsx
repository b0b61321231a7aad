import { useMemo } from 'preact/hooks';
import { categories } from '../domain/reasons.ts';
import { plural, text } from '../platform/i18n.ts';
import { type Entry, statuses } from './entry.ts';
import type { ChangeView } from './use-view.ts';
import { type Order, recentDays, type Span, sortKeys, type View } from './view.ts';
import { categoryText, statusText } from './words.ts';

export interface FiltersProps {
  view: View;
  /** All entries: their hosts are offered. */
  entries: readonly Entry[];
  onChange: ChangeView;
}

/** What is shown, and in which order. */
export function Filters({ view, entries, onChange }: FiltersProps) {
  const { search, category, status, host, span, order } = view;
  return (
    <search aria-label={text('history_filter')}>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label class="field search">
          <span>{text('history_search')}</span>
          <input
            type="search"
            name="q"
            value={search}
            maxLength={300}
            placeholder={text('history_search_hint')}
            onInput={(event) => onChange({ search: event.currentTarget.value }, 'typed')}
          />
        </label>
        <Choice
          name="category"
          label={text('history_category')}
          all={text('history_all_categories')}
          options={categories.map((value) => ({ value, word: categoryText({ category: value }) }))}
          value={category}
          onChange={(value) => onChange({ category: value })}
        />
        <Choice
          name="state"
          label={text('history_status')}
          all={text('history_all_statuses')}
          options={statuses.map((value) => ({ value, word: statusText(value) }))}
          value={status}
          onChange={(value) => onChange({ status: value })}
        />
        <label class="field">
          <span>{text('history_host')}</span>
          <input
            type="text"
            name="host"
            value={host}
            maxLength={300}
            list="hosts"
            autoComplete="off"
            spellcheck={false}
            placeholder={text('history_all_hosts')}
            onInput={(event) => onChange({ host: event.currentTarget.value }, 'typed')}
          />
        </label>
        <HostList entries={entries} />
        <SpanChoice span={span} onChange={(changed) => onChange({ span: changed })} />
        <OrderChoice order={order} onChange={(changed) => onChange({ order: changed })} />
      </form>
    </search>
  );
}

interface ChoiceProps<Value extends string> {
  name: string;
  label: string;
  /** The word for no choice. */
  all: string;
  options: readonly { value: Value; word: string }[];
  value: Value | null;
  onChange: (value: Value | null) => void;
}

function Choice<Value extends string>({ name, label, all, options, value, onChange }: ChoiceProps<Value>) {
  return (
    <label class="field">
      <span>{label}</span>
      <select
        name={name}
        value={value ?? ''}
        onChange={({ currentTarget: { value: chosen } }) =>
          onChange(options.find((option) => option.value === chosen)?.value ?? null)
        }
      >
        <option value="">{all}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.word}
          </option>
        ))}
      </select>
    </label>
  );
}

/** More than these nobody looks through. */
const MOST_HOSTS = 200;

function HostList({ entries }: { entries: readonly Entry[] }) {
  const hosts = useMemo(
    () => [...new Set(entries.map(({ host }) => host))].slice(0, MOST_HOSTS).sort(),
    [entries],
  );
  return (
    <datalist id="hosts">
      {hosts.map((host) => (
        <option key={host} value={host} />
      ))}
    </datalist>
  );
}

function SpanChoice({ span, onChange }: { span: Span; onChange: (span: Span) => void }) {
  const options = [
    ...recentDays.map((days) => ({ value: String(days), word: plural('history_last_days', days) })),
    { value: 'between', word: text('history_between') },
  ];
  const value = span.kind === 'any' ? null : span.kind === 'recent' ? String(span.days) : 'between';
  const choose = (chosen: string | null): void => {
    const days = recentDays.find((count) => String(count) === chosen);
    if (days !== undefined) onChange({ kind: 'recent', days });
    else onChange(chosen === null ? { kind: 'any' } : { kind: 'between', first: null, last: null });
  };
  return (
    <>
      <Choice
        name="span"
        label={text('history_span')}
        all={text('history_any_time')}
        options={options}
        value={value}
        onChange={choose}
      />
      {span.kind === 'between' && (
        <>
          <Day
            name="from"
            label={text('history_from')}
            value={span.first}
            onChange={(first) => onChange({ ...span, first })}
          />
          <Day
            name="to"
            label={text('history_to')}
            value={span.last}
            onChange={(last) => onChange({ ...span, last })}
          />
        </>
      )}
    </>
  );
}

interface DayProps {
  name: string;
  label: string;
  value: string | null;
  onChange: (day: string | null) => void;
}

function Day({ name, label, value, onChange }: DayProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="date"
        name={name}
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value || null)}
      />
    </label>
  );
}

/** Shown where there is no room for the heads of columns, which do the same. */
function OrderChoice({ order, onChange }: { order: Order; onChange: (order: Order) => void }) {
  const options = sortKeys.flatMap((by) =>
    [true, false].map((descending) => ({
      by,
      descending,
      key: `${by}_${descending ? 'down' : 'up'}` as const,
    })),
  );
  return (
    <label class="field order">
      <span>{text('history_order')}</span>
      <select
        name="order"
        value={`${order.by}_${order.descending ? 'down' : 'up'}`}
        onChange={({ currentTarget: { value } }) => {
          const chosen = options.find(({ key }) => key === value);
          if (chosen) onChange({ by: chosen.by, descending: chosen.descending });
        }}
      >
        {options.map(({ key }) => (
          <option key={key} value={key}>
            {text(`history_order_${key}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
