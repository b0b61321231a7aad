import { useState } from 'preact/hooks';
import { type Attempt, type Failure, lastAttempt, prognosisOf, stateOf } from '../domain/failure.ts';
import { fileName, hostOf, visibleText } from '../domain/file-name.ts';
import { type RetryOffer, retryOffer } from '../domain/retry-policy.ts';
import { text } from '../platform/i18n.ts';
import { formatAgo, formatPercent, formatSize, formatTime } from './format.ts';
import { reasonText } from './reason-text.ts';

export interface FailureRowProps {
  failure: Failure;
  /** ms since the epoch. */
  now: number;
  onRetry: (id: string) => void;
}

/** One failure: what it was, how far it came, and the button that gets the file. */
export function FailureRow({ failure, now, onRetry }: FailureRowProps) {
  const [open, setOpen] = useState(false);
  const offer = retryOffer(failure);
  const name = visibleText(fileName(failure));
  const details = `details-${failure.id}`;
  return (
    <li
      class="row"
      data-failure={failure.id}
      data-state={stateOf(failure)}
      data-prognosis={prognosisOf(failure)}
    >
      <div class="row-main">
        <div class="row-text">
          <p class="row-name" title={name}>
            <bdi>{name}</bdi>
          </p>
          <p class="row-facts">
            <span class="row-host">
              <bdi>{hostOf(failure.url)}</bdi>
            </span>
            <span>{receivedText(lastAttempt(failure))}</span>
            <time datetime={new Date(failure.failedAt).toISOString()} title={formatTime(failure.failedAt)}>
              {formatAgo(failure.failedAt, now)}
            </time>
            {failure.incognito && <span>{text('private_window')}</span>}
          </p>
          <LastWord failure={failure} />
          {offer.kind === 'none' && (offer.why === 'private' || offer.why === 'address') && (
            <p class="row-word">{text(`why_${offer.why}`)}</p>
          )}
        </div>
        <div class="row-buttons">
          {offer.kind !== 'none' && (
            <button
              type="button"
              class="primary"
              data-action="retry"
              aria-label={text(offer.kind === 'resume' ? 'resume_named' : 'retry_named', name)}
              onClick={(event) => {
                // This button leaves with the press; the focus must not leave with it.
                event.currentTarget.parentElement
                  ?.querySelector<HTMLElement>('[data-action="details"]')
                  ?.focus();
                onRetry(failure.id);
              }}
            >
              {offerText(offer)}
            </button>
          )}
          <button
            type="button"
            class="quiet icon"
            title={text('details')}
            data-action="details"
            aria-expanded={open}
            {...(open && { 'aria-controls': details })}
            aria-label={text('details_named', name)}
            onClick={() => setOpen(!open)}
          >
            <Chevron />
          </button>
        </div>
      </div>
      {open && <Details id={details} failure={failure} name={name} />}
    </li>
  );
}

function Chevron() {
  return (
    <svg class="chevron" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d="M4 6l4 4 4-4" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
    </svg>
  );
}

function offerText(offer: Exclude<RetryOffer, { kind: 'none' }>): string {
  if (offer.kind === 'restart') return text('retry');
  return offer.fraction === null ? text('resume') : text('resume_percent', formatPercent(offer.fraction));
}

/** What the newest attempt is doing, or why it did not even begin. */
function LastWord({ failure }: { failure: Failure }) {
  const last = lastAttempt(failure);
  const word = lastWord(last);
  return word === undefined ? null : (
    <p class={last.state === 'running' ? 'row-progress' : 'row-word'}>{word}</p>
  );
}

function lastWord(last: Attempt): string | undefined {
  switch (last.state) {
    case 'starting':
      return text('state_starting');
    case 'running':
      return text('state_running');
    case 'vanished':
      return text('vanished');
    case 'not-started':
      return last.message === ''
        ? text('not_started_silent')
        : text('not_started_refused', visibleText(last.message));
    default:
      return undefined;
  }
}

function receivedText({ bytesReceived, totalBytes }: Attempt): string {
  if (bytesReceived > 0 && totalBytes !== null) {
    return text('size_of', formatSize(bytesReceived), formatSize(totalBytes));
  }
  if (bytesReceived > 0) return text('size_received', formatSize(bytesReceived));
  return totalBytes === null ? text('size_none') : text('size_total', formatSize(totalBytes));
}

function Details({ id, failure, name }: { id: string; failure: Failure; name: string }) {
  const { url, finalUrl, referrer, reason, attempts } = failure;
  return (
    <dl class="details" id={id}>
      <dt>{text('detail_file')}</dt>
      <dd>
        <bdi>{name}</bdi>
      </dd>
      <dt>{text('detail_address')}</dt>
      <dd>
        <bdi>{visibleText(url)}</bdi>
      </dd>
      {finalUrl !== url && (
        <>
          <dt>{text('detail_final_address')}</dt>
          <dd>
            <bdi>{visibleText(finalUrl)}</bdi>
          </dd>
        </>
      )}
      {referrer !== null && (
        <>
          <dt>{text('detail_page')}</dt>
          <dd>
            <bdi>{visibleText(referrer)}</bdi>
          </dd>
        </>
      )}
      <dt>{text('detail_code')}</dt>
      <dd>
        <code>{visibleText(reason)}</code>
      </dd>
      <dt>{text('detail_attempts')}</dt>
      <dd>
        <ol>
          {attempts.map((attempt) => (
            <li key={attempt.startedAt}>{attemptText(attempt, failure)}</li>
          ))}
        </ol>
      </dd>
    </dl>
  );
}

const kindText = { first: 'attempt_first', resume: 'attempt_resume', restart: 'attempt_restart' } as const;

function attemptText(attempt: Attempt, failure: Failure): string {
  return [
    formatTime(attempt.startedAt),
    text(kindText[attempt.kind]),
    receivedText(attempt),
    endText(attempt, failure),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function endText(attempt: Attempt, { browser }: Failure): string {
  switch (attempt.state) {
    case 'starting':
      return text('state_starting');
    case 'running':
      return text('state_running');
    case 'failed':
      return reasonText(attempt.reason, browser).title;
    case 'completed':
      return text('attempt_completed');
    case 'vanished':
      return text('attempt_vanished');
    case 'not-started':
      return attempt.message === ''
        ? text('attempt_silent')
        : text('attempt_refused', visibleText(attempt.message));
  }
}
