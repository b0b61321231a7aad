import { useEffect, useState } from 'preact/hooks';
import { text } from '../platform/i18n.ts';
import { mayWatchPrivate } from '../platform/private-page.ts';
import { readSettings, writeSetting } from '../platform/settings.ts';
import { Button } from '../ui/button.tsx';

/** Mentions once that private windows are not watched, unless the person has allowed it. */
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
      <Button
        action="hide-notice"
        label={text('hide_notice')}
        onClick={() => {
          setShown(false);
          void writeSetting('privateNotice', false);
        }}
      />
    </div>
  );
}
