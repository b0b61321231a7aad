import { type Failure, isOpen, prognosisOf, resumable, stateOf } from './failure.ts';

/** What pressing Retry on a failure can do now, and why not where it can't. */
export type RetryOffer =
  /** The browser goes on after the bytes it kept; `fraction` (0 to 1) is null when the whole is unknown. */
  | { kind: 'resume'; bytes: number; fraction: number | null }
  | { kind: 'restart' }
  | { kind: 'none'; why: 'done' | 'running' | 'permanent' | 'chosen' | 'address' | 'private' };

/** Addresses that a new download can be started from; `blob:` and `data:` live only in the page that made them. */
const canBeFetched = (url: string): boolean => /^(https?|ftp):/i.test(url);

/** Why a new download of the file can't be started; undefined when it can. */
export function restartObstacle({ url, incognito, browser }: Failure): 'address' | 'private' | undefined {
  if (!canBeFetched(url)) return 'address';
  // Chrome lets an extension start downloads in ordinary windows only.
  return incognito && browser === 'chrome' ? 'private' : undefined;
}

export function retryOffer(failure: Failure): RetryOffer {
  if (!isOpen(failure)) return { kind: 'none', why: 'done' };
  if (stateOf(failure) === 'retrying') return { kind: 'none', why: 'running' };
  const prognosis = prognosisOf(failure);
  if (prognosis === 'permanent' || prognosis === 'chosen') return { kind: 'none', why: prognosis };
  const kept = resumable(failure);
  if (kept && kept.bytesReceived > 0) {
    const { bytesReceived: bytes, totalBytes: total } = kept;
    return { kind: 'resume', bytes, fraction: total === null ? null : Math.min(1, bytes / total) };
  }
  if (kept) return { kind: 'restart' };
  const why = restartObstacle(failure);
  return why === undefined ? { kind: 'restart' } : { kind: 'none', why };
}
