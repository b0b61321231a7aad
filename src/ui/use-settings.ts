import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Settings } from '../domain/settings.ts';
import { coalesced } from '../platform/coalesced.ts';
import { mayWatch } from '../platform/evidence.ts';
import { mayNotify } from '../platform/notifications.ts';
import { onPermissionsChanged } from '../platform/permissions.ts';
import { managedSettings, onSettingsChanged, readSettings, standardSettings } from '../platform/settings.ts';
import { unattended } from '../platform/unattended.ts';

/** What a page with settings shows. */
export interface ShownSettings {
  current: Settings;
  /** Whether the browser can read them; if not, `current` holds the defaults. */
  readable: boolean;
  /** Settings that an administrator has set. */
  locked: ReadonlySet<string>;
  watching: boolean;
  mayNotify: boolean;
  /** Reads all of this again. */
  readBack: () => Promise<void>;
}

/** Follows settings and permissions; undefined until they are read. */
export function useSettings(): ShownSettings | undefined {
  const [shown, setShown] = useState<ShownSettings>();
  const readBack = useMemo(() => {
    const read = coalesced(async () => {
      const [own, managed, watching, notifying] = await Promise.all([
        readSettings().catch((error: unknown) => console.error(error)),
        managedSettings(),
        mayWatch(),
        mayNotify(),
      ]);
      setShown({
        current: own ?? standardSettings,
        readable: own !== undefined,
        locked: new Set(Object.keys(managed)),
        watching,
        mayNotify: notifying,
        readBack: read,
      });
    });
    return read;
  }, []);
  useEffect(() => {
    const follow = (): void => unattended(readBack());
    onSettingsChanged(follow);
    onPermissionsChanged(follow);
    follow();
  }, [readBack]);
  return shown;
}
