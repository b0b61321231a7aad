import { useEffect, useState } from 'preact/hooks';
import { isRoundActive, type RoundCounts } from '../domain/counts.ts';
import { plural, text } from '../platform/i18n.ts';
import { order } from '../platform/messages.ts';
import { formatNumber } from '../ui/format.ts';

/** How far the round has come, with the button that stops it; and once, how it ended. */
export function Round({ round }: { round: RoundCounts | null }) {
  const [closed, setClosed] = useState<number>();
  // What was over and seen before this popup opened is no news any more.
  const [closedBefore] = useState(round?.closed ? round.id : undefined);
  const isOver = round !== null && !isRoundActive(round);
  const id = round?.id;
  useEffect(() => {
    if (isOver && id !== undefined) order({ command: 'close-round', id });
  }, [isOver, id]);
  if (!round || round.id === closed || round.id === closedBefore) return null;
  const { waiting, running, recovered, failedAgain } = round;
  const done = recovered + failedAgain;
  const total = done + waiting + running;
  if (total === 0) return null;
  const again = failedAgain > 0 ? plural('round_failed_again', failedAgain) : '';
  return (
    <section class="round" aria-label={text('round_label')}>
      <p role="status">
        {text(
          isOver ? 'round_over' : 'round_progress',
          formatNumber(isOver ? recovered : done),
          formatNumber(total),
        )}
        {again && ` · ${again}`}
      </p>
      {isOver ? (
        <button type="button" class="quiet" data-action="close-round" onClick={() => setClosed(round.id)}>
          {text('close')}
        </button>
      ) : (
        <>
          <progress value={done} max={total} aria-label={text('round_label')} />
          {waiting > 0 && (
            <button
              type="button"
              class="quiet"
              data-action="stop-round"
              onClick={() => order({ command: 'stop-round' })}
            >
              {text('stop')}
            </button>
          )}
        </>
      )}
    </section>
  );
}
