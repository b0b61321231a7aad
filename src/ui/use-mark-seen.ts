import { useEffect } from 'preact/hooks';
import { send } from '../platform/messages.ts';
import { unattended } from '../platform/unattended.ts';

/** Tells the background when new failures were seen; `newest` is the time of the latest, undefined while nothing is shown. */
export function useMarkSeen(newest: number | undefined): void {
  useEffect(() => {
    if (newest === undefined) return;
    const mark = (): void => {
      if (document.visibilityState === 'visible') unattended(send({ command: 'mark-all-seen' }));
    };
    mark();
    document.addEventListener('visibilitychange', mark);
    return () => document.removeEventListener('visibilitychange', mark);
  }, [newest]);
}
