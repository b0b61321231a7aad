import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { insertDownloads } from '../../test/fakes/history-database.ts';
import { seedJournal } from '../../test/fakes/seed-journal.ts';
import { launch } from '../launch.ts';

/** What a browser's profile holds. */
export interface ProfileContent {
  /** Failures in the journal. */
  failures: number;
  /** Failed downloads in the browser's own list. */
  listed: number;
}

export interface Profile extends ProfileContent {
  folder: string;
}

/** Chromium's number for NETWORK_FAILED. */
const NETWORK_FAILED = 20;
const HOUR_MS = 3_600_000;

/**
 * Downloads that failed before the extension's last look at the list. Without a record, it takes them for forgotten:
 * so the list can be filled without a change of the journal.
 */
export const failedDownloads = (count: number, codes: readonly number[] = [NETWORK_FAILED]) =>
  Array.from({ length: count }, (_, index) => ({
    url: `http://127.0.0.1:9/files/failed-${index}.zip`,
    path: `/nowhere/failed-${index}.zip`,
    code: codes[index % codes.length] ?? NETWORK_FAILED,
    startedAt: Date.now() - HOUR_MS,
  }));

/** Downloads that succeeded. */
export const completedDownloads = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    url: `http://127.0.0.1:9/files/complete-${index}.zip`,
    path: `/nowhere/complete-${index}.zip`,
    code: 0,
    startedAt: Date.now() - HOUR_MS,
  }));

/** Makes the profiles: one journal is grown from each size to the next, and copied when a profile needs that size. */
export async function makeProfiles(
  extensionDir: string,
  folder: string,
  contents: readonly ProfileContent[],
): Promise<Profile[]> {
  const growing = join(folder, 'growing');
  await mkdir(growing, { recursive: true });
  const profiles: Profile[] = [];
  let kept = 0;
  for (const failures of [...new Set(contents.map((content) => content.failures))].sort((a, b) => a - b)) {
    const begun = performance.now();
    const session = await launch('chrome', { extensionDir, profile: growing });
    try {
      const page = await session.openExtensionPage('options.html');
      await seedJournal(page, 'chrome', failures, kept);
    } finally {
      await session.close();
    }
    kept = failures;
    for (const { listed } of contents.filter((content) => content.failures === failures)) {
      const profile = { failures, listed, folder: join(folder, `${failures}-failures-${listed}-listed`) };
      await cp(growing, profile.folder, { recursive: true });
      insertDownloads(profile.folder, failedDownloads(listed));
      profiles.push(profile);
    }
    console.log(`  ${failures} failures: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  }
  return profiles;
}
