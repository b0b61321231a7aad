/** What the person said is fine, so that it is not suspected again: known by host, kind of file and suspicion. */
import * as v from 'valibot';
import type { DownloadSnapshot, Failure } from './failure.ts';
import { hostOf } from './file-name.ts';
import { wantedEnding } from './suspicion.ts';

export const acceptedKindSchema = v.object({
  host: v.string(),
  /** Of the file's name; empty for names without. */
  ending: v.string(),
  reason: v.string(),
});
/** A host, a kind of file, and what is suspected of it. */
export type AcceptedKind = v.InferOutput<typeof acceptedKindSchema>;

/** Each with how often the person said so, the latest last. */
export const acceptedSchema = v.array(v.object({ ...acceptedKindSchema.entries, times: v.number() }));
export type Accepted = v.InferOutput<typeof acceptedSchema>;

/** How often the person has to say so until it is taken as said of the next ones, too. */
const TIMES = 2;
/** How many are kept. */
const MOST = 500;

export const kindOf = (
  download: Pick<DownloadSnapshot, 'url' | 'finalUrl' | 'filename' | 'request'>,
  reason: string,
): AcceptedKind => ({ host: hostOf(download.url), ending: wantedEnding(download), reason });

/** The kind of what is or was suspected last in a failure; undefined if nothing. */
export function kindIn(failure: Failure): AcceptedKind | undefined {
  for (const attempt of failure.attempts.toReversed()) {
    const suspected =
      attempt.state === 'completed' ? attempt.accepted : attempt.state === 'failed' && attempt;
    if (!suspected || suspected.file === undefined) continue;
    const { url, finalUrl } = attempt.download ?? failure;
    return kindOf({ url, finalUrl, filename: suspected.file, request: suspected.evidence }, suspected.reason);
  }
  return undefined;
}

const isSame = (one: AcceptedKind, other: AcceptedKind): boolean =>
  one.host === other.host && one.ending === other.ending && one.reason === other.reason;

/** With one more time (1) or one fewer (-1). */
export function counted(accepted: Accepted, { host, ending, reason }: AcceptedKind, more: 1 | -1): Accepted {
  const kind = { host, ending, reason };
  const times = (accepted.find((one) => isSame(one, kind))?.times ?? 0) + more;
  const others = forgotten(accepted, kind);
  return times > 0 ? [...others, { ...kind, times }].slice(-MOST) : others;
}

export const forgotten = (accepted: Accepted, kind: AcceptedKind): Accepted =>
  accepted.filter((one) => !isSame(one, kind));

/** Those of several lists that are no longer suspected, each once. */
export const remembered = (...lists: readonly Accepted[]): AcceptedKind[] =>
  lists
    .flat()
    .filter(({ times }) => times >= TIMES)
    .filter((kind, at, all) => all.findIndex((one) => isSame(one, kind)) === at);

export const isRemembered = (accepted: Accepted, kind: AcceptedKind): boolean =>
  accepted.some((one) => one.times >= TIMES && isSame(one, kind));
