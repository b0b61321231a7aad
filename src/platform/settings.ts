/** The person's settings, in the browser's own sync storage. Only what was changed is stored. */
import * as v from 'valibot';
import { defaultRetention, type Retention } from '../domain/retention.ts';
import browser from './browser.ts';

export interface Settings {
  retention: Retention;
}

const wholeNumber = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

const StoredSettings = v.object({
  // A value that no version of ours would store counts as not set.
  retentionDays: v.fallback(wholeNumber(1, 36_500), defaultRetention.days),
  retentionRecords: v.fallback(wholeNumber(1, 1_000_000), defaultRetention.records),
});

export async function readSettings(): Promise<Settings> {
  const stored = await browser.storage.sync.get(['retentionDays', 'retentionRecords']);
  const { retentionDays, retentionRecords } = v.parse(StoredSettings, stored);
  return { retention: { days: retentionDays, records: retentionRecords } };
}
