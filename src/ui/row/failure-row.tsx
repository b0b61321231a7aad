import { useState } from 'preact/hooks';
import { type Failure, lastAttempt, prognosisOf, stateOf } from '../../domain/failure.ts';
import { fileName, hostOf, visibleText } from '../../domain/file-name.ts';
import { linkExpired, type RetryOffer, retryOffer, sourcePage } from '../../domain/retry-policy.ts';
import { text } from '../../platform/i18n.ts';
import { order } from '../../platform/messages.ts';
import { openSource } from '../../platform/pages.ts';
import { formatAgo, formatPercent, formatTime } from '../format.ts';
import { lazy } from '../lazy.tsx';
import { FileIcon } from './file-icon.tsx';
import { receivedText } from './received-text.ts';
import { RowWord } from './row-word.tsx';

const FailureDetails = lazy(async () => (await import('./failure-details.tsx')).FailureDetails);
const Progress = lazy(async () => (await import('./progress.tsx')).Progress);

export interface FailureRowProps {
  failure: Failure;
  /** ms since the epoch. */
  now: number;
  /** Takes the failure out of the list; without it there is no button for that. */
  onDismiss?: (failure: Failure) => void;
}

/** One failure: what it was, how far it came, and the button that gets the file. */
export function FailureRow({ failure, now, onDismiss }: FailureRowProps) {
  const [open, setOpen] = useState(false);
  const state = stateOf(failure);
  const name = visibleText(fileName(failure));
  const details = `details-${failure.id}`;
  return (
    <li class="row" data-failure={failure.id} data-state={state} data-prognosis={prognosisOf(failure)}>
      <div class="row-main">
        <FileIcon name={name} />
        <div class="row-text">
          <p class="row-name" dir="auto" title={name}>
            <bdi>{name}</bdi>
          </p>
          <p class="row-facts">
            <span class="row-host" dir="ltr">
              <bdi>{hostOf(failure.url)}</bdi>
            </span>
            {state !== 'retrying' && <span>{receivedText(lastAttempt(failure))}</span>}
            <time datetime={new Date(failure.failedAt).toISOString()} title={formatTime(failure.failedAt)}>
              {formatAgo(failure.failedAt, now)}
            </time>
            {failure.incognito && <span>{text('private_window')}</span>}
          </p>
          <RowWord failure={failure} now={now} />
          {state === 'retrying' && <Progress attempt={lastAttempt(failure)} url={failure.url} name={name} />}
        </div>
        <div class="row-buttons">
          <MainButton failure={failure} now={now} name={name} />
          {onDismiss && state !== 'recovered' && (
            <button
              type="button"
              class="quiet icon"
              title={text('dismiss')}
              data-action="dismiss"
              aria-label={text('action_named', text('dismiss'), name)}
              onClick={() => onDismiss(failure)}
            >
              <Sign path="M4 4l8 8M12 4l-8 8" />
            </button>
          )}
          <button
            type="button"
            class="quiet icon"
            title={text('details')}
            data-action="details"
            aria-expanded={open}
            {...(open && { 'aria-controls': details })}
            aria-label={text('action_named', text('details'), name)}
            onClick={() => setOpen(!open)}
          >
            <Sign path="M4 6l4 4 4-4" />
          </button>
        </div>
      </div>
      {open && <FailureDetails id={details} failure={failure} name={name} />}
    </li>
  );
}

function Sign({ path }: { path: string }) {
  return (
    <svg class="sign" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={path} fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
    </svg>
  );
}

interface MainButtonProps {
  failure: Failure;
  now: number;
  name: string;
}

/** The one thing that helps most now. */
function MainButton({ failure, now, name }: MainButtonProps) {
  const { id } = failure;
  const state = stateOf(failure);
  if (state === 'recovered') return <span class="row-done">{text('state_recovered')}</span>;
  const offer = retryOffer(failure, now);
  const offerWord = offer.kind === 'none' ? '' : state === 'scheduled' ? text('retry_now') : offerText(offer);
  const page = sourcePage(failure);
  // Where trying as it is can't help, the page with a fresh link is the way.
  const pageFirst =
    page !== undefined && (offer.kind === 'none' ? needsPage(offer.why) : linkExpired(failure, now));
  return (
    <>
      {pageFirst && (
        <button
          type="button"
          class="primary"
          data-action="open-source"
          aria-label={text('action_named', text('open_source'), name)}
          title={page}
          onClick={() => void openSource(page, failure)}
        >
          {text('open_source')}
        </button>
      )}
      {(state === 'retrying' || state === 'scheduled') && (
        <button
          type="button"
          class="quiet"
          data-action="cancel"
          aria-label={text('action_named', text('cancel'), name)}
          onClick={(event) => {
            keepFocus(event.currentTarget);
            order({ command: 'cancel', id });
          }}
        >
          {text('cancel')}
        </button>
      )}
      {offer.kind !== 'none' && (
        <button
          type="button"
          class={pageFirst || state === 'scheduled' ? 'quiet' : 'primary'}
          data-action="retry"
          aria-label={text('action_named', offerWord, name)}
          onClick={(event) => {
            keepFocus(event.currentTarget);
            order({ command: 'retry', id });
          }}
        >
          {offerWord}
        </button>
      )}
    </>
  );
}

const needsPage = (why: Extract<RetryOffer, { kind: 'none' }>['why']): boolean =>
  why !== 'running' && why !== 'done' && why !== 'chosen';

/** A button that leaves with its press must not take the focus with it. */
function keepFocus(button: HTMLElement): void {
  button.closest('.row-buttons')?.querySelector<HTMLElement>('[data-action="details"]')?.focus();
}

function offerText(offer: Exclude<RetryOffer, { kind: 'none' }>): string {
  if (offer.kind === 'restart') return text('retry');
  return offer.fraction === null ? text('resume') : text('resume_percent', formatPercent(offer.fraction));
}
