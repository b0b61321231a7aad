import type { SwitchSetting } from '../domain/settings.ts';
import { askToWatch, stopWatching } from '../platform/evidence.ts';
import { text } from '../platform/i18n.ts';
import { askToNotify } from '../platform/notifications.ts';
import { writeSetting } from '../platform/settings.ts';
import { Switch } from './switch.tsx';
import type { ShownSettings } from './use-settings.ts';

/** A setting that is on or off. */
export function SettingSwitch({ name, shown }: { name: SwitchSetting; shown: ShownSettings }) {
  const { current, locked, readBack } = shown;
  // Nothing shows until the browser allows it, whoever has switched it on.
  const forbidden = name === 'notifications' && !shown.mayNotify;
  return (
    <Switch
      name={name}
      label={text(`option_${name}`)}
      on={current[name] && !forbidden}
      locked={locked.has(name) && !(current[name] && forbidden)}
      save={async (on) => {
        if (on && forbidden && !(await askToNotify())) return false;
        await writeSetting(name, on);
        return true;
      }}
      readBack={readBack}
    />
  );
}

/** Whether requests are seen, which is not a setting but a permission, and what that means. */
export function WatchSwitch({ watching, readBack }: ShownSettings) {
  return (
    <>
      <Switch
        name="watchRequests"
        label={text('options_watch')}
        on={watching}
        save={(on) => (on ? askToWatch() : stopWatching())}
        readBack={readBack}
      />
      <p>{text('options_watch_text')}</p>
    </>
  );
}
