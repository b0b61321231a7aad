import { useEffect, useState } from 'preact/hooks';
import { text } from '../platform/i18n.ts';
import { openedBefore } from '../platform/popup.ts';
import { mayWatchPrivate } from '../platform/private-page.ts';
import { readSettings, writeSetting } from '../platform/settings.ts';
import { unattended } from '../platform/unattended.ts';
import { Button } from '../ui/button.tsx';

/** Whether private windows are not watched and the person has not heard of it, and has seen the popup before. */
async function isDue(): Promise<boolean> {
  if (!(await openedBefore.read())) {
    await openedBefore.write(true);
    return false;
  }
  return (await readSettings()).privateNotice && !(await mayWatchPrivate());
}

/** Mentions that private windows are not watched, until the person has read it. */
export function PrivateNotice() {
  const [shown, setShown] = useState(false);
  useEffect(() => unattended(isDue().then(setShown)), []);
  if (!shown) return null;
  return (
    <div class="private-notice soft line">
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
