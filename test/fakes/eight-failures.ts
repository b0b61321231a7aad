import type { Failure } from '../../src/domain/failure.ts';
import { failedAttempt, failureWith } from './failure.ts';

const MINUTE_MS = 60_000;
const MB = 1_000_000;

/** Eight failures of three reasons, as somebody may have them. */
export function eightFailures(now = Date.now()): Failure[] {
  const files: [name: string, host: string, reason: string, received: number, total: number][] = [
    ['ubuntu-24.04.2-desktop-amd64.iso', 'releases.linux.example', 'NETWORK_FAILED', 3_900, 6_100],
    ['concert-2026.mp4', 'video.hall.example', 'NETWORK_FAILED', 212, 840],
    ['Annual report 2026, final version (signed).pdf', 'share.office.example', 'NETWORK_FAILED', 0, 3],
    ['dataset-climate-europe-hourly-observations.csv', 'data.weather.example', 'NETWORK_FAILED', 80, 900],
    ['node-v24.1.0-linux-x64.tar.xz', 'nightly.builds.example', 'SERVER_FAILED', 0, 27],
    ['holiday-photos.zip', 'static.photos.example', 'SERVER_FAILED', 12, 480],
    ['setup.exe', 'downloads.editor.example', 'SERVER_FAILED', 0, 95],
    ['Blender Project Backup.tar', 'files.archive.example', 'FILE_NO_SPACE', 1_200, 9_300],
  ];
  return files.map(([name, host, reason, received, total], index) => {
    const url = `https://${host}/pub/${encodeURIComponent(name)}`;
    const failedAt = now - (index + 1) * 7 * MINUTE_MS;
    return failureWith({
      id: `failure-${index}`,
      ...{ url, finalUrl: url, referrer: `https://${host}/`, reason, failedAt },
      filename: `/home/me/Downloads/${name}`,
      attempts: [
        failedAttempt({
          item: { id: index, session: null, key: `${index} then`, trace: null },
          startedAt: failedAt - MINUTE_MS,
          endedAt: failedAt,
          bytesReceived: received * MB,
          totalBytes: total * MB,
          canResume: received > 0,
          reason,
        }),
      ],
    });
  });
}
