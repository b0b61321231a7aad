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
/** How many of the last that completed are compared with what is seen afterwards: more than complete while a look waits. */
const LATELY = 20;

interface UnderWay {
  /** The item's key. */
  key: string;
  /** ms since the epoch. */
  startedAt: number;
  /** Another download of its file shares one of these. */
  keys: readonly string[];
}

interface Completed {
  download: CompletedDownload;
  /** Whether the browser has just reported that. */
  justNow: boolean;
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
  /** The last that completed: what was under way beside them may be seen only afterwards. */
  let lately: readonly Completed[] = [];

  return {
    async notice(snapshots, justNow) {
      const seenBefore = new Map(underWay);
      const begun: UnderWay[] = [];
      const completed: Completed[] = [];
      for (const snapshot of snapshots) {
        const { item, status, startedAt } = snapshot;
        if (!item) continue;
        underWay.delete(item.id);
        if (status.kind === 'running' || status.kind === 'paused') {
          const one = { key: item.key, startedAt, keys: fileKeys(cluesOfSnapshot(snapshot)) };
          underWay.set(item.id, one);
          if (!seenBefore.has(item.id)) begun.push(one);
        } else if (status.kind === 'completed') {
          const download = { ...snapshot, item, status: { kind: status.kind }, beside: [] };
          completed.push({ download, justNow: justNow(snapshot) });
        }
      }
      const came = [
        ...lately.flatMap((one) => withBeside(one, begun)),
        ...completed.flatMap((one) => withBeside(one, begun, [...seenBefore.values()])),
      ];
      lately = [...lately, ...completed].slice(-LATELY);
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

/** A download with what it came beside, if anything: of what was `seenBefore` also what began later than it. */
function withBeside(
  { download, justNow }: Completed,
  begun: readonly UnderWay[],
  seenBefore: readonly UnderWay[] = [],
): CompletedDownload[] {
  const { item, startedAt } = download;
  // What began later and was not seen before may have begun only after this one had completed.
  const beganBefore = (other: UnderWay): boolean => other.startedAt <= startedAt;
  const others = [
    ...begun.filter(beganBefore),
    ...(justNow ? seenBefore : seenBefore.filter(beganBefore)),
  ].filter(({ key }) => key !== item.key);
  // Mostly there is none, and then nothing more is worked out.
  if (others.length === 0) return [];
  const keys = new Set(fileKeys(cluesOfSnapshot(download)));
  const beside = others.filter((other) => other.keys.some((key) => keys.has(key)));
  return beside.length > 0 ? [{ ...download, beside: beside.map(({ key }) => key) }] : [];
}

/** Adds a download; if it is there, what else it came beside. */
function withOne(all: readonly CompletedDownload[], one: CompletedDownload): readonly CompletedDownload[] {
  const before = all.find(({ item }) => item.key === one.item.key);
  const beside = [...new Set([...(before?.beside ?? []), ...one.beside])];
  if (before?.beside.length === beside.length) return all;
  return [...all.filter((other) => other !== before), { ...one, beside }];
}
