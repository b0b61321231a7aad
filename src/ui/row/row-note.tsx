import { currentAttempt, type Failure, upcoming } from '../../domain/failure.ts';
import { visibleText } from '../../domain/file-name.ts';
import { isAwaitingLink, linkExpired, retryOffer, sourcePage } from '../../domain/retry-policy.ts';
import { plural, text } from '../../platform/i18n.ts';
import { formatAgo } from '../format.ts';

/** What the failure is waiting for, if anything. */
export function waitingText(failure: Failure, now: number): string | undefined {
  const last = currentAttempt(failure);
  if (last.state === 'starting') return text('state_starting');
  if (last.state === 'running') return last.paused ? text('state_paused') : undefined;
  const next = upcoming(failure);
  if (next?.kind === 'turn') return text('next_turn');
  if (isAwaitingLink(failure, now)) return text('next_link');
  if (next?.kind !== 'planned') return undefined;
  const [number, of] = [String(next.number), String(next.of)];
  if (next.because === 'offline') return text('next_offline', number, of);
  return next.at <= now
    ? text('next_soon', number, of)
    : text(`next_${next.because}`, formatAgo(next.at, now), number, of);
}

/** One sentence about why nothing more happens by itself; nothing if the reason's remedy says it all. */
export function RowNote({ failure, now }: { failure: Failure; now: number }) {
  const stopped = stoppedText(failure);
  const note = stopped ?? obstacleText(failure, now) ?? lastText(failure);
  if (note === undefined || waitingText(failure, now) !== undefined) return null;
  return <p class={`row-note small ${stopped === undefined ? 'wrong' : 'soft'}`}>{note}</p>;
}

function stoppedText(failure: Failure): string | undefined {
  const next = upcoming(failure);
  if (next?.kind !== 'stopped') return undefined;
  if (next.why === 'tries') return plural('stopped_tries', next.tries);
  return next.why === 'server' ? text('stopped_server') : undefined;
}

function obstacleText(failure: Failure, now: number): string | undefined {
  const offer = retryOffer(failure, now);
  const hasPage = sourcePage(failure) !== undefined;
  if (offer.kind !== 'none') {
    return linkExpired(failure, now) ? text(hasPage ? 'link_expired' : 'link_expired_no_page') : undefined;
  }
  return offer.why === 'private' || offer.why === 'address' || offer.why === 'form'
    ? text(`why_${offer.why}`)
    : undefined;
}

/** What became of the last attempt, if the browser gave no reason. */
function lastText(failure: Failure): string | undefined {
  const last = currentAttempt(failure);
  if (last.state === 'vanished') return text(last.because === 'closed' ? 'vanished_closed' : 'vanished');
  if (last.state !== 'not-started') return undefined;
  return last.message === ''
    ? text('not_started_silent')
    : text('not_started_refused', visibleText(last.message));
}
