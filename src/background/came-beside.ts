/**
 * Files that came while another download of the same file was under way, as when the person pressed the link twice. If
 * that other one fails later, the file is not missing, and by then the browser may no longer list what came.
 */
import type { CompletedDownload, ObservedDownload } from '../domain/failure.ts';
import { cluesOfSnapshot, fileKeys } from '../domain/same-file.ts';
import { known } from '../platform/known-value.ts';
import type { NamedValue } from '../platform/named-value.ts';

/** How many are remembered: more than anybody downloads twice at the same time. */
const MOST = 100;

export interface CameBeside {
  /**
   * Call this with everything that is seen. Downloads that complete beside others are remembered; where it was not seen
   * `justNow` that one completed, its start is the latest time at which it surely was not complete.
   */
  notice(
    snapshots: readonly ObservedDownload[],
    justNow: (snapshot: ObservedDownload) => boolean,
  ): Promise<void>;
  /** What came so. */
  read(): Promise<readonly CompletedDownload[]>;
}

/** `kept` has to outlive the background, which mostly dies before a long download fails. `now`: ms since the epoch. */
export function createCameBeside(
  kept: NamedValue<readonly CompletedDownload[]>,
  now: () => number,
): CameBeside {
  const remembered = known(kept);
  /** By the item's key. A new background sees them when it first looks. */
  const underWay = new Map<string, { startedAt: number; keys: readonly string[] }>();
  const keysOf = (snapshot: ObservedDownload): string[] => fileKeys(cluesOfSnapshot(snapshot));

  /** Whether a download that may be of its file was under way when it completed. */
  function isBeside(download: CompletedDownload): boolean {
    const keys = new Set(keysOf(download));
    return [...underWay.values()].some(
      (other) => other.startedAt <= download.completedAt && other.keys.some((key) => keys.has(key)),
    );
  }

  return {
    async notice(snapshots, justNow) {
      const completed: CompletedDownload[] = [];
      for (const snapshot of snapshots) {
        const { item, status, startedAt } = snapshot;
        if (!item) continue;
        if (status.kind === 'running' || status.kind === 'paused')
          underWay.set(item.key, { startedAt, keys: keysOf(snapshot) });
        else underWay.delete(item.key);
        if (status.kind !== 'completed') continue;
        // Also if the clock was set back meanwhile.
        const completedAt = justNow(snapshot) ? Math.max(now(), startedAt) : startedAt;
        completed.push({ ...snapshot, item, status: { kind: 'completed' }, completedAt });
      }
      if (underWay.size === 0) return;
      const beside = completed.filter(isBeside);
      if (beside.length === 0) return;
      const before = await remembered.read();
      const keys = new Set(before.map(({ item }) => item.key));
      const added = beside.filter(({ item }) => !keys.has(item.key));
      if (added.length > 0) await remembered.write([...before.filter(isBeside), ...added].slice(-MOST));
    },
    read: remembered.read,
  };
}
