import { settingNames } from '../domain/settings.ts';
import { about, grantedPermissions } from '../platform/about.ts';
import { uiLanguage } from '../platform/i18n.ts';
import { readOpenFailures } from '../platform/journal/reads.ts';
import { managedSettings, readSettings } from '../platform/settings.ts';

/**
 * How things stand, for a bug report: in English, as those who mend it read it, and with no name or address of anything
 * that was downloaded.
 */
export async function diagnostics(): Promise<string> {
  const [{ counts, health, retriable }, settings, managed, permissions] = await Promise.all([
    readOpenFailures({ standard: 1, of: {}, search: null }),
    readSettings().catch(() => undefined),
    managedSettings(),
    grantedPermissions(),
  ]);
  const { extension, browser } = about();
  const { open, unseen, round } = counts;
  // Of what the browser said only the kind: its message can hold the path of the person's profile.
  const record = health.state === 'broken' ? `broken (${health.cause})` : health.state;
  const setting = (name: (typeof settingNames)[number]): string =>
    `${name}: ${settings?.[name]}${name in managed ? ' (administrator)' : ''}`;
  return [
    extension,
    `browser: ${browser}`,
    `language: ${uiLanguage()}`,
    `permissions: ${permissions.join(', ')}`,
    `record: ${record}`,
    `open failures: ${listed(open)}`,
    `worth another try: ${listed(retriable)}`,
    `unseen: ${unseen}`,
    `round: ${round ? JSON.stringify(round) : 'none'}`,
    ...(settings ? settingNames.map(setting) : ['settings: can not be read']),
    '',
  ].join('\n');
}

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ') || 'none';
