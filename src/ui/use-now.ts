import { useEffect, useState } from 'preact/hooks';

/** How often "5 min ago" is brought up to date, and "in 20 sec." while a retry is near. */
const AGE_UPDATE_MS = 30_000;
const WAIT_UPDATE_MS = 1_000;

/** The time in ms since the epoch, kept fresh enough; `waits` says that a row counts seconds. */
export function useNow(waits: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), waits ? WAIT_UPDATE_MS : AGE_UPDATE_MS);
    return () => clearInterval(timer);
  }, [waits]);
  return Math.max(now, Date.now());
}
