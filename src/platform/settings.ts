/** Reads and writes settings. The browser's sync storage holds only those that were changed. */
import * as v from 'valibot';
import { type Settings, settingNames, settingsSchema } from '../domain/settings.ts';
import browser from './browser.ts';

/** The defaults. */
export const standardSettings: Settings = v.parse(settingsSchema, {});

/** What an administrator has set; this overrides the person's own settings. */
export async function managedSettings(): Promise<Record<string, unknown>> {
  // Firefox rejects if there is no policy, and doesn't check the values if there is one.
  const set: Record<string, unknown> = await browser.storage.managed.get([...settingNames]).catch(() => ({}));
  const read = v.parse(settingsSchema, set);
  const valid = settingNames.filter((name) => set[name] === read[name]);
  return Object.fromEntries(valid.map((name) => [name, set[name]]));
}

/** @throws when the browser can't read them. */
export async function readSettings(): Promise<Settings> {
  const [own, managed] = await Promise.all([browser.storage.sync.get([...settingNames]), managedSettings()]);
  return v.parse(settingsSchema, { ...own, ...managed });
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
