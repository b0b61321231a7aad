import { useEffect, useRef } from 'preact/hooks';
import { say } from './say.ts';

/** Says a text whenever it changes. The first one is read out with the page anyway. */
export function useSaid(message: string): void {
  const before = useRef(message);
  useEffect(() => {
    if (message !== before.current && message !== '') say(message);
    before.current = message;
  }, [message]);
}
