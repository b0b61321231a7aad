import { type Failure, lastAttempt, type NextTry, upcoming } from '../../domain/failure.ts';
import { visibleText } from '../../domain/file-name.ts';
import { linkExpired, retryOffer, sourcePage } from '../../domain/retry-policy.ts';
import { plural, text } from '../../platform/i18n.ts';
import { formatAgo } from '../format.ts';

/** One sentence about what comes next or what is in the way; nothing if the reason's remedy says it all. */
export function RowNote({ failure, now }: { failure: Failure; now: number }) {
  const next = upcoming(failure);
  const note = nextText(next, now) ?? obstacleText(failure, now) ?? lastText(failure);
  if (note === undefined) return null;
  const calm = next !== null;
  return <p class={calm ? 'row-note calm' : 'row-note'}>{note}</p>;
}

function nextText(next: NextTry | null, now: number): string | undefined {
  switch (next?.kind) {
    case 'turn':
      return text('next_turn');
    case 'planned': {
      const [number, of] = [String(next.number), String(next.of)];
      if (next.because === 'offline') return text('next_offline', number, of);
      return next.at <= now
        ? text('next_soon', number, of)
        : text(`next_${next.because}`, formatAgo(next.at, now), number, of);
    }
    case 'stopped':
      if (next.why === 'tries') return plural('stopped_tries', next.tries);
      return next.why === 'server' ? text('stopped_server') : undefined;
    default:
      return undefined;
  }
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

/** What became of an attempt that has no reason to show. */
function lastText(failure: Failure): string | undefined {
  const last = lastAttempt(failure);
  switch (last.state) {
    case 'starting':
      return text('state_starting');
    case 'running':
      return last.paused ? text('state_paused') : undefined;
    case 'vanished':
      return text(last.because === 'closed' ? 'vanished_closed' : 'vanished');
    case 'not-started':
      return last.message === ''
        ? text('not_started_silent')
        : text('not_started_refused', visibleText(last.message));
    default:
      return undefined;
  }
}
