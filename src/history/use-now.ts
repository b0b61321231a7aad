import { useEffect, useState } from 'preact/hooks';

const UPDATE_MS = 30_000;

/** The time in ms since the epoch, kept fresh enough for "5 min ago". */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), UPDATE_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
