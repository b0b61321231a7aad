/**
 * Every setting with its limits and its default. The options page, the schema for administrators and their guide are
 * made from this; `npm run generate` writes the last two.
 */
import * as v from 'valibot';
import { defaultRetention, type Retention } from './retention.ts';
import type { AutomaticRules } from './retry-policy.ts';

/** The sections of the options page, in their order. */
export const settingGroups = ['display', 'automatic', 'retention'] as const;
/** A setting in none of them is for administrators only. */
export type SettingGroup = (typeof settingGroups)[number] | 'administrators';
/** A switch without which others mean nothing. */
type Needed = 'automaticRetry';

// A setting is the schema of its stored value. A value that no version of ours would store counts as not set.

function wholeNumber(group: SettingGroup, least: number, most: number, standard: number, needs?: Needed) {
  const schema = v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
  return { ...v.fallback(schema, standard), group, least, most, needs };
}

const onOff = (group: SettingGroup, standard: boolean) => ({ ...v.fallback(v.boolean(), standard), group });

/** Each one's label is the text `option_<name>`. */
export const settings = {
  /** Whether the button shows the number of new failures. */
  badge: onOff('display', true),
  notifications: onOff('display', false),
  /** Whether completed downloads that may not be the file count as failures. */
  suspicions: onOff('display', true),
  /** Whether the popup says that private windows are not watched. */
  privateNotice: onOff('display', true),
  automaticRetry: onOff('automatic', false),
  /** Tries before automatic retry stops. */
  automaticTries: wholeNumber('automatic', 1, 20, 5, 'automaticRetry'),
  /** The longest that the first pause can be, in seconds. */
  automaticFirstPause: wholeNumber('automatic', 1, 3_600, 30, 'automaticRetry'),
  /** The longest that any pause can be, in minutes. */
  automaticLongestPause: wholeNumber('automatic', 1, 1_440, 60, 'automaticRetry'),
  /** Failures older than this aren't retried automatically, nor by retrying all or a group. */
  retryDays: wholeNumber('automatic', 1, 3_650, 30),
  retentionDays: wholeNumber('retention', 1, 36_500, defaultRetention.days),
  retentionRecords: wholeNumber('retention', 100, 1_000_000, defaultRetention.records),
  /** Whether a page opens after installing that says what happens from now on. */
  welcome: onOff('administrators', true),
};

export type SettingName = keyof typeof settings;
export const settingsSchema = v.object(settings);
export type Settings = v.InferOutput<typeof settingsSchema>;

/** A setting that is a number. */
export type NumberSetting = {
  [Name in SettingName]: number extends Settings[Name] ? Name : never;
}[SettingName];
/** A setting that is on or off. */
export type SwitchSetting = Exclude<SettingName, NumberSetting>;

export const isNumberSetting = (name: SettingName): name is NumberSetting => 'least' in settings[name];

const isSetting = (name: string): name is SettingName => Object.hasOwn(settings, name);
/** The names of all settings, in their order. */
export const settingNames: readonly SettingName[] = Object.keys(settings).filter(isSetting);

const DAY_MS = 86_400_000;

export const retentionOf = ({ retentionDays, retentionRecords }: Settings): Retention => ({
  days: retentionDays,
  records: retentionRecords,
});

/** The age (ms) after which failures are no longer retried automatically, with all or with their group. */
export const longestAgeOf = ({ retryDays }: Settings): number => retryDays * DAY_MS;

/** The rules of automatic retry, or null while it is off. */
export const automaticRulesOf = (current: Settings): AutomaticRules | null =>
  current.automaticRetry
    ? {
        tries: current.automaticTries,
        firstPause: current.automaticFirstPause * 1_000,
        longestPause: current.automaticLongestPause * 60_000,
        longestAge: longestAgeOf(current),
      }
    : null;
