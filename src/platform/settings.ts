/** The person's settings, in the browser's own sync storage. Only what was changed is stored. */
import * as v from 'valibot';
import { defaultRetention, type Retention } from '../domain/retention.ts';
import browser from './browser.ts';

export interface Settings {
  retention: Retention;
}

/** What each setting may be; all are whole numbers. */
export const limits = {
  retentionDays: { least: 1, most: 36_500 },
  retentionRecords: { least: 100, most: 1_000_000 },
} as const;

const wholeNumber = ({ least, most }: { least: number; most: number }) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

const StoredSettings = v.object({
  // A value that no version of ours would store counts as not set.
  retentionDays: v.fallback(wholeNumber(limits.retentionDays), defaultRetention.days),
  retentionRecords: v.fallback(wholeNumber(limits.retentionRecords), defaultRetention.records),
});

export type StoredSettings = v.InferOutput<typeof StoredSettings>;

export async function readSettings(): Promise<Settings> {
  const stored = await browser.storage.sync.get(Object.keys(limits));
  const { retentionDays, retentionRecords } = v.parse(StoredSettings, stored);
  return { retention: { days: retentionDays, records: retentionRecords } };
}

/** @throws when the browser can't store it. */
export const writeSetting = (setting: keyof StoredSettings, value: number): Promise<void> =>
  browser.storage.sync.set({ [setting]: value });
