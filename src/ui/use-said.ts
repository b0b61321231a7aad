import { useEffect, useRef } from 'preact/hooks';
import { say } from './say.ts';

/** Says a text whenever it becomes another one; what stands there from the beginning is read with the page. */
export function useSaid(words: string): void {
  const before = useRef(words);
  useEffect(() => {
    if (words !== before.current && words !== '') say(words);
    before.current = words;
  }, [words]);
}
