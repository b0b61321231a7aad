import { useEffect, useState } from 'preact/hooks';
import { text } from '../platform/i18n.ts';
import { mayWatchPrivate } from '../platform/private-page.ts';
import { readSettings, writeSetting } from '../platform/settings.ts';
import { focusHeading } from '../ui/focus.ts';

/** Says once that private windows are not watched, where the person has not allowed it. */
export function PrivateNotice() {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    void Promise.all([mayWatchPrivate(), readSettings()]).then(([allowed, { privateNotice }]) =>
      setShown(!allowed && privateNotice),
    );
  }, []);
  if (!shown) return null;
  return (
    <div class="private-notice">
      <p>{text('private_notice')}</p>
      <button
        type="button"
        class="quiet"
        data-action="hide-notice"
        onClick={() => {
          focusHeading();
          setShown(false);
          void writeSetting('privateNotice', false);
        }}
      >
        {text('hide_notice')}
      </button>
    </div>
  );
}
