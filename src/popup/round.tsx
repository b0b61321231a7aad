import { useEffect, useState } from 'preact/hooks';
import { isRoundActive, type RoundCounts } from '../domain/counts.ts';
import { formatNumber, plural, text } from '../platform/i18n.ts';
import { order } from '../platform/messages.ts';
import { Button } from '../ui/button.tsx';
import { focusHeading } from '../ui/focus.ts';
import { useSaid } from '../ui/use-said.ts';

/** How far the round has come, with the button that stops it; and once, how it ended. */
export function Round({ round }: { round: RoundCounts | null }) {
  const [closed, setClosed] = useState<number>();
  // What was over and seen before this popup opened is no news any more.
  const [closedBefore] = useState(round?.closed ? round.id : undefined);
  const isOver = round !== null && !isRoundActive(round);
  const toClose = isOver && !round.closed ? round.id : undefined;
  useEffect(() => {
    if (toClose !== undefined) order({ command: 'close-round', id: toClose });
  }, [toClose]);
  const isShown = round !== null && round.id !== closed && round.id !== closedBefore;
  const words = isShown ? roundText(round) : '';
  useSaid(words);
  if (words === '' || !round) return null;
  const { waiting, recovered, failedAgain } = round;
  return (
    <section class="round" aria-label={text('round_label')}>
      <p>{words}</p>
      {isOver ? (
        <Button
          action="close-round"
          word={text('close')}
          onClick={() => {
            focusHeading();
            setClosed(round.id);
          }}
        />
      ) : (
        <>
          <progress value={recovered + failedAgain} max={totalOf(round)} aria-label={text('round_label')} />
          {waiting > 0 && (
            <Button
              action="stop-round"
              word={text('stop')}
              onClick={() => {
                focusHeading();
                order({ command: 'stop-round' });
              }}
            />
          )}
        </>
      )}
    </section>
  );
}

const totalOf = ({ waiting, running, recovered, failedAgain }: RoundCounts): number =>
  waiting + running + recovered + failedAgain;

/** How far it has come, or how it ended; nothing of one from which all was taken out. */
function roundText(round: RoundCounts): string {
  const { recovered, failedAgain } = round;
  const total = totalOf(round);
  if (total === 0) return '';
  const progress = isRoundActive(round)
    ? text('round_progress', formatNumber(recovered + failedAgain), formatNumber(total))
    : text('round_over', formatNumber(recovered), formatNumber(total));
  return failedAgain > 0 ? `${progress} · ${plural('round_failed_again', failedAgain)}` : progress;
}
