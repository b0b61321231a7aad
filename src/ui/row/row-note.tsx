import { currentAttempt, type Failure, isOpen, upcoming } from '../../domain/failure.ts';
import { visibleText } from '../../domain/file-name.ts';
import { isAwaitingLink, linkExpired, retryOffer, sourcePage } from '../../domain/retry-policy.ts';
import { type Reach, wasRefusedUnnamed } from '../../domain/retry-way.ts';
import { plural, text } from '../../platform/i18n.ts';
import { formatAgo } from '../format.ts';
import { useReach } from '../reach.tsx';

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
  const reach = useReach();
  const note =
    stopped ?? obstacleText(failure, now, reach) ?? lastText(failure) ?? unnamedText(failure, reach);
  if (note === undefined || waitingText(failure, now) !== undefined) return null;
  return <p class={`row-note small ${stopped === undefined ? 'wrong' : 'soft'}`}>{note}</p>;
}

function stoppedText(failure: Failure): string | undefined {
  const next = upcoming(failure);
  if (next?.kind !== 'stopped') return undefined;
  if (next.why === 'tries') return plural('stopped_tries', next.tries);
  return next.why === 'server' ? text('stopped_server') : undefined;
}

function obstacleText(failure: Failure, now: number, reach: Reach | undefined): string | undefined {
  const offer = retryOffer(failure, now, reach);
  const hasPage = sourcePage(failure) !== undefined;
  if (offer.kind !== 'none') {
    return linkExpired(failure, now) ? text(hasPage ? 'link_expired' : 'link_expired_no_page') : undefined;
  }
  switch (offer.why) {
    case 'private':
    case 'address':
    case 'form':
      return text(`why_${offer.why}`);
    case 'private-window':
      return text('why_private_window');
    default:
      return undefined;
  }
}

/** What would help where the server refused a try that could not name the page. */
const unnamedText = (failure: Failure, reach: Reach | undefined): string | undefined =>
  reach?.asPage === false && isOpen(failure) && wasRefusedUnnamed(failure)
    ? text('why_unnamed', text('options_watch'))
    : undefined;

/** What became of the last attempt, if the browser gave no reason. */
function lastText(failure: Failure): string | undefined {
  const last = currentAttempt(failure);
  if (last.state === 'vanished') return text(last.because === 'closed' ? 'vanished_closed' : 'vanished');
  if (last.state !== 'not-started') return undefined;
  return last.message === ''
    ? text('not_started_silent')
    : text('not_started_refused', visibleText(last.message));
}
