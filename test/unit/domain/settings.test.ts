import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  automaticRulesOf,
  isNumberSetting,
  longestAgeOf,
  retentionOf,
  type Settings,
  settingNames,
  settingsSchema,
} from '../../../src/domain/settings.ts';

const usual: Settings = v.parse(settingsSchema, {});

describe('the settings', () => {
  it('have a value each until they are changed, and stay within their limits', () => {
    expect(v.parse(settingsSchema, { automaticTries: 21, badge: 'no', retryDays: 1.5 })).toEqual(usual);
    expect(v.parse(settingsSchema, { automaticTries: 20, badge: false })).toEqual({
      ...usual,
      ...{ automaticTries: 20, badge: false },
    });
  });

  it('are numbers or switches', () => {
    const numbers = settingNames.filter(isNumberSetting);
    expect(numbers.every((name) => typeof usual[name] === 'number')).toBe(true);
    expect(settingNames.filter((name) => typeof usual[name] === 'number')).toEqual(numbers);
    expect([...settingNames].sort()).toEqual(Object.keys(usual).sort());
  });

  it('say how much of the past is kept, and what is too old to retry', () => {
    expect(retentionOf(usual)).toEqual({ days: 365, records: 100_000 });
    expect(longestAgeOf({ ...usual, retryDays: 2 })).toBe(2 * 86_400_000);
  });

  it('give automatic retry its rules only while it is on', () => {
    expect(automaticRulesOf(usual)).toBeNull();
    expect(automaticRulesOf({ ...usual, automaticRetry: true })).toEqual({
      ...{ tries: 5, firstPause: 30_000, longestPause: 3_600_000, longestAge: 30 * 86_400_000 },
    });
  });
});
