import { useEffect, useState } from 'preact/hooks';
import { isRoundActive, type RoundCounts } from '../domain/counts.ts';
import { formatNumber, plural, text } from '../platform/i18n.ts';
import { send } from '../platform/messages.ts';
import { unattended } from '../platform/unattended.ts';
import { Button } from '../ui/button.tsx';
import { CategoryMark } from '../ui/category-mark.tsx';
import { useSaid } from '../ui/say.ts';
import { SignButton } from '../ui/sign-button.tsx';
import type { PopupView } from './view.ts';

interface HeadProps {
  view: PopupView;
  /** Whether a search is under way. */
  busy: boolean;
  onRetryAll: () => void;
}

/** What stays in view: how many downloads failed, what is being done about it, and where they are in the list. */
export function Head({ view, busy, onRetryAll }: HeadProps) {
  const { health, total, failed, suspect, found, groups, worthRetrying, searching } = view;
  const [round, closeRound] = useRound(view.round);
  const isActive = round !== undefined && isRoundActive(round);
  const doubtful = suspect > 0 ? plural('total_suspect', suspect) : '';
  // Nobody knows what a broken record holds.
  const isKnown = health.state === 'fine';
  const nothing = text(isKnown ? 'empty_title' : 'extension_name');
  const title = failed > 0 ? plural('total_failed', failed) : doubtful || nothing;
  const worth = [
    failed > 0 ? doubtful : '',
    worthRetrying > 0 ? plural('total_worth_retrying', worthRetrying) : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
  const hits = found === 0 ? text('search_nothing') : text('search_found', formatNumber(found));
  const empty = total === 0 && groups.length === 0;
  const outlook = empty && isKnown ? text('empty_text') : worth;
  const status = searching ? hits : round ? roundText(round) : outlook;
  // The total is not news while something else goes on.
  useSaid([searching || round ? '' : title, status].filter((part) => part !== '').join(' · '));
  return (
    <>
      <div class={`totals line ${round ? 'round' : ''} ${empty ? 'empty' : ''}`}>
        <div>
          <h1>{title}</h1>
          <p class="soft">{status}</p>
        </div>
        {round && <RoundButton round={round} onClose={closeRound} />}
        {!isActive && worthRetrying > 1 && !searching && (
          <Button action="retry-all" look="primary" label={text('retry_all')} onClick={onRetryAll} />
        )}
        {isActive && <progress value={doneOf(round)} max={totalOf(round)} aria-label={text('round_label')} />}
        {busy && <progress class="late" aria-label={text('search_failures')} />}
      </div>
      {groups.length > 1 && (
        <nav class="counts buttons" aria-label={text('history_category')}>
          {groups.map(({ category, count }) => (
            <button
              key={category}
              type="button"
              class="quiet line"
              data-category={category}
              data-count={count}
              onClick={() => goToCategory(category)}
            >
              <CategoryMark category={category} />
              {text(`category_${category}`)} <b>{formatNumber(count)}</b>
            </button>
          ))}
        </nav>
      )}
    </>
  );
}

function goToCategory(category: string, tries = 60): void {
  const section = document.querySelector(`section[data-category="${category}"]`);
  // It may be about to be rendered.
  if (!section && tries > 0) requestAnimationFrame(() => goToCategory(category, tries - 1));
  section?.scrollIntoView();
  section?.querySelector('button')?.focus({ preventScroll: true });
}

/** The round to show (the one under way, or once how it ended), and a function that hides it. */
function useRound(newest: RoundCounts | null): [RoundCounts | undefined, () => void] {
  const [closed, setClosed] = useState<number>();
  // If it had ended and been closed before this popup opened, it is old news.
  const [closedBefore] = useState(newest?.closed ? newest.id : undefined);
  const toClose = newest && !isRoundActive(newest) && !newest.closed ? newest.id : undefined;
  useEffect(() => {
    if (toClose !== undefined) unattended(send({ command: 'close-round', id: toClose }));
  }, [toClose]);
  // Everything may have been taken out of it.
  const shown = newest && totalOf(newest) > 0 && newest.id !== closed && newest.id !== closedBefore;
  return [shown ? newest : undefined, () => setClosed(newest?.id)];
}

function RoundButton({ round, onClose }: { round: RoundCounts; onClose: () => void }) {
  if (!isRoundActive(round)) {
    return <SignButton sign="dismiss" action="close-round" label={text('close')} onClick={onClose} />;
  }
  if (round.waiting === 0) return null;
  return (
    <Button
      action="stop-round"
      label={text('stop')}
      onClick={() => unattended(send({ command: 'stop-round' }))}
    />
  );
}

const doneOf = ({ recovered, failedAgain }: RoundCounts): number => recovered + failedAgain;
const totalOf = (round: RoundCounts): number => doneOf(round) + round.waiting + round.running;

/** Progress or outcome of a round. */
function roundText(round: RoundCounts): string {
  const { recovered, failedAgain } = round;
  const total = formatNumber(totalOf(round));
  const soFar = isRoundActive(round)
    ? text('round_progress', formatNumber(doneOf(round)), total)
    : text('round_over', formatNumber(recovered), total);
  return failedAgain > 0 ? `${soFar} · ${plural('round_failed_again', failedAgain)}` : soFar;
}
