import { useState } from 'preact/hooks';
import { columns } from '../../domain/columns.ts';
import { type Attempt, closedBy, diagnosisOf, type Failure, stateOf } from '../../domain/failure.ts';
import { visibleText } from '../../domain/file-name.ts';
import { sourcePage } from '../../domain/retry-policy.ts';
import { text } from '../../platform/i18n.ts';
import { send } from '../../platform/messages.ts';
import { unattended } from '../../platform/unattended.ts';
import { Button } from '../button.tsx';
import { causeText } from '../cause-text.ts';
import { formatTime, formatValue } from '../format.ts';
import { say } from '../say.ts';
import { reasonText, receivedText } from '../texts.ts';
import { openPageOf } from './open-page.ts';

/** Everything known about a failure. */
export function FailureDetails({ id, failure }: { id: string; failure: Failure }) {
  const { url, reason, browser, attempts } = failure;
  const page = sourcePage(failure);
  const cause = causeText(failure);
  return (
    <div class="details small" id={id}>
      <dl>
        {cause && (
          <>
            <dt class="soft">{text('detail_cause')}</dt>
            <dd>{cause.title}</dd>
          </>
        )}
        {stateOf(failure) !== 'recovered' && (
          <>
            <dt class="soft">{text('detail_remedy')}</dt>
            <dd>{cause?.remedy ?? reasonText(reason, browser).remedy}</dd>
          </>
        )}
        {Object.values(columns).flatMap((column) => {
          const value = 'details' in column ? column.value(failure) : null;
          return 'details' in column && value !== null
            ? [
                <dt class="soft" key={column.details}>
                  {text(column.details)}
                </dt>,
                <dd key={`${column.details} value`}>
                  <bdi>{formatValue(value)}</bdi>
                </dd>,
              ]
            : [];
        })}
        <dt class="soft">{text('detail_attempts')}</dt>
        <dd>
          <ol>
            {attempts.map((attempt, index) => (
              <li key={index}>{attemptText(attempt, failure)}</li>
            ))}
          </ol>
        </dd>
      </dl>
      <p class="buttons">
        <CopyLink url={url} />
        {closedBy(failure) && (
          <Button
            action="not-this-file"
            label={text('not_this_file')}
            onClick={() => unattended(send({ command: 'not-this-file', id: failure.id }))}
          />
        )}
        {page !== undefined && (
          <Button
            action="open-source"
            label={text('open_source')}
            onClick={() => openPageOf(failure, page)}
          />
        )}
      </p>
    </div>
  );
}

/** Copies an address and says whether that worked. */
function CopyLink({ url }: { url: string }) {
  const [label, setLabel] = useState<'copy_link' | 'copied' | 'copy_failed'>('copy_link');
  const tell = (came: 'copied' | 'copy_failed'): void => {
    setLabel(came);
    say(text(came));
  };
  return (
    <Button
      action="copy-link"
      label={text(label)}
      onClick={() =>
        void navigator.clipboard.writeText(url).then(
          () => tell('copied'),
          () => tell('copy_failed'),
        )
      }
    />
  );
}

function attemptText(attempt: Attempt, failure: Failure): string {
  const facts = [
    formatTime(attempt.startedAt),
    text(attempt.download ? 'attempt_elsewhere' : `attempt_${attempt.kind}`),
    typeof attempt.by === 'object' ? text('attempt_automatic') : '',
    receivedText(attempt),
    endText(attempt, failure),
  ];
  return facts.filter((fact) => fact !== '').join(' · ');
}

function endText(attempt: Attempt, { browser }: Failure): string {
  switch (attempt.state) {
    case 'starting':
    case 'running':
      return text(`state_${attempt.state}`);
    case 'failed':
      return reasonText(diagnosisOf(attempt, browser).reason, browser).title;
    case 'completed':
    case 'cancelled':
      return text(`attempt_${attempt.state}`);
    case 'another-file':
      return text('attempt_another_file');
    case 'vanished':
      return text(attempt.because === 'closed' ? 'attempt_closed' : 'attempt_vanished');
    case 'not-started':
      return attempt.message === ''
        ? text('attempt_silent')
        : text('attempt_refused', visibleText(attempt.message));
  }
}
