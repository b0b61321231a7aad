import { useMemo } from 'preact/hooks';
import { sortKeys } from '../domain/columns.ts';
import { isCause } from '../domain/diagnosis.ts';
import { plural, text } from '../platform/i18n.ts';
import { causeName } from '../ui/cause-text.ts';
import { compareTexts } from './labels.ts';
import type { Summary } from './list.ts';
import type { Page } from './page.ts';
import {
  BETWEEN,
  type FilterName,
  filterNames,
  filters,
  type Label,
  type Order,
  TEXT_LIMIT,
} from './query.ts';
import type { ChangeQuery } from './use-query.ts';

/** The form that sets which failures are shown, and in which order. */
export function Filters({ query, all, change }: Page) {
  const namesDays = query.days === BETWEEN;
  return (
    <search aria-label={text('history_filter')}>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        {filterNames.map(
          (name) =>
            (namesDays || filters[name].field.kind !== 'day') && (
              <FilterField key={name} name={name} value={query[name]} causes={all.causes} onChange={change} />
            ),
        )}
        <HostList hosts={all.hosts} />
        <OrderChoice order={query.order} onChange={(order) => change({ order })} />
      </form>
    </search>
  );
}

const inputTypes = { search: 'search', host: 'text', day: 'date' } as const;

const labelText = (label: Label): string => (typeof label === 'string' ? text(label) : plural(...label));

interface FilterFieldProps {
  name: FilterName;
  value: string;
  causes: Summary['causes'];
  onChange: ChangeQuery;
}

function FilterField({ name, value, causes, onChange }: FilterFieldProps) {
  const { field } = filters[name];
  if (field.kind === 'choice') {
    // The named days belong to one of its values only.
    const others = name === 'days' ? { from: '', to: '' } : {};
    return (
      <Choice
        name={name}
        label={text(field.label)}
        value={value}
        options={[
          { value: '', label: text(field.all) },
          ...field.options.map((option) => ({ ...option, label: labelText(option.label) })),
        ]}
        onChange={(chosen) => onChange({ ...others, [name]: chosen })}
      />
    );
  }
  if (field.kind === 'cause') {
    return (
      <CauseChoice
        {...{ name, value, causes }}
        label={text(field.label)}
        all={text(field.all)}
        onChange={(cause) => onChange({ [name]: cause })}
      />
    );
  }
  return (
    <label class={`field ${field.kind}`}>
      <span class="soft small">{text(field.label)}</span>
      <input
        type={inputTypes[field.kind]}
        name={name}
        value={value}
        maxLength={TEXT_LIMIT}
        {...(field.kind !== 'day' && { placeholder: text(field.hint) })}
        {...(field.kind === 'host' && { list: HOSTS, autoComplete: 'off', spellcheck: false })}
        onInput={(event) => onChange({ [name]: event.currentTarget.value }, 'typed')}
      />
    </label>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

function Choice({ name, label, value, options, onChange }: ChoiceProps) {
  return (
    <label class={`field ${name}`}>
      <span class="soft small">{label}</span>
      <select name={name} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface CauseChoiceProps extends Omit<ChoiceProps, 'options'> {
  /** What stands for any cause. */
  all: string;
  causes: Summary['causes'];
}

/** One of the causes that the failures have; nothing if they have none, as without the permission to see requests. */
function CauseChoice({ all, causes, ...props }: CauseChoiceProps) {
  const { value } = props;
  const options = useMemo(() => {
    const found = new Set(causes);
    if (isCause(value)) found.add(value);
    return [...found]
      .map((cause) => ({ value: cause, label: causeName(cause) }))
      .sort((one, other) => compareTexts(one.label, other.label));
  }, [causes, value]);
  return options.length === 0 ? null : (
    <Choice {...props} options={[{ value: '', label: all }, ...options]} />
  );
}

const HOSTS = 'hosts';

function HostList({ hosts }: Pick<Summary, 'hosts'>) {
  return (
    <datalist id={HOSTS}>
      {hosts.map((host) => (
        <option key={host} value={host} />
      ))}
    </datalist>
  );
}

const orders = sortKeys.flatMap((by) => [true, false].map((descending) => ({ by, descending })));
const nameOf = ({ by, descending }: Order) => `${by}_${descending ? 'down' : 'up'}` as const;

/** For narrow pages, which have no column heads to press. */
function OrderChoice({ order, onChange }: { order: Order; onChange: (order: Order) => void }) {
  return (
    <Choice
      name="order"
      label={text('history_order')}
      value={nameOf(order)}
      options={orders.map((one) => ({ value: nameOf(one), label: text(`history_order_${nameOf(one)}`) }))}
      onChange={(chosen) => onChange(orders.find((one) => nameOf(one) === chosen) ?? order)}
    />
  );
}
