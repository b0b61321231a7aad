/**
 * The person's settings, in the browser's own sync storage. Only what was changed is stored. What they may be is also
 * told to administrators, in `public/managed-settings.json`.
 */
import { defaultRetention, type Retention } from '../domain/retention.ts';
import type { AutomaticRules } from '../domain/retry-policy.ts';
import browser from './browser.ts';
import { boolean, integer, object, type Parsed, type Parser, parsed } from './parse.ts';

/** What each number may be, and is until the person changes it; all are whole numbers. */
export const limits = {
  retentionDays: { least: 1, most: 36_500, standard: defaultRetention.days },
  retentionRecords: { least: 100, most: 1_000_000, standard: defaultRetention.records },
  /** Tries before automatic retry stops. */
  automaticTries: { least: 1, most: 20, standard: 5 },
  /** The most that the first pause can be, in seconds. */
  automaticFirstPause: { least: 1, most: 3_600, standard: 30 },
  /** The most that any pause can be, in minutes. */
  automaticLongestPause: { least: 1, most: 1_440, standard: 60 },
  /** Older failures are retried neither automatically nor with others. */
  retryDays: { least: 1, most: 3_650, standard: 30 },
};

/** A value that no version of ours would store counts as not set. */
const setting =
  <Value>(parse: Parser<Value>, standard: Value): Parser<Value> =>
  (value) =>
    parsed(parse, value) ?? standard;
const wholeNumber = ({ least, most, standard }: Record<'least' | 'most' | 'standard', number>) =>
  setting(integer(least, most), standard);

const fields = {
  retentionDays: wholeNumber(limits.retentionDays),
  retentionRecords: wholeNumber(limits.retentionRecords),
  automaticRetry: setting(boolean, false),
  automaticTries: wholeNumber(limits.automaticTries),
  automaticFirstPause: wholeNumber(limits.automaticFirstPause),
  automaticLongestPause: wholeNumber(limits.automaticLongestPause),
  retryDays: wholeNumber(limits.retryDays),
  /** Whether the button shows the number of new failures. */
  badge: setting(boolean, true),
  notifications: setting(boolean, false),
  /** Whether the popup tells that private windows are not watched. */
  privateNotice: setting(boolean, true),
};
const parseSettings = object(fields);

export type Settings = Parsed<typeof parseSettings>;

/** What holds where nothing was changed. */
export const standardSettings: Settings = parseSettings({});

/** A setting that is a number. */
export type NumberSetting = keyof typeof limits;
/** A setting that is on or off. */
export type SwitchSetting = Exclude<keyof Settings, NumberSetting>;

const names = Object.keys(fields);

/** What an administrator has set; it takes the place of the person's own settings. */
export async function managedSettings(): Promise<Record<string, unknown>> {
  // Firefox rejects where no policy is set, and checks no values where one is.
  const set: Record<string, unknown> = await browser.storage.managed.get(names).catch(() => ({}));
  const isValid = ([name, value]: [string, unknown]): boolean =>
    Object.entries(parseSettings({ [name]: value })).some(
      ([key, parsed]) => key === name && parsed === value,
    );
  return Object.fromEntries(Object.entries(set).filter(isValid));
}

/** @throws when the browser can't read them. */
export async function readSettings(): Promise<Settings> {
  const [own, managed] = await Promise.all([browser.storage.sync.get(names), managedSettings()]);
  return parseSettings({ ...own, ...managed });
}

/** @throws when the browser can't store it. */
export const writeSetting = <Name extends keyof Settings>(name: Name, value: Settings[Name]): Promise<void> =>
  browser.storage.sync.set({ [name]: value });

/** Calls `listener` when a setting was changed, here or on another device. */
export function onSettingsChanged(listener: () => void): void {
  browser.storage.onChanged.addListener((_changes, area) => {
    if (area === 'sync' || area === 'managed') listener();
  });
}

export const retentionOf = ({ retentionDays, retentionRecords }: Settings): Retention => ({
  days: retentionDays,
  records: retentionRecords,
});

const DAY_MS = 86_400_000;

/** The age (ms) from which failures are not retried with others any more. */
export const longestAgeOf = ({ retryDays }: Settings): number => retryDays * DAY_MS;

/** The rules of automatic retry, or null while it is off. */
export const automaticRulesOf = (settings: Settings): AutomaticRules | null =>
  settings.automaticRetry
    ? {
        tries: settings.automaticTries,
        firstPause: settings.automaticFirstPause * 1_000,
        longestPause: settings.automaticLongestPause * 60_000,
        longestAge: longestAgeOf(settings),
      }
    : null;
