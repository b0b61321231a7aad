import { type Failure, lastAttempt, prognosisOf, stateOf } from '../../domain/failure.ts';
import { fileName, hostOf, visibleText } from '../../domain/file-name.ts';
import { linkExpired, type RetryOffer, retryOffer, sourcePage } from '../../domain/retry-policy.ts';
import { text } from '../../platform/i18n.ts';
import { order } from '../../platform/messages.ts';
import { openSource } from '../../platform/pages.ts';
import { Button, type ButtonProps } from '../button.tsx';
import { formatAgo, formatPercent, formatTime } from '../format.ts';
import { say } from '../say.ts';
import { FailureDetails } from './failure-details.tsx';
import { FileIcon } from './file-icon.tsx';
import { Progress } from './progress.tsx';
import { receivedText } from './received-text.ts';
import { RowNote } from './row-note.tsx';

export interface FailureRowProps {
  failure: Failure;
  /** ms since the epoch. */
  now: number;
  /** Whether its details are shown. */
  open: boolean;
  onToggle: (id: string) => void;
}

/** One failure: which file, how much of it arrived, and the button to get it. */
export function FailureRow({ failure, now, open, onToggle }: FailureRowProps) {
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
          <RowNote failure={failure} now={now} />
          {state === 'retrying' && <Progress attempt={lastAttempt(failure)} url={failure.url} name={name} />}
        </div>
        <div class="row-buttons">
          <MainButton failure={failure} now={now} name={name} />
          {!failure.dismissed && state !== 'recovered' && (
            <IconButton
              action="dismiss"
              label={text('dismiss')}
              of={name}
              path="M4 4l8 8M12 4l-8 8"
              onClick={() => {
                order({ command: 'dismiss', ids: [failure.id] });
                say(text('dismissed_word', name));
              }}
            />
          )}
          <IconButton
            action="details"
            label={text('details')}
            of={name}
            path="M4 6l4 4 4-4"
            aria-expanded={open}
            {...(open && { 'aria-controls': details })}
            onClick={() => onToggle(failure.id)}
          />
        </div>
      </div>
      {open && <FailureDetails id={details} failure={failure} name={name} />}
    </li>
  );
}

/** A button with a sign, and its label as a tooltip. */
function IconButton({ path, ...props }: ButtonProps & { path: string }) {
  return (
    <Button look="quiet icon" title={props.label} {...props}>
      <svg class="sign" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d={path} fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
      </svg>
    </Button>
  );
}

interface MainButtonProps {
  failure: Failure;
  now: number;
  name: string;
}

/** The button for what helps most now. */
function MainButton({ failure, now, name }: MainButtonProps) {
  const state = stateOf(failure);
  if (state === 'recovered') return <span class="row-done">{text('state_recovered')}</span>;
  const offer = retryOffer(failure, now);
  const offerLabel =
    offer.kind === 'none' ? '' : state === 'scheduled' ? text('retry_now') : offerText(offer);
  const page = sourcePage(failure);
  // If trying again can't help, the page may have a fresh link.
  const pageFirst =
    page !== undefined && (offer.kind === 'none' ? needsPage(offer.why) : linkExpired(failure, now));
  const give = (command: 'retry' | 'cancel') => () => order({ command, id: failure.id });
  return (
    <>
      {pageFirst && (
        <Button
          action="open-source"
          look="primary"
          label={text('open_source')}
          of={name}
          title={page}
          onClick={() => void openSource(page, failure)}
        />
      )}
      {(state === 'retrying' || state === 'scheduled') && (
        <Button action="cancel" label={text('cancel')} of={name} onClick={give('cancel')} />
      )}
      {offer.kind !== 'none' && (
        <Button
          action="retry"
          look={pageFirst || state === 'scheduled' ? 'quiet' : 'primary'}
          label={offerLabel}
          of={name}
          onClick={give('retry')}
        />
      )}
    </>
  );
}

const needsPage = (why: Extract<RetryOffer, { kind: 'none' }>['why']): boolean =>
  why !== 'running' && why !== 'done' && why !== 'chosen';

function offerText(offer: Exclude<RetryOffer, { kind: 'none' }>): string {
  if (offer.kind === 'restart') return text('retry');
  return offer.fraction === null ? text('resume') : text('resume_percent', formatPercent(offer.fraction));
}
