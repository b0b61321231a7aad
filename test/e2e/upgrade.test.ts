import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Target } from '../../src/platform/target.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { extensionFolder } from '../../tools/paths.ts';
import { DEFAULT_SEED, DEFAULT_SIZE, sha256Of } from '../faults/body.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { unzipInto } from '../package/unzip.ts';
import { badge, failDownloads, readMeta } from './extension-page.ts';
import { enterOption } from './options-page.ts';
import { isSettled, popupShows, pressInRow, type ShownFailures } from './popup-page.ts';
import { target } from './target.ts';

let session: BrowserSession;

afterEach(async () => {
  await session?.close();
});

/**
 * Versions as they once were built; only the number in their manifests was lowered. 0.0.1 is commit 29955c8, the last
 * whose database had version 1; 0.0.2 is commit 1b1b99c, the last with version 2 and the first with options; 0.0.3 is
 * commit 2b6ee2a, the last with version 3, of which only the English texts are kept.
 */
const earlier = ['0.0.1', '0.0.2', '0.0.3'] as const;

/** A folder with an earlier version in it. */
function unpacked(version: string, target: Target): string {
  const folder = mkdtempSync(join(tmpdir(), `dfm-${version}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  unzipInto(folder, readFileSync(`test/fixtures/earlier/${version}-${target}.zip`));
  return folder;
}

/** Puts the present build in the place of an earlier one, as the stores do. */
async function update(folder: string): Promise<void> {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  cpSync(extensionFolder(session.target), folder, { recursive: true });
  await session.reinstall();
}

/** A page with the extension's rights, in which none of its code runs: nothing counts as seen by it. */
const bystander = (): Promise<Page> => session.openExtensionPage('icons/icon-16.png', { ready: 'img' });

const versionIn = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { browser, chrome } = globalThis as unknown as Record<
      'browser' | 'chrome',
      { runtime: { getManifest(): { version: string } } }
    >;
    return (browser ?? chrome).runtime.getManifest().version;
  });

interface StoredRecord {
  url: string;
  keys: unknown;
  attempts: { item: unknown; state: string }[];
}

/** The journal's database, past the extension's own code. */
interface Stored {
  version: number;
  failures: StoredRecord[];
  counts: { open: Record<string, number> };
}

const databaseIn = (page: Page): Promise<Stored> =>
  page.evaluate(
    () =>
      new Promise<Stored>((resolve, reject) => {
        const opening = indexedDB.open('journal');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const db = opening.result;
          const tx = db.transaction(['failures', 'meta']);
          const failures = tx.objectStore('failures').getAll();
          const counts = tx.objectStore('meta').get('counts');
          tx.onerror = () => reject(tx.error);
          tx.oncomplete = () => {
            db.close();
            resolve({ version: db.version, failures: failures.result, counts: counts.result });
          };
        };
      }),
  );

/** Whether the extension has had its first look at the browser's list: what it finds there is no news. */
const hasLooked = async (page: Page): Promise<boolean> =>
  (await readMeta(page, 'settledBefore')) !== undefined;

/** What stays of a record: Firefox forgets with an update which of its runs this is, so its items get other names. */
const lasting = ({ keys, attempts, ...record }: StoredRecord) => ({
  ...record,
  attempts: attempts.map(({ item, ...attempt }) => attempt),
});

/**
 * Has four files fail: three that the person looks at, of which one has failed again, and then a new one, whose link is
 * pressed twice. Gives what the popup showed.
 */
async function use(starter: Page, faults: FaultServer): Promise<ShownFailures> {
  await expect.poll(() => hasLooked(starter)).toBe(true);
  await failDownloads(starter, [
    { url: faults.url('/reset/lost.bin?resets=always&key=lost'), filename: 'lost.bin' },
    { url: faults.url('/status/503/busy.bin'), filename: 'busy.bin' },
    { url: faults.url('/status/404/gone.bin'), filename: 'gone.bin' },
  ]);
  const recorded = async (): Promise<number> => (await databaseIn(starter)).failures.length;
  await expect.poll(recorded).toBe(3);
  await expect.poll(() => badge(starter)).toBe('3');
  const popup = await session.openExtensionPage('popup.html');
  const { rows } = await popupShows(popup, (now) => now.rows.length === 3);
  await pressInRow(popup, rows.find(({ name }) => name === 'busy.bin')?.id ?? '', 'retry');
  const failed = async (): Promise<number> =>
    (await databaseIn(popup)).failures
      .flatMap(({ attempts }) => attempts)
      .filter(({ state }) => state === 'failed').length;
  await expect.poll(failed).toBe(4);
  await popup.close();

  const again = await session.openExtensionPage('popup.html');
  await expect.poll(() => badge(starter)).toBe('');
  const shown = await popupShows(again, (now) => now.rows.length === 3);
  await again.close();
  for (const times of ['1', '2']) {
    await failDownloads(starter, [{ url: faults.url('/status/403/closed.bin'), filename: 'closed.bin' }]);
    await expect.poll(() => badge(starter)).toBe(times);
  }
  return shown;
}

/** Has the number of days in the options changed, or only reads it. */
async function retentionDays(entered?: string): Promise<string> {
  const options = await session.openExtensionPage('options.html');
  if (entered !== undefined) await enterOption(options, 'retentionDays', entered);
  const days = await options.$eval('#retentionDays', (input) => (input as HTMLInputElement).value);
  await options.close();
  return days;
}

describe(`an update in ${target}`, () => {
  it.each(earlier)(
    'from version %s finds everything in place',
    async (version) => {
      const faults = await startFaultServer();
      onTestFinished(() => faults.close());
      const folder = unpacked(version, target);
      session = await launch(target, { extensionDir: folder });
      const before = await bystander();
      expect(await versionIn(before)).toBe(version);
      const shown = await use(before, faults);
      const old = await databaseIn(before);
      const isTwice = ({ url }: StoredRecord): boolean => url.includes('closed.bin');
      const once = old.failures.filter((failure) => !isTwice(failure));
      expect(once).toHaveLength(3);
      const hasOptions = readdirSync(folder).includes('options.html');
      if (hasOptions) expect(await retentionDays('77')).toBe('77');

      await update(folder);

      const after = await bystander();
      expect(await versionIn(after)).not.toBe(version);
      await expect.poll(async () => (await databaseIn(after)).version).toBeGreaterThan(old.version);
      const { failures, counts } = await databaseIn(after);
      expect(failures.filter((failure) => !isTwice(failure))).toMatchObject(once.map(lasting));
      const twice = old.failures.filter(isTwice).flatMap(({ attempts }) => attempts);
      const joined = failures.filter(isTwice).map(({ attempts }) => attempts.map(({ state }) => state));
      expect(joined).toEqual([twice.map(({ state }) => state)]);
      expect(counts.open).toEqual({ ...old.counts.open, SERVER_FORBIDDEN: 1 });
      await expect.poll(() => badge(after)).toBe('1');
      expect(await retentionDays()).toBe(hasOptions ? '77' : '365');

      const popup = await session.openExtensionPage('popup.html');
      const { rows } = await popupShows(popup, (now) => now.rows.length === 4);
      expect(
        shown.rows.filter((row) => !rows.some(({ id, name }) => id === row.id && name === row.name)),
      ).toEqual([]);
      const lost = rows.find(({ name }) => name === 'lost.bin')?.id ?? '';
      faults.heal('lost');
      await pressInRow(popup, lost, 'retry');
      await popupShows(popup, (now) => isSettled(now, lost));
      const file = await readFile(join(session.downloadDir, 'lost.bin'));
      expect(createHash('sha256').update(file).digest('hex')).toBe(sha256Of(DEFAULT_SEED, DEFAULT_SIZE));
    },
    180_000,
  );
});
