import { useEffect, useState } from 'preact/hooks';
import { isRoundActive, type RoundCounts } from '../domain/counts.ts';
import { formatNumber, plural, text } from '../platform/i18n.ts';
import { order } from '../platform/messages.ts';
import { Button } from '../ui/button.tsx';
import { useSaid } from '../ui/use-said.ts';

/** Shows the progress of a round with a button to stop it, and afterwards once how it went. */
export function Round({ round }: { round: RoundCounts | null }) {
  const [closed, setClosed] = useState<number>();
  // If it had ended and been closed before this popup opened, it is old news.
  const [closedBefore] = useState(round?.closed ? round.id : undefined);
  const isOver = round !== null && !isRoundActive(round);
  const toClose = isOver && !round.closed ? round.id : undefined;
  useEffect(() => {
    if (toClose !== undefined) order({ command: 'close-round', id: toClose });
  }, [toClose]);
  const isShown = round !== null && round.id !== closed && round.id !== closedBefore;
  const progress = isShown ? roundText(round) : '';
  useSaid(progress);
  if (progress === '' || !round) return null;
  const { waiting, recovered, failedAgain } = round;
  return (
    <section class="round" aria-label={text('round_label')}>
      <p>{progress}</p>
      {isOver ? (
        <Button action="close-round" label={text('close')} onClick={() => setClosed(round.id)} />
      ) : (
        <>
          <progress value={recovered + failedAgain} max={totalOf(round)} aria-label={text('round_label')} />
          {waiting > 0 && (
            <Button
              action="stop-round"
              label={text('stop')}
              onClick={() => order({ command: 'stop-round' })}
            />
          )}
        </>
      )}
    </section>
  );
}

const totalOf = ({ waiting, running, recovered, failedAgain }: RoundCounts): number =>
  waiting + running + recovered + failedAgain;

/** Progress or outcome; empty for a round from which everything was taken out. */
function roundText(round: RoundCounts): string {
  const { recovered, failedAgain } = round;
  const total = totalOf(round);
  if (total === 0) return '';
  const soFar = isRoundActive(round)
    ? text('round_progress', formatNumber(recovered + failedAgain), formatNumber(total))
    : text('round_over', formatNumber(recovered), formatNumber(total));
  return failedAgain > 0 ? `${soFar} · ${plural('round_failed_again', failedAgain)}` : soFar;
}
