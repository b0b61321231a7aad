import { causeOf, currentAttempt, type Failure, prognosisOf, stateOf } from '../../domain/failure.ts';
import { fileName, hostOf, visibleText } from '../../domain/file-name.ts';
import { linkExpired, type RetryOffer, retryOffer, sourcePage } from '../../domain/retry-policy.ts';
import { text } from '../../platform/i18n.ts';
import { send } from '../../platform/messages.ts';
import { unattended } from '../../platform/unattended.ts';
import { causeText } from '../cause-text.ts';
import { formatAgo, formatPercent, formatTime } from '../format.ts';
import { useReach } from '../reach.tsx';
import { say } from '../say.ts';
import { LabelButton, SignButton } from '../sign-button.tsx';
import { receivedText } from '../texts.ts';
import { FailureDetails } from './failure-details.tsx';
import { FileIcon } from './file-icon.tsx';
import { MiddleName } from './middle-name.tsx';
import { openPageOf } from './open-page.ts';
import { Progress } from './progress.tsx';
import { RowDoubt } from './row-doubt.tsx';
import { RowNote, waitingText } from './row-note.tsx';

export interface FailureRowProps {
  failure: Failure;
  /** ms since the epoch. */
  now: number;
  /** Whether its details are shown. */
  open: boolean;
  onToggle: (id: string) => void;
  /** The remedy that stands above several rows, which need not say it again. */
  remedyAbove?: string | undefined;
}

/** One failure: which file, how much of it arrived, and the button to get it. */
export function FailureRow({ failure, now, open, onToggle, remedyAbove }: FailureRowProps) {
  const state = stateOf(failure);
  const name = visibleText(fileName(failure));
  const details = `details-${failure.id}`;
  return (
    <li
      class="row"
      data-failure={failure.id}
      data-state={state}
      data-prognosis={prognosisOf(failure)}
      data-cause={causeOf(failure) ?? undefined}
    >
      <div class="row-main">
        <FileIcon name={name} />
        <div class="row-text">
          <MiddleName name={name} />
          <RowFacts failure={failure} now={now} name={name} />
          <RowCause failure={failure} remedyAbove={remedyAbove} />
          <RowNote failure={failure} now={now} />
          <RowDoubt failure={failure} name={name} />
        </div>
        <div class="row-buttons line">
          <MainButton failure={failure} now={now} name={name} />
          {!failure.dismissed && state !== 'recovered' && (
            <SignButton
              sign="dismiss"
              action="dismiss"
              label={text('dismiss')}
              of={name}
              onClick={() => {
                unattended(send({ command: 'dismiss', ids: [failure.id] }));
                say(text('action_named', text('history_status_dismissed'), name));
              }}
            />
          )}
          <SignButton
            sign="details"
            action="details"
            label={text('details')}
            of={name}
            aria-expanded={open}
            {...(open && { 'aria-controls': details })}
            onClick={() => onToggle(failure.id)}
          />
        </div>
      </div>
      {open && <FailureDetails id={details} failure={failure} />}
    </li>
  );
}

interface RowPartProps {
  failure: Failure;
  /** ms since the epoch. */
  now: number;
  name: string;
}

/** One line about the file and how far it came, or about what is going on: no other row moves when that changes. */
function RowFacts({ failure, now, name }: RowPartProps) {
  const waiting = waitingText(failure, now);
  if (waiting !== undefined) {
    return (
      <p class="row-facts row-note soft small cut" title={waiting}>
        {waiting}
      </p>
    );
  }
  const attempt = currentAttempt(failure);
  if (stateOf(failure) === 'retrying') return <Progress attempt={attempt} url={failure.url} name={name} />;
  return (
    <p class="row-facts soft small">
      <span class="row-host cut" dir="ltr">
        {hostOf(failure.url)}
      </span>
      <span>{receivedText(attempt)}</span>
      <time datetime={new Date(failure.failedAt).toISOString()} title={formatTime(failure.failedAt)}>
        {formatAgo(failure.failedAt, now)}
      </time>
      {failure.incognito && <span>{text('private_window')}</span>}
    </p>
  );
}

/**
 * Why it failed, where that is known exactly, and what to do; nothing while it is being tried again, or once the file
 * has come.
 */
function RowCause({ failure, remedyAbove }: Pick<FailureRowProps, 'failure' | 'remedyAbove'>) {
  const state = stateOf(failure);
  const words = state === 'retrying' || state === 'recovered' ? undefined : causeText(failure);
  return words ? (
    <>
      <p class="row-cause small">{words.title}</p>
      {words.remedy !== remedyAbove && <p class="row-remedy soft small">{words.remedy}</p>}
    </>
  ) : null;
}

/** The button for what helps most now, and a small one for what else can be done. */
function MainButton({ failure, now, name }: RowPartProps) {
  const reach = useReach();
  const state = stateOf(failure);
  // Of one that was found fine, the popup has another row and the history a cell of its own.
  if (state === 'recovered') return <span class="row-done">{text('state_recovered')}</span>;
  const offer = retryOffer(failure, now, reach);
  const page = sourcePage(failure);
  // If trying again can't help, the page may have a fresh link.
  const pageFirst =
    page !== undefined && (offer.kind === 'none' ? needsPage(offer.why) : linkExpired(failure, now));
  const press = (command: 'retry' | 'cancel') => () => unattended(send({ command, id: failure.id }));
  const percent = offer.kind === 'resume' && offer.fraction !== null ? formatPercent(offer.fraction) : '';
  const retry = {
    action: 'retry',
    sign: offer.kind === 'resume' ? 'resume' : 'retry',
    label: offer.kind === 'none' || state === 'scheduled' ? text('retry_now') : offerText(offer, percent),
    of: name,
    onClick: press('retry'),
  } as const;
  return (
    <>
      {pageFirst && (
        <LabelButton
          sign="page"
          action="open-source"
          look="primary"
          label={text('open_source')}
          of={name}
          title={page}
          onClick={() => openPageOf(failure, page)}
        />
      )}
      {offer.kind !== 'none' &&
        (pageFirst ? <SignButton {...retry} /> : <LabelButton look="primary" short={percent} {...retry} />)}
      {(state === 'retrying' || state === 'scheduled') && (
        <SignButton
          sign="cancel"
          action="cancel"
          label={text('cancel')}
          of={name}
          onClick={press('cancel')}
        />
      )}
    </>
  );
}

const needsPage = (why: Extract<RetryOffer, { kind: 'none' }>['why']): boolean =>
  why !== 'running' && why !== 'done' && why !== 'chosen';

function offerText(offer: Exclude<RetryOffer, { kind: 'none' }>, percent: string): string {
  if (offer.kind === 'restart') return text('retry');
  return percent === '' ? text('resume') : text('resume_percent', percent);
}
