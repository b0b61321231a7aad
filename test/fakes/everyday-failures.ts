import type { Attempt, Failure } from '../../src/domain/failure.ts';
import { type KnownReason, knownReasons } from '../../src/domain/reasons.ts';
import { failureWith } from './failure.ts';
import { failureOf, item } from './failures.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const MB = 1_000_000;

/** A failure in short: what a picture of it needs. */
interface Everyday {
  name: string;
  host: string;
  reason: KnownReason;
  /** How long ago the last attempt failed, in ms. */
  age: number;
  /** Bytes that the attempts brought, one after the other. */
  received: [number, ...number[]];
  total: number | null;
  /** The last attempt got the file. */
  recovered?: boolean;
  /** Automatic retry comes back after so many ms. */
  nextIn?: number;
}

const everyday: Everyday[] = [
  {
    name: 'ubuntu-26.04.iso',
    host: 'releases.linux.example',
    reason: 'NETWORK_FAILED',
    age: 12 * MINUTE_MS,
    received: [1_480 * MB, 3_900 * MB],
    total: 6_100 * MB,
  },
  {
    name: 'concert-2026.mp4',
    host: 'video.hall.example',
    reason: 'NETWORK_FAILED',
    age: 26 * MINUTE_MS,
    received: [212 * MB],
    total: 840 * MB,
    nextIn: 4 * MINUTE_MS,
  },
  {
    name: 'lecture-07-graphs.pdf',
    host: 'www.college.example',
    reason: 'SERVER_FORBIDDEN',
    age: 2 * HOUR_MS,
    received: [0],
    total: null,
  },
  {
    name: 'climate-2026.csv',
    host: 'data.weather.example',
    reason: 'SERVER_FAILED',
    age: 3 * HOUR_MS,
    received: [0, 0],
    total: null,
  },
  {
    name: 'photos-2025.zip',
    host: 'share.family.example',
    reason: 'FILE_NO_SPACE',
    age: 5 * HOUR_MS,
    received: [2_300 * MB],
    total: 3_700 * MB,
  },
  {
    name: 'annual-report-2026.pdf',
    host: 'www.harbour.example',
    reason: 'NETWORK_TIMEOUT',
    age: 22 * HOUR_MS,
    received: [3 * MB, 18 * MB],
    total: 18 * MB,
    recovered: true,
  },
  {
    name: 'printer-setup.exe',
    host: 'printers.example',
    reason: 'SERVER_BAD_CONTENT',
    age: 27 * HOUR_MS,
    received: [0],
    total: null,
  },
  {
    name: 'podcast-episode-112.mp3',
    host: 'cdn.podcasts.example',
    reason: 'SERVER_CONTENT_LENGTH_MISMATCH',
    age: 46 * HOUR_MS,
    received: [31 * MB, 54 * MB],
    total: 54 * MB,
    recovered: true,
  },
];

function failureFrom({ name, host, reason, ...one }: Everyday, index: number, now: number): Failure {
  const url = `https://${host}/files/${name}`;
  const failedAt = now - one.age;
  const attempts = one.received.map((bytesReceived, number): Attempt => {
    const later = (number + 1 - one.received.length) * 6 * MINUTE_MS;
    const attempt = {
      kind: number === 0 ? ('first' as const) : ('resume' as const),
      by: number === 0 ? ('elsewhere' as const) : ('person' as const),
      item: item(index * 8 + number, failedAt),
      startedAt: failedAt + later - 4 * MINUTE_MS,
      endedAt: failedAt + later,
      bytesReceived,
      totalBytes: one.total,
    };
    return one.recovered && number === one.received.length - 1
      ? { ...attempt, state: 'completed' }
      : { ...attempt, state: 'failed', reason, canResume: bytesReceived > 0 };
  });
  const [first, ...others] = attempts;
  if (!first) throw new Error(`${name} has no attempt.`);
  return failureWith({
    id: `everyday-${index}`,
    browser: 'chrome',
    url,
    finalUrl: url,
    referrer: `https://${host}/`,
    filename: `/home/me/Downloads/${name}`,
    mime: null,
    failedAt,
    reason,
    seen: true,
    dismissed: false,
    method: 'GET',
    next:
      one.nextIn === undefined
        ? null
        : { kind: 'planned', at: now + one.nextIn, madeAt: failedAt, number: 2, of: 5, because: 'backoff' },
    attempts: [first, ...others],
  });
}

/** Of so many failures in 90 days, the newest are meant: those of a month. */
const OF_ALL = 400;
const OLDER = 100;
/** The first that {@link failureOf} gives are each reason once, the rare ones as well. */
const RARE = knownReasons.length;

/** What may have failed for somebody in the last days and, if asked for, weeks, up to `now` (ms since the epoch). */
export function everydayFailures(now: number, withOlder: boolean): Failure[] {
  const newest = everyday.map((one, index) => failureFrom(one, index, now));
  const older = Array.from({ length: OLDER }, (_, index) => failureOf(index + RARE, OF_ALL, now));
  return withOlder ? [...newest, ...older] : newest;
}
