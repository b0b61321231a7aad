import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { onChange } from '../platform/change-channel.ts';
import { readOpenFailures } from '../platform/journal/page-journal.ts';
import { target } from '../platform/target.ts';
import { arrange, type PopupView } from './view.ts';

/** Rows of each reason that are read at first, and with each request for more. */
const PAGE_SIZE = 20;

async function read(limits: ReadonlyMap<string, number>): Promise<PopupView> {
  return arrange(await readOpenFailures({ standard: PAGE_SIZE, of: Object.fromEntries(limits) }), target);
}

/** What the popup shows, kept up with the journal while the popup is open; undefined until it is first read. */
export function useJournal(): { view: PopupView | undefined; showMore: (reason: string) => void } {
  const [view, setView] = useState<PopupView>();
  const limits = useRef(new Map<string, number>());
  const reading = useRef(false);
  const stale = useRef(false);

  // Changes that come while one is being read are answered by one further read.
  const refresh = useCallback(async () => {
    stale.current = true;
    if (reading.current) return;
    reading.current = true;
    try {
      while (stale.current) {
        stale.current = false;
        setView(await read(limits.current));
      }
    } finally {
      reading.current = false;
    }
  }, []);

  useEffect(() => {
    onChange(() => void refresh());
    void refresh();
  }, [refresh]);

  const showMore = (reason: string): void => {
    limits.current.set(reason, (limits.current.get(reason) ?? PAGE_SIZE) + PAGE_SIZE);
    void refresh();
  };
  return { view, showMore };
}
