import { Fragment } from 'preact';
import { closedBy, type Failure } from '../../domain/failure.ts';
import { sourcePage } from '../../domain/retry-policy.ts';
import { about } from '../../platform/about.ts';
import { text } from '../../platform/i18n.ts';
import { send } from '../../platform/messages.ts';
import { unattended } from '../../platform/unattended.ts';
import { Button } from '../button.tsx';
import { CopyButton } from '../copy-button.tsx';
import { attemptText } from './attempt-text.ts';
import { factsOf, failureReport } from './failure-report.ts';
import { openPageOf } from './open-page.ts';

/** Everything known about a failure. */
export function FailureDetails({ id, failure }: { id: string; failure: Failure }) {
  const { url, attempts } = failure;
  const page = sourcePage(failure);
  return (
    <div class="details small" id={id}>
      <dl>
        {factsOf(failure).map(([label, value]) => (
          <Fragment key={label}>
            <dt class="soft">{label}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </Fragment>
        ))}
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
        <CopyButton action="copy-link" label={text('copy_link')} make={() => url} />
        <CopyButton
          action="copy-report"
          label={text('copy_report')}
          make={() => failureReport(failure, about())}
        />
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
