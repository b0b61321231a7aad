/** The history as its page reads it: directly, without waking the background, wherever that can be. */
import { inPrivateFirefox } from '../private-page.ts';
import { readStretchDirectly, type Stretch } from './history-reader.ts';

/** As {@link readStretchDirectly}. */
export async function readStretch(from: number | null, limit: number): Promise<Stretch> {
  if (__TARGET__ === 'chrome' || !inPrivateFirefox) return readStretchDirectly(from, limit);
  const { askStretch } = await import('./asked-journal.ts');
  return askStretch(from, limit);
}
