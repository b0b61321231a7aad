/** A failure in words, for its details and for a report to hand over. */
import { columns } from '../../domain/columns.ts';
import { type Failure, stateOf } from '../../domain/failure.ts';
import { reportable } from '../../domain/report.ts';
import type { About } from '../../platform/about.ts';
import { text } from '../../platform/i18n.ts';
import { causeText, statusText } from '../cause-text.ts';
import { formatSize, formatTime, formatValue } from '../format.ts';
import { reasonText } from '../texts.ts';
import { attemptText } from './attempt-text.ts';

type Fact = readonly [label: string, value: string];

/** What is known of a failure and can be said in a line, with what it is. */
export function factsOf(failure: Failure): Fact[] {
  const cause = causeText(failure);
  const { remedy } = cause ?? reasonText(failure.reason, failure.browser);
  return [
    ...(cause ? [[text('detail_cause'), cause.title] as const] : []),
    ...(stateOf(failure) === 'recovered' ? [] : [[text('detail_remedy'), remedy] as const]),
    ...columnFacts(failure),
  ];
}

const numbers = { size: formatSize, time: formatTime, status: statusText };

const columnFacts = (failure: Failure): Fact[] =>
  Object.values(columns).flatMap((column): Fact[] => {
    const value = 'details' in column ? column.value(failure) : null;
    if (!('details' in column) || value === null) return [];
    const said =
      typeof value === 'number' && 'detailsAs' in column
        ? numbers[column.detailsAs](value)
        : formatValue(value);
    return [[text(column.details), said]];
  });

/** A failure as the support of its site can use it, without what is nobody's business: see `reportable`. */
export function failureReport(failure: Failure, { extension, browser }: About): string {
  const shared = reportable(failure);
  const { title } = reasonText(shared.reason, shared.browser);
  // The words of a cause name the host.
  const happened = (shared.incognito ? undefined : causeText(shared)?.title) ?? title;
  const facts = columnFacts(shared).filter(([, value]) => value !== '' && value !== '?');
  return [
    happened,
    '',
    ...facts.map(([label, value]) => `${label}: ${value}`),
    `${text('detail_attempts')}:`,
    ...shared.attempts.map((attempt, index) => `${index + 1}. ${attemptText(attempt, shared)}`),
    '',
    browser,
    extension,
    '',
  ].join('\n');
}
