/**
 * What completed while another download that may be of the same file was under way, as when the person pressed the link
 * twice. If that other one fails later, the file is not missing, and by then the browser may no longer list what came.
 */
import type { CompletedDownload, ObservedDownload } from '../domain/failure.ts';
import { cluesOfSnapshot, fileKeys } from '../domain/same-file.ts';
import { known } from '../platform/known-value.ts';
import type { NamedValue } from '../platform/named-value.ts';

/** How many are remembered: more than anybody downloads twice at the same time. */
const MOST = 100;

interface UnderWay {
  /** The item's key. */
  key: string;
  /** ms since the epoch. */
  startedAt: number;
  /** Another download of its file shares one of these. */
  keys: readonly string[];
}

export interface CameBeside {
  /** Call this with everything that is seen in one look. `justNow` tells of which the browser has just reported that. */
  notice(
    snapshots: readonly ObservedDownload[],
    justNow: (snapshot: ObservedDownload) => boolean,
  ): Promise<void>;
  /** Call this with the id of an item that has left the browser's list. */
  forget(id: number): void;
  read(): Promise<readonly CompletedDownload[]>;
  /** Call this once what was read is in the journal: keeps only what came beside downloads that are still under way. */
  tidy(): Promise<void>;
}

/** `kept` has to outlive the background, which mostly dies before a long download fails. */
export function createCameBeside(kept: NamedValue<readonly CompletedDownload[]>): CameBeside {
  const remembered = known(kept);
  /** By the item's id. A new background sees them when it first looks. */
  const underWay = new Map<number, UnderWay>();

  return {
    async notice(snapshots, justNow) {
      const seenBefore = new Set([...underWay.values()].map(({ key }) => key));
      const others = new Map(underWay);
      for (const snapshot of snapshots) {
        const { item, status, startedAt } = snapshot;
        if (!item) continue;
        underWay.delete(item.id);
        if (status.kind !== 'running' && status.kind !== 'paused') continue;
        const one = { key: item.key, startedAt, keys: fileKeys(cluesOfSnapshot(snapshot)) };
        underWay.set(item.id, one);
        others.set(item.id, one);
      }
      if (others.size === 0) return;
      const came = snapshots.flatMap((snapshot) => {
        const { item, startedAt } = snapshot;
        if (!item || snapshot.status.kind !== 'completed') return [];
        const keys = new Set(fileKeys(cluesOfSnapshot(snapshot)));
        const beside = [...others.values()].filter(
          (other) =>
            other.key !== item.key &&
            other.keys.some((key) => keys.has(key)) &&
            // What began later may have begun only after this one had completed.
            (other.startedAt <= startedAt || (justNow(snapshot) && seenBefore.has(other.key))),
        );
        if (beside.length === 0) return [];
        const status = { kind: 'completed' } as const;
        return { ...snapshot, item, status, beside: beside.map(({ key }) => key) };
      });
      if (came.length === 0) return;
      const before = await remembered.read();
      const after = came.reduce(withOne, before);
      if (after !== before) await remembered.write(after.slice(-MOST));
    },
    forget: (id) => void underWay.delete(id),
    read: remembered.read,
    async tidy() {
      const all = await remembered.read();
      const keys = new Set([...underWay.values()].map(({ key }) => key));
      const left = all.filter(({ beside }) => beside.some((key) => keys.has(key)));
      if (left.length < all.length) await remembered.write(left);
    },
  };
}

/** Adds a download; if it is there, what else it came beside. */
function withOne(all: readonly CompletedDownload[], one: CompletedDownload): readonly CompletedDownload[] {
  const before = all.find(({ item }) => item.key === one.item.key);
  const beside = [...new Set([...(before?.beside ?? []), ...one.beside])];
  if (before?.beside.length === beside.length) return all;
  return [...all.filter((other) => other !== before), { ...one, beside }];
}
