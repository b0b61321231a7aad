import { useCallback, useState } from 'preact/hooks';
import { toggled } from './toggled.ts';

/** The failures whose details are open on a page, and a function that opens or closes them. */
export function useOpened(): [ReadonlySet<string>, (id: string) => void] {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((id: string) => setOpened((before) => toggled(before, id)), []);
  return [opened, toggle];
}
