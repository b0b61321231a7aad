import { useEffect, useState } from 'preact/hooks';
import type { Attempt } from '../../domain/failure.ts';
import { text } from '../../platform/i18n.ts';
import { readProgress } from '../../platform/progress.ts';
import { formatPercent, formatSpeed } from '../format.ts';
import { receivedText } from '../texts.ts';

const STEP_MS = 500;
/** The share of the latest measurement in the speed shown: lower is calmer, higher is more current. */
const NEW_SHARE = 0.3;

interface Seen {
  bytesReceived: number;
  totalBytes: number | null;
  /** Bytes a second; null until measured. */
  speed: number | null;
}

/** Follows the progress of a running retry. */
function useProgress({ item, bytesReceived, totalBytes }: Attempt, url: string): Seen {
  const [seen, setSeen] = useState<Seen>({ bytesReceived, totalBytes, speed: null });
  const id = item?.id;
  useEffect(() => {
    if (id === undefined) return;
    let last: { bytes: number; time: number } | undefined;
    let speed: number | null = null;
    async function look(itemId: number): Promise<void> {
      const found = await readProgress(itemId, url);
      if (!found) return;
      const time = performance.now();
      if (last && time > last.time) {
        const newest = Math.max(0, ((found.bytesReceived - last.bytes) * 1000) / (time - last.time));
        speed = speed === null ? newest : speed * (1 - NEW_SHARE) + newest * NEW_SHARE;
      }
      last = { bytes: found.bytesReceived, time };
      setSeen({ ...found, speed });
    }
    void look(id);
    const timer = setInterval(() => void look(id), STEP_MS);
    return () => clearInterval(timer);
  }, [id, url]);
  return seen;
}

/** Bytes, percentage and speed of a running attempt. */
export function Progress({ attempt, url, name }: { attempt: Attempt; url: string; name: string }) {
  const seen = useProgress(attempt, attempt.download?.url ?? url);
  const { bytesReceived, totalBytes, speed } = seen;
  const fraction = totalBytes === null ? null : Math.min(1, bytesReceived / totalBytes);
  const isElsewhere = attempt.by === 'elsewhere';
  const facts = [
    isElsewhere ? text('attempt_elsewhere') : '',
    receivedText(seen),
    fraction === null ? '' : formatPercent(fraction),
    // There is no room for everything.
    speed === null || isElsewhere ? '' : formatSpeed(speed),
  ];
  return (
    <p class="row-facts soft small">
      {facts.map((fact) => fact !== '' && <span key={fact}>{fact}</span>)}
      <progress aria-label={text('progress_named', name)} {...(fraction !== null && { value: fraction })} />
    </p>
  );
}
