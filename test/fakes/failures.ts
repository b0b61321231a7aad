import type { Attempt, Failure } from '../../src/domain/failure.ts';
import { type Browser, classify, knownReasons } from '../../src/domain/reasons.ts';
import { failureWith } from './failure.ts';

const DAY_MS = 86_400_000;
const SPAN_DAYS = 90;

const hosts = [
  'downloads.editor.example',
  'mirror.linux.example',
  'files.archive.example',
  'cdn.scripts.example',
  'dl.winery.example:8443',
  'media.bibliothek.example',
  'objects.storage.example',
  'nightly.builds.example',
  'data.weather.example',
  'share.office.example',
  'www.university.example',
  'static.photos.example',
] as const;

const stems = [
  'Annual report 2026',
  'ubuntu-24.04.2-desktop-amd64',
  'IMG_20260514_181203',
  'Vorlesung 07 – Graphen und Bäume',
  'holiday-photos',
  'invoice-2026-0417',
  'node-v24.1.0-linux-x64',
  '会議資料_第3四半期',
  'boarding-pass',
  'dataset-climate-europe-hourly-observations-with-quality-flags-and-station-metadata',
  'setup',
  'תמונות מהטיול',
  'podcast-episode-112',
  'presentation-final-v2',
  'Blender Project Backup',
] as const;

const endings = ['zip', 'pdf', 'iso', 'jpg', 'mp4', 'tar.xz', 'csv', 'exe', 'mp3', 'pptx'] as const;

/** How much of all failures has come by the end of each day, counted back from the newest: some days are bad. */
const shares: readonly number[] = (() => {
  const random = randomFrom(1);
  const weights = Array.from({ length: SPAN_DAYS }, () => 0.2 + 3 * random() ** 4);
  const sum = weights.reduce((one, other) => one + other);
  let total = 0;
  return weights.map((weight) => {
    total += weight / sum;
    return total;
  });
})();

/** How long (ms) before now the failure is that has the share `share` (0 to 1) of all failures after it. */
function ageOf(share: number): number {
  const day = shares.findIndex((upTo) => share < upTo);
  const [from = 0, to = 1] = [shares[day - 1], shares[day]];
  return (day + (share - from) / (to - from)) * DAY_MS;
}

/** A sequence of numbers from 0 up to 1, the same for the same seed (mulberry32, by Tommy Ettinger). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * The failure number `index` of `count`, as they may come together in {@link SPAN_DAYS} days up to `now` (ms since
 * the epoch): number 0 is the newest. The same numbers give the same failure.
 */
export function failureOf(index: number, count: number, now: number, browser: Browser = 'chrome'): Failure {
  const random = randomFrom(index);
  // The first ones come more often, as in life.
  const pick = <Value>(values: readonly [Value, ...Value[]]): Value =>
    values[Math.floor(random() ** 1.6 * values.length)] ?? values[0];
  const host = pick(hosts);
  const stem = stems[Math.floor(random() * stems.length)];
  const name = `${stem}-${count - index}.${pick(endings)}`;
  const url = `https://${host}/pub/${index % 7}/${encodeURIComponent(name)}${random() < 0.3 ? `?token=${index}` : ''}`;
  const failedAt = now - 60_000 - Math.floor(ageOf((index + random() / 2) / count));
  // Each reason comes up soon; after that all come as often.
  const reason =
    knownReasons[index < knownReasons.length ? index : Math.floor(random() * knownReasons.length)] ?? 'CRASH';
  const totalBytes = random() < 0.2 ? null : Math.floor(10 ** (3 + random() * 6.5));
  const received = (): number => (random() < 0.4 ? 0 : Math.floor(random() * (totalBytes ?? 1_000_000)));

  const failed = (number: number, kind: Attempt['kind'], endedAt: number): Attempt => ({
    kind,
    by: number === 0 ? 'elsewhere' : kind === 'resume' ? 'person' : { automatic: number },
    item: item(index * 8 + number, endedAt),
    startedAt: endedAt - 30_000,
    bytesReceived: received(),
    totalBytes,
    state: 'failed',
    endedAt,
    reason,
    canResume: random() < 0.5,
  });
  const tries = random() < 0.25 ? 1 + Math.floor(random() * 4) : 0;
  const attempts: [Attempt, ...Attempt[]] = [failed(0, 'first', failedAt - tries * 120_000)];
  for (let number = 1; number <= tries; number += 1) {
    attempts.push(
      failed(number, random() < 0.5 ? 'resume' : 'restart', failedAt - (tries - number) * 120_000),
    );
  }
  const { prognosis } = classify(reason, browser);
  const recovered = prognosis !== 'permanent' && random() < 0.2;
  if (recovered) {
    attempts.push({
      kind: 'restart',
      by: 'person',
      item: item(index * 8 + 7, failedAt + 60_000),
      startedAt: failedAt + 30_000,
      bytesReceived: totalBytes ?? 1_000_000,
      totalBytes,
      state: 'completed',
      endedAt: failedAt + 55_000,
    });
  }
  return failureWith({
    id: `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`,
    browser,
    url,
    finalUrl: random() < 0.2 ? url.replace('/pub/', '/mirror/') : url,
    referrer: random() < 0.6 ? `https://${host}/` : null,
    filename: `/home/me/Downloads/${name}`,
    mime: null,
    failedAt,
    reason,
    seen: index > 2,
    dismissed: !recovered && random() < 0.12,
    method: 'GET',
    next: null,
    attempts,
  });
}

/** What names an item of Chrome's that began at a time (ms since the epoch). */
export function item(id: number, time: number) {
  return { id, session: null, key: `${id} ${new Date(time).toISOString()}`, trace: null };
}
